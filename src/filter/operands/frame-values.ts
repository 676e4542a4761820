// The values that a field has in each frame, with the layer of each: 1 is the outermost header of the field's protocol.
import { Paging } from '../../../asm/layout'
import { NONE } from '../../capture/table'
import type { Field, Source, Values } from '../field'
import type { Subject } from '../subject'
import type { SlicePart } from '../tree'

/** A number (times in nanoseconds), a text, or bytes. */
export type Value = number | string | Uint8Array

/** Values in a frame. */
export type ValuesOfFrame = (row: number) => readonly Value[]

const NOTHING: readonly Value[] = []

/** Reads values of a field; of some layers only where they are given. */
export function valuesOfFrames(subject: Subject, field: Field, layers?: readonly SlicePart[]): ValuesOfFrame {
  const valueOf = reading(subject, field)
  const sources = field.sources.map((source) =>
    source.ofFrames ? columnReader(subject, source) : listReader(subject, source),
  )
  return (row) => {
    const found: Value[] = []
    for (const raw of sources) {
      const own = raw(row)
      own.forEach((number, index) => {
        if (layers && !inLayers(layers, index + 1, own.length)) return
        const value = valueOf(number)
        if (value !== undefined) found.push(value)
      })
    }
    return found.length === 0 ? NOTHING : found
  }
}

/** True if a layer of `of` is among the parts; a negative one counts from the innermost. */
export function inLayers(parts: readonly SlicePart[], layer: number, of: number): boolean {
  return parts.some(({ from, length, to }) => {
    const first = from < 0 ? of + 1 + from : from
    const last = to ?? (length === undefined ? of : first + length - 1)
    return layer >= first && layer <= last
  })
}

/** What a number in a source is: itself, or the entry at that position. */
function reading(subject: Subject, field: Field): (number: number) => Value | undefined {
  const entries = field.entries?.(subject)
  if (!entries) return (number) => number
  const isText = field.type === 'text' || field.type === 'uuid'
  return (entry) => {
    const bytes = entries.bytes(entry)
    return bytes && (isText ? entries.text!(entry) : bytes)
  }
}

type RawReader = (row: number) => readonly number[]

const NO_NUMBERS: readonly number[] = []

function columnReader(subject: Subject, source: Source): RawReader {
  const among = source.among?.(subject)
  const pages = source.pages(subject)
  let page = -1
  let numbers: Float64Array = new Float64Array(0)
  return (row) => {
    if (among && ((among[row >>> 5]! >>> (row & 31)) & 1) === 0) return NO_NUMBERS
    if (row >>> Paging.ROW_BITS !== page) {
      page = row >>> Paging.ROW_BITS
      numbers = page < pages ? plainNumbers(source.read(subject, page)) : new Float64Array(0)
    }
    const number = numbers[row & (Paging.ROWS - 1)]
    return number === undefined || Number.isNaN(number) ? NO_NUMBERS : [number]
  }
}

function listReader(subject: Subject, source: Source): RawReader {
  let byFrame: Map<number, number[]> | undefined
  return (row) => (byFrame ??= numbersByFrame(subject, source)).get(row) ?? NO_NUMBERS
}

function numbersByFrame(subject: Subject, source: Source): Map<number, number[]> {
  const byFrame = new Map<number, number[]>()
  for (let page = 0; page < source.pages(subject); page++) {
    const values = source.read(subject, page)
    const numbers = plainNumbers(values)
    for (let at = 0; at < numbers.length; at++) {
      if (Number.isNaN(numbers[at]!)) continue
      const frame = values.frames![at]!
      const known = byFrame.get(frame)
      if (known) known.push(numbers[at]!)
      else byFrame.set(frame, [numbers[at]!])
    }
  }
  return byFrame
}

/** A page of numbers with its mask applied, NaN where there is none. */
function plainNumbers({ values, rows, mask }: Values): Float64Array {
  const shift = mask === undefined ? 0 : 31 - Math.clz32(mask & -mask)
  return Float64Array.from({ length: rows }, (_, row) => {
    const value = values[row]!
    if (mask !== undefined) return (value & mask) >>> shift
    return value === NONE ? NaN : value
  })
}
