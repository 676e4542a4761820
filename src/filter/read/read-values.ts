// What was read of the file for filters, as fields see it.
import type { Bits } from '../bits'
import type { Entries } from '../entries'

/** Frames with a range of the bytes asked for, with one that meets the question, and with one that does not. */
export interface Answer {
  there: Bits
  meeting: Bits
  failing: Bits
}

/** Values of a field: two columns of one length; of addresses, positions among the entries. */
export interface FoundValues {
  frames: ArrayLike<number>
  values: ArrayLike<number>
  entries: Entries
}

/** Values by field and answers by question; undefined for what was not read. */
export interface ReadValues {
  values(field: string): FoundValues | undefined
  answer(key: string): Answer | undefined
}
