// The tables of a capture, and how one lies in memory.
//
// A table is a struct of arrays of u32, in pages of 65,536 rows that never move:
//
//   header    | Rows | Columns | Pages | PageIndex |            one a table, side by side
//                                          |
//   index     | page 0 | page 1 | ...  <---+                    addresses, MAX_PAGES of them
//                |
//   page      | column 0: 65,536 u32 | column 1: 65,536 u32 | ...
//
// NONE (0xffffffff) means that a row number or a value is missing.

/** The tables, in the order of their headers. */
export enum Tables {
  Frame,
  Stream,
  Pdu,
  Pipe,
  Message,
  Address,
  Interface,
  Comment,
  Notice,
  Chunk,
  Event,
  Note,
  Field,
  COUNT,
}

/** The words of a table's header. Rows is written last, so a reader never sees a half-written row. */
export enum TableHeader {
  Rows,
  Columns,
  Pages,
  PageIndex,
  WORDS,
}

export enum Paging {
  ROW_BITS = 16,
  ROWS = 0x10000,
  MAX_PAGES = 0x1000,
}

/** One row a megabyte of kept bytes: columns called Kept, Name and Text point into these. */
export enum Chunk {
  /** Its first byte's address, and how many bytes are in use. An item never crosses from one chunk into the next. */
  At,
  Used,
  COLUMNS,
}
