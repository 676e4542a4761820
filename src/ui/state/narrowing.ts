// The frames that the list is narrowed to.

/** Why only some frames are shown, and which. */
export interface Narrowing {
  reason: string
  /** The display filter that chose them, where one did. */
  filter?: string
  /** Rows of Frame, rising. */
  rows: Uint32Array
}

/** The place of a value in a rising list; -1 where it is not in it. */
export function positionIn(rows: Uint32Array, value: number): number {
  let low = 0
  for (let high = rows.length; low < high;) {
    const middle = (low + high) >>> 1
    if (rows[middle]! < value) low = middle + 1
    else high = middle
  }
  return rows[low] === value ? low : -1
}
