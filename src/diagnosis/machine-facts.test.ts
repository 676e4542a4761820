import { expect, test } from 'vitest'
import { winpeCapture } from '../testing/case-study/winpe'
import { analysed } from '../testing/trace'
import { allNames, examine } from '../testing/diagnose'
import { Call, Outcome } from '../conversation/model'
import { etl } from '../testing/captures/etl/trace-file'
import { ndisEvents } from '../testing/captures/etl/frames-as-events'
import { processRecord, rpcStart, rpcStop } from '../testing/captures/etl/explaining-events'
import { Frame } from '../../asm/layout'

const ACTIVITY = 'bbbbbbbb-0000-0000-0000-000000000001'

test('the case study with events of RPC: the program is named, and the status that it saw stands beside the fault', async () => {
  const frames = winpeCapture()
  const { theCase, findings } = await examine(frames)
  const { calls, interfaces } = theCase.conversation
  const [first] = findings
  const shown = new Set(first!.evidence.map(({ frame }) => frame))
  const call = Array.from({ length: calls.rows }, (_, row) => row).find(
    (row) => shown.has(calls.get(Call.ResponseFrame, row)) && calls.get(Call.Outcome, row) === Outcome.Fault,
  )!
  const timeOf = (column: Call) => {
    const row = calls.get(column, call)
    const { frames: table } = theCase.capture
    return table.get(Frame.Seconds, row) * 1e6 + table.get(Frame.Nanos, row) / 1000
  }
  const origin = { processId: 4711, activity: ACTIVITY }
  const what = {
    interface: interfaces[calls.get(Call.Interface, call)]!,
    opnum: calls.get(Call.Opnum, call),
    protocol: 1,
    endpoint: '',
  }
  const trace = etl(
    [
      ...frames.flatMap((frame) => ndisEvents(frame)),
      rpcStart('client', { ...origin, microseconds: timeOf(Call.RequestFrame) - 200 }, what),
      rpcStop('client', { ...origin, microseconds: timeOf(Call.ResponseFrame) + 200 }, 1825),
    ],
    { kernel: [processRecord(frames[0]!.microseconds, 4711, 'collector.exe')] },
  )
  const [finding] = (await analysed(trace)).diagnose(await allNames())
  expect(finding!.rule).toBe(first!.rule)
  expect(finding!.explanation).toContain('The program that called is collector.exe (process 4711)')
  expect(finding!.layers).toContainEqual({
    layer: 'RPC at the client (event 7)',
    code: '1825',
    text: 'what the program saw: collector.exe (process 4711)',
  })
})
