// What the strip over the capture draws: bars and ticks in hundredths of its width. Pure.
import type { Finding } from '../../diagnosis/finding'
import type { ConnectionRow, Timeline } from '../../engine/api'

export interface Bar {
  left: number
  width: number
  /** Number of the identity's colour, for a connection. */
  colour?: number | undefined
  title: string
}

export interface Marks {
  faults: number[]
  closes: number[]
}

/** Too many bars cover each other. */
const MOST_BARS = 400
const NARROWEST = 0.3

/** Frames whose times the bars need, in the order of the bars. */
export function framesOfConnections(rows: readonly ConnectionRow[]): Uint32Array {
  return Uint32Array.from(rows.slice(0, MOST_BARS).flatMap(({ firstFrame, lastFrame }) => [firstFrame, lastFrame]))
}

/** A bar for each connection, parted where its identity changes. */
export function connectionBars(
  rows: readonly ConnectionRow[],
  times: readonly number[],
  duration: number,
  colourOf: (identity: string) => number | undefined,
): Bar[] {
  return rows.slice(0, MOST_BARS).map((row, index) => {
    const [from = 0, to = from] = [times[2 * index], times[2 * index + 1]]
    const identity = row.identities.at(-1)?.name
    return {
      ...placed(from, to, duration),
      colour: identity === undefined ? undefined : colourOf(identity),
      title: `${row.client} to ${row.server}${identity ? `, ${identity}` : ''}`,
    }
  })
}

/** Where calls failed and connections ended, by the steps of the timeline. */
export function marksOf({ seconds, faults, closes }: Timeline): Marks {
  const at = (counts: number[]) =>
    counts.flatMap((count, step) => (count > 0 ? [(100 * (step + 0.5)) / Math.max(1, seconds.length)] : []))
  return { faults: at(faults), closes: at(closes) }
}

/** Frames whose times the bars of findings need. */
export function framesOfFindings(findings: readonly Finding[]): { finding: Finding; first: number; last: number }[] {
  return findings
    .flatMap((finding) => finding.occurrences.map(({ first, last }) => ({ finding, first, last })))
    .slice(0, MOST_BARS)
}

export function placed(from: number, to: number, duration: number): { left: number; width: number } {
  if (!(duration > 0)) return { left: 0, width: 100 }
  const left = Math.max(0, Math.min(100 - NARROWEST, (100 * from) / duration))
  return { left, width: Math.min(100 - left, Math.max(NARROWEST, (100 * (to - from)) / duration)) }
}
