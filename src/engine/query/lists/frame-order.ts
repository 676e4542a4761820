// Frames in the order of one column of the frame list.
import { Address, Frame } from '../../../../asm/layout'
import type { Capture } from '../../../capture/capture'
import { NONE, type Table } from '../../../capture/table'
import { protocolName } from '../../../capture/text'
import { sortedPositions } from './radix'

/** Columns whose order the tables know by themselves; any other is sorted by its texts. */
const NUMBER_ORDERS = ['number', 'time', 'delta', 'source', 'destination', 'protocol', 'length'] as const
export type NumberOrder = (typeof NUMBER_ORDERS)[number]

/** More rows than this are not sorted by a text: all texts are held at the same time. */
export const MOST_BY_TEXT = 2_000_000
const TEXTS_AT_ONCE = 4096
const NANOSECONDS = 1_000_000_000

export const isNumberOrder = (column: string): column is NumberOrder =>
  (NUMBER_ORDERS as readonly string[]).includes(column)

/** These rows (all frames without) by a column of numbers, the least first; equal ones keep their order, also when `descending`. */
export function orderByNumber(
  capture: Capture,
  column: NumberOrder,
  descending: boolean,
  rows?: Uint32Array,
): Uint32Array<ArrayBuffer> {
  const length = rows?.length ?? capture.frames.rows
  const words = keyWords(capture, column, length, rows)
  if (descending) for (const word of words) for (let at = 0; at < length; at++) word[at] = ~word[at]!
  const order = sortedPositions(length, words)
  if (rows) for (let at = 0; at < length; at++) order[at] = rows[order[at]!]!
  return order
}

function keyWords(capture: Capture, column: NumberOrder, length: number, rows?: Uint32Array): Uint32Array[] {
  const { frames } = capture
  const values = (of: Frame) => columnValues(frames, of, length, rows)
  switch (column) {
    case 'number': {
      const numbers = new Uint32Array(length)
      for (let at = 0; at < length; at++) numbers[at] = rows?.[at] ?? at
      return [numbers]
    }
    case 'time':
      return [values(Frame.Seconds), values(Frame.Nanos)]
    case 'delta':
      return deltaWords(frames, length, rows)
    case 'source':
    case 'destination': {
      const ranks = addressRanks(capture.addresses)
      const which = values(column === 'source' ? Frame.Source : Frame.Destination)
      for (let at = 0; at < length; at++) which[at] = which[at] === NONE ? 0 : 1 + ranks[which[at]!]!
      return [which]
    }
    case 'protocol': {
      const protocols = values(Frame.Protocol)
      const names = [...new Set(protocols)].map((protocol) => [protocol, protocolName(protocol)] as const)
      const sorted = names.sort(([, a], [, b]) => (a < b ? -1 : Number(a > b)))
      const ranks = new Uint32Array(1 + Math.max(0, ...names.map(([protocol]) => protocol)))
      sorted.forEach(([protocol], rank) => (ranks[protocol] = rank))
      for (let at = 0; at < length; at++) protocols[at] = ranks[protocols[at]!]!
      return [protocols]
    }
    case 'length':
      return [values(Frame.Length)]
  }
}

/** A column's values for these rows, in an array of their own. */
function columnValues(frames: Table, column: Frame, length: number, rows?: Uint32Array): Uint32Array {
  const values = new Uint32Array(length)
  if (rows) for (let at = 0; at < length; at++) values[at] = frames.get(column, rows[at]!)
  else
    for (let row = 0; row < length; row += 0x10000)
      values.set(frames.column(column, row >>> 16).subarray(0, length - row), row)
  return values
}

/** Nanoseconds since the frame before, which may be negative: as two words whose order is that of the differences. */
function deltaWords(frames: Table, length: number, rows?: Uint32Array): Uint32Array[] {
  const [high, low] = [new Uint32Array(length), new Uint32Array(length)]
  const allSeconds = columnValues(frames, Frame.Seconds, length, rows)
  const allNanos = columnValues(frames, Frame.Nanos, length, rows)
  let [last, lastSeconds, lastNanos] = [-1, NONE, NONE]
  for (let at = 0; at < length; at++) {
    const row = rows?.[at] ?? at
    if (row !== last + 1) {
      lastSeconds = frames.get(Frame.Seconds, row - 1)
      lastNanos = frames.get(Frame.Nanos, row - 1)
    }
    const [seconds, nanos] = [allSeconds[at]!, allNanos[at]!]
    const isKnown = nanos !== NONE && lastNanos !== NONE
    const rest = isKnown ? nanos - lastNanos : 0
    const borrowed = Number(rest < 0)
    high[at] = (isKnown ? seconds - lastSeconds : 0) - borrowed + 0x80000000
    low[at] = rest + borrowed * NANOSECONDS
    ;[last, lastSeconds, lastNanos] = [row, seconds, nanos]
  }
  return [high, low]
}

/** The place of each address in the order of kind and number: 10.0.0.9 comes before 10.0.0.10. */
function addressRanks(addresses: Table): Uint32Array {
  const columns = [Address.Kind, Address.Word0, Address.Word1, Address.Word2, Address.Word3]
  const words = columns.map((column) => columnValues(addresses, column as number as Frame, addresses.rows))
  const ranks = new Uint32Array(addresses.rows)
  sortedPositions(addresses.rows, words).forEach((address, rank) => (ranks[address] = rank))
  return ranks
}

/**
 * These rows by a text, numbers in it by their value; equal ones keep their order, also when `descending`. `onRows` is given how many
 * texts have been made; undefined where it returns false.
 */
export async function orderByText(
  texts: (rows: Uint32Array) => Promise<string[]>,
  rows: Uint32Array,
  descending: boolean,
  onRows: (done: number) => Promise<boolean>,
): Promise<Uint32Array<ArrayBuffer> | undefined> {
  const ranks = new Map<string, number>()
  const kinds = new Uint32Array(rows.length)
  for (let from = 0; from < rows.length; from += TEXTS_AT_ONCE) {
    if (!(await onRows(from))) return undefined
    const made = await texts(rows.subarray(from, from + TEXTS_AT_ONCE))
    made.forEach((text, at) => {
      let kind = ranks.get(text)
      if (kind === undefined) ranks.set(text, (kind = ranks.size))
      kinds[from + at] = kind
    })
  }
  const { compare } = new Intl.Collator('en', { numeric: true })
  const sorted = [...ranks.keys()].sort(compare)
  const rankOf = new Uint32Array(ranks.size)
  sorted.forEach((text, rank) => (rankOf[ranks.get(text)!] = descending ? ranks.size - rank : rank))
  const order = sortedPositions(rows.length, [kinds.map((kind) => rankOf[kind]!)])
  for (let at = 0; at < order.length; at++) order[at] = rows[order[at]!]!
  return order
}
