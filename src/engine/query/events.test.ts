import { expect, test } from 'vitest'
import { componentEvents, pktmonEvents } from '../../testing/captures/etl/frames-as-events'
import { processRecord, rpcStart, rpcStop } from '../../testing/captures/etl/explaining-events'
import { etl } from '../../testing/captures/etl/trace-file'
import { Scenario } from '../../testing/scenario'
import { analysed } from '../../testing/trace'
import { Trace } from '../../etw/events/trace'
import { ReportReader } from '../../etw/report/report-reader'
import { adapterInfo, wfpState } from '../../testing/captures/etl/report-files'
import { Filters } from './filtering'
import { MissingSource } from '../read/source'
import { aboutTrace, eventRows, eventsOfFrames, eventsWith, pathOf } from './events'

async function example() {
  const play = new Scenario()
  play.activate({ logon: play.logon('CORP\\admin', 'privacy') })
  const { frames } = play
  const at = {
    microseconds: frames[2]!.microseconds + 1,
    processId: 4711,
    activity: 'f078c035-5745-458f-ace5-c1d36bad0de7',
  }
  const call = { interface: '000001a0-0000-0000-c000-000000000046', opnum: 4, protocol: 1, endpoint: '135' }
  const records = [
    ...pktmonEvents(frames, { cut: 128 }),
    ...componentEvents(frames.at(-1)!.microseconds + 1e6),
    rpcStart('client', at, call),
    rpcStop('client', { ...at, microseconds: at.microseconds + 5 }, 5),
  ]
  const kernel = [processRecord(frames[0]!.microseconds, 4711, 'collector.exe')]
  const analysis = await analysed(etl(records, { kernel, compressed: true }))
  return { analysis, trace: new Trace(analysis.capture), frames }
}

test('events are listed with program, text and frame; those that only carry a frame are not', async () => {
  const { trace, frames } = await example()
  const all = eventsWith(trace, '')
  expect(all.length).toBe(6)
  const [row, ...others] = eventsWith(trace, 'CLIENT call start')
  expect(others).toEqual([])
  const [event] = await eventRows(trace, new MissingSource(0), Uint32Array.of(row!))
  expect(event).toMatchObject({ provider: 'RPC', id: 5, process: 'collector.exe (4711)', frame: 2, isTied: false })
  expect(event!.text).toContain('ProcNum: 4')
  expect(event!.fields).toContainEqual({ name: 'Endpoint', value: '135' })
  expect(event!.time).toBeCloseTo((frames[2]!.microseconds + 1 - frames[0]!.microseconds) / 1e6, 6)
  expect(eventsWith(trace, 'nothing of the kind').length).toBe(0)
})

test('a frame says where pktmon saw its packet', async () => {
  const { trace } = await example()
  expect(pathOf(trace, 0)).toBe('Seen by pktmon at netvsc.sys, wfplwfs.sys, tcpip.sys.')
})

test('filters know the events of a frame', async () => {
  const { analysis, trace } = await example()
  const filters = new Filters({ ...analysis.case }, { events: () => Promise.resolve(eventsOfFrames(trace)) })
  const rowsOf = async (text: string) => {
    const found = await filters.rows(text)
    return 'rows' in found ? found.rows.length : JSON.stringify(found)
  }
  expect(await rowsOf('event.provider contains "PktMon" && event.id == 160')).toBe(analysis.capture.frames.rows)
  expect(await rowsOf('event.id == 170')).toBe(0)
})

test('About says what the trace holds and what it does not', async () => {
  const { trace, frames } = await example()
  const about = aboutTrace(trace)
  expect(about).toMatchObject({ tool: 'pktmon', frameEvents: 3 * frames.length, dropEvents: 0, cut: 128 })
  expect(about.explanation[0]).toContain('--pkt-size 0')
  expect(about.providers[0]!.name).toBe('Microsoft-Windows-PktMon')
})

test('About lists what the report of netsh beside the trace says', async () => {
  const reader = new ReportReader()
  for (const { name, bytes } of [wfpState({ 1: 'One', 2: 'Two' }, 'P'), adapterInfo(['Intel(R) I210'])])
    reader.add(name, bytes)
  const analysis = await analysed(etl([]), undefined, reader.report())
  const trace = new Trace(analysis.capture)
  expect(aboutTrace(trace).report).toEqual([
    'Read: wfpstate.xml, adapterinfo.txt',
    '2 filters of the firewall with their rules',
    'Network card: Intel(R) I210, driver 12.19.2.50',
  ])
  expect(aboutTrace((await example()).trace).report).toEqual([])
})
