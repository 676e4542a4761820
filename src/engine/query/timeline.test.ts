import { expect, test } from 'vitest'
import { Frame } from '../../../asm/layout'
import { GrowingTable, NONE } from '../../capture/table'
import { Call, type Connection, Outcome } from '../../conversation/model'
import { timelineOf } from './timeline'

function framesAt(...seconds: number[]): GrowingTable {
  const frames = new GrowingTable(Frame.COLUMNS)
  for (const second of seconds) frames.set(Frame.Seconds, frames.add(), 1000 + second)
  return frames
}

test('everything is counted in the step in which it happened', () => {
  const calls = new GrowingTable(Call.COLUMNS)
  const call = calls.add()
  calls.set(Call.RequestFrame, call, 1)
  calls.set(Call.ResponseFrame, call, 2)
  calls.set(Call.Outcome, call, Outcome.Fault)
  const timeline = timelineOf(framesAt(0, 1, 9, 10), { calls, connections: [] }, 10)
  expect(timeline.seconds).toHaveLength(10)
  expect(timeline.frames).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 0, 2])
  expect(timeline.calls.indexOf(1)).toBe(1)
  expect(timeline.faults.indexOf(1)).toBe(9)
})

test('one moment, no frames, and clocks that jump back are no trouble', () => {
  const none = { calls: new GrowingTable(Call.COLUMNS), connections: [] }
  expect(timelineOf(framesAt(), none, 4).frames).toEqual([0, 0, 0, 0])
  expect(timelineOf(framesAt(5, 5), none, 4).frames).toEqual([2, 0, 0, 0])
  expect(timelineOf(framesAt(5, 3, 6), none, 4).frames).toEqual([2, 0, 0, 1])
})

test('a call without an answer counts where it was asked', () => {
  const calls = new GrowingTable(Call.COLUMNS)
  const call = calls.add()
  calls.set(Call.RequestFrame, call, 0)
  calls.set(Call.ResponseFrame, call, NONE)
  expect(timelineOf(framesAt(0, 4), { calls, connections: [] }, 2).calls).toEqual([1, 0])
})

test('only what is in the frames shown counts, over the whole time', () => {
  const calls = new GrowingTable(Call.COLUMNS)
  for (const request of [0, 2]) calls.set(Call.RequestFrame, calls.add(), request)
  const timeline = timelineOf(framesAt(0, 1, 9, 10), { calls, connections: [] }, 10, Uint32Array.of(1, 2))
  expect(timeline.seconds.at(-1)).toBe(9)
  expect(timeline.frames).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0, 1])
  expect(timeline.calls.reduce((sum, count) => sum + count, 0)).toBe(1)
})

test('calls are counted by the user who makes them, the busiest first; who is unknown and who is one too many is left out', () => {
  const users = Array.from({ length: 40 }, (_, at) => ({ user: `user${at}`, domain: 'CORP' }))
  const connections = [{ security: [...users, { mechanism: 'unknown' }], closes: [] }] as unknown as Connection[]
  const calls = new GrowingTable(Call.COLUMNS)
  const add = (security: number, frame: number) => {
    const call = calls.add()
    calls.set(Call.RequestFrame, call, frame)
    calls.set(Call.Security, call, security)
  }
  for (let user = 0; user < 40; user++) add(user, 0)
  for (const frame of [0, 1, 1]) add(7, frame)
  add(40, 1)
  add(NONE, 1)
  const timeline = timelineOf(framesAt(0, 4), { calls, connections }, 2)
  expect(timeline.users[0]).toEqual({ name: 'CORP\\user7', calls: [2, 2] })
  expect(timeline.users).toHaveLength(24)
  expect(timeline.users.some(({ name }) => name === '')).toBe(false)
  expect(timeline.calls).toEqual([41, 4])
})
