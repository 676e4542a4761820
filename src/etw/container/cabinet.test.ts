import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { cab } from '../../testing/captures/etl/cabinet-writer'
import { ndisEvents } from '../../testing/captures/etl/frames-as-events'
import { etl } from '../../testing/captures/etl/trace-file'
import { Scenario } from '../../testing/scenario'
import { Analysis } from '../../engine/read/analysis'
import { sourceOf } from '../../engine/read/source'
import { readFileSync } from 'node:fs'
import { readCabinet } from './cabinet'

const BLOCK = 0x8000
const module = new WebAssembly.Module(readFileSync(new URL('../../../asm/build/release.wasm', import.meta.url)))

function trace(): Uint8Array<ArrayBuffer> {
  const play = new Scenario()
  play.activate({ logon: play.logon('CORP\\admin', 'privacy') })
  return etl(play.frames.flatMap((frame) => ndisEvents(frame)))
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

  test('report.etl is its trace, whatever others there are', async () => {
    const other = etl([])
    const files = [
      { name: 'wlan.etl', bytes: new Uint8Array(other) },
      { name: 'config\\report.etl', bytes: trace() },
    ]
    const { frames, note } = await framesOf(cab(files))
    expect(frames).toBe((await framesOf(trace())).frames)
    expect(note).toBe('Of 2 files in the cabinet (.cab), config\\report.etl was read.')
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
      const { note } = await readCabinet({ size: length, read }, (piece) => expect(piece.length).toBeGreaterThan(0))
      expect(note).toMatch(/report.etl was read|holds no event trace|is broken/)
    }
  })
})

test('a trace in a gzip file is opened', async () => {
  const { frames } = await framesOf(trace())
  expect((await framesOf(new Uint8Array(gzipSync(trace())))).frames).toBe(frames)
})
