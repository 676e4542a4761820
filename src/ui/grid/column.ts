// A column of a grid.

export interface Column<T> {
  title: string
  /** What the column shows, in a sentence. */
  means: string
  /** A grid track: `96px`, `minmax(200px, 1fr)`. */
  width: string
  text: (data: T, row: number) => string
  /** Right-aligned. */
  number?: boolean
}
