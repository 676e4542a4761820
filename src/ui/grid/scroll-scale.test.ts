import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ScrollScale, TALLEST } from './scroll-scale'

function list(rows: number, viewport = 480): ScrollScale {
  const scale = new ScrollScale(24)
  scale.resize(rows, viewport)
  return scale
}

test('a short list scrolls pixel for pixel', () => {
  const scale = list(1000)
  expect(scale.extent).toBe(24_000)
  scale.scrolled(2400)
  expect(scale.range).toEqual({ from: 100, to: 120 })
  expect(scale.topOf(100)).toBe(0)
})

test('ten million rows fit an element that browsers can lay out, first and last row included', () => {
  const scale = list(10_000_000)
  expect(scale.extent).toBe(TALLEST)
  scale.scrolled(TALLEST - 480)
  expect(scale.range).toEqual({ from: 9_999_980, to: 10_000_000 })
  scale.scrolled(0)
  expect(scale.range.from).toBe(0)
})

test('small steps move a long list by the same pixels', () => {
  const scale = list(10_000_000)
  scale.moveTo(24 * 5_000_000)
  scale.scrolled(scale.top + 48)
  expect(scale.range.from).toBe(5_000_002)
})

test('small steps up from near the top pass every row', () => {
  const scale = list(10_000_000)
  scale.moveTo(24 * 100)
  let top = scale.top
  for (let steps = 0; scale.offset > 0 && steps < 1000; steps++) {
    const before = scale.offset
    top = scale.scrolled(Math.max(0, top - 24)) ?? Math.max(0, top - 24)
    expect(before - scale.offset).toBeLessThanOrEqual(24)
    if (top === 0 && scale.offset > 0) scale.moveBy(-24)
  }
  expect(scale.offset).toBe(0)
})

test('any row of any list can be revealed whole', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000_000 }), fc.nat(), fc.nat(), (rows, some, start) => {
      const scale = list(rows)
      scale.moveTo((start % rows) * 24)
      const row = some % rows
      const top = scale.reveal(row)
      expect(scale.topOf(row)).toBeGreaterThanOrEqual(0)
      expect(scale.topOf(row) + 24).toBeLessThanOrEqual(480)
      if (top !== undefined) expect(top).toBeLessThanOrEqual(scale.extent)
    }),
  )
})

test('a list that shrinks keeps the offset inside it', () => {
  const scale = list(1000)
  scale.scrolled(20_000)
  scale.resize(10, 480)
  expect(scale.offset).toBe(0)
})
