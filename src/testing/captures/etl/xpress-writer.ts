// Compresses into XPRESS plain LZ77 (MS-XCA 2.3): greedy matches by a hash of three bytes. The result is what readers of
// event traces have to take, not the smallest possible.
import { ByteWriter } from '../../bytes'

const MAX_DISTANCE = 8192
const MIN_MATCH = 3

/** The bytes, compressed. */
export function compressXpress(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter()
  const last = new Map<number, number>()
  let flagsAt = 0
  let flags = 0
  let count = 0
  const halves: { at: number | undefined; value: number } = { at: undefined, value: 0 }
  const flush = () => {
    out.setU32(flagsAt, flags >>> 0)
    flags = 0
    count = 0
  }
  // A flag word is written where its first flag is used, before the item's own bytes.
  const emit = (isMatch: boolean, write: () => void) => {
    if (count === 0) {
      flagsAt = out.length
      out.u32(0)
    }
    if (isMatch) flags |= 1 << (31 - count)
    count++
    write()
    if (count === 32) flush()
  }
  for (let at = 0; at < bytes.length;) {
    const match = matchAt(bytes, at, last)
    if (!match) {
      const value = bytes[at]!
      remember(bytes, at, last)
      emit(false, () => out.u8(value))
      at++
      continue
    }
    emit(true, () => writeMatch(out, match.distance, match.length, halves))
    for (const end = at + match.length; at < end; at++) remember(bytes, at, last)
  }
  // After the last item the flags say that a match follows, where the input ends.
  if (count === 0) {
    flagsAt = out.length
    out.u32(0)
  }
  flags |= count === 0 ? -1 : (1 << (32 - count)) - 1
  flush()
  return out.take()
}

function keyAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)
}

function remember(bytes: Uint8Array, at: number, last: Map<number, number>): void {
  if (at + MIN_MATCH <= bytes.length) last.set(keyAt(bytes, at), at)
}

function matchAt(
  bytes: Uint8Array,
  at: number,
  last: Map<number, number>,
): { distance: number; length: number } | undefined {
  if (at + MIN_MATCH > bytes.length) return undefined
  const before = last.get(keyAt(bytes, at))
  if (before === undefined || at - before > MAX_DISTANCE) return undefined
  let length = MIN_MATCH
  while (at + length < bytes.length && bytes[before + length] === bytes[at + length]) length++
  return { distance: at - before, length }
}

/** Lengths beyond 9 go on in half a byte that two matches share, then in a byte, two bytes, four. */
function writeMatch(
  out: ByteWriter,
  distance: number,
  length: number,
  halves: { at: number | undefined; value: number },
): void {
  let rest = length - MIN_MATCH
  out.u16(((distance - 1) << 3) | Math.min(rest, 7))
  if (rest < 7) return
  rest -= 7
  const half = Math.min(rest, 15)
  if (halves.at === undefined) {
    halves.at = out.length
    halves.value = half
    out.u8(half)
  } else {
    out.setU8(halves.at, halves.value | (half << 4))
    halves.at = undefined
  }
  if (half < 15) return
  rest -= 15
  if (rest < 255) {
    out.u8(rest)
    return
  }
  out.u8(255)
  const whole = rest + 15 + 7
  if (whole < 0x10000) out.u16(whole)
  else out.u16(0).u32(whole)
}
