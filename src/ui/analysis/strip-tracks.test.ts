import { expect, test } from 'vitest'
import type { ConnectionRow } from '../../engine/api'
import { connectionBars, marksOf, partsOfConnections, placed } from './strip-tracks'

const row = (name: string): ConnectionRow => ({
  index: 0,
  stream: 0,
  client: 'a:1',
  server: 'b:2',
  transport: 'TCP',
  firstFrame: 0,
  lastFrame: 1,
  calls: 0,
  faults: 0,
  unanswered: 0,
  closed: '',
  identities: name ? [{ name, level: '', type: '', state: '', firstFrame: 0 }] : [],
  interfaces: [],
})

test('a bar spans the time of its connection and has the colour of its identity', () => {
  const bars = connectionBars(partsOfConnections([row('x'), row('')]), [2, 4, 9, 10], 10, () => 3)
  expect(bars.map(({ left, width, colour }) => [left, width, colour])).toEqual([
    [20, 20, 3],
    [90, 10, undefined],
  ])
})

test('a connection is parted where its identity changes, within its own frames', () => {
  const named = (name: string, firstFrame: number) => ({ ...row('x').identities[0]!, name, firstFrame })
  const one = { ...row(''), firstFrame: 3, lastFrame: 9, identities: [named('x', 4), named('y', 7), named('z', 99)] }
  expect(partsOfConnections([one]).map(({ identity, first, last }) => [identity, first, last])).toEqual([
    ['x', 3, 7],
    ['y', 7, 9],
    ['z', 9, 9],
  ])
})

test('a moment is wide enough to be seen, and nothing leaves the strip', () => {
  expect(placed(10, 10, 10)).toEqual({ left: 99.7, width: expect.closeTo(0.3) as number })
  expect(placed(0, 0, 0)).toEqual({ left: 0, width: 100 })
})

test('marks are in the middle of the steps that have faults or closes', () => {
  expect(
    marksOf({ seconds: [0, 1], frames: [1, 1], calls: [0, 0], users: [], faults: [0, 2], closes: [1, 0] }),
  ).toEqual({
    faults: [75],
    closes: [25],
  })
})
