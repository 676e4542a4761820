import { describe, expect, test } from 'vitest'
import type { FieldLine } from '../../capture/field'
import { branchText, fieldOfByte, linesInView, parentOf, summaryOf } from './field-tree'

const line = (label: string, at: number, length: number, depth: number): FieldLine => ({
  label,
  value: '',
  at,
  length,
  depth,
})
const fields = [
  line('Ethernet II', 0, 14, 0),
  line('Destination', 0, 6, 1),
  line('Transmission Control Protocol', 34, 20, 0),
  line('Flags', 46, 2, 1),
  line('Push', 47, 1, 2),
  line('Window', 48, 2, 1),
]
const inView = (isOpen: (index: number) => boolean) => linesInView(fields, isOpen).map(({ index }) => index)

test('a closed line hides what is under it, at every depth', () => {
  expect(inView(() => true)).toEqual([0, 1, 2, 3, 4, 5])
  expect(inView((index) => index !== 2)).toEqual([0, 1, 2])
  expect(inView((index) => index !== 3)).toEqual([0, 1, 2, 3, 5])
})

test('a line knows whether it has lines under it', () => {
  expect(linesInView(fields, () => true).map(({ parent }) => parent)).toEqual([true, false, true, true, false, false])
})

test('a branch is copied as it is indented', () => {
  expect(branchText(fields, 2)).toBe('Transmission Control Protocol\n  Flags\n    Push\n  Window')
  expect(branchText(fields, 3)).toBe('Flags\n  Push')
  expect(branchText(fields, 5)).toBeUndefined()
})

test('a byte belongs to the deepest field that holds it', () => {
  expect(fieldOfByte(fields, 3)).toBe(1)
  expect(fieldOfByte(fields, 10)).toBe(0)
  expect(fieldOfByte(fields, 47)).toBe(4)
  expect(fieldOfByte(fields, 20)).toBeUndefined()
})

test('the parent is the nearest line above of a smaller depth', () => {
  expect(parentOf(fields, 5)).toBe(2)
  expect(parentOf(fields, 4)).toBe(3)
  expect(parentOf(fields, 2)).toBeUndefined()
})

describe('the own line of a protocol', () => {
  const value = (filter: string, text: string, depth = 1): FieldLine => ({
    ...line('', 0, 1, depth),
    value: text,
    filter,
  })
  const headers = [
    line('Internet Protocol Version 4', 0, 20, 0),
    value('ip.src', '10.177.17.6'),
    value('ip.dst', '10.177.17.15'),
    line('Transmission Control Protocol', 20, 20, 0),
    value('tcp.srcport', '49157'),
    value('tcp.dstport', '59916'),
    value('tcp.flags', '0x0018 PSH, ACK'),
    line('DCE/RPC', 40, 32, 0),
    value('dcerpc.pkt_type', 'Fault (3)'),
    value('dcerpc.cn_status', '0x00000721 nca_s_fault_sec_pkg_error'),
    value('dcerpc.cn_status', 'deeper', 2),
    line('Payload', 72, 0, 0),
  ]

  test('names what is between whom, and what it is', () => {
    expect(headers.map((_, index) => summaryOf(headers, index)).filter(Boolean)).toEqual([
      '10.177.17.6 → 10.177.17.15',
      '49157 → 59916, PSH, ACK',
      'Fault, nca_s_fault_sec_pkg_error',
    ])
  })

  test('of a cut header names what is there', () => {
    expect(summaryOf(headers.slice(0, 2), 0)).toBe('10.177.17.6')
    expect(summaryOf(headers.slice(0, 1), 0)).toBe('')
    expect(summaryOf([], 0)).toBe('')
  })

  test('leaves lines alone that have a value, or are not a protocol', () => {
    expect(summaryOf([{ ...headers[0]!, value: 'cut' }, ...headers.slice(1)], 0)).toBe('')
    expect(summaryOf(headers, 1)).toBe('')
  })
})
