// Rows made ready by the worker, kept in blocks while they are near what is looked at.
import { untrack } from 'svelte'
import { SvelteMap } from 'svelte/reactivity'

const BLOCK = 128
const BLOCKS_KEPT = 64

/** Asks `load` for blocks of rows as they come into view; a row that is not there yet is undefined. */
export class RowCache<T> {
  #blocks = new SvelteMap<number, T[]>()
  #loading: number[] = []
  /** Blocks held, the one needed last at the end. */
  #recent: number[] = []
  /** Blocks that are shown until newer ones come. */
  #stale: number[] = []
  #wanted: [from: number, to: number, rows: number] = [0, 0, 0]

  constructor(private readonly load: (from: number, to: number) => Promise<T[]>) {}

  /** Reactive: an effect that reads a missing row runs again when it arrives. */
  get(row: number): T | undefined {
    return this.#blocks.get(Math.floor(row / BLOCK))?.[row % BLOCK]
  }

  /** Makes sure that rows from..to (one past the last) of `rows` are there or on their way. */
  need(from: number, to: number, rows: number): void {
    this.#wanted = [from, to, rows]
    for (let block = Math.floor(from / BLOCK); block * BLOCK < to; block++) {
      const held = untrack(() => this.#blocks.get(block))
      const wanted = Math.min(BLOCK, rows - block * BLOCK)
      const lacking = (held?.length ?? 0) < wanted || this.#stale.includes(block)
      if (lacking && !this.#loading.includes(block)) void this.#fetch(block, wanted)
      else if (held) this.#use(block)
    }
  }

  /** Asks for all rows again as they are needed. Those that are there are shown until then. */
  renew(): void {
    this.#stale = [...untrack(() => [...this.#blocks.keys()]), ...this.#loading]
    this.need(...this.#wanted)
  }

  async #fetch(block: number, wanted: number): Promise<void> {
    this.#loading.push(block)
    this.#stale = this.#stale.filter((stale) => stale !== block)
    try {
      this.#blocks.set(block, await this.load(block * BLOCK, block * BLOCK + wanted))
      this.#use(block)
    } finally {
      this.#loading = this.#loading.filter((loading) => loading !== block)
    }
    // Renewed while it came: what came is old already.
    if (this.#stale.includes(block)) this.need(...this.#wanted)
  }

  #use(block: number): void {
    this.#recent = [...this.#recent.filter((other) => other !== block), block]
    while (this.#recent.length > BLOCKS_KEPT) this.#blocks.delete(this.#recent.shift()!)
  }
}
