// Network Data Representation: how arguments stand in a stub. C706 chapter 14; MS-RPCE 2.2.5 (NDR64).
import type { Reader } from './reader'
import { decimal, hexBytes, type Show } from './show'

/** Bytes of a context handle: attributes and a UUID. C706 appendix N, ndr_context_handle. */
const CONTEXT_HANDLE = 20

/**
 * Reads arguments from a stub. Numbers are aligned to their size, counted from the reader's first byte, so the reader must
 * begin where the stub begins. `wide` is NDR64: counts and pointers have 8 bytes there, and enumerations 4 instead of 2.
 */
export class Ndr {
  constructor(
    readonly from: Reader,
    readonly wide = false,
  ) {}

  u8(label?: string, show: Show<number> = decimal): number | undefined {
    return this.from.u8(label, show)
  }

  u16(label?: string, show: Show<number> = decimal, filter?: string): number | undefined {
    this.from.align(2)
    return this.from.u16(label, show, filter)
  }

  u32(label?: string, show: Show<number> = decimal, filter?: string): number | undefined {
    this.from.align(4)
    return this.from.u32(label, show, filter)
  }

  u64(label?: string, show?: Show<bigint>): bigint | undefined {
    this.from.align(8)
    return this.from.u64(label, show)
  }

  /** An enumeration without v1_enum. */
  short(label?: string, show: Show<number> = decimal): number | undefined {
    return this.wide ? this.u32(label, show) : this.u16(label, show)
  }

  /** A conformance, an offset or a count; beyond 2^53 it loses its low bits, but no stub has that many elements. */
  count(label?: string, show: Show<number> = decimal): number | undefined {
    if (!this.wide) return this.u32(label, show)
    const value = this.u64(label, (long) => show(Number(long)))
    return value === undefined ? undefined : Number(value)
  }

  /** True if a pointer points to something; undefined when the bytes end. What it points to comes where NDR defers it to. */
  pointer(): boolean | undefined {
    const value = this.count()
    return value === undefined ? undefined : value !== 0
  }

  uuid(label?: string, filter?: string): string | undefined {
    this.from.align(4)
    return this.from.uuid(label, String, filter)
  }

  contextHandle(label?: string, filter?: string): Uint8Array | undefined {
    this.from.align(4)
    return this.from.take(CONTEXT_HANDLE, label, hexBytes, filter)
  }

  /** Goes on to where a structure begins that holds counts or pointers. */
  alignToPointer(): void {
    this.from.align(this.wide ? 8 : 4)
  }

  /** A conformant array of bytes. */
  bytes(label?: string, show?: Show<Uint8Array>): Uint8Array | undefined {
    const size = this.count()
    return size === undefined ? undefined : this.from.take(size, label, show)
  }

  /** Size, offset and count of a conformant and varying array; the count of the elements that follow. */
  varyingCount(): number | undefined {
    this.count()
    this.count()
    return this.count()
  }

  /** A conformant and varying string of UTF-16: size, offset, count, then the characters, which end with a zero as a rule. */
  string(label?: string, filter?: string): string | undefined {
    const count = this.varyingCount()
    return count === undefined ? undefined : this.wideText(count, label, filter)
  }

  /** The same with one byte a character. */
  narrowString(label?: string, filter?: string): string | undefined {
    const count = this.varyingCount()
    return count === undefined ? undefined : this.narrowText(count, label, filter)
  }

  /** So many UTF-16 units; zeros at the end are left off. */
  wideText(count: number, label?: string, filter?: string): string | undefined {
    return this.#ended(() => this.from.utf16(count * 2), label, filter)
  }

  /** So many characters of one byte; zeros at the end are left off. */
  narrowText(count: number, label?: string, filter?: string): string | undefined {
    return this.#ended(() => this.from.text(count, undefined, 'latin1'), label, filter)
  }

  #ended(read: () => string | undefined, label: string | undefined, filter: string | undefined): string | undefined {
    const start = this.from.at
    const text = read()?.replace(/\0+$/, '')
    if (text !== undefined && label !== undefined) this.from.line(label, text, start, filter)
    return text
  }
}
