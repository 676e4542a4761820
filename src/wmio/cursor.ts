// Reads the bytes of a WMI object. Every length, count and reference in them is input: nothing is read outside the bytes,
// and the work is bounded even where references lead to the same bytes again and again.
import type { WmiObject } from './model'

/** References may point to the same text or object many times; more than this many bytes in all, for each byte sent, is refused. */
const MAX_EXPANSION = 16
const MIN_BUDGET = 1 << 20
/** Objects inside objects inside objects. */
const MAX_DEPTH = 16

/** What all cursors over one object share: the first thing that was wrong, how much may still be read, and how an object inside it is read. */
export class Limits {
  note: string | undefined
  depth = 0
  #budget: number

  constructor(
    size: number,
    readonly readObject: (from: Cursor) => WmiObject | undefined,
  ) {
    this.#budget = Math.max(MIN_BUDGET, size * MAX_EXPANSION)
  }

  /** Records what is wrong. The first note stays. */
  wrong(note: string): void {
    this.note ??= note
  }

  /** Takes `amount` bytes from the budget; false once it is used up. */
  spend(amount: number): boolean {
    this.#budget -= amount + 1
    if (this.#budget >= 0) return true
    this.wrong('the same bytes are referred to too often')
    return false
  }

  /** Runs `read` one level deeper; undefined where objects are nested too deeply. */
  deeper<T>(read: () => T): T | undefined {
    if (this.depth >= MAX_DEPTH) {
      this.wrong(`objects are nested more than ${MAX_DEPTH} levels deep`)
      return undefined
    }
    this.depth++
    const result = read()
    this.depth--
    return result
  }
}

/** A place in little-endian bytes. Reads beyond the end return 0 and leave a note. `base` is the offset of these bytes in the whole object. */
export class Cursor {
  at = 0
  readonly #view: DataView

  constructor(
    readonly bytes: Uint8Array,
    readonly base: number,
    readonly limits: Limits,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.bytes.length - this.at
  }

  u8(): number {
    return this.#read(1, (at) => this.#view.getUint8(at))
  }

  i8(): number {
    return this.#read(1, (at) => this.#view.getInt8(at))
  }

  u16(): number {
    return this.#read(2, (at) => this.#view.getUint16(at, true))
  }

  i16(): number {
    return this.#read(2, (at) => this.#view.getInt16(at, true))
  }

  u32(): number {
    return this.#read(4, (at) => this.#view.getUint32(at, true))
  }

  i32(): number {
    return this.#read(4, (at) => this.#view.getInt32(at, true))
  }

  u64(): bigint {
    return this.#has(8) ? this.#view.getBigUint64(this.#advance(8), true) : 0n
  }

  i64(): bigint {
    return this.#has(8) ? this.#view.getBigInt64(this.#advance(8), true) : 0n
  }

  f32(): number {
    return this.#read(4, (at) => this.#view.getFloat32(at, true))
  }

  f64(): number {
    return this.#read(8, (at) => this.#view.getFloat64(at, true))
  }

  /** The next `length` bytes as a cursor of their own; fewer, with a note, where fewer are left. */
  part(length: number): Cursor {
    const size = Math.max(0, length)
    if (size > this.left) this.limits.wrong(`${size - this.left} bytes are missing`)
    const from = this.at
    this.at = Math.min(this.bytes.length, from + size)
    return this.window(from, this.at)
  }

  /** The bytes from `from` to `to`, clamped to what there is. */
  window(from: number, to = this.bytes.length): Cursor {
    const at = Math.min(from, this.bytes.length)
    return new Cursor(this.bytes.subarray(at, Math.max(at, to)), this.base + at, this.limits)
  }

  #read(size: number, read: (at: number) => number): number {
    return this.#has(size) ? read(this.#advance(size)) : 0
  }

  #has(size: number): boolean {
    if (size <= this.left) return true
    this.limits.wrong('the bytes end early')
    this.at = this.bytes.length
    return false
  }

  #advance(size: number): number {
    const at = this.at
    this.at += size
    return at
  }
}
