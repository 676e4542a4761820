import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evidenceFilter } from './evidence-filter'

test('rows become frame numbers, and neighbours become ranges', () => {
  expect(evidenceFilter([515, 518, 519, 520, 527, 515])).toBe('frame.number in {516, 519..521, 528}')
  expect(evidenceFilter([0])).toBe('frame.number in {1}')
  expect(evidenceFilter([])).toBe('')
})

test('the filter names every frame of the evidence and no other', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(200), { minLength: 1 }), (frames) => {
      const named = evidenceFilter(frames)
        .replace(/^.*\{|\}$/g, '')
        .split(', ')
        .flatMap((range) => {
          const [from, to = from] = range.split('..').map(Number)
          return Array.from({ length: to! - from! + 1 }, (_, i) => from! + i - 1)
        })
      expect(named).toEqual(frames.toSorted((a, b) => a - b))
    }),
  )
})
