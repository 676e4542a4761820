// Reads bytes in order and, when asked, records each read as a line of the field tree: tree and result come from the same
// read, so they cannot disagree.
//
// The convention of this folder: a dissector is a function of a Reader and returns what it could read.
//
//   const { user } = ntlmssp(new Reader(token))                       a rule asks
//   const lines: FieldLine[] = []; ntlmssp(new Reader(token, lines))  the detail pane asks
//
// Bad bytes are normal. A read beyond the end gives undefined, and so do all reads after it; `note` then says what was
// missing, or what else was wrong. Nothing throws. Lengths and counts in the bytes are never believed: a loop over them
// ends as soon as a read fails.
import type { FieldLine } from '../capture/field'
import { uuidText } from '../capture/text'
import { decimal, hexBytes, longHex, type Show } from './show'

const UTF16_LITTLE = new TextDecoder('utf-16le', { ignoreBOM: true })
const UTF16_BIG = new TextDecoder('utf-16be', { ignoreBOM: true })
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true })
/** Used for every OEM code page: all agree on ASCII. */
const LATIN1 = new TextDecoder('latin1')

export type Encoding = 'utf-8' | 'latin1'

/** What a reader and the readers of its parts share. */
interface Trouble {
  note?: string | undefined
}

/** A place in bytes. `base` is where these bytes lie in the part that the field tree shows, `depth` the tree's level. */
export class Reader {
  /** The next byte to read. */
  at = 0
  /** Byte order of numbers and of the first three parts of UUIDs. */
  little = true
  readonly #trouble: Trouble

  constructor(
    readonly bytes: Uint8Array,
    readonly lines?: FieldLine[],
    readonly base = 0,
    public depth = 0,
    trouble: Trouble = {},
  ) {
    this.#trouble = trouble
  }

  /** The first thing that was missing or wrong, in words; undefined when all is well. */
  get note(): string | undefined {
    return this.#trouble.note
  }

  get left(): number {
    return this.bytes.length - this.at
  }

  /** Says that something is wrong. The first such word stays. */
  wrong(note: string): void {
    if (this.#trouble.note !== undefined) return
    this.#trouble.note = note
    this.lines?.push({ label: 'Note', value: note, at: this.base + this.at, length: 0, depth: this.depth })
  }

  u8(label?: string, show: Show<number> = decimal, filter?: string): number | undefined {
    const at = this.#take(1, label)
    if (at === undefined) return undefined
    const value = this.bytes[at]!
    if (this.lines) this.#record(label, show(value), at, filter)
    return value
  }

  u16(label?: string, show: Show<number> = decimal, filter?: string): number | undefined {
    const at = this.#take(2, label)
    if (at === undefined) return undefined
    const value = this.#number16(at)
    if (this.lines) this.#record(label, show(value), at, filter)
    return value
  }

  u32(label?: string, show: Show<number> = decimal, filter?: string): number | undefined {
    const at = this.#take(4, label)
    if (at === undefined) return undefined
    const value = this.#number32(at)
    if (this.lines) this.#record(label, show(value), at, filter)
    return value
  }

  u64(label?: string, show: Show<bigint> = longHex, filter?: string): bigint | undefined {
    const at = this.#take(8, label)
    if (at === undefined) return undefined
    const [low, high] = this.little ? [at, at + 4] : [at + 4, at]
    const value = (BigInt(this.#number32(high)) << 32n) | BigInt(this.#number32(low))
    if (this.lines) this.#record(label, show(value), at, filter)
    return value
  }

  /** 16 bytes as lower-case UUID text. */
  uuid(label?: string, show: Show<string> = String, filter?: string): string | undefined {
    const at = this.#take(16, label)
    if (at === undefined) return undefined
    const text = uuidText(this.bytes, at, !this.little)
    if (this.lines) this.#record(label, show(text), at, filter)
    return text
  }

  take(length: number, label?: string, show: Show<Uint8Array> = hexBytes, filter?: string): Uint8Array | undefined {
    const at = this.#take(length, label)
    if (at === undefined) return undefined
    const bytes = this.bytes.subarray(at, at + length)
    if (this.lines) this.#record(label, show(bytes), at, filter)
    return bytes
  }

  /** UTF-16 of so many bytes, in the reader's byte order. */
  utf16(length: number, label?: string, filter?: string): string | undefined {
    const at = this.#take(length, label)
    if (at === undefined) return undefined
    const text = (this.little ? UTF16_LITTLE : UTF16_BIG).decode(this.bytes.subarray(at, at + (length & ~1)))
    this.#record(label, text, at, filter)
    return text
  }

  text(length: number, label?: string, encoding: Encoding = 'utf-8', filter?: string): string | undefined {
    const at = this.#take(length, label)
    if (at === undefined) return undefined
    const text = (encoding === 'utf-8' ? UTF8 : LATIN1).decode(this.bytes.subarray(at, at + length))
    this.#record(label, text, at, filter)
    return text
  }

  skip(length: number): void {
    this.#take(length, undefined)
  }

  /** Goes on to the next multiple of `size`, counted from the reader's first byte. */
  align(size: number): void {
    const past = this.at % size
    if (past !== 0) this.#take(size - past, undefined)
  }

  /** A number that is read again later: nothing is recorded and the place does not move. */
  peek8(offset = 0): number | undefined {
    return this.bytes[this.at + offset]
  }

  /** A reader of the next `length` bytes, which count as read; of fewer when there are fewer. Its places count from its own first byte. */
  part(length: number): Reader {
    const at = this.at
    if (length > this.left) this.wrong(`${length - this.left} bytes are missing`)
    this.at = Math.min(this.bytes.length, at + length)
    return this.window(at, this.at)
  }

  /** A reader of the bytes from `from` to `to`, wherever this one is; clamped to what there is. */
  window(from: number, to: number): Reader {
    const at = Math.min(Math.max(0, from), this.bytes.length)
    const bytes = this.bytes.subarray(at, Math.max(at, to))
    const part = new Reader(bytes, this.lines, this.base + at, this.depth, this.#trouble)
    part.little = this.little
    return part
  }

  /** A heading over whatever `read` reads. `value` is shown beside it. */
  group<T>(label: string, read: () => T, value: string | ((result: T) => string) = ''): T {
    if (!this.lines) return read()
    const from = this.at
    const line: FieldLine = { label, value: '', at: this.base + from, length: 0, depth: this.depth }
    this.lines.push(line)
    this.depth++
    const result = read()
    this.depth--
    line.length = Math.max(0, this.at - from)
    line.value = typeof value === 'string' ? value : value(result)
    return result
  }

  /** Records a line of its own for bytes that were read otherwise. */
  line(label: string, value: string, from: number, filter?: string): void {
    this.#record(label, value, from, filter)
  }

  #take(length: number, label: string | undefined): number | undefined {
    const at = this.at
    if (length <= this.left && length >= 0) {
      this.at = at + length
      return at
    }
    this.wrong(label === undefined ? 'the bytes end early' : `the bytes end before: ${label}`)
    this.at = this.bytes.length
    return undefined
  }

  #record(label: string | undefined, value: string, at: number, filter: string | undefined): void {
    if (!this.lines || label === undefined) return
    const line: FieldLine = {
      label,
      value,
      at: this.base + at,
      length: this.at - at,
      depth: this.depth,
    }
    if (filter !== undefined) line.filter = filter
    this.lines.push(line)
  }

  #number16(at: number): number {
    const { bytes } = this
    return this.little ? bytes[at]! | (bytes[at + 1]! << 8) : (bytes[at]! << 8) | bytes[at + 1]!
  }

  #number32(at: number): number {
    const [low, high] = this.little ? [at, at + 2] : [at + 2, at]
    return this.#number16(low) + this.#number16(high) * 0x10000
  }
}
