import { expect, test } from 'vitest'
import { Paging } from '../../asm/layout'
import { GrowingTable, NONE, Table } from './table'

/** One page of two columns, of which three rows exist; what lies beyond them is not the table's. */
const page = new Uint32Array(2 << Paging.ROW_BITS).fill(7)
const opened: number[] = []
const table = new Table({
  rows: () => 3,
  page: (index) => {
    opened.push(index)
    return index === 0 ? page : new Uint32Array(0)
  },
})

test('a row that exists gives its value', () => expect(table.get(1, 2)).toBe(7))

test.each([NONE, 3, Paging.ROWS, NaN])('row %s gives NONE and opens no page', (row) => {
  opened.length = 0
  expect(table.get(0, row)).toBe(NONE)
  expect(opened).toEqual([])
})

test('rows that are added later are seen', () => {
  const growing = new GrowingTable(1)
  expect(growing.get(0, 0)).toBe(NONE)
  growing.set(0, growing.add(), 5)
  expect(growing.get(0, 0)).toBe(5)
})

test('a value is never written beyond the rows', () => {
  const growing = new GrowingTable(1)
  growing.add()
  expect(() => growing.set(0, 1, 5)).toThrow(RangeError)
  expect(() => growing.set(0, NONE, 5)).toThrow(RangeError)
})

test('a row of values is appended as they are, on the next page where one is full', () => {
  const growing = new GrowingTable(2)
  for (let row = 0; row <= Paging.ROWS; row++) expect(growing.addRow([row, NONE])).toBe(row)
  growing.set(1, Paging.ROWS, 7)
  expect([growing.get(0, 9), growing.get(1, 9), growing.get(0, Paging.ROWS), growing.get(1, Paging.ROWS)]).toEqual([
    9,
    NONE,
    Paging.ROWS,
    7,
  ])
})
