import { expect, test } from 'vitest'
import { Frame } from '../../asm/layout'
import { GrowingTable } from '../capture/table'
import { bytesText, spanText, timeText } from './time-format'

const frames = new GrowingTable(Frame.COLUMNS)
for (const [seconds, nanos] of [
  [1_290_000_000, 900_000_000],
  [1_290_000_001, 123_456_789],
] as const) {
  const row = frames.add()
  frames.set(Frame.Seconds, row, seconds)
  frames.set(Frame.Nanos, row, nanos)
}

test('the time column in each format', () => {
  expect(timeText(frames, 0, 'relative')).toBe('0.000000')
  expect(timeText(frames, 1, 'relative')).toBe('0.223457')
  expect(timeText(frames, 0, 'delta')).toBe('0.000000')
  expect(timeText(frames, 1, 'delta')).toBe('0.223457')
  expect(timeText(frames, 1, 'utc')).toBe('2010-11-17 13:20:01.123456')
})

test('amounts take the unit that suits them', () => {
  expect([0.00021, 0.0123, 6.616, 600].map(spanText)).toEqual(['210 µs', '12.3 ms', '6.6 s', '10.0 min'])
  expect([12, 104_857_600, 1.5e9].map(bytesText)).toEqual(['12 bytes', '105 MB', '1.50 GB'])
})
