import { gzipSync, zipSync } from 'fflate'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { type Packing, packingOf } from './packing'
import { Unpacking } from './unpack'

const example = new Uint8Array(await readFile(new URL('../../../public/examples/case-study.pcapng', import.meta.url)))

/** Everything that comes out, fed in pieces. */
function unpack(packed: Uint8Array, pieceBytes = 1000): { bytes: Uint8Array; note?: string } {
  const unpacking = new Unpacking(packingOf(packed) as Packing)
  const out: Uint8Array[] = []
  for (let at = 0; at < packed.length; at += pieceBytes) {
    const last = at + pieceBytes >= packed.length
    for (const piece of unpacking.feed(packed.subarray(at, at + pieceBytes), last)) out.push(piece.slice())
  }
  const bytes = new Uint8Array(out.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of out) {
    bytes.set(piece, at)
    at += piece.length
  }
  return unpacking.note === undefined ? { bytes } : { bytes, note: unpacking.note }
}

/** A Zstandard frame of raw blocks: RFC 8878 3.1.1 (single segment, four bytes of content size). */
function zstdOf(content: Uint8Array): Uint8Array {
  const size = content.length
  const out = [0x28, 0xb5, 0x2f, 0xfd, 0xa0, size & 255, (size >> 8) & 255, (size >> 16) & 255, size >>> 24]
  for (let at = 0; at < size; at += 100_000) {
    const block = content.subarray(at, at + 100_000)
    const header = (block.length << 3) | (at + 100_000 >= size ? 1 : 0)
    out.push(header & 255, (header >> 8) & 255, (header >> 16) & 255, ...block)
  }
  return Uint8Array.from(out)
}

test.each<[Packing, Uint8Array]>([
  ['gzip', gzipSync(example)],
  ['zstd', zstdOf(example)],
  ['zip', zipSync({ 'capture.pcapng': example })],
])('%s gives back what was packed', (packing, packed) => {
  expect(packingOf(packed)).toBe(packing)
  const { bytes, note } = unpack(packed)
  expect(note).toBeUndefined()
  expect(Buffer.compare(bytes, example)).toBe(0)
})

test('two gzip members one after the other are one file', () => {
  const half = example.length >> 1
  const packed = Uint8Array.from([...gzipSync(example.subarray(0, half)), ...gzipSync(example.subarray(half))])
  expect(Buffer.compare(unpack(packed).bytes, example)).toBe(0)
})

test('a file that is cut keeps what came before the cut, and says so', () => {
  const packed = gzipSync(example)
  const { bytes, note } = unpack(packed.subarray(0, packed.length >> 1))
  expect(bytes.length).toBeGreaterThan(1000)
  expect(Buffer.compare(bytes, example.subarray(0, bytes.length))).toBe(0)
  expect(note).toMatch(/cannot be unpacked beyond [\d,]+ bytes/)
})

test('a file that is damaged from its start says that nothing could be unpacked', () => {
  const packed = gzipSync(example)
  packed[10] = 0xff // a block of no known type
  expect(unpack(packed)).toMatchObject({ note: expect.stringMatching(/cannot be unpacked at all: /) as string })
})

test('the capture in an archive is found among other files, which are mentioned', () => {
  const { bytes, note } = unpack(zipSync({ 'readme.txt': Uint8Array.of(65), 'a/trace.cap': example }))
  expect(Buffer.compare(bytes, example)).toBe(0)
  expect(note).toMatch(/Of 2 files .* a\/trace\.cap was read/)
})

test('an archive without a capture says what it holds', () => {
  expect(unpack(zipSync({ 'readme.txt': Uint8Array.of(65) })).note).toMatch(/holds no capture, but readme\.txt\./)
})

test('a file made to grow without end is stopped', () => {
  const packed = gzipSync(new Uint8Array(40 << 20))
  const unpacking = new Unpacking('gzip', 8 << 20)
  let bytes = 0
  for (const piece of unpacking.feed(packed, true)) bytes += piece.length
  expect(unpacking.note).toMatch(/grows more than 200 times/)
  expect(bytes).toBeLessThan(20 << 20)
})

test('damaged bytes end in a sentence', () => {
  for (const packed of [gzipSync(example), zstdOf(example.subarray(0, 50_000))]) {
    const broken = packed.slice()
    broken.fill(0xff, 2000, 2100)
    expect(() => unpack(broken)).not.toThrow()
  }
})
