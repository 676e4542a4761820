import { expect, test } from 'vitest'
import { bytesText, spanText, timeText } from './time-format'

test('the time column in each format', () => {
  const frame = { time: 0.223456789, delta: 0.000001, seconds: 1_290_000_001, nanos: 123_456_789 }
  expect(timeText(frame, 'relative')).toBe('0.223457')
  expect(timeText(frame, 'delta')).toBe('0.000001')
  expect(timeText(frame, 'utc')).toBe('2010-11-17 13:20:01.123456')
  expect(timeText({ time: 0, delta: 0 }, 'utc')).toBe('')
})

test('amounts take the unit that suits them', () => {
  expect([0.00021, 0.0123, 6.616, 600].map(spanText)).toEqual(['210 µs', '12.3 ms', '6.6 s', '10.0 min'])
  expect([7199, 7200, 86_400 * 3, 86_400 * 7966].map(spanText)).toEqual([
    '120.0 min',
    '2.0 h',
    '3.0 days',
    '7,966 days',
  ])
  expect([0.0009996, 0.9996].map(spanText)).toEqual(['1.00 ms', '1.0 s']) // never 1000 µs or 1.00e+3 ms
  expect([12, 104_857_600, 1.5e9].map(bytesText)).toEqual(['12 bytes', '105 MB', '1.50 GB'])
})
