import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dateOf } from './date'

describe('dates with a zone', () => {
  test.each([
    ['2010-06-14 17:20:36Z', 1_276_536_036_000_000_000n],
    ['2010-06-14T17:20:36.335313Z', 1_276_536_036_335_313_000n],
    ['2010-06-14 17:20:36.335313001 UTC', 1_276_536_036_335_313_001n],
    ['2010-06-14 19:20:36+02:00', 1_276_536_036_000_000_000n],
    ['2010-06-14 12:50:36-0430', 1_276_536_036_000_000_000n],
    ['2010-06-14 17:20Z', 1_276_536_000_000_000_000n],
    ['Jun 14, 2010 17:20:36.335313 UTC', 1_276_536_036_335_313_000n],
    ['jun  4, 2010 17:20:36 GMT', 1_275_672_036_000_000_000n],
  ])('%s', (text, nanoseconds) => expect(dateOf(text)).toBe(nanoseconds))
})

test('a date without a zone is in the zone of the machine', () => {
  expect(dateOf('2024-01-31 10:00:00')).toBe(BigInt(new Date(2024, 0, 31, 10).getTime()) * 1_000_000n)
  expect(dateOf('2024-01-31')).toBe(BigInt(new Date(2024, 0, 31).getTime()) * 1_000_000n)
})

test.each([
  '',
  '2024',
  '2024-13-01',
  '2024-02-30',
  '2024-01-31 25:00',
  'Foo 3, 2024 10:00:00',
  'Jun 14, 2010',
  '17:20:36',
])('no date: %s', (text) => expect(dateOf(text)).toBeUndefined())

test('what a date is written as reads back', () =>
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }), (date) => {
      expect(dateOf(date.toISOString())).toBe(BigInt(date.getTime()) * 1_000_000n)
    }),
  ))
