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
  expect([12, 104_857_600, 1.5e9].map(bytesText)).toEqual(['12 bytes', '105 MB', '1.50 GB'])
})
