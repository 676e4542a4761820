// Strings at the start of a stub whose method has no description, found by their shape alone. C706 14.3.4 (strings),
// MS-OAUT 2.2.23 (BSTR).
import type { Reader } from './reader'

/** How far from the first argument strings are looked for: most methods name their object early. */
const LOOKED_THROUGH = 512
/** Characters of the longest string that is believed. */
const LONGEST = 4096
/** Shorter texts may be anything, the more so without a zero at the end. */
const SHORTEST = 2
const SHORTEST_UNENDED = 4
/** What texts do not hold: controls except for line ends and tabs, and code points that mean nothing to everyone. */
const IMPLAUSIBLE = /[^\P{Cc}\t\r\n]|[\p{Cn}\p{Co}\ufffd]/u

/**
 * The texts that stand in conformant varying strings, or BSTRs, of UTF-16 near the reader's place, with a line for each.
 * A guess: bytes may have that shape by chance. The reader stays where it is.
 */
export function leadingStrings(from: Reader, wide = false): string[] {
  const found: string[] = []
  const size = wide ? 8 : 4
  const end = Math.min(from.bytes.length, from.at + LOOKED_THROUGH)
  for (let at = Math.ceil(from.at / size) * size; at < end;) {
    const length = stringAt(from, at, size)
    const text = length === undefined ? undefined : textAt(from, at + 3 * size, length)
    if (text === undefined) {
      at += size
      continue
    }
    found.push(text)
    at = Math.ceil((at + 3 * size + length! * 2) / size) * size
  }
  return found
}

/** Characters of the string whose three counts stand there; undefined when they are none. */
function stringAt({ bytes, little }: Reader, at: number, size: number): number | undefined {
  if (at + 3 * size > bytes.length) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const [room, middle, count] = [at, at + size, at + 2 * size].map((place) => {
    const [low, high] = size === 4 ? [place, undefined] : little ? [place, place + 4] : [place + 4, place]
    return high !== undefined && view.getUint32(high, little) !== 0 ? Infinity : view.getUint32(low, little)
  }) as [number, number, number]
  const varying = middle === 0 && count <= room
  const basic = middle === 2 * room && count === room
  return (varying || basic) && count > 0 && room <= LONGEST ? count : undefined
}

/** So many UTF-16 units as text, when all of them are letters, signs and blanks, with no zero but the last. */
function textAt(from: Reader, at: number, count: number): string | undefined {
  const part = from.window(at, at + count * 2)
  if (part.bytes.length < count * 2) return undefined
  const whole = part.utf16(count * 2) ?? ''
  const ended = whole.endsWith('\0')
  const text = ended ? whole.slice(0, -1) : whole
  if (text.length < (ended ? SHORTEST : SHORTEST_UNENDED) || IMPLAUSIBLE.test(text)) return undefined
  part.line('String, by its shape', text, 0)
  return text
}
