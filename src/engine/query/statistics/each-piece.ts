// One pass over frames in pieces: between two of them the worker answers other questions and shows what it has so far.

const PIECE_ROWS = 0x40000

/** The frames that statistics are about: all below a number, or those of a rising list. */
export type Rows = Uint32Array | number

/**
 * Calls `count` for each row. After each piece `onPiece` is given the number of rows counted; undefined instead of the number of all
 * rows where it returns false, which ends the pass.
 */
export async function eachPiece(
  rows: Rows,
  count: (row: number) => void,
  onPiece: (done: number) => Promise<boolean>,
): Promise<number | undefined> {
  const length = typeof rows === 'number' ? rows : rows.length
  for (let from = 0; from < length; from += PIECE_ROWS) {
    const end = Math.min(length, from + PIECE_ROWS)
    if (typeof rows === 'number') for (let row = from; row < end; row++) count(row)
    else for (let at = from; at < end; at++) count(rows[at]!)
    if (end < length && !(await onPiece(end))) return undefined
  }
  return length
}
