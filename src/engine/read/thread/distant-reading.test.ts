// However far the reading thread is ahead, the conversation and the findings are those of one thread.
import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { takeSnapshot } from '../../../capture/snapshot'
import type { Conversation } from '../../../conversation/model'
import { Call } from '../../../conversation/model'
import type { Names } from '../../../names/names'
import { allNames } from '../../../testing/diagnose'
import { seeds } from '../../../testing/fuzz/seeds'
import { Analysis, RowAnalysis } from '../analysis'
import { BlobSource } from '../blob-source'
import { DistantReading, type Thread } from './distant-reading'
import { Parser } from '../parser'
import { readInThread, type ReadOrder, type ReadReport } from './reading-thread'

const EXAMPLES = 'public/examples'
const module = new WebAssembly.Module(readFileSync('asm/build/release.wasm'))
const captures = [
  ...readdirSync(EXAMPLES)
    .filter((name) => name.endsWith('.pcapng'))
    .map((name) => ({ name, bytes: new Uint8Array(readFileSync(`${EXAMPLES}/${name}`)) })),
  ...seeds(false),
]
let names: Names

beforeAll(async () => {
  names = await allNames()
})

/** All that a conversation says, as text. */
function textOf({ connections, calls, interfaces, objects, smbLogons }: Conversation): string {
  const rows = Array.from({ length: calls.rows }, (_, row) =>
    Array.from({ length: Call.COLUMNS }, (_, column) => calls.get(column, row)),
  )
  return JSON.stringify({ connections, interfaces, objects, smbLogons, rows }, (_, value: unknown) =>
    value instanceof Map ? [...(value as Map<unknown, unknown>)] : value,
  )
}

async function inOneThread(bytes: Uint8Array): Promise<Analysis> {
  const analysis = await Analysis.start(module)
  analysis.feed(bytes)
  analysis.end()
  return analysis
}

/** A thread that works in this one, by messages that are copied as a worker's are. */
function threadHere(work = readInThread): Thread {
  const { port1, port2 } = new MessageChannel()
  port2.addEventListener('message', ({ data }: MessageEvent<ReadOrder>) => {
    void work(data, (report: ReadReport) => port2.postMessage(report)).then(() => {
      if ('close' in port2) setTimeout(() => port2.close(), 100)
    })
  })
  port1.start()
  port2.start()
  return port1 as unknown as Thread
}

test.each(captures)('$name: the conversation that only begins when all is read', async ({ bytes }) => {
  const one = await inOneThread(bytes)
  const parser = await Parser.over(module)
  const rows: number[] = []
  for (let at = 0; at < bytes.length; at += 1000) {
    parser.feed(bytes.subarray(at, at + 1000))
    rows.push(parser.capture.pdus.rows)
  }
  parser.end()
  const late = new RowAnalysis(parser)
  for (const count of rows) late.take(count)
  expect(textOf(late.conclude())).toBe(textOf(one.conversation!))
  expect(await late.diagnose(names)).toEqual(await one.diagnose(names))
})

test.each(captures.slice(0, 8))('$name: read by a thread', async ({ bytes }) => {
  const one = await inOneThread(bytes)
  const source = new BlobSource(new Blob([bytes]))
  const reading = await DistantReading.start(threadHere(), module, source)
  const counts: number[] = []
  await reading.read((count) => counts.push(count))
  const { analysis } = reading
  expect(textOf(analysis.conclude())).toBe(textOf(one.conversation!))
  expect(await analysis.diagnose(names)).toEqual(await one.diagnose(names))
  expect(takeSnapshot(reading.tables).tables).toEqual(takeSnapshot(one.parser.source).tables)
  expect([reading.format, source.consumed, counts.at(-1)]).toEqual([one.parser.format, bytes.length, bytes.length])
})

test('a file that is no capture is left after its head', async () => {
  const source = new BlobSource(new Blob([new Uint8Array(8 << 20)]))
  const reading = await DistantReading.start(threadHere(), module, source)
  await reading.read()
  expect(reading.analysis.isCapture).toBe(false)
  expect(source.consumed).toBeLessThan(8 << 20)
})

test('a file that can no longer be read rejects the reading', async () => {
  const gone = new Error('the file is gone')
  const work: typeof readInThread = (order, post) => {
    const stream = () => new ReadableStream({ type: 'bytes', start: (controller) => controller.error(gone) })
    return readInThread({ ...order, file: { stream, size: 100 } as unknown as Blob }, post)
  }
  const reading = await DistantReading.start(threadHere(work), module, new BlobSource(new Blob([])))
  await expect(reading.read()).rejects.toThrow('the file is gone')
})

test('a thread that cannot be had rejects at once', async () => {
  const broken: Thread = {
    postMessage: () => undefined,
    addEventListener: (type: string, listener: (event: never) => void) => {
      if (type === 'error') setTimeout(() => listener(new Event('error') as never))
    },
  }
  await expect(DistantReading.start(broken, module, new BlobSource(new Blob([])))).rejects.toThrow('the reading thread')
})
