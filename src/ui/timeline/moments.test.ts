import { expect, test } from 'vitest'
import { callSeries, momentsOf, stacked } from './moments'

test('steps without frames are left out', () => {
  const users = [
    { name: 'anna', calls: [1, 0, 0] },
    { name: 'peter', calls: [0, 0, 0] },
  ]
  const timeline = {
    seconds: [0, 0.5, 1],
    frames: [3, 0, 1],
    calls: [1, 0, 0],
    users,
    faults: [0, 0, 1],
    closes: [0, 0, 1],
  }
  expect(momentsOf(timeline)).toEqual([
    { from: 0, to: 0.5, frames: 3, calls: 1, users: [{ name: 'anna', calls: 1 }], faults: 0, closes: 0 },
    { from: 1, to: 1.5, frames: 1, calls: 0, users: [], faults: 1, closes: 1 },
  ])
})

test('each layer stands on those below it, so that none hides another', () => {
  expect(
    stacked([
      [3, 0],
      [2, 0],
      [2, 1],
    ]),
  ).toEqual([
    [3, 0],
    [5, 0],
    [7, 1],
  ])
  expect(stacked([])).toEqual([])
})

const colourOf = (name: string) => ({ anna: 1, peter: 0, eve: 1 })[name]

test('calls are parted by the colour of their identity; those without one are the rest', () => {
  const users = [
    { name: 'anna', calls: [2, 0] },
    { name: 'peter', calls: [1, 1] },
    { name: 'unknown to all connections', calls: [1, 0] },
    { name: 'eve', calls: [0, 1] },
  ]
  expect(callSeries({ calls: [5, 2], users }, colourOf)).toEqual([
    { label: 'anna, eve', colour: 1, calls: [2, 1] },
    { label: 'peter', colour: 0, calls: [1, 1] },
    { label: 'other calls', calls: [2, 0] },
  ])
})

test('calls without any identity are one series, and none is left over where each has one', () => {
  expect(callSeries({ calls: [5, 2], users: [{ name: 'x', calls: [5, 2] }] }, colourOf)).toEqual([
    { label: 'calls', calls: [5, 2] },
  ])
  expect(callSeries({ calls: [5, 2], users: [{ name: 'anna', calls: [5, 2] }] }, colourOf)).toEqual([
    { label: 'anna', colour: 1, calls: [5, 2] },
  ])
})
