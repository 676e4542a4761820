// Amounts over time: frames and bytes of several lists of frames in steps of equal length.
import { Frame } from '../../../../asm/layout'
import type { Capture } from '../../../capture/capture'
import { relativeTime } from '../../../capture/text'
import { eachPiece, type Rows } from './each-piece'

/** Frames and bytes of each step. */
export interface SeriesCounts {
  frames: number[]
  bytes: number[]
}

/** Steps that `seconds` divide a capture into; no more than `most`. */
export function stepsOf({ frames }: Capture, seconds: number, most: number): number {
  let last = 0
  for (let row = 0; row < frames.rows; row++) last = Math.max(last, relativeTime(frames, row))
  return Math.max(1, Math.min(most, Math.floor(last / seconds) + 1))
}

/** Frames and bytes of these rows in each of `steps` steps of `seconds`; what lies outside counts in the first or last. */
export async function countsOverTime(
  { frames }: Capture,
  rows: Rows,
  seconds: number,
  steps: number,
  onPiece: (done: number) => Promise<boolean>,
): Promise<SeriesCounts | undefined> {
  const counts: SeriesCounts = { frames: new Array<number>(steps).fill(0), bytes: new Array<number>(steps).fill(0) }
  const count = (row: number) => {
    const step = Math.max(0, Math.min(steps - 1, Math.floor(relativeTime(frames, row) / seconds)))
    counts.frames[step]!++
    counts.bytes[step]! += frames.get(Frame.Length, row)
  }
  return (await eachPiece(rows, count, onPiece)) === undefined ? undefined : counts
}
