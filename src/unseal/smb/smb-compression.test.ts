// Decompression against the examples of MS-XCA 3.
import { expect, test } from 'vitest'
import { concatenate, fromHex, utf8 } from '../bytes'
import { decompressSmb, unpacked } from './smb-compression'

const hex = (text: string) => fromHex(text)!
const ALPHABET = utf8('abcdefghijklmnopqrstuvwxyz')
const ABC = utf8('abc'.repeat(100))

test('LZ77: the alphabet, and 100 times abc', () => {
  expect(unpacked(2, concatenate(hex('3f000000'), ALPHABET), 26)).toEqual(ALPHABET)
  expect(unpacked(2, hex('ffffff1f61626317000fff2601'), 300)).toEqual(ABC)
})

test('LZ77 with Huffman: the alphabet', () => {
  const table = new Uint8Array(256)
  table.set(hex('50555555555555555555554544 04'), 48)
  table[128] = 4
  const data = concatenate(table, hex('d8523ed794115be9195ff9d67cdf8d0400000000'))
  expect(unpacked(3, data, 26)).toEqual(ALPHABET)
})

test('LZNT1: the example of MS-XCA 3.3', () => {
  const data = hex(
    '38b08846232000204720410010a24701a045204400084501507900c045200524' +
      '138805b4024a44ef0358028c091601484500be009e000401189000',
  )
  expect(unpacked(1, data, 142)).toEqual(
    utf8(
      'F# F# G A A G F# E D D E F# F# E E F# F# G A A G F# E D D E F# E D D E E F# D E F# G F# D E F# G F# E D E A F# F# G A A G F# E D D E F# E D D\0',
    ),
  )
})

test('a chain of a plain part and a pattern', () => {
  const plain = hex('fe534d42')
  const message = concatenate(
    hex('fc534d42 0c000000 00000100 04000000'),
    plain,
    hex('04000000 08000000 aa000000 08000000'),
  )
  expect(decompressSmb(message)).toEqual(concatenate(plain, new Uint8Array(8).fill(0xaa)))
})

test('cut and changed bytes end in nothing or in bytes, never in an exception', () => {
  const message = concatenate(hex('fc534d42 2c010000 02000000 00000000'), hex('ffffff1f61626317000fff2601'))
  expect(decompressSmb(message)).toEqual(ABC)
  for (let length = 0; length < message.length; length++) decompressSmb(message.subarray(0, length))
  for (let at = 0; at < message.length; at++)
    for (const value of [0, 0x7f, 0xff]) {
      const changed = message.slice()
      changed[at] = value
      decompressSmb(changed)
    }
})
