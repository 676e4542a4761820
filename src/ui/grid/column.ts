// A column of a grid.
import type { Snippet } from 'svelte'

export interface Column<T> {
  title: string
  /** What the column shows, in a sentence. */
  means: string
  /** A grid track: `96px`, `minmax(200px, 1fr)`. */
  width: string
  text: (data: T, row: number) => string
  /** Right-aligned. */
  number?: boolean
  /** What rows are sorted by; a column without cannot be sorted. */
  sortBy?: (data: T) => number | string
  /** What the worker sorts rows by, of lists that are not all here. */
  order?: string
  /** The display filter that asks for what the cell shows; its menu offers it. */
  filter?: (data: T) => string | undefined
  /** Draws the cell in place of its text; `text` is then what is read out. */
  draw?: Snippet<[T, number]>
  /** Draws the heading in place of the title. */
  drawTitle?: Snippet
}

/** Pixels that a column has at least and at most. */
export const NARROWEST = 40
export const WIDEST = 2000

/** Something that the menu of a heading offers. */
export interface HeadingAction {
  label: string
  run: () => void
}

/** By which column rows are sorted. */
export interface Sorting {
  title: string
  descending: boolean
}

/** What a click on a heading sorts by next: numbers start with the greatest, words with A; the third click ends it. */
export function nextSorting(now: Sorting | undefined, title: string, isNumber = false): Sorting | undefined {
  if (now?.title !== title) return { title, descending: isNumber }
  return now.descending === isNumber ? { title, descending: !isNumber } : undefined
}
