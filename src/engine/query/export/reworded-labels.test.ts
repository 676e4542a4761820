// Labels are shown, keys decide: with every label reworded, redaction, filters and reports give the same result.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { bytesOf } from '../../../dissect/testing'
import { fixedCapture } from '../../../testing/case-study/fixed'
import { winpeCapture } from '../../../testing/case-study/winpe'
import type { Frame } from '../../../testing/captures/file/frame'
import { pcapng } from '../../../testing/captures/file/pcapng'
import { Scenario } from '../../../testing/scenario'
import { wmiSession } from '../../../testing/wmi-session'

const LABELS = '../../../names/field-labels'
const module = new WebAssembly.Module(readFileSync(new URL('../../../../asm/build/release.wasm', import.meta.url)))

/** What is said of a capture by the code as it is loaded now. */
async function results(file: Uint8Array<ArrayBuffer>) {
  const { allNames } = await import('../../../testing/diagnose')
  const { openWhole } = await import('../../worker/open-whole')
  const { exportRedacted, exportReport } = await import('./exporting')
  const { opened } = await import('../../worker/opened')
  const { wmiTranscript } = await import('../../../describe/wmi-transcript')
  const open = await openWhole(module, new Blob([file]), await allNames())
  const rows = Array.from({ length: open.capture.frames.rows }, (_, row) => row)
  const details = await Promise.all(rows.map((row) => open.detail(row)))
  const fields = details.flatMap(({ parts }) => parts.flatMap((part) => part.fields))
  const filters = await open.filters()
  const offered = [...new Set(fields.flatMap(({ filter }) => filter ?? []))]
  await Promise.all(offered.map((name) => filters.load(name)))
  const { file: redacted } = await exportRedacted(open, { reason: 'all' }, [])
  return {
    redacted: Buffer.from(await redacted.arrayBuffer()).toString('hex'),
    matches: await Promise.all(offered.map(async (name) => [name, await filters.rows(name)])),
    offers: fields.map(({ filter, at, length, value }) => [filter, at, length, value]),
    report: await exportReport(
      (file, names) => openWhole(module, file, names),
      open,
      { ...opened(open, 0), seconds: 0 },
      [],
    ),
    lines: open.frameInfos(rows),
    wmi: wmiTranscript(open.conversation!, open.names!, (await open.wmi()).calls),
  }
}

/** Frames by hand for what redaction decides by, one each: IPv4 with options, an ICMP redirect, a neighbour, fragments of both, a datagram that is its only fragment. */
const BY_HAND = [
  `020000000002 020000000001 0800  46000024 0001 0000 40 11 0000 c0a80a01 c0a80a02 07040400  0400 0035 000c 0000 61626364`,
  `020000000002 020000000001 0800  45000038 0002 0000 40 01 0000 c0a80a01 c0a80a02  05010000 c0a80afe
   4500001c 0003 0000 40 11 0000 c0a80a02 c0a80b05 0400 0035 0008 0000`,
  `020000000002 020000000001 86dd  60000000 0020 3a ff fd000000000000000000000000000001 fd000000000000000000000000000002
   88000000 60000000 fd0000000000000000000000000000aa 0201 020000000001`,
  `020000000002 020000000001 0800  4500001c 0004 2000 40 11 0000 c0a80a01 c0a80a02  0400 0035 0100 0000`,
  `020000000002 020000000001 86dd  60000000 0010 2c 40 fd000000000000000000000000000001 fd000000000000000000000000000002
   11000001 00000005  0400 0035 0100 0000`,
  `020000000002 020000000001 86dd  60000000 0018 2c 40 fd000000000000000000000000000001 fd000000000000000000000000000002
   11000000 00000005  0400 0401 0010 0000 7365637265742121`,
  `020000000002 020000000001 8100 0064 0806  0001 0800 06 04 0001 020000000001 c0a80a01 000000000000 c0a80a02`,
].map((bytes, i): Frame => ({ microseconds: 1e15 + i, bytes: bytesOf(bytes).slice() }))

const wmi = new Scenario()
wmiSession(wmi)

const captures: Record<string, () => Frame[]> = {
  'frames of many protocols': () => BY_HAND,
  'a WMI session': () => wmi.frames,
  'the case study': () => winpeCapture().slice(380, 560),
  'the case study, put right': () => fixedCapture().slice(0, 120),
}

/** Reworded labels by the original. */
const reworded = new Map<string, string>()
let plain: Awaited<ReturnType<typeof results>>[]
let others: typeof plain

const all = async () => {
  const made = []
  for (const frames of Object.values(captures)) made.push(await results(pcapng(frames())))
  return made
}

beforeAll(async () => {
  plain = await all()
  vi.resetModules()
  vi.doMock(LABELS, async (original) => {
    const word = (label: string) => {
      if (!reworded.has(label)) reworded.set(label, `⟦${Math.floor(Math.random() * 1e9)}.${reworded.size}⟧`)
      return reworded.get(label)!
    }
    const tables = await original<Record<string, Record<string, string>>>()
    const other = (table: Record<string, string>) =>
      Object.fromEntries(Object.entries(table).map(([key, label]) => [key, word(label)]))
    return Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, other(table)]))
  })
  others = await all()
}, 120_000)

afterAll(() => {
  vi.doUnmock(LABELS)
  vi.resetModules()
})

/** The texts with the original labels in place of the reworded ones. */
function restored<T>(value: T): T {
  const labels = new Map(Array.from(reworded, ([label, word]) => [word, label]))
  return JSON.parse(JSON.stringify(value).replace(/⟦[\d.]+⟧/g, (word) => labels.get(word)!)) as T
}

test('the labels were reworded', () => {
  expect(JSON.stringify(others)).not.toEqual(JSON.stringify(plain))
  expect(new Set(reworded.values()).size).toBe(reworded.size)
})

test.each(Object.keys(captures).map((name, i) => [name, i] as const))('%s', (_, i) => {
  const [before, after] = [plain[i]!, others[i]!]
  expect(after.redacted).toBe(before.redacted)
  expect(restored(after.offers)).toEqual(restored(before.offers))
  expect(restored(after.matches)).toEqual(restored(before.matches))
  expect(restored(after.report)).toEqual(restored(before.report))
  expect(restored(after.lines)).toEqual(restored(before.lines))
  expect(restored(after.wmi)).toEqual(restored(before.wmi))
})
