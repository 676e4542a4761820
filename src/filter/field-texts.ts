// Values of a field as texts, frame by frame: what a column of the frame list shows of it.
import { Paging } from '../../asm/layout'
import { NONE } from '../capture/table'
import type { Field, Source, Values } from './field'
import type { Subject } from './subject'

/** Texts of the field for these frames, in their order; a frame's several values have commas between, none is ''. */
export function fieldTexts(subject: Subject, field: Field, rows: ArrayLike<number>): string[] {
  const texts = Array.from(rows, (): string[] => [])
  const entries = field.entries?.(subject)
  /** Undefined for an entry of another type: a MAC address is no value of ip.src. */
  const textOf = (value: number) => {
    if (!entries) return written(subject, field, value)
    return entries.bytes(value) && (entries.text?.(value) ?? String(value))
  }
  for (const source of field.sources) {
    each(subject, source, rows, (index, value) => {
      const text = textOf(value)
      if (text !== undefined && !texts[index]!.includes(text)) texts[index]!.push(text)
    })
  }
  return texts.map((several) => several.join(', '))
}

/** Calls `found` for every value that one of the rows has, by the row's place among them. */
function each(
  subject: Subject,
  source: Source,
  rows: ArrayLike<number>,
  found: (index: number, value: number) => void,
): void {
  const among = source.among?.(subject)
  const belongs = (row: number) => !among || ((among[row >>> 5]! >>> (row & 31)) & 1) === 1
  const places = new Map(Array.from(rows, (row, index) => [row, index]))
  const give = ({ values, mask }: Values, at: number, row: number) => {
    const index = places.get(row)
    if (index === undefined || !belongs(row)) return
    const value = masked(values[at]!, mask)
    if (value !== undefined) found(index, value)
  }
  if (source.ofFrames) {
    for (const page of new Set([...places.keys()].map((row) => row >>> Paging.ROW_BITS))) {
      if (page >= source.pages(subject)) continue
      const read = source.read(subject, page)
      for (const row of places.keys()) if (row >>> Paging.ROW_BITS === page) give(read, row & (Paging.ROWS - 1), row)
    }
    return
  }
  for (let page = 0; page < source.pages(subject); page++) {
    const read = source.read(subject, page)
    for (let at = 0; at < read.rows; at++) give(read, at, read.frames?.[at] ?? NONE)
  }
}

function masked(value: number, mask: number | undefined): number | undefined {
  if (mask !== undefined) return (value & mask) >>> (31 - Math.clz32(mask & -mask))
  return value === NONE || Number.isNaN(value) ? undefined : value
}

function written(subject: Subject, field: Field, value: number): string {
  switch (field.type) {
    case 'label':
      return field.name
    case 'boolean':
      return value === 0 ? 'False' : 'True'
    case 'time':
      if (field.absolute) return new Date(Number(subject.start / 1_000_000n) + value / 1e6).toISOString()
      return (value / 1e9).toFixed(6)
    default: {
      // Status codes are known by their hexadecimal digits.
      const number = value > 0x7fffffff ? `0x${value.toString(16)}` : String(value)
      const word = field.words?.[value]
      return word ? `${word} (${number})` : number
    }
  }
}
