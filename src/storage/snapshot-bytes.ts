// A snapshot as bytes and back: every table's pages in order, 32-bit words little-endian, then the chunks of kept bytes.
import { Paging, Tables } from '../../asm/layout'
import type { CaptureSource } from '../capture/capture'
import { COLUMNS, keptChunks, type Snapshot, tablePages } from '../capture/snapshot'

/** What is needed besides the bytes to read them again. */
export interface SnapshotShape {
  /** In the order of Tables. */
  tables: { rows: number; columns: number }[]
  chunks: { at: number; length: number }[]
}

/** A snapshot as bytes: a Blob is kept by the browser as it sees fit, on disk where it is large. */
export interface PackedSnapshot {
  shape: SnapshotShape
  bytes: Blob | ArrayBuffer
}

const columnsOf = (which: number) => COLUMNS[which as Tables.Frame]

export function snapshotShape({ tables, chunks }: Snapshot): SnapshotShape {
  return {
    tables: tables.map(({ rows }, which) => ({ rows, columns: columnsOf(which) })),
    chunks: chunks.map(({ at, bytes }) => ({ at, length: bytes.length })),
  }
}

/** The bytes in order, in pieces. */
export function* snapshotPieces({ tables, chunks }: Snapshot): Iterable<Uint8Array> {
  for (const { pages } of tables)
    for (const { buffer, byteOffset, byteLength } of pages) yield new Uint8Array(buffer, byteOffset, byteLength)
  for (const { bytes } of chunks) yield bytes
}

/**
 * Packs what is decoded, page by page, so that there is never a second copy of all of it in this thread's memory. The source
 * must not change meanwhile.
 */
export async function packedSnapshot(source: CaptureSource): Promise<{ shape: SnapshotShape; bytes: Blob }> {
  const parts = new Parts()
  const shape: SnapshotShape = { tables: [], chunks: [] }
  for (let which: Tables = Tables.Frame; which < Tables.Field; which++) {
    shape.tables.push({ rows: source.table(which).rows(), columns: columnsOf(which) })
    for (const page of tablePages(source, which)) if (parts.add(page)) await parts.handedOver()
  }
  for (const { at, bytes } of keptChunks(source)) {
    shape.chunks.push({ at, length: bytes.length })
    if (parts.add(bytes)) await parts.handedOver()
  }
  return { shape, bytes: parts.blob() }
}

/** Bytes that may wait for the browser to take them over. */
const WAITING_BYTES = 16 << 20

/** Bytes on their way into a Blob. */
class Parts {
  readonly #parts: Blob[] = []
  #waitingBytes = 0

  /** Adds bytes; true where so many wait that handedOver() should come before the next. */
  add(bytes: Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): boolean {
    this.#parts.push(new Blob([bytes]))
    this.#waitingBytes += bytes.byteLength
    return this.#waitingBytes >= WAITING_BYTES
  }

  /** Resolves when the browser has taken over what was added: reading a byte of the last waits for that. */
  async handedOver(): Promise<void> {
    await this.#parts.at(-1)?.slice(0, 1).arrayBuffer()
    this.#waitingBytes = 0
  }

  blob(): Blob {
    return new Blob(this.#parts)
  }
}

/** True if the tables are those of this version, by their sizes: another version's may have other columns. */
export function fitsLayout({ tables }: Snapshot): boolean {
  if (tables.length !== (Tables.Field as number)) return false
  return tables.every(({ rows, pages }, which) => {
    const words = pages.reduce((sum, { length }) => sum + length, 0)
    return words === rows * columnsOf(which)
  })
}

/**
 * Undefined where the bytes and the shape do not belong together, or the tables are not those of this version. The snapshot
 * is a view of the bytes.
 */
export function snapshotOf({ tables, chunks }: SnapshotShape, bytes: Uint8Array<ArrayBuffer>): Snapshot | undefined {
  if (tables.length !== (Tables.Field as number)) return undefined
  if (tables.some(({ columns }, which) => columns !== columnsOf(which))) return undefined
  const words = tables.reduce((sum, { rows, columns }) => sum + rows * columns, 0)
  if (chunks.reduce((sum, { length }) => sum + length, words * 4) !== bytes.length) return undefined
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  let at = byteOffset
  const pageOf = (length: number) => new Uint32Array(buffer, (at += length * 4) - length * 4, length)
  return {
    tables: tables.map(({ rows, columns }) => {
      const pages: Uint32Array<ArrayBuffer>[] = []
      for (let from = 0; from < rows; from += Paging.ROWS)
        pages.push(pageOf(Math.min(rows - from, Paging.ROWS) * columns))
      return { rows, pages }
    }),
    chunks: chunks.map(({ at: address, length }) => ({
      at: address,
      bytes: new Uint8Array(buffer, (at += length) - length, length),
    })),
  }
}
