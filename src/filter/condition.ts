// What a comparison asks of one value, in a form that is quick to test: ranges of numbers, or a yes or no for each entry.
import { NONE } from '../capture/table'
import type { Bits } from './bits'
import type { Values } from './field'

/** Inclusive, apart, ascending. */
export type Range = readonly [low: number, high: number]

export type Condition =
  | { kind: 'ranges'; ranges: readonly Range[]; mask?: number }
  /** 1 where the entry will do; `known` is 1 where the entry is of the field's type at all. */
  | { kind: 'entries'; holds: Uint8Array; known: Uint8Array }

/** The least and the greatest that a value can be: NONE means no value, NaN is in no range. */
export const LEAST = -Infinity
const MOST_WORD = NONE - 1

/** Every value that there is. Times go beyond 32 bits, words do not. */
function everything(isTime: boolean): Range {
  return [LEAST, isTime ? Infinity : MOST_WORD]
}

/** The condition's opposite, for values that are there. */
export function opposite(condition: Condition, isTime: boolean): Condition {
  if (condition.kind === 'entries')
    return { ...condition, holds: condition.holds.map((holds, entry) => (holds ? 0 : condition.known[entry]!)) }
  return { ...condition, ranges: gaps(condition.ranges, everything(isTime)) }
}

function gaps(ranges: readonly Range[], [least, most]: Range): Range[] {
  const between: Range[] = []
  let from = least
  for (const [low, high] of ranges) {
    if (low > from) between.push([from, before(low)])
    from = Math.max(from, after(high))
  }
  if (from <= most) between.push([from, most])
  return between
}

/**
 * The next value that a number holds: of whole numbers 1 further. Times beyond 104 days have more nanoseconds than a number
 * tells apart, so that their next values are further away.
 */
export function after(value: number): number {
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value + 1
  const step = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 52)
  // Next to a power of two the values on one side are half as far apart.
  return value + step / 2 > value ? value + step / 2 : value + step
}

/** The value before. */
export const before = (value: number): number => -after(-value)

/** Ranges in order, with those that meet joined. Empty ones (low above high) fall away. */
export function joined(ranges: readonly Range[]): Range[] {
  const result: [number, number][] = []
  for (const [low, high] of ranges.filter(([low, high]) => low <= high).toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1)
    if (last && low <= last[1] + 1) last[1] = Math.max(last[1], high)
    else result.push([low, high])
  }
  return result
}

/** Sets the bit of every value that meets the condition, from word `at` on. `room` is for a page of masked values. */
export function test(
  { values, rows, mask }: Values,
  condition: Condition,
  bits: Bits,
  at: number,
  room: Uint32Array,
): void {
  if (condition.kind === 'entries') {
    if (values instanceof Uint32Array) testEntries(values, rows, condition.holds, bits, at)
    return
  }
  const read = maskInto(room, values, rows, mask, condition.mask)
  for (const [low, high] of condition.ranges) {
    // Two loops for two kinds of array: one loop over both is several times slower.
    if (read instanceof Uint32Array) testWords(read, rows, Math.max(0, low), Math.min(high, MOST_WORD), bits, at)
    else testTimes(read, rows, low, high, bits, at)
  }
}

/** The bits that count: first those that are the field's, moved down, then those that the filter asks for. */
function maskInto(
  room: Uint32Array,
  values: Uint32Array | Float64Array,
  rows: number,
  own: number | undefined,
  asked: number | undefined,
): Uint32Array | Float64Array {
  if (own === undefined && asked === undefined) return values
  const shift = own === undefined ? 0 : 31 - Math.clz32(own & -own)
  const mask = ((own ?? NONE) >>> shift) & (asked ?? NONE)
  const masked = rows <= room.length ? room : new Uint32Array(rows)
  for (let row = 0; row < rows; row++) {
    const value = values[row]!
    masked[row] = own === undefined && value === NONE ? NONE : (value >>> shift) & mask
  }
  return masked
}

function testWords(values: Uint32Array, rows: number, low: number, high: number, bits: Bits, at: number): void {
  if (low > high) return
  const span = (high - low) >>> 0
  for (let row = 0, word = at; row < rows; word++) {
    let found = 0
    const end = Math.min(row + 32, rows)
    for (let bit = 0; row < end; row++, bit++) found |= Number((values[row]! - low) >>> 0 <= span) << bit
    bits[word]! |= found
  }
}

function testTimes(values: Float64Array, rows: number, low: number, high: number, bits: Bits, at: number): void {
  for (let row = 0, word = at; row < rows; word++) {
    let found = 0
    const end = Math.min(row + 32, rows)
    for (let bit = 0; row < end; row++, bit++) {
      const value = values[row]!
      found |= Number(value >= low && value <= high) << bit
    }
    bits[word]! |= found
  }
}

function testEntries(values: Uint32Array, rows: number, holds: Uint8Array, bits: Bits, at: number): void {
  const entries = holds.length
  for (let row = 0, word = at; row < rows; word++) {
    let found = 0
    const end = Math.min(row + 32, rows)
    for (let bit = 0; row < end; row++, bit++) {
      const entry = values[row]!
      if (entry < entries) found |= holds[entry]! << bit
    }
    bits[word]! |= found
  }
}
