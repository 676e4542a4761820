// Event traces hold user names, command lines, SIDs and names of machines beside the frames: none of them leaves in a redacted export.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ByteWriter, utf16 } from '../../../testing/bytes'
import { cab } from '../../../testing/captures/etl/cabinet-writer'
import { allNames, found, SVCCTL } from '../../../testing/diagnose'
import {
  connectionRundown,
  dcomEvent,
  processRecord,
  rpcStart,
  rpcStop,
  serviceRecord,
  wfpDrop,
  wmiFailure,
} from '../../../testing/captures/etl/explaining-events'
import { componentEvents, pktmonEvents } from '../../../testing/captures/etl/frames-as-events'
import { netEvents, netStat, taskList, wfpState } from '../../../testing/captures/etl/report-files'
import { etl } from '../../../testing/captures/etl/trace-file'
import { isSynTo, timeOf } from '../../../testing/machine'
import { Scenario } from '../../../testing/scenario'
import { opened } from '../../worker/opened'
import { exportFrames, exportRedacted, exportReport } from './exporting'
import { openWhole } from '../../worker/open-whole'

const module = new WebAssembly.Module(readFileSync(new URL('../../../../asm/build/release.wasm', import.meta.url)))

/** What events, the kernel's records and the report say, and frames do not. */
const MARKS = [
  'markeduser',
  'markeddomain',
  'MARKEDPC',
  'S-1-5-21-1111-2222-3333-1001',
  'markedtool.exe',
  'markedpassword',
  'markedservice',
  'markedquery',
  'markedrule',
  'markedmaker',
  'markedfile',
  'markedprogram',
]

function markedTrace(): Uint8Array<ArrayBuffer> {
  const play = new Scenario()
  play.mapEndpoint(SVCCTL, 49200).close('client')
  play.unanswered({ port: 49200 })
  const { frames, client, server } = play
  const microseconds = timeOf(frames, isSynTo(49200)) + 30
  const ends = {
    local: [server.address, 49200] as [string, number],
    remote: [client.address, 50002] as [string, number],
  }
  const drop = { ...ends, application: '\\device\\markedprogram.exe', filterId: 70123, layerId: 44, inbound: true }
  const origin = { microseconds, processId: 4711, activity: 'bbbbbbbb-0000-0000-0000-000000000001' }
  const computer = new ByteWriter().fill(20).bytes(utf16('MARKEDPC\0')).take()
  const trace = etl(
    [
      ...pktmonEvents(frames),
      ...componentEvents(frames.at(-1)!.microseconds + 1e6),
      wfpDrop(origin, drop),
      wmiFailure(origin, {
        machine: 'MARKEDPC',
        user: 'markeddomain\\markeduser',
        clientProcessId: 4711,
        operation: 'Start IWbemServices::ExecQuery - root\\cimv2 : select * from markedquery',
        result: 0x80041010,
      }),
      dcomEvent(10036, origin, ['markeddomain', 'markeduser', 'S-1-5-21-1111-2222-3333-1001', client.address]),
      rpcStart('client', origin, {
        interface: '367abb81-9844-35f1-ad32-98f038001003',
        opnum: 15,
        protocol: 1,
        address: 'MARKEDPC',
        endpoint: '49200',
      }),
      rpcStop('client', { ...origin, microseconds: microseconds + 5 }, 1722),
      connectionRundown(origin, ends, 4711),
    ],
    {
      compressed: true,
      kernel: [
        processRecord(microseconds, 4711, 'markedtool.exe', 'markedtool.exe /password:markedpassword'),
        serviceRecord(microseconds, 4711, 'markedservice'),
        { microseconds, hook: 0xb0a, data: computer },
      ],
      sessionName: 'markedfile',
      fileName: 'C:\\Users\\markeduser\\markedfile.etl',
    },
  )
  return cab([
    { name: 'markedfile.etl', bytes: trace },
    netEvents([{ ...drop, microseconds }]),
    wfpState({ 70123: 'markedrule' }, 'markedmaker'),
    taskList([{ pid: 4711, image: 'markedtool.exe', services: ['markedservice'] }]),
    netStat([{ local: ['0.0.0.0', 49200], pid: 4711 }]),
  ])
}

/** The marks that bytes hold as ASCII or UTF-16, in any case. */
function heldBy(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString('latin1').toLowerCase()
  return MARKS.filter((mark) => {
    const [narrow, wide] = ['latin1', 'utf16le'] as const
    return [narrow, wide].some((as) => text.includes(Buffer.from(mark.toLowerCase(), as).toString('latin1')))
  })
}

test('no export of a redacted trace holds what its events say about users, programs and machines', async () => {
  const open = await openWhole(module, new Blob([markedTrace()]), await allNames())
  const facts = opened(open, 0)
  const notes = [
    { frame: 0, marked: true, comment: 'asked by markeddomain\\markeduser (S-1-5-21-1111-2222-3333-1001)' },
  ]
  // The original has them all: in findings, notices or events.
  expect(found(open.findings, 'firewall-dropped')!.explanation).toContain('markedrule')
  expect(heldBy(new TextEncoder().encode(JSON.stringify(facts))).length).toBeGreaterThan(8)

  const redacted = await exportRedacted(open, { reason: 'all' }, notes)
  expect(heldBy(new Uint8Array(await redacted.file.arrayBuffer()))).toEqual([])
  expect(heldBy(new TextEncoder().encode(JSON.stringify([redacted.notes, redacted.remarks])))).toEqual([])
  const report = await exportReport(
    (file, names) => openWhole(module, file, names),
    open,
    { ...facts, name: 'markedfile.cab' },
    notes,
    redacted,
  )
  for (const text of Object.values(report)) expect(heldBy(new TextEncoder().encode(text))).toEqual([])
  expect(redacted.remarks.join(' ')).toContain('events of the trace')
  const again = await openWhole(module, redacted.file, await allNames())
  expect(again.capture.frames.rows).toBe(open.capture.frames.rows)
  expect(heldBy(new TextEncoder().encode(JSON.stringify(opened(again, 0))))).toEqual([])
})

test('frames that are not redacted leave with drops and programs as their comments, without the texts of other events', async () => {
  const open = await openWhole(module, new Blob([markedTrace()]), await allNames())
  const { file } = await exportFrames(open, 'trace.cab', { reason: 'all' }, [])
  expect(heldBy(new Uint8Array(await file.arrayBuffer()))).toEqual(['markedtool.exe'])
})
