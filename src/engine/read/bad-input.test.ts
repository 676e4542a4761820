// Whatever bytes come: a refusal in a sentence, or what could be decoded. Never a throw, never a hang.
import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Names } from '../../names/names'
import { Analysis } from './analysis'
import { lines, VIEWS } from '../cli/inspect-lines'
import { namesFrom } from './names-text'
import { FileFormat } from '../../../asm/layout'
import { unsupportedFile } from './unsupported-file'

const CUTS = 200
let module: WebAssembly.Module
let names: Names
let example: Uint8Array

beforeAll(async () => {
  const at = (path: string) => new URL(`../../../${path}`, import.meta.url)
  module = await WebAssembly.compile(await readFile(at('asm/build/release.wasm')))
  names = await namesFrom((table) => readFile(at(`src/names/data/${table}.tsv`), 'utf8'))
  example = await readFile(at('public/examples/case-study.pcapng'))
})

/** Everything that can be asked of a file; gives how many frames there were. */
async function readAll(bytes: Uint8Array, pieceBytes = bytes.length): Promise<Analysis> {
  const analysis = await Analysis.start(module)
  for (let at = 0; at < bytes.length; at += pieceBytes) analysis.feed(bytes.subarray(at, at + pieceBytes))
  analysis.end()
  for (const view of VIEWS) for await (const line of lines(analysis, names, view)) expect(line).toBeDefined()
  return analysis
}

test(`the example cut at each of ${CUTS} places keeps every frame before the cut`, { timeout: 120_000 }, async () => {
  let before = 0
  for (let cut = 1; cut <= CUTS; cut++) {
    const { capture, isCapture } = await readAll(example.subarray(0, Math.floor((example.length * cut) / CUTS)))
    expect(isCapture).toBe(true)
    expect(capture.frames.rows).toBeGreaterThanOrEqual(before)
    before = capture.frames.rows
  }
  expect(before).toBe(845)
})

test('pieces of any size give the same rows', async () => {
  const whole = await readAll(example)
  for (const pieceBytes of [1, 37, 4096]) {
    const { capture, conversation } = await readAll(example, pieceBytes)
    expect(capture.frames.rows).toBe(whole.capture.frames.rows)
    expect(capture.pdus.rows).toBe(whole.capture.pdus.rows)
    expect(conversation!.calls.rows).toBe(whole.conversation!.calls.rows)
  }
}, 60_000)

test('bytes changed at random never break anything', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 40 }),
      async (changes) => {
        const bytes = example.slice()
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        await readAll(bytes)
      },
    ),
    { numRuns: 60 },
  )
})

describe('what is no capture is refused in a sentence that says what it seems to be', () => {
  const text = (value: string) => new TextEncoder().encode(value)
  const random = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919 + (i >> 3) * 104729) & 255)
  test.each([
    ['nothing.pcap', new Uint8Array(0), /empty/],
    ['picture.png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...random), /PNG/],
    ['notes.txt', text('A server answered with 0x800706BE today.\n'.repeat(30)), /text/],
    ['archive.zip', Uint8Array.of(0x50, 0x4b, 3, 4, ...random), /ZIP/],
    ['trace.etl', random, /event trace/],
    ['noise.pcap', random, /not a packet capture/],
    ['short.pcap', Uint8Array.of(1, 2, 3), /too few/],
    ['cut.pcap', Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1, 2, 0), /begins as a pcap capture, but ends after 6 bytes/],
    [
      'cut.pcapng',
      Uint8Array.of(0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0),
      /begins as a pcapng capture, but ends after 8 bytes/,
    ],
  ])('%s', async (name, bytes, says) => {
    const analysis = await Analysis.start(module)
    analysis.feed(bytes)
    analysis.end()
    expect(analysis.isCapture).toBe(false)
    const { refused, advice } = unsupportedFile(bytes.subarray(0, 512), name, analysis.parser.format)
    expect(refused).toMatch(says)
    expect(refused.startsWith(name)).toBe(true)
    expect(advice).not.toBe('')
  })

  test('an event trace comes with the commands that convert it, which take its name only where it is harmless there', () => {
    const commands = (name: string) => unsupportedFile(random, name, FileFormat.Etl).commands
    expect(commands('net-2.etl')).toContain('pktmon etl2pcap net-2.etl --out net-2.pcapng')
    expect(commands('a & calc.etl')).toContain('etl2pcapng trace.etl trace.pcapng')
  })
})
