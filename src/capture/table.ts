// Tables of u32 columns, wherever their pages are: in the parser's shared memory, in copies of it,
// or in a stored result. asm/layout.ts draws a page and names the columns.
import { Paging } from '../../asm/layout'

/** Means "no row" and "no value" in every column. */
export const NONE = 0xffffffff

/** Where a table's pages come from. `page` gives one page, column after column, 65,536 rows each. */
export interface TableSource {
  rows(): number
  page(index: number): Uint32Array
}

/** Read access to one table; values are unsigned. */
export class Table {
  #pages: Uint32Array[] = []
  /** Rows that are known to exist; asked for again only by a row beyond them, since tables grow while a file is read. */
  #rows = 0

  constructor(private readonly source: TableSource) {}

  get rows(): number {
    return this.source.rows()
  }

  /** A value; NONE where there is no such row, and for the row NONE itself. */
  get(column: number, row: number): number {
    if (!(row < this.#rows)) {
      this.#rows = this.source.rows()
      if (!(row < this.#rows)) return NONE
    }
    const index = row >>> Paging.ROW_BITS
    const page = this.#pages[index] ?? this.#open(index)
    return page[(column << Paging.ROW_BITS) | (row & (Paging.ROWS - 1))] ?? NONE
  }

  /** One column of one page: 65,536 values, of which those beyond `rows` mean nothing. */
  column(column: number, page: number): Uint32Array {
    const words = this.#pages[page] ?? this.#open(page)
    return words.subarray(column << Paging.ROW_BITS, (column + 1) << Paging.ROW_BITS)
  }

  #open(index: number): Uint32Array {
    const page = this.source.page(index)
    // A page that has not been copied over yet is empty: it is asked for again.
    if (page.length > 0) this.#pages[index] = page
    return page
  }
}

/** A table that TypeScript itself fills: add() a row of zeros, then set() its columns. */
export class GrowingTable extends Table {
  readonly #own: Pages

  /** `shared` allocates pages that another thread may read (only where SharedArrayBuffer exists). */
  constructor(columns: number, shared = false) {
    const own = new Pages(columns, shared)
    super(own)
    this.#own = own
  }

  add(): number {
    return this.#own.add()
  }

  /** Appends a row of these values, one a column. */
  addRow(values: ArrayLike<number>): number {
    const row = this.#own.add()
    const page = this.#own.pages[row >>> Paging.ROW_BITS]!
    for (let column = 0, at = row & (Paging.ROWS - 1); column < values.length; column++, at += Paging.ROWS)
      page[at] = values[column]!
    return row
  }

  /** Throws a RangeError where there is no such row. */
  set(column: number, row: number, value: number): void {
    if (!(row < this.#own.rows())) throw new RangeError(`no row ${row} in a table of ${this.rows}`)
    this.#own.pages[row >>> Paging.ROW_BITS]![(column << Paging.ROW_BITS) | (row & (Paging.ROWS - 1))] = value
  }

  /** All pages as they are, to be shared, copied or stored. */
  get pages(): readonly Uint32Array[] {
    return this.#own.pages
  }
}

class Pages implements TableSource {
  readonly pages: Uint32Array[] = []
  #rows = 0

  constructor(
    private readonly columns: number,
    private readonly shared: boolean,
  ) {}

  rows(): number {
    return this.#rows
  }

  page(index: number): Uint32Array {
    return this.pages[index]!
  }

  add(): number {
    if (this.#rows >>> Paging.ROW_BITS >= this.pages.length) {
      const words = this.columns << Paging.ROW_BITS
      this.pages.push(this.shared ? new Uint32Array(new SharedArrayBuffer(words * 4)) : new Uint32Array(words))
    }
    return this.#rows++
  }
}
