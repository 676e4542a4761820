// Text, arrays and objects lie on a heap behind the block that refers to them. MS-WMIO 2.2.66 (Heap), 2.2.69 (HeapRef),
// 2.2.78 (Encoded-String), 2.2.80 (Dictionary).
import type { Cursor } from './cursor'

/** A reference to nothing. */
const NULL_REFERENCE = 0xffffffff
/** Set in a heap's length, and in references to the dictionary. */
const HIGH_BIT = 0x80000000

/** Names so frequent that they are sent as a number. */
const DICTIONARY = [
  '"',
  'key',
  '',
  'read',
  'write',
  'volatile',
  'provider',
  'dynamic',
  'cimwin32',
  'DWORD',
  'CIMTYPE',
] as const

const UTF16 = new TextDecoder('utf-16le', { ignoreBOM: true })
/** Code units that are put together at once; more would overflow the stack. */
const PIECE = 8192

export class Heap {
  readonly #items: Cursor

  constructor(from: Cursor) {
    const length = from.u32()
    if (length < HIGH_BIT) from.limits.wrong('the high bit of a heap length is not set')
    this.#items = from.part(length & ~HIGH_BIT)
  }

  /** What a reference leads to; undefined for a null reference, and, with a note, for one outside the heap. */
  item(reference: number): Cursor | undefined {
    if (reference === NULL_REFERENCE) return undefined
    if (reference < this.#items.bytes.length) return this.#items.window(reference)
    this.#items.limits.wrong(`the reference 0x${reference.toString(16)} lies outside the heap`)
    return undefined
  }

  /** The text that a reference leads to; undefined when there is none. */
  text(reference: number): string | undefined {
    if (reference >= HIGH_BIT && reference !== NULL_REFERENCE) return this.#fromDictionary(reference - HIGH_BIT)
    const item = this.item(reference)
    return item && encodedString(item)
  }

  #fromDictionary(index: number): string | undefined {
    const text = DICTIONARY[index]
    if (text === undefined) this.#items.limits.wrong(`the dictionary has no entry ${index}`)
    return text
  }
}

/** Encoded-String: an octet that gives the width of a character, the characters, a zero. MS-WMIO 2.2.78. */
export function encodedString(from: Cursor): string {
  const width = from.u8()
  if (width > 1) from.limits.wrong(`a string begins with ${width} in place of 0 or 1`)
  return width === 1 ? wideString(from) : narrowString(from)
}

/** One octet a character: the lower half of UTF-16, so U+0000 to U+00FF. */
function narrowString(from: Cursor): string {
  const start = from.at
  const found = from.bytes.indexOf(0, start)
  if (found < 0) from.limits.wrong('a string has no end')
  const end = found < 0 ? from.bytes.length : found
  from.at = Math.min(from.bytes.length, end + 1)
  if (!from.limits.spend(end - start)) return ''
  let text = ''
  for (let at = start; at < end; at += PIECE) {
    text += String.fromCharCode(...from.bytes.subarray(at, Math.min(end, at + PIECE)))
  }
  return text
}

function wideString(from: Cursor): string {
  const start = from.at
  let end = start
  while (end + 1 < from.bytes.length && (from.bytes[end] !== 0 || from.bytes[end + 1] !== 0)) end += 2
  if (end + 1 >= from.bytes.length) from.limits.wrong('a string has no end')
  from.at = Math.min(from.bytes.length, end + 2)
  return from.limits.spend(end - start) ? UTF16.decode(from.bytes.subarray(start, end)) : ''
}
