// The last look: names and dotted addresses that were met somewhere are looked for everywhere, as ASCII and as UTF-16,
// whatever their letters' case. One pass over the bytes, however many names there are.
import type { NameBook } from './names'

/** Bytes by which a name is looked up; none that is sought is shorter. */
const KEY_BYTES = 4
const FILTER_BITS = 16

/** Bytes with the capital letters of ISO 8859-1 made small. */
const FOLDED = Uint8Array.from({ length: 256 }, (_, byte) => {
  const isCapital = (byte >= 0x41 && byte <= 0x5a) || (byte >= 0xc0 && byte <= 0xde && byte !== 0xd7)
  return isCapital ? byte + 0x20 : byte
})

interface Sought {
  /** Folded. */
  bytes: Uint8Array
  /** Two bytes a letter, the second of the last one left out. */
  isWide: boolean
}

export class Sweep {
  /** By their first bytes; the longer first, so that a name is not taken for a shorter one that it begins with. */
  readonly #byKey = new Map<number, Sought[]>()
  /** Which hashes of first bytes there are: most places of most payloads are skipped by it. */
  readonly #filter = new Uint8Array(1 << FILTER_BITS)

  /** Looks for what the book has replaced so far. */
  constructor(private readonly names: NameBook) {
    for (const text of [...names.sought, ...names.addresses.ipv4Texts])
      for (const sought of [narrow(text), wide(text)]) if (sought) this.#add(sought)
    for (const list of this.#byKey.values()) list.sort((a, b) => b.bytes.length - a.bytes.length)
  }

  /** The same number of bytes with every name replaced that is still in them. */
  over(bytes: Uint8Array): Uint8Array {
    let made: Uint8Array | undefined
    let key = 0
    /** Bytes that the key holds, from the end of the last match on. */
    let held = 0
    for (let next = 0; next < bytes.length; next++) {
      held++
      const byte = bytes[next]!
      if (key === 0 && byte === 0) continue // what is blank, most of what is redacted: no name begins so
      key = ((key << 8) | FOLDED[byte]!) >>> 0
      if (held < KEY_BYTES || this.#filter[hash(key)] === 0) continue
      const at = next - KEY_BYTES + 1
      const found = this.#byKey.get(key)?.find((sought) => isAt(bytes, at, sought.bytes))
      if (!found) continue
      made ??= bytes.slice()
      const end = at + found.bytes.length
      if (found.isWide) this.names.utf16(made, at, end + 1)
      else this.names.bytes(made, at, end)
      next = end - 1
      held = 0
    }
    return made ?? bytes
  }

  #add(sought: Sought): void {
    const key = sought.bytes.subarray(0, KEY_BYTES).reduce((all, byte) => ((all << 8) | byte) >>> 0, 0)
    const known = this.#byKey.get(key)
    if (known) known.push(sought)
    else this.#byKey.set(key, [sought])
    this.#filter[hash(key)] = 1
  }
}

function hash(key: number): number {
  return Math.imul(key, 0x9e3779b1) >>> (32 - FILTER_BITS)
}

function isAt(bytes: Uint8Array, at: number, folded: Uint8Array): boolean {
  if (at + folded.length > bytes.length) return false
  for (let i = 0; i < folded.length; i++) if (FOLDED[bytes[at + i]!] !== folded[i]) return false
  return true
}

/** A byte a letter; undefined where a letter takes more. */
function narrow(text: string): Sought | undefined {
  const codes = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
  return codes.some((code) => code > 0xff) ? undefined : { bytes: folded(codes), isWide: false }
}

function wide(text: string): Sought {
  const bytes = Array.from({ length: text.length }, (_, i) => [text.charCodeAt(i) & 0xff, text.charCodeAt(i) >>> 8])
  return { bytes: folded(bytes.flat().slice(0, -1)), isWide: true }
}

function folded(bytes: number[]): Uint8Array {
  return Uint8Array.from(bytes, (byte) => FOLDED[byte]!)
}
