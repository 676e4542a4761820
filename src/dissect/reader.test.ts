import { describe, expect, test } from 'vitest'
import type { FieldLine } from '../capture/field'
import { Reader } from './reader'
import { bits, dateText, filetime, filetimeSeconds, hex, hexBytes, named } from './show'
import { bytesOf } from './testing'

describe('numbers', () => {
  const bytes = bytesOf('01 0203 04050607 08090a0b0c0d0e0f')
  test('little-endian', () => {
    const from = new Reader(bytes)
    expect([from.u8(), from.u16(), from.u32(), from.u64()]).toEqual([1, 0x0302, 0x07060504, 0x0f0e0d0c0b0a0908n])
  })
  test('big-endian', () => {
    const from = new Reader(bytes)
    from.little = false
    expect([from.u8(), from.u16(), from.u32(), from.u64()]).toEqual([1, 0x0203, 0x04050607, 0x08090a0b0c0d0e0fn])
  })
  test('the highest bit makes nothing negative', () => expect(new Reader(bytesOf('ffffffff')).u32()).toBe(0xffffffff))
})

test('UUIDs follow the byte order', () => {
  const bytes = bytesOf('00112233 4455 6677 8899 aabbccddeeff')
  expect(new Reader(bytes).uuid()).toBe('33221100-5544-7766-8899-aabbccddeeff')
  const big = new Reader(bytes)
  big.little = false
  expect(big.uuid()).toBe('00112233-4455-6677-8899-aabbccddeeff')
})

describe('at the end', () => {
  test('a read gives nothing, and so does every smaller one after it', () => {
    const from = new Reader(bytesOf('0102'))
    expect(from.u32('Size')).toBeUndefined()
    expect(from.u8()).toBeUndefined()
    expect(from.note).toBe('the bytes end before: Size')
  })
  test('the first note stays, and is in the tree', () => {
    const lines: FieldLine[] = []
    const from = new Reader(bytesOf('01'), lines, 10)
    from.u16('A')
    from.u16('B')
    expect(from.note).toBe('the bytes end before: A')
    expect(lines).toEqual([{ label: 'Note', value: 'the bytes end before: A', at: 10, length: 0, depth: 0 }])
  })
  test('a part that is longer than what there is gets what there is', () => {
    const from = new Reader(bytesOf('010203'))
    expect(from.part(9).bytes).toEqual(bytesOf('010203'))
    expect(from.note).toBe('6 bytes are missing')
  })
  test('a window outside is empty', () => expect(new Reader(bytesOf('0102')).window(7, 9).bytes.length).toBe(0))
})

test('the tree holds places, levels, values and filters', () => {
  const lines: FieldLine[] = []
  const from = new Reader(bytesOf('ff 01000000 6100 0000'), lines, 100, 2)
  from.u8()
  from.group(
    'Thing',
    () => from.u32('Number', hex, 'thing.number'),
    (value) => String(value),
  )
  from.part(2).utf16(2, 'Letter')
  expect(lines).toEqual([
    { label: 'Thing', value: '1', at: 101, length: 4, depth: 2 },
    { label: 'Number', value: '0x00000001', at: 101, length: 4, depth: 3, filter: 'thing.number' },
    { label: 'Letter', value: 'a', at: 105, length: 2, depth: 2 },
  ])
})

test('align counts from the first byte of the reader', () => {
  const from = new Reader(bytesOf('00 0102 0304 0506 07')).window(1, 8)
  from.u8()
  from.align(4)
  expect(from.u8()).toBe(5)
})

describe('text', () => {
  test('UTF-16 in either order, an odd byte left out', () => {
    expect(new Reader(bytesOf('6100 e400 62')).utf16(5)).toBe('aä')
    const big = new Reader(bytesOf('0061'))
    big.little = false
    expect(big.utf16(2)).toBe('a')
  })
  test('bytes that are no UTF-8 do not throw', () => expect(new Reader(bytesOf('61ff')).text(2)).toBe('a\ufffd'))
})

describe('values', () => {
  test('names and bits', () => {
    expect(named({ 1: 'one' })(1)).toBe('one (1)')
    expect(named({ 1: 'one' })(2)).toBe('2')
    expect(bits({ 1: 'a', 0x80000000: 'z' })(0x80000001)).toBe('0x80000001 a z')
  })
  test('long bytes are cut', () => expect(hexBytes(new Uint8Array(65))).toMatch(/^(00){64}… \(65 bytes\)$/))
  test('FILETIMEs', () => {
    expect(filetimeSeconds(116444736000000000n)).toBe(0)
    expect(filetime(129122208000000000n)).toBe('2010-03-05 00:00:00 UTC')
    expect(filetimeSeconds(0n)).toBeUndefined()
    expect(filetimeSeconds(0x7fffffffffffffffn)).toBeUndefined()
    expect(dateText(1e300)).toBe('1e+300')
  })
})
