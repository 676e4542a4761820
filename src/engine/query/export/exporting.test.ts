// Sub-captures and reports of whole captures: read again they say the same.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { allNames } from '../../../testing/diagnose'
import { winpeCapture } from '../../../testing/case-study/winpe'
import { pcapng } from '../../../testing/captures/file/pcapng'
import { HAS_TSHARK, tsharkFields } from '../../../testing/tshark'
import { frameLine } from '../../../describe/frame-line'
import type { Opened } from '../../api'
import { exportFrames, exportRedacted, exportReport } from './exporting'
import type { OpenCapture } from '../../worker/open-capture'
import { openWhole } from '../../worker/open-whole'

const module = new WebAssembly.Module(readFileSync(new URL('../../../../asm/build/release.wasm', import.meta.url)))
const opened = async (bytes: Uint8Array<ArrayBuffer>) => openWhole(module, new Blob([bytes]), await allNames())

const facts = (open: OpenCapture, name = 'case "study" <b>.pcapng'): Opened => ({
  name,
  bytes: open.file.size,
  format: 'pcapng',
  frames: open.capture.frames.rows,
  pdus: open.capture.pdus.rows,
  connections: open.conversation?.connections.length ?? 0,
  calls: open.conversation?.calls.rows ?? 0,
  events: 0,
  hosts: 2,
  firstTime: 1.3e9,
  lastTime: 1.3e9 + 6,
  findings: open.findings,
  notices: [],
  cached: false,
  seconds: 0,
})

const bytesOf = async (file: Blob) => new Uint8Array(await file.arrayBuffer())
const rowsOf = ({ capture }: OpenCapture) =>
  Array.from({ length: capture.frames.rows }, (_, row) => frameLine(capture, row))

const study = pcapng(winpeCapture(), { operatingSystem: 'Windows 7', interfaceName: 'eth0' })

describe('a sub-capture', () => {
  test('of all frames has the same rows and findings', async () => {
    const open = await opened(study)
    const { file, frames } = await exportFrames(open, 'a.pcapng', { reason: 'all' }, [])
    const again = await opened(await bytesOf(file))
    expect(frames).toBe(open.capture.frames.rows)
    expect(rowsOf(again)).toEqual(rowsOf(open))
    expect(again.findings).toEqual(open.findings)
  })

  test('holds the chosen frames once each in order, with comments, original and new', async () => {
    const open = await opened(study)
    const notes = [{ frame: 524, marked: true, comment: 'the refusal – look' }]
    const choice = { reason: 'marked', rows: [524, 3, 3, 1e6] }
    const { file } = await exportFrames(open, 'a.pcapng', choice, notes)
    const again = await opened(await bytesOf(file))
    expect(again.capture.frames.rows).toBe(2)
    expect((await again.detail(1)).comments).toEqual(['the refusal – look'])
    const once = await exportFrames(again, 'b.pcapng', { reason: 'all' }, [])
    expect((await (await opened(await bytesOf(once.file))).detail(1)).comments).toEqual(['the refusal – look'])
  })

  test('of a conversation takes the rest of it along', async () => {
    const open = await opened(study)
    const { file } = await exportFrames(open, 'a', { reason: 'conversation', rows: [], connectionsOf: [524] }, [])
    const again = await opened(await bytesOf(file))
    expect(again.capture.streams.rows).toBe(1)
    expect(again.capture.frames.rows).toBeGreaterThan(10)
  })

  test.skipIf(!HAS_TSHARK)('opens in tshark with the same times, lengths and comments', async () => {
    const open = await opened(study)
    const rows = [0, 9, 524]
    const { file } = await exportFrames(open, 'a.pcapng', { reason: 'marked', rows }, [
      { frame: 9, marked: true, comment: 'here' },
    ])
    const fields = ['frame.time_epoch', 'frame.len', 'frame.cap_len', 'ip.src', 'frame.comment']
    const original = tsharkFields(study, fields)
    const exported = tsharkFields(await bytesOf(file), fields)
    expect(exported.map((row) => row.slice(0, 4))).toEqual(rows.map((row) => original[row]!.slice(0, 4)))
    expect(exported.map((row) => row[4])).toEqual(['', 'here', ''])
  })
})

describe('a report', () => {
  test('says the same in every form', async () => {
    const open = await opened(study)
    const notes = [{ frame: 524, marked: true, comment: 'look <here>' }]
    const { markdown, html, json } = await exportReport(
      (file, names) => openWhole(module, file, names),
      open,
      facts(open),
      notes,
    )
    const report = JSON.parse(json)
    expect(report.findings[0].rule).toBe('identity-switch')
    expect(report.capture.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(report.frames.map(({ frame }: { frame: number }) => frame)).toContain(525)
    expect(markdown).toContain('## ' + report.findings[0].title.replaceAll('\\', '\\\\').slice(0, 10))
    expect(markdown).toContain('### Frame 525')
    expect(markdown).toContain('0x00000721')
    expect(html).toContain('id="frame-525"')
    expect(html).toContain('<svg class="ladder"')
    expect(html).toContain('look &lt;here&gt;')
    expect(html).toContain('case &quot;study&quot; &lt;b&gt;.pcapng')
    expect(html).not.toMatch(/<script|<b>| on[a-z]+=|javascript:/)
  })

  test('of a redacted copy names no one and finds the same', async () => {
    const open = await opened(study)
    const notes = [{ frame: 524, marked: true, comment: 'jiangyue again, on PE06 at 10.177.17.6' }]
    const redacted = await exportRedacted(open, { reason: 'all' }, notes)
    const { markdown, html, fragment, json } = await exportReport(
      (file, names) => openWhole(module, file, names),
      open,
      facts(open),
      notes,
      redacted,
    )
    for (const text of [markdown, html, fragment, json])
      expect(text).not.toMatch(/jiangyue|redmond|administrator|PE06|10\.177|winpe|case "study"/i)
    expect(JSON.parse(json).findings.map(({ rule }: { rule: string }) => rule)).toEqual(
      open.findings.filter(({ kind }) => kind === 'finding').map(({ rule }) => rule),
    )
    expect(JSON.parse(json).redaction.join(' ')).toContain('Not looked for')
  })
})
