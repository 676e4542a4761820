import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Address, AddressKind, Frame } from '../../../../asm/layout'
import type { Capture } from '../../../capture/capture'
import { GrowingTable, NONE } from '../../../capture/table'
import { orderByNumber, orderByText } from './frame-order'
import { sortedPositions } from './radix'

/** Frames of which only the named columns have values. */
function captureOf(rows: Partial<Record<Frame, number>>[], hosts: number[] = []): Capture {
  const frames = new GrowingTable(Frame.COLUMNS)
  for (const columns of rows) {
    const row = frames.add()
    for (const [column, value] of Object.entries(columns)) frames.set(Number(column), row, value)
  }
  const addresses = new GrowingTable(Address.COLUMNS)
  for (const host of hosts) {
    const row = addresses.add()
    addresses.set(Address.Kind, row, AddressKind.Ipv4)
    addresses.set(Address.Word0, row, host)
  }
  return { frames, addresses } as unknown as Capture
}

describe('sortedPositions', () => {
  test('sorts as a stable comparison does, over several words', () => {
    const word = fc.oneof(fc.nat(3), fc.integer({ min: 0, max: 0xffffffff }))
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word), { maxLength: 60 }), (keys) => {
        const words = [0, 1].map((at) => Uint32Array.from(keys, (key) => key[at]!))
        const expected = keys
          .map((_, at) => at)
          .sort((a, b) => keys[a]![0] - keys[b]![0] || keys[a]![1] - keys[b]![1] || a - b)
        expect([...sortedPositions(keys.length, words)]).toEqual(expected)
      }),
    )
  })
})

test('keys that differ in bits of any width and place are sorted', () => {
  const key = fc.oneof(
    fc.integer({ min: 0, max: 0xffffffff }),
    fc.nat(0x3ffff).map((bits) => bits << 9),
    fc.constantFrom(0, 1, 0x80000000, 0xffffffff),
  )
  fc.assert(
    fc.property(fc.array(key, { maxLength: 80 }), (keys) => {
      const words = [Uint32Array.from(keys)]
      const expected = keys.map((_, at) => at).sort((a, b) => words[0]![a]! - words[0]![b]! || a - b)
      expect([...sortedPositions(keys.length, words)]).toEqual(expected)
    }),
  )
})

describe('frames by a column of numbers', () => {
  const lengths = captureOf([
    { [Frame.Length]: 90 },
    { [Frame.Length]: 60 },
    { [Frame.Length]: 90 },
    { [Frame.Length]: 70_000 },
  ])

  test('rise or fall, and equal ones keep the order of the file', () => {
    expect([...orderByNumber(lengths, 'length', false)]).toEqual([1, 0, 2, 3])
    expect([...orderByNumber(lengths, 'length', true)]).toEqual([3, 0, 2, 1])
    expect([...orderByNumber(lengths, 'number', true)]).toEqual([3, 2, 1, 0])
  })

  test('are only those that are shown', () => {
    expect([...orderByNumber(lengths, 'length', true, Uint32Array.of(0, 1, 2))]).toEqual([0, 2, 1])
    expect([...orderByNumber(lengths, 'length', true, new Uint32Array(0))]).toEqual([])
  })

  test('are ordered by time to the nanosecond, also where the clock jumped back', () => {
    const at = (seconds: number, nanos: number) => ({ [Frame.Seconds]: seconds, [Frame.Nanos]: nanos })
    const capture = captureOf([at(10, 5), at(9, 999_999_999), at(10, 4), at(NONE, NONE)])
    expect([...orderByNumber(capture, 'time', false)]).toEqual([1, 2, 0, 3])
    // Since the frame before: 0, -1 s + 999,999,994 ns, +5 ns, unknown.
    expect([...orderByNumber(capture, 'delta', false)]).toEqual([1, 0, 3, 2])
  })

  test('are ordered by the number of an address, not by its text; no address comes first', () => {
    const hosts = [0x0a00000a, 0x0a000009] // 10.0.0.10, 10.0.0.9
    const capture = captureOf([{ [Frame.Source]: 0 }, { [Frame.Source]: 1 }, { [Frame.Source]: NONE }], hosts)
    expect([...orderByNumber(capture, 'source', false)]).toEqual([2, 1, 0])
  })

  test('cross the pages of a table', () => {
    const frames = new GrowingTable(Frame.COLUMNS)
    for (let row = 0; row < 70_000; row++) frames.set(Frame.Length, frames.add(), 70_000 - row)
    const order = orderByNumber({ frames } as unknown as Capture, 'length', false)
    expect([order[0], order[4465], order[69_999]]).toEqual([69_999, 65_534, 0])
  })
})

describe('frames by a text', () => {
  const texts = ['port 10', 'port 9', '', 'port 10']
  const made = (rows: Uint32Array) => Promise.resolve(Array.from(rows, (row) => texts[row]!))

  test('rise or fall with numbers by their value', async () => {
    const rows = Uint32Array.of(0, 1, 2, 3)
    expect([...(await orderByText(made, rows, false, () => Promise.resolve(true)))!]).toEqual([2, 1, 0, 3])
    expect([...(await orderByText(made, rows, true, () => Promise.resolve(true)))!]).toEqual([0, 3, 1, 2])
  })

  test('are given up when they are no longer wanted', async () => {
    expect(await orderByText(made, Uint32Array.of(0, 1), false, () => Promise.resolve(false))).toBeUndefined()
  })
})
