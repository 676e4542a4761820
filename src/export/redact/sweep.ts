// The last look: names and dotted addresses that were met somewhere are looked for everywhere, as ASCII and as UTF-16.
import type { NameBook } from './names'

/** More names than this are not looked for: the search would take longer than all the rest. */
const MOST_NAMES = 2000

export class Sweep {
  readonly #pattern: RegExp | undefined

  /** Looks for what the book has replaced so far. */
  constructor(private readonly names: NameBook) {
    const sought = [...names.sought, ...names.addresses.ipv4Texts].slice(0, MOST_NAMES)
    // The longer first, so that a name is not taken for a shorter one that it begins with.
    const texts = sought.sort((a, b) => b.length - a.length).flatMap((text) => [escaped([...text]), wide(text)])
    this.#pattern = texts.length > 0 ? new RegExp(texts.join('|'), 'gi') : undefined
  }

  /** The same number of bytes with every name replaced that is still in them. */
  over(bytes: Uint8Array): Uint8Array {
    if (!this.#pattern || bytes.every((byte) => byte === 0)) return bytes
    const text = latin1(bytes)
    let made: Uint8Array | undefined
    for (const match of text.matchAll(this.#pattern)) {
      made ??= bytes.slice()
      const end = match.index + match[0].length
      if (match[0].includes('\0')) this.names.utf16(made, match.index, end + 1)
      else this.names.bytes(made, match.index, end)
    }
    return made ?? bytes
  }
}

/** UTF-16 as bytes read one a character: a zero after each letter but the last. */
function wide(text: string): string {
  return escaped([...text], '\\x00')
}

function escaped(letters: string[], between = ''): string {
  return letters.map((letter) => letter.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')).join(between)
}

function latin1(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return text
}
