// A snapshot as bytes and back: every table's pages in order, 32-bit words little-endian, then the chunks of kept bytes.
import { Paging, Tables } from '../../asm/layout'
import { COLUMNS, type Snapshot } from '../capture/snapshot'

/** What is needed besides the bytes to read them again. */
export interface SnapshotShape {
  /** In the order of Tables. */
  tables: { rows: number; columns: number }[]
  chunks: { at: number; length: number }[]
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

/** True if the tables are those of this version, by their sizes: another version's may have other columns. */
export function fitsLayout({ tables }: Snapshot): boolean {
  if (tables.length !== (Tables.Field as number)) return false
  return tables.every(({ rows, pages }, which) => {
    const words = pages.reduce((sum, { length }) => sum + length, 0)
    return words === rows * columnsOf(which)
  })
}

/** Undefined where the bytes and the shape do not belong together, or the tables are not those of this version. */
export function snapshotOf({ tables, chunks }: SnapshotShape, bytes: Uint8Array): Snapshot | undefined {
  if (tables.length !== (Tables.Field as number)) return undefined
  if (tables.some(({ columns }, which) => columns !== columnsOf(which))) return undefined
  const words = tables.reduce((sum, { rows, columns }) => sum + rows * columns, 0)
  if (chunks.reduce((sum, { length }) => sum + length, words * 4) !== bytes.length) return undefined
  let at = 0
  const take = (length: number) => bytes.slice(at, (at += length))
  return {
    tables: tables.map(({ rows, columns }) => {
      const pages: Uint32Array<ArrayBuffer>[] = []
      for (let from = 0; from < rows; from += Paging.ROWS)
        pages.push(new Uint32Array(take(Math.min(rows - from, Paging.ROWS) * columns * 4).buffer))
      return { rows, pages }
    }),
    chunks: chunks.map(({ at, length }) => ({ at, bytes: take(length) })),
  }
}
