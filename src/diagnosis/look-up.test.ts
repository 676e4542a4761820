import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FirstAbove, firstOfEachKind } from './look-up'

test('the first row of each kind, in order; rows of no kind are left out', () => {
  const kinds = [7, 7, undefined, 3, 7, 3, 0, 0, 3]
  const rows = kinds.map((_, row) => row)
  expect(firstOfEachKind(rows, (row) => kinds[row])).toEqual([0, 3, 6])
  expect(firstOfEachKind([], () => 1)).toEqual([])
})

test('as a walk that remembers every kind', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined })), (kinds) => {
      const rows = kinds.map((_, row) => row)
      const expected = rows.filter((row) => kinds[row] !== undefined && kinds.indexOf(kinds[row]) === row)
      expect(firstOfEachKind(rows, (row) => kinds[row])).toEqual(expected)
    }),
  )
})

test('the first item whose value is above a bound, as a walk finds it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: -1, max: 21 }), (values, bound) => {
      const found = new FirstAbove<number>()
      for (const [at, value] of values.entries()) found.add(value, at)
      const expected = values.findIndex((value) => value > bound)
      expect(found.above(bound)).toBe(expected < 0 ? undefined : expected)
    }),
  )
})
