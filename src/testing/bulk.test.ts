import { describe, expect, test } from 'vitest'
import { bulkCapture } from './bulk'
import { complaints, HAS_TSHARK, TSHARK_TIMEOUT, tsharkFields, wrongChecksums } from './tshark'

const SIZE = 2_000_000
const FRAME = 1600

test('fills the size asked for up to less than a frame, always with the same bytes', () => {
  const capture = bulkCapture(SIZE)
  expect(capture.length).toBeLessThanOrEqual(SIZE)
  expect(capture.length).toBeGreaterThan(SIZE - FRAME)
  expect(Buffer.compare(bulkCapture(SIZE), capture)).toBe(0)
})

test('a larger capture goes over the seam of two chunks without losing a byte', () => {
  const capture = bulkCapture(17_000_000)
  const view = new DataView(capture.buffer, capture.byteOffset, capture.length)
  let at = 24
  let before = 0
  while (at < capture.length) {
    const time = view.getUint32(at, true) * 1e6 + view.getUint32(at + 4, true)
    expect(time).toBeGreaterThan(before)
    before = time
    at += 16 + view.getUint32(at + 8, true)
  }
  expect(at).toBe(capture.length)
})

describe.skipIf(!HAS_TSHARK)('in tshark', { timeout: TSHARK_TIMEOUT }, () => {
  const capture = bulkCapture(SIZE)

  test('sound, with right checksums', () => {
    expect(complaints(capture)).toEqual([])
    expect(wrongChecksums(capture)).toEqual([])
  })

  test('a mix of sealed, readable, faulting and plain', () => {
    const types = tsharkFields(capture, ['dcerpc.pkt_type', 'dcerpc.auth_level'])
    const seen = new Set(types.map((row) => row.join()))
    for (const kind of ['0,6', '0,5', '0,2', '3,', ',']) expect(seen).toContain(kind)
    expect(new Set(tsharkFields(capture, ['tcp.stream']).flat()).size).toBeGreaterThan(20)
  })
})
