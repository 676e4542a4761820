// Random access to a file through a few cached pieces, so that small neighbouring reads cost one read.

const PIECE_BYTES = 1 << 20
const MAX_PIECES = 48

/** A file that can be read anywhere. */
export interface RandomAccess {
  readonly size: number
  /** `length` bytes from `at`; fewer at the file's end. */
  read(at: number, length: number): Promise<Uint8Array<ArrayBuffer>>
}

/** The file's bytes by position. */
export class FileBytes {
  readonly #pieces = new Map<number, Uint8Array<ArrayBuffer>>()

  constructor(private readonly input: RandomAccess) {}

  get size(): number {
    return this.input.size
  }

  /** `length` bytes from `at`, fewer at the file's end. The bytes may be shared with other reads: do not write to them. */
  async read(at: number, length: number): Promise<Uint8Array> {
    const end = Math.min(at + length, this.size)
    if (end <= at) return new Uint8Array(0)
    const first = Math.floor(at / PIECE_BYTES)
    const last = Math.floor((end - 1) / PIECE_BYTES)
    // Longer than the cache is worth: read it alone.
    if (last - first > 4) return this.input.read(at, end - at)
    const start = at - first * PIECE_BYTES
    if (first === last) return (await this.#piece(first)).subarray(start, start + end - at)
    const joined = new Uint8Array(end - at)
    for (let index = first, to = 0; index <= last; index++) {
      const piece = await this.#piece(index)
      const from = index === first ? start : 0
      const part = piece.subarray(from, Math.min(piece.length, from + joined.length - to))
      joined.set(part, to)
      to += part.length
    }
    return joined
  }

  async #piece(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const cached = this.#pieces.get(index)
    if (cached) {
      // The pieces used last stay longest.
      this.#pieces.delete(index)
      this.#pieces.set(index, cached)
      return cached
    }
    const piece = await this.input.read(index * PIECE_BYTES, PIECE_BYTES)
    this.#pieces.set(index, piece)
    if (this.#pieces.size > MAX_PIECES) this.#pieces.delete(this.#pieces.keys().next().value!)
    return piece
  }
}
