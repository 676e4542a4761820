import { expect, test } from 'vitest'
import { winpeCapture } from '../testing/case-study/winpe'
import { analysed } from '../testing/trace'
import { allNames, examine } from '../testing/diagnose'
import { Call, Outcome } from '../conversation/model'
import { etl } from '../testing/captures/etl/trace-file'
import { ndisEvents } from '../testing/captures/etl/frames-as-events'
import { ReportReader } from '../etw/report/report-reader'
import { netStat, taskList } from '../testing/captures/etl/report-files'
import { processRecord, rpcStart, rpcStop } from '../testing/captures/etl/explaining-events'
import { Frame } from '../../asm/layout'

const ACTIVITY = 'bbbbbbbb-0000-0000-0000-000000000001'

test('the case study with events of RPC: the program is named, and the status that it saw is beside the fault', async () => {
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
  const [finding] = await (await analysed(trace)).diagnose(await allNames())
  expect(finding!.rule).toBe(first!.rule)
  expect(finding!.explanation).toContain('The program that called is collector.exe (process 4711)')
  expect(finding!.layers).toContainEqual({
    layer: 'RPC at the client (event 7)',
    code: '1825',
    text: 'what the program saw: collector.exe (process 4711)',
  })
})

test('the report’s list of connections names the programs at both ends, also without events of RPC', async () => {
  const frames = winpeCapture()
  const { theCase, findings } = await examine(frames)
  const stream = findings[0]!.streams[0]!
  const { client, server } = theCase.conversation.connections.find((one) => one.stream === stream)!
  const reader = new ReportReader()
  const files = [
    taskList([
      { pid: 4711, image: 'collector.exe' },
      { pid: 880, image: 'svchost.exe', services: ['RpcSs'] },
    ]),
    netStat([
      { local: [client.text, client.port], remote: [server.text, server.port], pid: 4711 },
      { local: [server.text, server.port], remote: [client.text, client.port], pid: 880 },
    ]),
  ]
  for (const { name, bytes } of files) reader.add(name, bytes)
  const trace = etl(frames.flatMap((frame) => ndisEvents(frame)))
  const [finding] = await (await analysed(trace, undefined, reader.report())).diagnose(await allNames())
  expect(finding!.explanation).toContain('The program that called is collector.exe (process 4711)')
  expect(finding!.explanation).toContain('The program that served is svchost.exe (process 880: RpcSs)')
  const [without] = await (await analysed(trace)).diagnose(await allNames())
  expect(without!.explanation).not.toContain('The program that')
})
