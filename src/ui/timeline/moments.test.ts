import { expect, test } from 'vitest'
import { momentsOf, stacked } from './moments'

test('steps without frames are left out', () => {
  const timeline = { seconds: [0, 0.5, 1], frames: [3, 0, 1], calls: [1, 0, 0], faults: [0, 0, 1], closes: [0, 0, 1] }
  expect(momentsOf(timeline)).toEqual([
    { from: 0, to: 0.5, frames: 3, calls: 1, faults: 0, closes: 0 },
    { from: 1, to: 1.5, frames: 1, calls: 0, faults: 1, closes: 1 },
  ])
})

test('closes stand on faults and faults on calls, so that none hides another', () => {
  expect(stacked({ calls: [3, 0], faults: [2, 0], closes: [2, 1] })).toEqual({
    closes: [7, 1],
    faults: [5, 0],
    calls: [3, 0],
  })
})
