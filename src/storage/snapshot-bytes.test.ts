import 'fake-indexeddb/auto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Tables } from '../../asm/layout'
import { COLUMNS, type Snapshot, SnapshotSource, takeSnapshot } from '../capture/snapshot'
import { NONE } from '../capture/table'
import { cacheResult, cachedResult, wholeResult } from './results'
import { packedSnapshot, snapshotOf, snapshotPieces, snapshotShape } from './snapshot-bytes'

/** So many frames and PDUs of no stream, and nothing in the other tables; kept bytes in chunks of these lengths. */
function snapshotWith(frames: number, pdus: number, lengths: readonly number[]): Snapshot {
  const chunks = lengths.map((length, at) => ({ at: 8 + at * 0x100000, bytes: new Uint8Array(length).fill(at + 1) }))
  return {
    tables: Array.from({ length: Tables.Field }, (_, which) => {
      if (which === (Tables.Chunk as number)) {
        const page = Uint32Array.from([...chunks.map(({ at }) => at), ...lengths])
        return { rows: lengths.length, pages: lengths.length > 0 ? [page] : [] }
      }
      const rows = which === (Tables.Frame as number) ? frames : which === (Tables.Pdu as number) ? pdus : 0
      const pages: Uint32Array<ArrayBuffer>[] = []
      for (let from = 0; from < rows; from += 0x10000)
        pages.push(new Uint32Array(Math.min(rows - from, 0x10000) * COLUMNS[which as Tables.Frame]).fill(NONE))
      pages[0]?.set(Array.from({ length: Math.min(rows, 10) }, (__, row) => 10 + row))
      return { rows, pages }
    }),
    chunks,
  }
}

const counts = fc.tuple(fc.nat(20), fc.nat(20), fc.array(fc.nat(9), { maxLength: 3 }))

test('what is packed page by page is what a whole snapshot holds', async () => {
  await fc.assert(
    fc.asyncProperty(counts, async ([frames, pdus, lengths]) => {
      const source = new SnapshotSource(snapshotWith(frames, pdus, lengths))
      const { shape, bytes } = await packedSnapshot(source)
      const whole = takeSnapshot(source)
      expect(shape).toEqual(snapshotShape(whole))
      const pieces = [...snapshotPieces(whole)].map((piece) => new Uint8Array(piece))
      expect(new Uint8Array(await bytes.arrayBuffer())).toEqual(new Uint8Array(await new Blob(pieces).arrayBuffer()))
      expect(snapshotOf(shape, new Uint8Array(await bytes.arrayBuffer()))).toEqual(whole)
    }),
    { numRuns: 50 },
  )
})

test('bytes that lie anywhere in their buffer are read', () => {
  fc.assert(
    fc.property(counts, fc.nat(7), ([frames, pdus, lengths], before) => {
      const whole = snapshotWith(frames, pdus, lengths)
      const pieces = [...snapshotPieces(whole)]
      const buffer = new Uint8Array(before + pieces.reduce((sum, { length }) => sum + length, 0))
      let at = before
      for (const piece of pieces) buffer.set(piece, (at += piece.length) - piece.length)
      expect(snapshotOf(snapshotShape(whole), buffer.subarray(before))).toEqual(whole)
    }),
  )
})

test('a cached result comes back with its tables; without its last byte it is not given, and dropped', async () => {
  const whole = snapshotWith(0x10000 + 3, 5, [3, 4])
  const { shape, bytes } = await packedSnapshot(new SnapshotSource(whole))
  expect(await cacheResult('key', { shape, bytes, findings: [], format: 2 })).toBe(true)
  expect(await wholeResult('key')).toEqual({ snapshot: whole, findings: [], format: 2 })
  await cacheResult('cut', { shape, bytes: bytes.slice(0, bytes.size - 1), findings: [], format: 2 })
  expect(await wholeResult('cut')).toBeUndefined()
  expect(await cachedResult('cut')).toBeUndefined()
})
