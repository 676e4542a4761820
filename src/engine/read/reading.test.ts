import { gzipSync, zipSync } from 'fflate'
import { readFile } from 'node:fs/promises'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { FileFormat, Frame, Pdu } from '../../../asm/layout'
import { GrowingTable } from '../../capture/table'
import type { Progress } from '../api'
import { Analysis } from './analysis'
import { readAll } from './read-all'
import { reporter, whyUnsupported } from './reading'
import { type Source, sourceOf } from './source'

const capture = { frames: new GrowingTable(Frame.COLUMNS), pdus: new GrowingTable(Pdu.COLUMNS) }

afterEach(() => void vi.useRealTimers())

test('each stage is reported at once, what goes on in it ten times a second', () => {
  vi.useFakeTimers({ now: 0 })
  const received: Progress[] = []
  const report = reporter({ capture }, 1000, (progress) => received.push(progress))
  const diagnosing = (rulesRun: number) => report({ bytesRead: 1000, stage: 'diagnosing', rulesRun, rules: 69 })
  report({ bytesRead: 10, stage: 'reading' })
  report({ bytesRead: 20, stage: 'reading' })
  vi.advanceTimersByTime(150)
  report({ bytesRead: 30, stage: 'reading' })
  report({ bytesRead: 1000, stage: 'diagnosing' })
  diagnosing(0)
  diagnosing(1)
  vi.advanceTimersByTime(150)
  diagnosing(2)
  report({ bytesRead: 1000, stage: 'done' })
  expect(received.map(({ stage, bytesRead, rulesRun }) => [stage, bytesRead, rulesRun])).toEqual([
    ['reading', 10, undefined],
    ['reading', 30, undefined],
    ['diagnosing', 1000, undefined],
    ['diagnosing', 1000, 0],
    ['diagnosing', 1000, 2],
    ['done', 1000, undefined],
  ])
  expect(received[0]).toMatchObject({ bytesTotal: 1000, frames: 0, pdus: 0 })
})

test('reading ends with the piece under way when no one wants the rest', async () => {
  const pieces = [1, 2, 3, 4]
  let consumed = 0
  async function* stream() {
    for (const piece of pieces) {
      consumed += piece
      yield await Promise.resolve(new Uint8Array(piece))
    }
  }
  const fed: number[] = []
  const source = {
    stream,
    get consumed() {
      return consumed
    },
  } as unknown as Source
  const parser = { format: () => FileFormat.Pcap, feed: (bytes: Uint8Array) => void fed.push(bytes.length) }
  await readAll(source, parser, (bytes) => bytes < 3)
  expect(fed).toEqual([1, 2])
})

describe('a packed file that holds no capture is named by what is inside', () => {
  const text = new TextEncoder().encode('A server answered with 0x800706BE today.\n'.repeat(100))
  /** A tar archive's first block: its name, and the magic of POSIX ustar at 257. */
  const tar = new Uint8Array(1024)
  tar.set(new TextEncoder().encode('trace.pcap'))
  tar.set(new TextEncoder().encode('ustar'), 257)
  test.each([
    ['notes.txt.gz', gzipSync(text), /notes\.txt\.gz is a gzip file, .* looks like text/],
    ['trace.tar.gz', gzipSync(tar), /trace\.tar\.gz is a gzip file, .* looks like a tar archive/],
    ['trace.gz', gzipSync(gzipSync(text)), /trace\.gz is a gzip file, .* looks like a gzip file/],
    ['nothing.gz', gzipSync(new Uint8Array(0)), /nothing\.gz is a gzip file, and its content is empty/],
    ['a.zip', zipSync({ 'b.pcap': text, 'c.txt': text }), /a\.zip is a ZIP archive, .* looks like text/],
    ['c.zip', zipSync({ 'c.txt': text }), /The ZIP archive holds no capture, but c\.txt/],
  ])('%s', async (name, packed, says) => {
    const module = await WebAssembly.compile(
      await readFile(new URL('../../../asm/build/release.wasm', import.meta.url)),
    )
    const analysis = await Analysis.start(module)
    const source = await sourceOf(new Blob([packed]))
    await analysis.read(source)
    analysis.end()
    expect(analysis.isCapture).toBe(false)
    expect((await whyUnsupported(source, name, analysis.parser.format)).refused).toMatch(says)
  })
})
