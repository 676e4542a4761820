// Paged tables of u32 columns; layout.ts draws them. A page never moves once it is there,
// so the holder of its address may go on reading while rows are added.
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
  TableHeader,
  Tables,
} from "../layout";

/** Distance between two columns of a page, in bytes. Shift a column by it: `store<u32>(at, v, (Column << COLUMN_SHIFT))`. */
export const COLUMN_SHIFT: usize = Paging.ROW_BITS + 2;
const HEADER_BYTES: usize = TableHeader.WORDS << 2;

/** Means "no row" and "no value" in every column. */
export const NONE: u32 = 0xffffffff;

/** The headers of all tables, side by side in the order of Tables. */
export const headers: usize = memory.data(<i32>(Tables.COUNT * (TableHeader.WORDS << 2)), 8);

@unmanaged
export class Table {
  rows: u32;
  columns: u32;
  pages: u32;
  pageIndex: usize;

  /** Where row's first column lies; its other columns lie COLUMN_SHIFT apart. The row must exist. */
  @inline
  at(row: u32): usize {
    return load<u32>(this.pageIndex + ((row >> Paging.ROW_BITS) << 2)) + ((row & (Paging.ROWS - 1)) << 2);
  }

  @inline
  get(column: i32, row: u32): u32 {
    return load<u32>(this.at(row) + ((<usize>column) << COLUMN_SHIFT));
  }

  @inline
  set(column: i32, row: u32, value: u32): void {
    store<u32>(this.at(row) + ((<usize>column) << COLUMN_SHIFT), value);
  }

  /** Room for the row after the last; fill it, then publish() it. NONE when every page is taken. */
  next(): u32 {
    const row = this.rows;
    if (row >> Paging.ROW_BITS >= this.pages) {
      if (this.pages >= <u32>Paging.MAX_PAGES) return NONE;
      store<u32>(this.pageIndex + (this.pages << 2), <u32>heap.alloc((<usize>this.columns) << COLUMN_SHIFT));
      this.pages++;
    }
    return row;
  }

  /** Makes the row that next() gave visible. Atomic, so that a reader on another thread sees the columns as well. */
  @inline
  publish(): void {
    atomic.store<u32>(changetype<usize>(this) + (TableHeader.Rows << 2), this.rows + 1);
  }

  /** Forgets all rows; pages are kept for the next use. */
  clear(): void {
    this.rows = 0;
  }
}

function open(table: Tables, columns: u32): Table {
  const header = changetype<Table>(headers + <usize>table * HEADER_BYTES);
  header.columns = columns;
  header.pageIndex = heap.alloc(Paging.MAX_PAGES << 2);
  return header;
}

export const frames = open(Tables.Frame, Frame.COLUMNS);
export const streams = open(Tables.Stream, Stream.COLUMNS);
export const pdus = open(Tables.Pdu, Pdu.COLUMNS);
export const pipes = open(Tables.Pipe, Pipe.COLUMNS);
export const messages = open(Tables.Message, Message.COLUMNS);
export const addresses = open(Tables.Address, Address.COLUMNS);
export const interfaces = open(Tables.Interface, Interface.COLUMNS);
export const comments = open(Tables.Comment, Comment.COLUMNS);
export const notices = open(Tables.Notice, Notice.COLUMNS);
export const chunks = open(Tables.Chunk, Chunk.COLUMNS);
export const events = open(Tables.Event, Event.COLUMNS);
export const notes = open(Tables.Note, Note.COLUMNS);
export const fields = open(Tables.Field, Field.COLUMNS);
