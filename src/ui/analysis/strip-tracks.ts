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

/** A part of a connection under one identity, by rows of Frame. */
interface Part {
  row: ConnectionRow
  identity: string | undefined
  first: number
  last: number
}

/** Connections, each parted where its identity changes. */
export function partsOfConnections(rows: readonly ConnectionRow[]): Part[] {
  return rows
    .slice(0, MOST_BARS)
    .flatMap((row) => {
      const { firstFrame, lastFrame, identities } = row
      const changes = identities
        .slice(1)
        .map(({ firstFrame: frame }) => Math.max(firstFrame, Math.min(lastFrame, frame)))
      return [firstFrame, ...changes].map((first, at) => ({
        row,
        identity: identities[at]?.name,
        first,
        last: changes[at] ?? lastFrame,
      }))
    })
    .slice(0, MOST_BARS)
}

/** A bar for each part; `times` are those of its first and its last frame, in seconds. */
export function connectionBars(
  parts: readonly Part[],
  times: readonly number[],
  duration: number,
  colourOf: (identity: string) => number | undefined,
): Bar[] {
  return parts.map(({ row, identity }, index) => {
    const [from = 0, to = from] = [times[2 * index], times[2 * index + 1]]
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
