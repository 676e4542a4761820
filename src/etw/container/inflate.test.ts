import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ascii, fromHex } from '../../testing/bytes'
import { compressXpress } from '../../testing/captures/etl/xpress-writer'
import { inflateLznt1 } from './lznt1'
import { inflateXpress, inflateXpressHuffman } from './xpress'

const inflated = (inflate: (input: Uint8Array, output: Uint8Array) => number, input: Uint8Array, bytes: number) => {
  const output = new Uint8Array(bytes)
  return output.subarray(0, inflate(input, output))
}

describe('plain LZ77: the examples of MS-XCA 3.1', () => {
  test('the alphabet, of literals alone', () => {
    // 3f 00 00 00: no match among the 26 letters; the flags after them say that the input ends.
    const input = fromHex('3f000000 6162636465666768696a6b6c6d6e6f707172737475767778797a')
    expect(inflated(inflateXpress, input, 26)).toEqual(ascii('abcdefghijklmnopqrstuvwxyz'))
  })

  test('abc a hundred times, by one long match', () => {
    // ff ff ff 1f: three literals, then matches. 17 00: distance 3, length in more bytes; 0f ff: half a byte, a byte;
    // 26 01: 294, less the three that every match has.
    const input = fromHex('ffffff1f 616263 1700 0f ff 2601')
    expect(inflated(inflateXpress, input, 300)).toEqual(ascii('abc'.repeat(100)))
  })
})

test('XPRESS Huffman: abc a hundred times', () => {
  // A code of four symbols of two bits each, in the order of their numbers: a 00, b 01, c 10, and 11 for a match whose
  // length goes on in bytes and whose distance has one more bit (MS-XCA 2.2).
  const table = new Uint8Array(256)
  const setLength = (symbol: number, length: number) => (table[symbol >> 1]! |= symbol & 1 ? length << 4 : length)
  for (const symbol of [97, 98, 99, 256 + (1 << 4) + 15]) setLength(symbol, 2)
  // Bits from the highest on: a b c match, then one bit of the distance (2 or 3: 3). The length: 255, then 294.
  const bits = 0b00_01_10_11_1_0000000
  const words = Uint8Array.of(bits & 0xff, bits >> 8, 0, 0, 255, 294 & 0xff, 294 >> 8, 0, 0)
  const input = new Uint8Array([...table, ...words])
  expect(inflated(inflateXpressHuffman, input, 300)).toEqual(ascii('abc'.repeat(100)))
})

describe('LZNT1', () => {
  test('the example of MS-XCA 3.3', () => {
    const input = fromHex(
      '38b088 4623200020472041 0010a24701a045204400084501507900c045200524138805b4024a44ef0358028c09160148 4500be009e000401189000',
    )
    const notes =
      'F# F# G A A G F# E D D E F# F# E E F# F# G A A G F# E D D E F# E D D E E F# D E F# G F# D E F# G F# E D E A F# F# G A A G F# E D D E F# E D D\0'
    expect(inflated(inflateLznt1, input, notes.length)).toEqual(ascii(notes))
  })

  test('a chunk that is stored, and a match that points before its chunk', () => {
    expect(inflated(inflateLznt1, Uint8Array.of(0x02, 0x30, ...ascii('abc')), 3)).toEqual(ascii('abc'))
    const before = Uint8Array.of(0x02, 0x30, ...ascii('abc'), 0x02, 0xb0, 1, 0, 0)
    expect(inflated(inflateLznt1, before, 64)).toEqual(ascii('abc'))
  })
})

test('what was compressed inflates to the same', () => {
  const runs = fc.array(fc.tuple(fc.uint8Array({ maxLength: 12 }), fc.integer({ min: 1, max: 400 })), { maxLength: 12 })
  fc.assert(
    fc.property(runs, (parts) => {
      const bytes = new Uint8Array(
        parts.flatMap(([piece, times]) =>
          Array(times)
            .fill([...piece])
            .flat(),
        ),
      )
      expect(inflated(inflateXpress, compressXpress(bytes), bytes.length)).toEqual(bytes)
    }),
    { numRuns: 60 },
  )
})

test('any input fills no more than the output', () => {
  for (const inflate of [inflateXpress, inflateXpressHuffman, inflateLznt1])
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.integer({ min: 0, max: 5000 }), (input, bytes) => {
        expect(inflate(input, new Uint8Array(bytes))).toBeLessThanOrEqual(bytes)
      }),
    )
})
