// The part of BER and DER that security tokens use. X.690 8.1 (identifier, length, contents).
// Reading is driven by what a protocol expects, never by nesting in the bytes, so its depth is bounded by the code.
import type { Reader } from '../reader'
import { dateText, type Show } from '../show'

/** Universal tags as they are in the first byte. */
export enum Tag {
  Integer = 0x02,
  BitString = 0x03,
  OctetString = 0x04,
  ObjectIdentifier = 0x06,
  Enumerated = 0x0a,
  GeneralizedTime = 0x18,
  GeneralString = 0x1b,
  Sequence = 0x30,
}

/** First byte of `[n]` EXPLICIT and of `[APPLICATION n]`. */
export const context = (number: number): number => 0xa0 | number
export const application = (number: number): number => 0x60 | number

/** The longest length field: four bytes after the first. */
const LONGEST_LENGTH = 4
/** Integers beyond this many bytes are not shown as numbers. */
const LONGEST_INTEGER = 6
const MOST_ARCS = 64

/** One element: its first identifier byte and its contents. */
export interface Element {
  tag: number
  contents: Reader
  /** False where its contents are cut off. */
  isWhole: boolean
}

/** Reads one element; undefined, and a note, when there is none or it does not end before its surroundings do by far. */
export function element(from: Reader): Element | undefined {
  const tag = from.u8()
  const first = from.u8()
  if (tag === undefined || first === undefined) return undefined
  if ((tag & 0x1f) === 0x1f) {
    from.wrong('an ASN.1 tag beyond 30')
    return undefined
  }
  const size = first < 0x80 ? 0 : first & 0x7f
  if (first === 0x80 || size > LONGEST_LENGTH) {
    from.wrong('an ASN.1 length of no known form')
    return undefined
  }
  let length = first < 0x80 ? first : 0
  for (let i = 0; i < size; i++) length = length * 256 + (from.u8() ?? 0)
  const isWhole = length <= from.left
  return { tag, contents: from.part(length), isWhole }
}

/** Contents of the next element when its tag is as expected; otherwise a note, and undefined. */
export function contentsOf(from: Reader, tag: number): Reader | undefined {
  const found = element(from)
  if (!found) return undefined
  if (found.tag === tag) return found.contents
  from.wrong(`ASN.1 tag ${found.tag} where ${tag} was expected`)
  return undefined
}

/** The elements of a SEQUENCE OF, or of whatever the reader holds. */
export function* elements(from: Reader): Generator<Element> {
  while (from.left > 0) {
    const next = element(from)
    if (!next) return
    yield next
  }
}

/** The members of a SEQUENCE by number; `from` is positioned before the SEQUENCE. All members are `[n]` EXPLICIT. */
export function members(from: Reader | undefined): Map<number, Reader> {
  const found = new Map<number, Reader>()
  const sequence = from && contentsOf(from, Tag.Sequence)
  if (!sequence) return found
  while (sequence.left > 0) {
    const next = element(sequence)
    if (!next) break
    if ((next.tag & 0xe0) === 0xa0) found.set(next.tag & 0x1f, next.contents)
  }
  return found
}

/** Reads an INTEGER or ENUMERATED; `from` is positioned before it. */
export function integer(from: Reader | undefined, label?: string, show: Show<number> = String, filter?: string) {
  const value = from && element(from)
  if (!value || (value.tag !== Tag.Integer && value.tag !== Tag.Enumerated)) return undefined
  const { bytes } = value.contents
  if (bytes.length === 0 || bytes.length > LONGEST_INTEGER) return undefined
  let number = bytes[0]! >= 0x80 ? -1 : 0
  for (let at = 0; at < bytes.length; at++) number = number * 256 + bytes[at]!
  if (label !== undefined && from.lines) from.line(label, show(number), 0, filter)
  return number
}

/** Reads a character string of whatever type; `from` is positioned before it. Undefined where it is cut off. */
export function string(from: Reader | undefined, label?: string, filter?: string): string | undefined {
  const value = from && element(from)
  if (!value) return undefined
  const text = value.contents.text(value.contents.left)
  if (label !== undefined) from.line(label, text ?? '', 0, filter)
  return value.isWhole ? text : undefined
}

/** Contents of an OCTET STRING; `from` is positioned before it. */
export function octets(from: Reader | undefined): Reader | undefined {
  return from && contentsOf(from, Tag.OctetString)
}

/** Reads an OBJECT IDENTIFIER as dotted text; `from` is positioned before it. */
export function objectIdentifier(from: Reader): string | undefined {
  const contents = contentsOf(from, Tag.ObjectIdentifier)
  return contents && oidText(contents.bytes)
}

/** Dotted text of an object identifier's contents. X.690 8.19. */
export function oidText(bytes: Uint8Array): string {
  const arcs: number[] = []
  let arc = 0
  for (const byte of bytes) {
    arc = arc * 128 + (byte & 0x7f)
    if (byte & 0x80) continue
    if (arcs.length === 0) arcs.push(Math.min(2, Math.floor(arc / 40)), arc - 40 * Math.min(2, Math.floor(arc / 40)))
    else arcs.push(arc)
    arc = 0
    if (arcs.length > MOST_ARCS) break
  }
  return arcs.join('.')
}

const DIGIT_0 = 0x30
const POINT = 0x2e
const ZULU = 0x5a
/** Digits of a time without its fraction. */
const TIME_DIGITS = 14

/** Seconds since the epoch of a GeneralizedTime's contents; a fraction is left out. Undefined for any other form. */
function secondsOf(bytes: Uint8Array): number | undefined {
  const isDigit = (at: number) => bytes[at]! >= DIGIT_0 && bytes[at]! < DIGIT_0 + 10
  for (let at = 0; at < TIME_DIGITS; at++) if (!isDigit(at)) return undefined
  let end = TIME_DIGITS
  if (bytes[end] === POINT) {
    end++
    while (isDigit(end)) end++
    if (end === TIME_DIGITS + 1) return undefined
  }
  if (bytes[end] !== ZULU || end + 1 !== bytes.length) return undefined
  const two = (at: number) => 10 * (bytes[at]! - DIGIT_0) + bytes[at + 1]! - DIGIT_0
  return Date.UTC(100 * two(0) + two(2), two(4) - 1, two(6), two(8), two(10), two(12)) / 1000
}

/** Reads a GeneralizedTime `YYYYMMDDhhmmssZ` as seconds since the epoch; `from` is positioned before it. RFC 4120 5.2.3. */
export function time(from: Reader | undefined, label?: string): number | undefined {
  const value = from && element(from)
  const seconds = value && secondsOf(value.contents.bytes)
  if (!from || seconds === undefined) return undefined
  if (label !== undefined && from.lines) from.line(label, dateText(seconds), 0)
  return seconds
}
