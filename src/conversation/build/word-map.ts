// Numbers by UUID, without an object for each: what is looked up once for each call must not cost a string.

const WORDS = 4
const FIRST_SLOTS = 1024

/** Gives the number that was set for four words. Open addressing; `seed` keeps a capture from choosing what collides. */
export class WordMap {
  /** Row of an entry + 1; 0 where a slot is free. Their number is a power of two. */
  #slots = new Uint32Array(FIRST_SLOTS)
  #words = new Uint32Array((FIRST_SLOTS / 2) * WORDS)
  #values = new Int32Array(FIRST_SLOTS / 2)
  #rows = 0

  constructor(private readonly seed = crypto.getRandomValues(new Uint32Array(1))[0]!) {}

  /** Undefined where nothing was set for these words. */
  get(a: number, b: number, c: number, d: number): number | undefined {
    const row = this.#slots[this.#slot(a >>> 0, b >>> 0, c >>> 0, d >>> 0)]!
    return row === 0 ? undefined : this.#values[row - 1]
  }

  /** Sets a number for words that have none yet. */
  add(a: number, b: number, c: number, d: number, value: number): void {
    if (this.#rows === this.#values.length) this.#grow()
    this.#words.set([a, b, c, d], this.#rows * WORDS)
    this.#values[this.#rows++] = value
    this.#slots[this.#slot(a >>> 0, b >>> 0, c >>> 0, d >>> 0)] = this.#rows
  }

  /** The slot that holds these words, or the free one that they would take: half of the slots are always free. */
  #slot(a: number, b: number, c: number, d: number): number {
    const slots = this.#slots
    const words = this.#words
    const mask = slots.length - 1
    for (let slot = this.#hash(a, b, c, d) & mask; ; slot = (slot + 1) & mask) {
      const row = slots[slot]!
      if (row === 0) return slot
      const at = (row - 1) * WORDS
      if (words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d) return slot
    }
  }

  #hash(a: number, b: number, c: number, d: number): number {
    let hash = mixed(this.seed ^ a)
    hash = mixed(hash ^ b)
    hash = mixed(hash ^ c)
    return mixed(hash ^ d)
  }

  #grow(): void {
    const words = this.#words
    this.#words = new Uint32Array(words.length * 2)
    this.#words.set(words)
    const values = this.#values
    this.#values = new Int32Array(values.length * 2)
    this.#values.set(values)
    this.#slots = new Uint32Array(this.#slots.length * 2)
    for (let row = 0; row < this.#rows; row++) {
      const at = row * WORDS
      this.#slots[this.#slot(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!)] = row + 1
    }
  }
}

/** Spreads what differs in any bit over all bits: the last steps of MurmurHash3, which its author gave to the public domain. */
function mixed(word: number): number {
  let hash = word
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
