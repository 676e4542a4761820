// A decoded capture as plain data, to be stored or sent: the rows in use and the kept bytes, and back.
import {
  Address,
  Chunk,
  Comment,
  Event,
  Field,
  Frame,
  Interface,
  Message,
  Note,
  Notice,
  Paging,
  Pdu,
  Pipe,
  Stream,
  Tables,
} from '../../asm/layout'
import type { CaptureSource } from './capture'
import { Table, type TableSource } from './table'

/** Columns of each table, in the order of Tables. */
export const COLUMNS: Record<Exclude<Tables, Tables.COUNT>, number> = {
  [Tables.Frame]: Frame.COLUMNS,
  [Tables.Stream]: Stream.COLUMNS,
  [Tables.Pdu]: Pdu.COLUMNS,
  [Tables.Pipe]: Pipe.COLUMNS,
  [Tables.Message]: Message.COLUMNS,
  [Tables.Address]: Address.COLUMNS,
  [Tables.Interface]: Interface.COLUMNS,
  [Tables.Comment]: Comment.COLUMNS,
  [Tables.Notice]: Notice.COLUMNS,
  [Tables.Chunk]: Chunk.COLUMNS,
  [Tables.Event]: Event.COLUMNS,
  [Tables.Note]: Note.COLUMNS,
  [Tables.Field]: Field.COLUMNS,
}

/** One table: its pages with only the rows in use, column after column. */
interface TableSnapshot {
  rows: number
  pages: Uint32Array<ArrayBuffer>[]
}

interface SnapshotChunk {
  at: number
  bytes: Uint8Array<ArrayBuffer>
}

export interface Snapshot {
  tables: TableSnapshot[]
  chunks: SnapshotChunk[]
}

/** Copies all that is decoded so far. The parts of the source may go on changing. */
export function takeSnapshot(source: CaptureSource): Snapshot {
  return {
    tables: Array.from({ length: Tables.Field }, (_, which: Tables) => ({
      rows: source.table(which).rows(),
      pages: [...tablePages(source, which)],
    })),
    chunks: [...keptChunks(source)],
  }
}

/** Copies of a table's pages with only the rows in use, each made when it is asked for. */
export function* tablePages(source: CaptureSource, which: Tables): Iterable<Uint32Array<ArrayBuffer>> {
  const table = source.table(which)
  const columns = COLUMNS[which as Tables.Frame]
  const rows = table.rows()
  for (let from = 0; from < rows; from += Paging.ROWS) {
    const used = Math.min(rows - from, Paging.ROWS)
    const page = table.page(from >>> Paging.ROW_BITS)
    const packed = new Uint32Array(columns * used)
    for (let column = 0; column < columns; column++)
      packed.set(page.subarray(column << Paging.ROW_BITS, (column << Paging.ROW_BITS) + used), column * used)
    yield packed
  }
}

/** Copies of the chunks of kept bytes, each made when it is asked for. */
export function* keptChunks(source: CaptureSource): Iterable<SnapshotChunk> {
  const chunks = new Table(source.table(Tables.Chunk))
  for (let row = 0; row < chunks.rows; row++) {
    const at = chunks.get(Chunk.At, row)
    yield { at, bytes: source.bytes(at, chunks.get(Chunk.Used, row)) }
  }
}

/** Bytes that a snapshot takes. */
export function snapshotBytes(snapshot: Snapshot): number {
  const tables = snapshot.tables.flatMap((table) => table.pages).reduce((sum, page) => sum + page.byteLength, 0)
  return snapshot.chunks.reduce((sum, chunk) => sum + chunk.bytes.byteLength, tables)
}

/** Bytes that a snapshot of this would take now. */
export function sourceBytes(source: CaptureSource): number {
  let bytes = 0
  for (let which: Tables = Tables.Frame; which < Tables.Field; which++)
    bytes += source.table(which).rows() * COLUMNS[which as Tables.Frame] * 4
  const chunks = new Table(source.table(Tables.Chunk))
  for (let row = 0; row < chunks.rows; row++) bytes += chunks.get(Chunk.Used, row)
  return bytes
}

/** A stored capture as a source of tables again. Pages are unpacked when first asked for. */
export class SnapshotSource implements CaptureSource {
  #last: SnapshotChunk | undefined

  constructor(private readonly snapshot: Snapshot) {}

  table(which: Tables): TableSource {
    const table = this.snapshot.tables[which] ?? { rows: 0, pages: [] }
    const columns = COLUMNS[which as Tables.Frame]
    return {
      rows: () => table.rows,
      page: (index) => {
        const packed = table.pages[index]!
        const used = packed.length / columns
        const page = new Uint32Array(columns << Paging.ROW_BITS)
        for (let column = 0; column < columns; column++)
          page.set(packed.subarray(column * used, (column + 1) * used), column << Paging.ROW_BITS)
        return page
      },
    }
  }

  bytes(address: number, length: number): Uint8Array<ArrayBuffer> {
    const chunk = this.#chunkWith(address)
    return chunk ? chunk.bytes.slice(address - chunk.at, address - chunk.at + length) : new Uint8Array(0)
  }

  word(address: number): number {
    const chunk = this.#chunkWith(address)
    if (!chunk || address - chunk.at + 4 > chunk.bytes.length) return 0
    const { bytes, at } = chunk
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(address - at, true)
  }

  /** Most questions are about the chunk of the one before. */
  #chunkWith(address: number): SnapshotChunk | undefined {
    const isIn = ({ at, bytes }: SnapshotChunk) => address >= at && address < at + bytes.length
    if (this.#last && isIn(this.#last)) return this.#last
    return (this.#last = this.snapshot.chunks.find(isIn))
  }
}
