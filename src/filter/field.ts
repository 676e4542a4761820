// What a field of the filter language is: its type, and where its values come from. fields/ lists them.
import type { Bits } from './bits'
import type { Entries } from './entries'
import type { Subject } from './subject'

export type { Entries } from './entries'

/** Decides which comparisons a field takes and how literals read; a label is only there or not there. */
export type FieldType = 'label' | 'number' | 'boolean' | 'time' | 'text' | 'ipv4' | 'ipv6' | 'mac' | 'uuid'

/** Values of up to 65,536 rows. NONE (NaN for times) where a row has no value. */
export interface Values {
  /** Numbers; nanoseconds; or positions in the field's entries. */
  values: Uint32Array | Float64Array
  rows: number
  /** Which bits of the values count; 0 is then a value like others. */
  mask?: number
  /** Which frame each value belongs to. Without it the rows are those of a page of the frame table. */
  frames?: Uint32Array
}

/** One value a row, page by page. What read() gives is good until the next read(). */
export interface Source {
  /** True if its pages are those of the frame table. */
  ofFrames: boolean
  pages(subject: Subject): number
  read(subject: Subject, page: number): Values
  /** The frames to which the column belongs, where it holds something else for others; the values are then for all rows. */
  among?: (subject: Subject) => Bits
}

export interface Field {
  name: string
  type: FieldType
  /** One line. */
  help: string
  /** A frame has a value of each source at most once a row: two for `tcp.port`. */
  sources: Source[]
  /** Of text, address and UUID fields. */
  entries?: (subject: Subject) => Entries
  /** The largest number that the field can hold. */
  most?: number
  /** Words for some of its numbers. */
  words?: Readonly<Record<number, string>>
  /** Number of a word that is in no short list. */
  numberOf?: (subject: Subject, word: string) => number | undefined
  /** Times count from the epoch. */
  absolute?: boolean
  /** No table holds it: it is read from the file when a filter names it. */
  isRead?: boolean
}
