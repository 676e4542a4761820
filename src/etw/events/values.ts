// The values of event data, by the types that tdh.h numbers (TDH_INTYPE_*, TDH_OUTTYPE_*). Nothing is read past the end:
// a value that is not there whole ends the decoding.
import { ipv6Text, uuidText } from '../../capture/text'

/** What a field holds, as JSON can say it. */
export type Value = string | number | boolean | Value[] | { [name: string]: Value }

export const enum InType {
  Null,
  UnicodeString,
  AnsiString,
  Int8,
  Uint8,
  Int16,
  Uint16,
  Int32,
  Uint32,
  Int64,
  Uint64,
  Float,
  Double,
  Boolean,
  Binary,
  Guid,
  Pointer,
  Filetime,
  SystemTime,
  Sid,
  HexInt32,
  HexInt64,
  CountedString,
  CountedAnsiString,
  /** TraceLogging's struct; binary with its size before it in manifests is 25. */
  Struct,
  CountedBinary,
  OldCountedString = 300,
  OldCountedAnsiString,
  ReversedCountedString,
  ReversedCountedAnsiString,
  UnterminatedString,
  UnterminatedAnsiString,
  UnicodeChar,
  AnsiChar,
  SizeT,
}

export const enum OutType {
  Boolean = 13,
  Port = 22,
  Ipv4 = 23,
  Ipv6 = 24,
  SocketAddress = 25,
  Utf8 = 35,
}

const MAX_SHOWN_BYTES = 4096
/** From 1601 to 1970 in milliseconds. */
const EPOCH_MILLISECONDS = 11644473600000
const IPV4_FAMILY = 2
const IPV6_FAMILY = 23

const latin1 = new TextDecoder('windows-1252')
const utf8 = new TextDecoder()
const utf16 = new TextDecoder('utf-16le')

/** Thrown by no one outside: decoding stops where the data ends. */
export class DataEnds extends Error {}

/** Reads values one after another. */
export class Values {
  at = 0
  readonly #view: DataView

  constructor(
    readonly bytes: Uint8Array,
    private readonly is32Bit: boolean,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.bytes.length - this.at
  }

  /** The next value; `length` is the size that the schema gives (0 for none): characters of strings, else bytes. */
  read(inType: number, outType: number, length: number): Value {
    switch (inType) {
      case InType.UnicodeString:
        return length > 0 ? this.#utf16(length * 2) : this.unicode()
      case InType.AnsiString:
        return length > 0 ? this.#ansi(length, outType) : this.ansi(outType)
      case InType.UnterminatedString:
        return this.#utf16(this.left & ~1)
      case InType.UnterminatedAnsiString:
        return this.#ansi(this.left, outType)
      case InType.CountedString:
      case InType.OldCountedString:
        return this.#utf16(this.#unsigned(2))
      case InType.CountedAnsiString:
      case InType.OldCountedAnsiString:
        return this.#ansi(this.#unsigned(2), outType)
      case InType.ReversedCountedString:
        return this.#utf16(swap16(this.#unsigned(2)))
      case InType.ReversedCountedAnsiString:
        return this.#ansi(swap16(this.#unsigned(2)), outType)
      case InType.Float:
        return finite(this.#view.getFloat32(this.#take(4), true))
      case InType.Double:
        return finite(this.#view.getFloat64(this.#take(8), true))
      case InType.Boolean:
        return this.#unsigned(4) !== 0
      case InType.Binary:
        return this.#binary(length || (outType === (OutType.Ipv6 as number) ? 16 : 0), outType)
      case InType.CountedBinary:
        return this.#binary(this.#unsigned(2), outType)
      case InType.Guid:
        return uuidText(this.bytes, this.#take(16))
      case InType.Filetime:
        return this.#filetime()
      case InType.SystemTime:
        return this.#systemTime()
      case InType.Sid:
        return this.#sid()
      default:
        return this.#number(inType, outType)
    }
  }

  #number(inType: number, outType: number): Value {
    switch (inType) {
      case InType.Int8:
        return this.#view.getInt8(this.#take(1))
      case InType.Uint8:
      case InType.AnsiChar:
        return outType === (OutType.Boolean as number) ? this.#unsigned(1) !== 0 : this.#unsigned(1)
      case InType.Int16:
        return this.#view.getInt16(this.#take(2), true)
      case InType.Uint16:
      case InType.UnicodeChar:
        return outType === (OutType.Port as number) ? swap16(this.#unsigned(2)) : this.#unsigned(2)
      case InType.Int32:
        return this.#view.getInt32(this.#take(4), true)
      case InType.Uint32:
        if (outType !== (OutType.Ipv4 as number)) return this.#unsigned(4)
        return this.#slice(4).join('.')
      case InType.HexInt32:
        return this.#unsigned(4)
      case InType.Int64:
        return wide(this.#view.getBigInt64(this.#take(8), true))
      case InType.Uint64:
      case InType.HexInt64:
        return wide(this.#view.getBigUint64(this.#take(8), true))
      case InType.Pointer:
      case InType.SizeT:
        return this.is32Bit ? this.#unsigned(4) : wide(this.#view.getBigUint64(this.#take(8), true))
      case InType.Null:
        return ''
      default:
        throw new DataEnds()
    }
  }

  /** UTF-16 up to a zero, or to the end. */
  unicode(): string {
    let end = this.at
    while (end + 2 <= this.bytes.length && (this.bytes[end]! | this.bytes[end + 1]!) !== 0) end += 2
    const text = utf16.decode(this.bytes.subarray(this.at, end))
    if (end + 2 > this.bytes.length && this.at >= this.bytes.length) throw new DataEnds()
    this.at = Math.min(end + 2, this.bytes.length)
    return text
  }

  ansi(outType: number): string {
    if (this.at >= this.bytes.length) throw new DataEnds()
    let end = this.at
    while (end < this.bytes.length && this.bytes[end] !== 0) end++
    const text = decoderOf(outType).decode(this.bytes.subarray(this.at, end))
    this.at = Math.min(end + 1, this.bytes.length)
    return text
  }

  #utf16(bytes: number): string {
    return untilZero(utf16.decode(this.#slice(bytes)))
  }

  #ansi(bytes: number, outType: number): string {
    return untilZero(decoderOf(outType).decode(this.#slice(bytes)))
  }

  #binary(length: number, outType: number): Value {
    const bytes = this.#slice(length)
    if (outType === (OutType.Ipv6 as number) && length === 16) return ipv6Text(bytes)
    if (outType === (OutType.SocketAddress as number)) return socketAddress(bytes) ?? hex(bytes)
    return hex(bytes)
  }

  #filetime(): string {
    const value = this.#view.getBigUint64(this.#take(8), true)
    return dateText(Number(value / 10000n) - EPOCH_MILLISECONDS)
  }

  /** SYSTEMTIME: year, month, day of the week, day, hour, minute, second, millisecond. */
  #systemTime(): string {
    const at = this.#take(16)
    const [year, month, , day, hour, minute, second, millisecond] = Array.from({ length: 8 }, (_, index) =>
      this.#view.getUint16(at + index * 2, true),
    )
    return dateText(Date.UTC(year!, month! - 1, day, hour, minute, second, millisecond))
  }

  #sid(): string {
    const at = this.at
    const count = this.bytes[at + 1] ?? 0
    const bytes = this.#slice(8 + 4 * count)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const parts = Array.from({ length: count }, (_, index) => view.getUint32(8 + 4 * index, true))
    return ['S', bytes[0], view.getUint16(2) * 0x1_0000_0000 + view.getUint32(4), ...parts].join('-')
  }

  #unsigned(bytes: 1 | 2 | 4): number {
    const at = this.#take(bytes)
    return bytes === 1 ? this.bytes[at]! : bytes === 2 ? this.#view.getUint16(at, true) : this.#view.getUint32(at, true)
  }

  #slice(length: number): Uint8Array {
    const at = this.#take(length)
    return this.bytes.subarray(at, at + length)
  }

  #take(length: number): number {
    const at = this.at
    if (at + length > this.bytes.length) throw new DataEnds()
    this.at += length
    return at
  }
}

function decoderOf(outType: number): TextDecoder {
  return outType === (OutType.Utf8 as number) ? utf8 : latin1
}

function untilZero(text: string): string {
  const end = text.indexOf('\0')
  return end < 0 ? text : text.slice(0, end)
}

function swap16(value: number): number {
  return ((value & 0xff) << 8) | (value >>> 8)
}

/** JSON has no number that is not finite. */
function finite(value: number): Value {
  return Number.isFinite(value) ? value : String(value)
}

/** A number where a double holds it exactly, else its hexadecimal text. */
function wide(value: bigint): Value {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : `0x${BigInt.asUintN(64, value).toString(16)}`
}

function dateText(milliseconds: number): string {
  const date = new Date(milliseconds)
  return Number.isNaN(date.getTime()) ? '' : date.toISOString()
}

function hex(bytes: Uint8Array): string {
  const shown = bytes.subarray(0, MAX_SHOWN_BYTES)
  let text = ''
  for (const byte of shown) text += byte.toString(16).padStart(2, '0')
  return shown.length < bytes.length ? `${text}...` : text
}

/** SOCKADDR_IN or SOCKADDR_IN6 as address and port; undefined for another family. */
export function socketAddress(bytes: Uint8Array): string | undefined {
  const family = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8)
  const port = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)
  if (family === IPV4_FAMILY && bytes.length >= 8) return `${bytes.subarray(4, 8).join('.')}:${port}`
  if (family === IPV6_FAMILY && bytes.length >= 24) return `[${ipv6Text(bytes.subarray(8, 24))}]:${port}`
  return undefined
}
