// True if tables that came from outside can be tables: rows that they point to exist, and lengths are such as a parser writes.
import {
  Comment,
  Event,
  Frame,
  Interface,
  Message,
  Note,
  Pdu,
  Pipe,
  Protocol,
  Status,
  Stream,
  Tables,
} from '../../asm/layout'
import { COLUMNS, type Snapshot } from '../capture/snapshot'
import { NONE } from '../capture/table'

/** No frame and no kept item is longer: the parser's window, and a chunk. */
const MAX_BYTES = 1 << 20

/** Columns that hold a row of another table, or NONE. */
const REFERENCES: Partial<Record<Tables, Partial<Record<number, Tables>>>> = {
  [Tables.Frame]: {
    [Frame.Interface]: Tables.Interface,
    [Frame.Source]: Tables.Address,
    [Frame.Destination]: Tables.Address,
    [Frame.Stream]: Tables.Stream,
  },
  [Tables.Stream]: {
    [Stream.AddressA]: Tables.Address,
    [Stream.AddressB]: Tables.Address,
    [Stream.FirstFrame]: Tables.Frame,
    [Stream.LastFrame]: Tables.Frame,
    [Stream.SynFrame]: Tables.Frame,
    [Stream.SynAckFrame]: Tables.Frame,
    [Stream.FinFrameA]: Tables.Frame,
    [Stream.FinFrameB]: Tables.Frame,
    [Stream.RstFrame]: Tables.Frame,
    [Stream.LastFrameA]: Tables.Frame,
    [Stream.LastFrameB]: Tables.Frame,
  },
  [Tables.Pdu]: {
    [Pdu.Frame]: Tables.Frame,
    [Pdu.FirstFrame]: Tables.Frame,
    [Pdu.Stream]: Tables.Stream,
    [Pdu.Pipe]: Tables.Pipe,
  },
  [Tables.Pipe]: {
    [Pipe.Stream]: Tables.Stream,
    [Pipe.OpenFrame]: Tables.Frame,
    [Pipe.CloseFrame]: Tables.Frame,
  },
  [Tables.Message]: { [Message.Frame]: Tables.Frame, [Message.Stream]: Tables.Stream },
  [Tables.Comment]: { [Comment.Frame]: Tables.Frame },
  [Tables.Event]: { [Event.Frame]: Tables.Frame },
}

/** The greatest value of columns that hold a length or a kind. */
const LIMITS: Partial<Record<Tables, Partial<Record<number, number>>>> = {
  [Tables.Frame]: {
    [Frame.Captured]: MAX_BYTES,
    [Frame.Protocol]: last(Protocol),
    [Frame.Status]: last(Status),
  },
  [Tables.Pdu]: { [Pdu.KeptLength]: MAX_BYTES },
  [Tables.Pipe]: { [Pipe.NameLength]: MAX_BYTES },
  [Tables.Message]: { [Message.KeptLength]: MAX_BYTES, [Message.Protocol]: last(Protocol) },
  [Tables.Comment]: { [Comment.TextLength]: MAX_BYTES },
  [Tables.Event]: { [Event.Length]: MAX_BYTES },
  [Tables.Note]: { [Note.KeptLength]: MAX_BYTES },
  [Tables.Interface]: { [Interface.NameLength]: MAX_BYTES, [Interface.DescriptionLength]: MAX_BYTES },
}

function last(values: object): number {
  return Math.max(...Object.values(values).filter((value): value is number => typeof value === 'number'))
}

/** True if no parser can have written these tables. */
export function contradictsItself({ tables, chunks }: Snapshot): boolean {
  const rows = (table: Tables) => tables[table]?.rows ?? 0
  if (chunks.length !== rows(Tables.Chunk) || chunks.some(({ bytes }) => bytes.length > MAX_BYTES)) return true
  for (const [which, table] of tables.entries()) {
    const columns = COLUMNS[which as Tables.Frame]
    for (const [column, target] of Object.entries(REFERENCES[which as Tables] ?? {}))
      if (exceeds(table.pages, columns, Number(column), rows(target!) - 1)) return true
    for (const [column, most] of Object.entries(LIMITS[which as Tables] ?? {}))
      if (exceeds(table.pages, columns, Number(column), most!)) return true
  }
  return false
}

/** True if a value of the column is greater, and not NONE. */
function exceeds(pages: readonly Uint32Array[], columns: number, column: number, most: number): boolean {
  for (const page of pages) {
    const used = page.length / columns
    for (let at = column * used; at < (column + 1) * used; at++) {
      const value = page[at]!
      if (value > most && value !== NONE) return true
    }
  }
  return false
}
