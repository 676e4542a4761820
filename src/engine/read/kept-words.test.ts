import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Pdu } from '../../../asm/layout'

import { Capture } from '../../capture/capture'
import { snapshotBytes, SnapshotSource, sourceBytes, takeSnapshot } from '../../capture/snapshot'

import { Parser } from './parser'

const example = new Uint8Array(readFileSync('public/examples/case-study.pcapng'))
const module = new WebAssembly.Module(readFileSync('asm/build/release.wasm'))

async function readExample(): Promise<Parser> {
  const parser = await Parser.over(module)
  parser.feed(example)
  parser.end()
  return parser
}

test('a stored capture gives the kept bytes and words of the one that was read', async () => {
  const { capture, source } = await readExample()
  const stored = new Capture(new SnapshotSource(takeSnapshot(source)))
  expect(stored.pdus.rows).toBe(capture.pdus.rows)
  let words = 0
  for (let pdu = 0; pdu < capture.pdus.rows; pdu++) {
    const [at, length] = [capture.pdus.get(Pdu.Kept, pdu), capture.pdus.get(Pdu.KeptLength, pdu)]
    const bytes = capture.bytes(at, length)
    expect(stored.bytes(at, length)).toEqual(bytes)
    for (let offset = 0; offset + 4 <= length; offset += 4, words++) {
      const word = new DataView(bytes.buffer).getUint32(offset, true)
      expect([capture.word(at + offset), stored.word(at + offset)]).toEqual([word, word])
    }
  }
  expect(words).toBeGreaterThan(100)
})

test('an address that no chunk has reads as 0', async () => {
  const { source } = await readExample()
  expect(new SnapshotSource(takeSnapshot(source)).word(0)).toBe(0)
})

test('kept bytes are the same in a room that is given for them, and where it is too small', async () => {
  const { capture } = await readExample()
  const [large, small] = [new Uint8Array(0x10000), new Uint8Array(1)]
  for (let pdu = 0; pdu < capture.pdus.rows; pdu++) {
    const [at, length] = [capture.pdus.get(Pdu.Kept, pdu), capture.pdus.get(Pdu.KeptLength, pdu)]
    const bytes = capture.bytes(at, length)
    expect(capture.bytes(at, length, large)).toEqual(bytes)
    expect(capture.bytes(at, length, small)).toEqual(bytes)
    expect(capture.bytes(at, length, large.subarray(0, length))).toEqual(bytes)
  }
})

test('how large a stored copy becomes is known before it is made', async () => {
  const { source } = await readExample()
  expect(sourceBytes(source)).toBe(snapshotBytes(takeSnapshot(source)))
})
