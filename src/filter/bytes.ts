// Bytes compared with bytes.
import type { SlicePart } from './tree'

/** Of one value: whether a field has several is decided elsewhere. */
export type Comparison = '==' | '<' | '<=' | '>' | '>=' | 'contains' | 'matches'

/** The parts of the bytes, one after the other, up to the first that goes beyond the end. */
export function sliced(bytes: Uint8Array, parts: readonly SlicePart[]): Uint8Array {
  const found: Uint8Array[] = []
  for (const { from, length, to } of parts) {
    const at = from < 0 ? bytes.length + from : from
    const end = to !== undefined ? to + 1 : length !== undefined ? at + length : bytes.length
    if (at < 0 || end > bytes.length || at > end) break
    found.push(bytes.subarray(at, end))
  }
  return found.length === 1 ? found[0]! : Uint8Array.from(found.flatMap((part) => [...part]))
}

/** True if bytes meet a comparison with others; `matches` is for texts. */
export function bytesMeet(comparison: Comparison, bytes: Uint8Array, wanted: Uint8Array): boolean {
  if (comparison === 'contains') return finderOf(wanted)(bytes)
  if (comparison === 'matches') return false
  return ordered(comparison, compareBytes(bytes, wanted))
}

/** Looks for bytes anywhere; no bytes at all are everywhere. */
export function finderOf(wanted: Uint8Array): (bytes: Uint8Array) => boolean {
  const [first] = wanted
  if (first === undefined) return () => true
  return (bytes) => {
    const last = bytes.length - wanted.length
    for (let at = bytes.indexOf(first); at >= 0 && at <= last; at = bytes.indexOf(first, at + 1)) {
      let same = 1
      while (same < wanted.length && bytes[at + same] === wanted[same]) same++
      if (same === wanted.length) return true
    }
    return false
  }
}

/** As Wireshark orders them: longer bytes are greater, and those of one length are as memcmp() orders them. */
export function compareBytes(bytes: Uint8Array, other: Uint8Array): number {
  if (bytes.length !== other.length) return bytes.length - other.length
  const at = bytes.findIndex((byte, i) => byte !== other[i])
  return at < 0 ? 0 : bytes[at]! - other[at]!
}

/** True if an order (negative for less, 0 for equal, positive for greater) is the one asked for. */
export function ordered(comparison: Comparison, order: number): boolean {
  switch (comparison) {
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
    default:
      return order === 0
  }
}
