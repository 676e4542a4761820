// A range of time as a part of the display filter: what the strip over the capture reads and writes.

export interface TimeRange {
  /** Seconds since the first frame. */
  from: number
  to: number
}

const RANGE = /\s*(?:&&\s*)?frame\.time_relative >= (\d+(?:\.\d+)?) && frame\.time_relative <= (\d+(?:\.\d+)?)$/

/** The range that a filter ends with, where the strip wrote one. */
export function rangeOf(filter: string): TimeRange | undefined {
  const found = RANGE.exec(filter)
  return found ? { from: Number(found[1]), to: Number(found[2]) } : undefined
}

/** The filter with another range, or with none. What the filter says besides stays. */
export function withRange(filter: string, range: TimeRange | undefined): string {
  const bare = filter.replace(RANGE, '')
  const inner = /^\((.*)\)$/.exec(bare)?.[1]
  const rest = rangeOf(filter) && inner !== undefined ? inner : bare
  if (!range) return rest
  const text = `frame.time_relative >= ${range.from.toFixed(6)} && frame.time_relative <= ${range.to.toFixed(6)}`
  return rest ? `(${rest}) && ${text}` : text
}
