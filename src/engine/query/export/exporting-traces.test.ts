// Frames of a trace, exported: Wireshark decodes them like those of the same capture, and their comments say what the trace knows.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { connectionRundown, processRecord } from '../../../testing/captures/etl/explaining-events'
import { componentEvents, ndisEvents, pktmonEvents } from '../../../testing/captures/etl/frames-as-events'
import { etl } from '../../../testing/captures/etl/trace-file'
import type { Frame } from '../../../testing/captures/file/frame'
import { pcapng } from '../../../testing/captures/file/pcapng'
import { winpeCapture } from '../../../testing/case-study/winpe'
import { allNames, SVCCTL } from '../../../testing/diagnose'
import { isSynTo } from '../../../testing/machine'
import { Scenario } from '../../../testing/scenario'
import { complaints, HAS_TSHARK, TSHARK_TIMEOUT, tsharkFields } from '../../../testing/tshark'
import { exportFrames } from './exporting'
import { openWhole } from '../../worker/open-whole'

const module = new WebAssembly.Module(readFileSync(new URL('../../../../asm/build/release.wasm', import.meta.url)))
const REAL = new URL('../../../../../shared/captures/etl/', import.meta.url)
const DECODED = [
  'frame.len',
  'frame.cap_len',
  'frame.protocols',
  'ip.src',
  'tcp.srcport',
  'dcerpc.pkt_type',
  'dcerpc.opnum',
]

async function exported(trace: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const open = await openWhole(module, new Blob([trace]), await allNames())
  const { file } = await exportFrames(open, 'trace.etl', { reason: 'all' }, [])
  return new Uint8Array(await file.arrayBuffer())
}

/** Comments of each frame, read again. */
async function commentsOf(capture: Uint8Array<ArrayBuffer>, frames: readonly number[]): Promise<string[][]> {
  const open = await openWhole(module, new Blob([capture]), await allNames())
  const found: string[][] = []
  for (const frame of frames) found.push((await open.detail(frame)).comments)
  return found
}

test('a comment names the components, the reason of a drop, and the process that owns the connection', async () => {
  const play = new Scenario()
  play.mapEndpoint(SVCCTL, 49200).close('client')
  play.unanswered({ port: 49200 })
  const { frames, client, server } = play
  const syn = frames.findIndex(isSynTo(49200))
  const asked = frames.findIndex(isSynTo(135))
  const tcp = frames[asked]!.bytes.subarray(34)
  const trace = etl(
    [
      ...pktmonEvents(frames, {
        drop: (frame) => (isSynTo(49200)(frame) ? { reason: 1231, location: 0xe0004504 } : undefined),
      }),
      ...componentEvents(frames.at(-1)!.microseconds + 1e6),
      connectionRundown(
        { microseconds: frames[asked]!.microseconds },
        { local: [server.address, 135], remote: [client.address, (tcp[0]! << 8) | tcp[1]!] },
        880,
      ),
    ],
    { compressed: true, kernel: [processRecord(frames[0]!.microseconds, 880, 'svchost.exe')] },
  )
  const [first, dropped] = await commentsOf(await exported(trace), [asked, syn])
  expect(first).toEqual([
    `Seen by pktmon at netvsc.sys, wfplwfs.sys, tcpip.sys.\nProcess 880 (svchost.exe) at ${server.address}:135`,
  ])
  expect(dropped!.join('\n')).toContain('Dropped by TCPIP: refused by inspection at accept (firewall) (reason 1231')
  expect(dropped!.join('\n')).toContain('TCPIP (dropped)')
})

describe.skipIf(!HAS_TSHARK)('tshark decodes', () => {
  const decoded = (capture: Uint8Array) => tsharkFields(capture, DECODED)

  test(
    'the case study as a trace of netsh and of pktmon like the case study',
    async () => {
      const frames: Frame[] = winpeCapture()
      const expected = decoded(pcapng(frames))
      expect(expected.length).toBe(frames.length)
      const netsh = frames.flatMap((frame) => ndisEvents(frame))
      expect(decoded(await exported(etl(netsh, { merged: true })))).toEqual(expected)
      const pktmon = await exported(etl(pktmonEvents(frames), { compressed: true, merged: true }))
      expect(decoded(pktmon)).toEqual(expected)
    },
    TSHARK_TIMEOUT,
  )

  const files = existsSync(REAL) ? readdirSync(REAL).filter((name) => name.endsWith('.etl')) : []
  test.each(files)(
    'every frame of the real trace %s without a complaint',
    async (name) => {
      const capture = await exported(new Uint8Array(readFileSync(new URL(name, REAL))))
      const open = await openWhole(module, new Blob([capture]), await allNames())
      expect(decoded(capture).length).toBe(open.capture.frames.rows)
      expect(complaints(capture)).toEqual([])
    },
    TSHARK_TIMEOUT,
  )
})
