// The ways in which fields get their values: from a column, computed for each page, or from a list made once.
import { Frame, Paging, Pdu } from '../../asm/layout'
import type { Source, Values } from './field'
import type { Subject } from './subject'

/** Fills `out` with one value for each of `rows` rows from `first` on. */
type Fill<Out> = (subject: Subject, first: number, rows: number, out: Out) => void

const pagesOf = (rows: number) => (rows + Paging.ROWS - 1) >>> Paging.ROW_BITS
const rowsOfPage = (rows: number, page: number) => Math.min(Paging.ROWS, rows - page * Paging.ROWS)

/** A column of the frame table as it is, or some bits of it; for all frames, or only `among` some. */
export function frameColumn(column: Frame, { mask, among }: { mask?: number; among?: Source['among'] } = {}): Source {
  return {
    ofFrames: true,
    pages: ({ frames }) => pagesOf(frames),
    read: ({ capture, frames }, page) => ({
      values: capture.frames.column(column, page),
      rows: rowsOfPage(frames, page),
      ...(mask !== undefined && { mask }),
    }),
    ...(among && { among }),
  }
}

/** A word for every frame, computed once for a subject; NONE where there is none. */
export function frameList(list: (subject: Subject) => Uint32Array, among?: Source['among']): Source {
  return {
    ofFrames: true,
    ...(among && { among }),
    pages: ({ frames }) => pagesOf(frames),
    read: (subject, page) => {
      const rows = rowsOfPage(subject.frames, page)
      return { values: subject.of(list).subarray(page * Paging.ROWS, page * Paging.ROWS + rows), rows }
    },
  }
}

/** Words computed for each frame of a page. */
export function frameWords(fill: Fill<Uint32Array>, among?: Source['among']): Source {
  return {
    ofFrames: true,
    ...(among && { among }),
    pages: ({ frames }) => pagesOf(frames),
    read: (subject, page) => filled(subject, page, subject.frames, subject.words, fill),
  }
}

/** Times computed for each frame of a page, in nanoseconds. */
export function frameTimes(fill: Fill<Float64Array>, among?: Source['among']): Source {
  return {
    ofFrames: true,
    ...(among && { among }),
    pages: ({ frames }) => pagesOf(frames),
    read: (subject, page) => filled(subject, page, subject.frames, subject.times, fill),
  }
}

/** Words computed for each PDU of a page; a PDU belongs to the frame that completes it. */
export function pduWords(fill: Fill<Uint32Array>): Source {
  return {
    ofFrames: false,
    pages: ({ pdus }) => pagesOf(pdus),
    read: (subject, page) => ofPdus(subject, page, filled(subject, page, subject.pdus, subject.words, fill)),
  }
}

/** Times computed for each PDU of a page, in nanoseconds. */
export function pduTimes(fill: Fill<Float64Array>): Source {
  return {
    ofFrames: false,
    pages: ({ pdus }) => pagesOf(pdus),
    read: (subject, page) => ofPdus(subject, page, filled(subject, page, subject.pdus, subject.times, fill)),
  }
}

function filled<Out extends Uint32Array | Float64Array>(
  subject: Subject,
  page: number,
  all: number,
  out: Out,
  fill: Fill<Out>,
): Values {
  const rows = rowsOfPage(all, page)
  fill(subject, page * Paging.ROWS, rows, out)
  return { values: out, rows }
}

function ofPdus({ capture }: Subject, page: number, values: Values): Values {
  return { ...values, frames: capture.pdus.column(Pdu.Frame, page) }
}

/** Values that few frames have. */
export interface Sparse {
  frames: number[]
  values: number[]
}

/** A list made once for a subject: two columns of one length. */
export function listed(list: (subject: Subject) => { frames: ArrayLike<number>; values: ArrayLike<number> }): Source {
  return {
    ofFrames: false,
    pages: () => 1,
    read: (subject) => {
      const { frames, values } = subject.of(list)
      return { values: Uint32Array.from(values), frames: Uint32Array.from(frames), rows: values.length }
    },
  }
}

/** Texts met, each once, with the position of each. */
export class Texts {
  readonly list: string[] = []
  readonly #positions = new Map<string, number>()

  position(text: string): number {
    const known = this.#positions.get(text)
    if (known !== undefined) return known
    this.#positions.set(text, this.list.length)
    return this.list.push(text) - 1
  }

  get length(): number {
    return this.list.length
  }

  text(entry: number): string {
    return this.list[entry]!
  }

  bytes(entry: number): Uint8Array {
    return new TextEncoder().encode(this.list[entry])
  }
}
