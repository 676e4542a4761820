// Names as DNS and NetBIOS name service messages write them: labels, and pointers to labels that came before.
// RFC 1035 4.1.4; RFC 1001 14.1 and RFC 1002 4.1 (NetBIOS).
import type { Reader } from '../reader'

/** Octets of a name, RFC 1035 2.3.4; also a bound for the pointers that are followed. */
const LONGEST = 255
const POINTER = 0xc0
/** Letters of a NetBIOS name in its first label: two for each of 16 bytes. */
const NETBIOS_LETTERS = 32
const NETBIOS_BYTES = 16
const LETTER_A = 0x41

/** Bytes that would spoil a line are written as `\ddd`, as zone files write them. RFC 1035 5.1. */
const UNPRINTABLE = /[\0-\x20\x7f\\]/g

/** Reads a name; the reader must begin where the message begins. The root is ''. Undefined when it has no end. */
export function domainName(from: Reader): string | undefined {
  return labels(from)?.map(labelText).join('.')
}

/** The same where NetBIOS encodes the first label: `WPAD<00>`, with the suffix byte that says what kind of name it is. */
export function netbiosName(from: Reader): string | undefined {
  const found = labels(from)
  if (!found) return undefined
  const [first, ...scope] = found
  return [netbiosText(first) ?? labelText(first ?? ''), ...scope.map(labelText)].join('.')
}

/** 15 bytes of a NetBIOS name, with its suffix: `S1<20>`. Bytes that are no letters are written `<01>`. */
export function netbiosNameText(name: string, suffix: number): string {
  const text = name.replace(/[ \0]+$/, '')
  return (
    Array.from(text, (letter) => (letter < ' ' ? hexSuffix(letter.charCodeAt(0)) : letter)).join('') + hexSuffix(suffix)
  )
}

function labels(from: Reader): string[] | undefined {
  const { bytes } = from
  const found: string[] = []
  let at = from.at
  let end: number | undefined
  for (let length = 0; length <= LONGEST;) {
    const size = bytes[at]
    if (size === undefined) break
    if (size === 0) {
      from.skip((end ?? at + 1) - from.at)
      return found
    }
    if (size >= POINTER) {
      const low = bytes[at + 1]
      if (low === undefined) break
      end ??= at + 2
      at = ((size & ~POINTER) << 8) | low
      length++
    } else {
      if (at + 1 + size > bytes.length) break
      found.push(String.fromCharCode(...bytes.subarray(at + 1, at + 1 + size)))
      at += 1 + size
      length += 1 + size
    }
  }
  from.wrong('a name without an end')
  from.skip(from.left)
  return undefined
}

function labelText(label: string): string {
  return label.replace(UNPRINTABLE, (letter) => `\\${String(letter.charCodeAt(0)).padStart(3, '0')}`)
}

function netbiosText(label: string | undefined): string | undefined {
  if (label?.length !== NETBIOS_LETTERS) return undefined
  const letters = Array.from({ length: NETBIOS_BYTES }, (_, i) => {
    const high = label.charCodeAt(2 * i) - LETTER_A
    const low = label.charCodeAt(2 * i + 1) - LETTER_A
    return high >>> 4 === 0 && low >>> 4 === 0 ? (high << 4) | low : undefined
  })
  if (letters.includes(undefined)) return undefined
  const name = String.fromCharCode(...letters.slice(0, -1).map((letter) => letter!))
  return netbiosNameText(name, letters.at(-1)!)
}

function hexSuffix(byte: number): string {
  return `<${byte.toString(16).padStart(2, '0')}>`
}
