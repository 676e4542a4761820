// Tables on a page that may not share memory with its worker: pages are copied over when first needed.
import { Tables, Paging } from '../../../asm/layout'
import type { CaptureSource } from '../../capture/capture'
import type { TableSource } from '../../capture/table'
import type { PageCopy } from '../api'

/** Holds copies of pages of the Frame and Address tables. fetch() before rows are read. */
export class CopiedSource implements CaptureSource {
  readonly #copies = new Map<string, PageCopy>()
  #frames: number
  #addresses = 0

  constructor(
    private readonly page: (table: Tables, index: number) => Promise<PageCopy>,
    frames: number,
  ) {
    this.#frames = frames
  }

  grow(frames: number): void {
    this.#frames = Math.max(this.#frames, frames)
  }

  /** Sees to it that frames `from` up to `end` and every address they name can be read. */
  async fetch(from: number, end: number): Promise<void> {
    for (let index = from >>> Paging.ROW_BITS; index << Paging.ROW_BITS < end; index++) {
      const needed = Math.min(end - (index << Paging.ROW_BITS), Paging.ROWS)
      if ((this.#copies.get(`${Tables.Frame} ${index}`)?.rows ?? 0) < needed) {
        await this.#copy(Tables.Frame, index)
        await this.#fetchAddresses()
      }
    }
  }

  async #fetchAddresses(): Promise<void> {
    const index = this.#addresses >>> Paging.ROW_BITS
    const { rows } = await this.#copy(Tables.Address, index)
    this.#addresses = (index << Paging.ROW_BITS) + rows
    if (rows === Paging.ROWS) await this.#fetchAddresses()
  }

  async #copy(table: Tables, index: number): Promise<PageCopy> {
    const copy = await this.page(table, index)
    const key = `${table} ${index}`
    const held = this.#copies.get(key)
    // A Table keeps the page it was given, so a newer copy is written into it.
    if (held) {
      held.words.set(copy.words)
      held.rows = copy.rows
      return held
    }
    this.#copies.set(key, copy)
    return copy
  }

  table(which: Tables): TableSource {
    return {
      rows: () => (which === Tables.Frame ? this.#frames : which === Tables.Address ? this.#addresses : 0),
      page: (index) => this.#copies.get(`${which} ${index}`)?.words ?? new Uint32Array(0),
    }
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(0)
  }

  word(): number {
    return 0
  }
}
