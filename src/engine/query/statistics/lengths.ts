// Frames by their length on the wire.
import { Frame } from '../../../../asm/layout'
import type { Capture } from '../../../capture/capture'
import { eachPiece, type Rows } from './each-piece'

/** Frames of `from` to `to` bytes; their shortest, longest and mean length, absent where there are none. */
export interface LengthRow {
  from: number
  to: number
  frames: number
  least?: number
  most?: number
  mean?: number
}

/** First length of each range, as Wireshark's Packet Lengths has them. */
const STARTS = [0, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120]

/** How many frames have a length of each range; `onRows` hears what there is after each piece. */
export async function packetLengths(
  { frames }: Capture,
  rows: Rows,
  onRows: (rows: LengthRow[], done: number) => Promise<boolean>,
): Promise<LengthRow[] | undefined> {
  const ranges = STARTS.map(() => ({ frames: 0, least: Infinity, most: 0, bytes: 0 }))
  const count = (row: number) => {
    const length = frames.get(Frame.Length, row)
    let at = STARTS.length - 1
    while (STARTS[at]! > length) at--
    const range = ranges[at]!
    range.frames++
    range.bytes += length
    range.least = Math.min(range.least, length)
    range.most = Math.max(range.most, length)
  }
  const result = () =>
    ranges.map(({ frames, least, most, bytes }, at) => ({
      from: STARTS[at]!,
      to: (STARTS[at + 1] ?? Infinity) - 1,
      frames,
      ...(frames > 0 && { least, most, mean: bytes / frames }),
    }))
  const done = await eachPiece(rows, count, (done) => onRows(result(), done))
  return done === undefined ? undefined : result()
}
