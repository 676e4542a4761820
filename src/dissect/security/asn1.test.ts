import { describe, expect, test } from 'vitest'
import { contentsOf, element, elements, integer, members, oidText, string, Tag, time } from './asn1'
import { Reader } from '../reader'
import { asciiOf, bytesOf, derOf, survives } from '../testing'

const read = (hexadecimal: string) => new Reader(bytesOf(hexadecimal))

describe('an element', () => {
  test.each([
    ['a short length', '0402 0102', 2],
    ['a length of one byte', `0481 80 ${'00'.repeat(128)}`, 128],
    ['a length of two bytes', `0482 0100 ${'00'.repeat(256)}`, 256],
    ['a length longer than it need be', '0484 00000001 05', 1],
  ])('with %s', (_, bytes, length) => expect(element(read(bytes))?.contents.bytes).toHaveLength(length))

  test('that is longer than its surroundings gives what there is', () => {
    const from = read('0484 ffffffff 0102')
    expect(element(from)?.contents.bytes).toEqual(bytesOf('0102'))
    expect(from.note).toBe('4294967293 bytes are missing')
  })
  test.each([
    ['an indefinite length', '3080 0000'],
    ['a length of five bytes', '0485 0000000001 00'],
    ['a tag beyond 30', '1f8101 00'],
    ['nothing', ''],
  ])('with %s is none', (_, bytes) => {
    const from = read(bytes)
    expect(element(from)).toBeUndefined()
    expect(from.note).toBeDefined()
  })
  test('of another kind is not taken', () => expect(contentsOf(read('0400'), Tag.Sequence)).toBeUndefined())
})

test('members stand under their numbers', () => {
  const found = members(read(derOf('30', derOf('a0', '020105'), derOf('a2', '020107'))))
  expect([...found.keys()]).toEqual([0, 2])
  expect(integer(found.get(2))).toBe(7)
  expect(integer(found.get(1))).toBeUndefined()
})

test('elements end where the bytes do', () => expect([...elements(read('0201 05 0201'))]).toHaveLength(2))

test.each([
  ['0201 05', 5],
  ['0201 ff', -1],
  ['0202 ff7b', -133],
  ['0204 12345678', 0x12345678],
  ['0a01 03', 3],
  ['0200', undefined],
  ['0209 000000000000000001', undefined],
  ['0401 05', undefined],
])('the integer %s', (bytes, value) => expect(integer(read(bytes))).toBe(value))

test.each([
  ['2b0601050502', '1.3.6.1.5.5.2'],
  ['2a864886f712010202', '1.2.840.113554.1.2.2'],
  ['883703', '2.999.3'],
  ['', ''],
  ['86', ''],
])('the object identifier %s', (bytes, text) => expect(oidText(bytesOf(bytes))).toBe(text))

test('strings and times', () => {
  expect(string(read(derOf('1b', asciiOf('HOST'))))).toBe('HOST')
  expect(time(read(derOf('18', asciiOf('20200918190021Z'))))).toBe(1600455621)
  expect(time(read(derOf('18', asciiOf('20200918190021.5Z'))))).toBe(1600455621)
  expect(time(read(derOf('18', asciiOf('20200918190021.123456Z'))))).toBe(1600455621)
  for (const wrong of [
    'yesterday',
    '',
    '2020091819002Z',
    '20200918190021',
    '20200918190021.Z',
    '20200918190021.5',
    '20200918190021ZZ',
    '202009181900211Z',
    '2020-0918190021Z',
    '20200918190021z',
  ])
    expect(time(read(derOf('18', asciiOf(wrong))))).toBeUndefined()
})

survives((from) => [...members(from).keys()], bytesOf(derOf('30', derOf('a0', '020105'), derOf('a2', '020107'))))
