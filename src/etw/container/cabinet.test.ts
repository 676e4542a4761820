import { deflateRawSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { ByteWriter } from '../../testing/bytes'
import { ndisEvents } from '../../testing/captures/etl/frames-as-events'
import { etl } from '../../testing/captures/etl/trace-file'
import { Scenario } from '../../testing/scenario'
import { Analysis } from '../../engine/read/analysis'
import { sourceOf } from '../../engine/read/source'
import { readFileSync } from 'node:fs'
import { traceInCabinet } from './cabinet'

const BLOCK = 0x8000
const module = new WebAssembly.Module(readFileSync(new URL('../../../asm/build/release.wasm', import.meta.url)))

function trace(): Uint8Array<ArrayBuffer> {
  const play = new Scenario()
  play.activate({ logon: play.logon('CORP\\admin', 'privacy') })
  return etl(play.frames.flatMap((frame) => ndisEvents(frame)))
}

/** A cabinet of one folder packed with MSZIP; each block's deflate refers to the one before. */
function cab(files: { name: string; bytes: Uint8Array }[]): Uint8Array<ArrayBuffer> {
  const all = Buffer.concat(files.map(({ bytes }) => bytes))
  const blocks: Buffer[] = []
  for (let at = 0; at < all.length; at += BLOCK)
    blocks.push(deflateRawSync(all.subarray(at, at + BLOCK), { dictionary: all.subarray(Math.max(0, at - BLOCK), at) }))
  const list = new ByteWriter()
  let place = 0
  for (const { name, bytes } of files) {
    list.u32(bytes.length).u32(place).u16(0).u16(0).u16(0).u16(0x20).ascii(`${name}\0`)
    place += bytes.length
  }
  const dataAt = 36 + 8 + list.length
  const out = new ByteWriter()
    .ascii('MSCF')
    .u32(0)
    .u32(0)
    .u32(0)
    .u32(36 + 8)
    .u32(0)
    .u8(3)
    .u8(1)
  out.u16(1).u16(files.length).u16(0).u16(1).u16(0)
  out.u32(dataAt).u16(blocks.length).u16(1).bytes(list.take())
  blocks.forEach((block, index) =>
    out
      .u32(0)
      .u16(block.length + 2)
      .u16(Math.min(BLOCK, all.length - index * BLOCK))
      .ascii('CK')
      .bytes(block),
  )
  return out.take()
}

async function framesOf(file: Uint8Array<ArrayBuffer>): Promise<{ frames: number; note: string | undefined }> {
  const analysis = await Analysis.start(module)
  const source = await sourceOf(new Blob([file]))
  for await (const piece of source.stream()) analysis.feed(piece)
  analysis.end()
  return { frames: analysis.capture.frames.rows, note: source.note }
}

describe('a cabinet of netsh', () => {
  test('its trace is opened, over blocks that go on with one another', async () => {
    const whole = trace()
    expect(whole.length).toBeGreaterThan(2 * BLOCK)
    const { frames } = await framesOf(whole)
    const found = await framesOf(
      cab([
        { name: 'report.html', bytes: new Uint8Array(1000) },
        { name: 'report.etl', bytes: whole },
      ]),
    )
    expect(found).toEqual({ frames, note: 'Of 2 files in the cabinet (.cab), report.etl was read.' })
  })

  test('without a trace it says what is inside', async () => {
    const { note } = await framesOf(cab([{ name: 'wfpstate.xml', bytes: new Uint8Array(10) }]))
    expect(note).toContain('holds no event trace (.etl), but wfpstate.xml')
  })

  test('cut at any length it ends', async () => {
    const whole = cab([{ name: 'report.etl', bytes: trace() }])
    for (let length = 0; length < whole.length; length += length < 200 ? 1 : 997) {
      const input = whole.slice(0, length)
      const read = (at: number, bytes: number) => Promise.resolve(input.slice(at, at + bytes))
      const { pieces } = await traceInCabinet({ size: length, read })
      if (pieces) for await (const piece of pieces) expect(piece.length).toBeGreaterThan(0)
    }
  })
})

test('a trace in a gzip file is opened', async () => {
  const { frames } = await framesOf(trace())
  expect((await framesOf(new Uint8Array(gzipSync(trace())))).frames).toBe(frames)
})
