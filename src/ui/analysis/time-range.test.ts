import { expect, test } from 'vitest'
import { rangeOf, withRange } from './time-range'

test('a range is added to a filter, replaced and taken away again', () => {
  const first = withRange('tcp || udp', { from: 1, to: 2.5 })
  expect(first).toBe('(tcp || udp) && frame.time_relative >= 1.000000 && frame.time_relative <= 2.500000')
  expect(rangeOf(first)).toEqual({ from: 1, to: 2.5 })
  const second = withRange(first, { from: 0, to: 1 })
  expect(second).toBe('(tcp || udp) && frame.time_relative >= 0.000000 && frame.time_relative <= 1.000000')
  expect(withRange(second, undefined)).toBe('tcp || udp')
})

test('without another filter the range is all of it', () => {
  const range = withRange('', { from: 0, to: 3 })
  expect(range).toBe('frame.time_relative >= 0.000000 && frame.time_relative <= 3.000000')
  expect(withRange(range, undefined)).toBe('')
  expect(rangeOf('tcp.port == 135')).toBeUndefined()
})
