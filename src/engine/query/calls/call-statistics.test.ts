import { expect, test } from 'vitest'
import { GrowingTable, NONE } from '../../../capture/table'
import { Call, Outcome } from '../../../conversation/model'
import { Names } from '../../../names/names'
import { methodStatistics, percentile } from './call-statistics'

const names = Names.from({ interfaces: '', guids: '', win32: '', hresult: '', ntstatus: '', protocol: '' })

function table(rows: { opnum: number; microseconds: number; outcome?: Outcome }[]): GrowingTable {
  const calls = new GrowingTable(Call.COLUMNS)
  for (const { opnum, microseconds, outcome = Outcome.Response } of rows) {
    const row = calls.add()
    calls.set(Call.Opnum, row, opnum)
    calls.set(Call.Microseconds, row, microseconds)
    calls.set(Call.Outcome, row, outcome)
  }
  return calls
}

test('methods are distinguished and the slowest in total comes first', () => {
  const calls = table([
    { opnum: 3, microseconds: 200 },
    { opnum: 4, microseconds: 5000, outcome: Outcome.Fault },
    { opnum: 3, microseconds: 400 },
    { opnum: 3, microseconds: NONE, outcome: Outcome.Lost },
  ])
  const uuid = '00000143-0000-0000-c000-000000000046'
  const [first, second] = methodStatistics({ calls, interfaces: [uuid] }, names)
  expect(first).toMatchObject({ interfaceName: uuid, method: 'opnum 4', calls: 1, faults: 1, most: 0.005 })
  expect(second).toMatchObject({ method: 'opnum 3', calls: 3, unanswered: 1, median: 0.0002, most: 0.0004 })
})

test('where frames are given, only calls with one of them count', () => {
  const calls = table([
    { opnum: 3, microseconds: 200 },
    { opnum: 3, microseconds: 400 },
  ])
  for (const call of [0, 1]) {
    calls.set(Call.RequestFrame, call, 10 * call)
    calls.set(Call.ResponseFrame, call, 10 * call + 1)
  }
  const within = (...frames: number[]) => methodStatistics({ calls, interfaces: [] }, names, Uint32Array.from(frames))
  expect(within(1, 5)).toMatchObject([{ calls: 1, most: 0.0002 }])
  expect(within(10, 11)).toMatchObject([{ calls: 1, most: 0.0004 }])
  expect(within(5)).toEqual([])
})

test('a method without an answer has no times', () => {
  const [row] = methodStatistics({ calls: table([{ opnum: 3, microseconds: NONE }]), interfaces: [] }, names)
  expect(row).toEqual({ interfaceName: '', method: 'opnum 3', calls: 1, faults: 0, unanswered: 1 })
})

test('percentiles by nearest rank', () => {
  const sorted = Array.from({ length: 20 }, (_, index) => index + 1)
  expect([0.5, 0.95, 1].map((share) => percentile(sorted, share))).toEqual([10, 19, 20])
  expect(percentile([7], 0.5)).toBe(7)
})
