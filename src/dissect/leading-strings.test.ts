import { describe, expect, test } from 'vitest'
import { leadingStrings } from './leading-strings'
import { Reader } from './reader'
import { bytesOf, survives, treeOf } from './testing'

/** A pointer, a string, a BSTR without a zero at its end. */
const STUB = bytesOf(`
  00000200 03000000 00000000 03000000 530031000000 0000
  55736572 04000000 08000000 04000000 72006f006f007400
`)
const WIDE = bytesOf('0000020000000000 0300000000000000 0000000000000000 0300000000000000 530031000000 0000')

test('strings that can be recognised by their shape', () => {
  expect(leadingStrings(new Reader(STUB))).toEqual(['S1', 'root'])
  expect(leadingStrings(new Reader(WIDE), true)).toEqual(['S1'])
  expect(treeOf(leadingStrings, STUB)).toEqual(['String, by its shape: S1', 'String, by its shape: root'])
})

test('from the position of the reader, which does not change', () => {
  const reader = new Reader(STUB)
  reader.at = 24
  expect(leadingStrings(reader)).toEqual(['root'])
  expect(reader.at).toBe(24)
})

test('numbers and bytes are no strings', () => {
  expect(leadingStrings(new Reader(bytesOf('01000000 00000000 01000000 05000000')))).toEqual([])
  expect(leadingStrings(new Reader(bytesOf('02000000 00000000 02000000 01000200')))).toEqual([])
  expect(leadingStrings(new Reader(new Uint8Array(100)))).toEqual([])
})

test('big-endian', () => {
  const reader = new Reader(bytesOf('00000003 00000000 00000003 0053 0031 0000'))
  reader.little = false
  expect(leadingStrings(reader)).toEqual(['S1'])
})

describe('bad stubs', () => {
  survives(leadingStrings, STUB)
  survives((from) => leadingStrings(from, true), WIDE)
})
