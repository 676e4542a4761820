// LZNT1 decompression (MS-XCA 2.5): chunks of at most 4096 bytes, each stored or compressed.
import { copyMatch } from './xpress'

const CHUNK_BYTES = 4096

/** Inflates LZNT1 into `output` until it is full or the input ends. Returns the number of bytes written. */
export function inflateLznt1(input: Uint8Array, output: Uint8Array): number {
  let at = 0
  let to = 0
  while (at + 2 <= input.length && to < output.length) {
    const header = input[at]! | (input[at + 1]! << 8)
    if (header === 0) break
    at += 2
    const end = Math.min(input.length, at + (header & 0xfff) + 1)
    const chunkEnd = Math.min(output.length, to + CHUNK_BYTES)
    if (header & 0x8000) {
      const reached = compressedChunk(input, at, end, output, to, chunkEnd)
      if (reached < 0) return to
      to = reached
    } else {
      const stored = input.subarray(at, Math.min(end, at + chunkEnd - to))
      output.set(stored, to)
      to += stored.length
    }
    at = end
  }
  return to
}

/** Inflates one chunk; returns the new end of the output, -1 when a match points before the chunk. */
function compressedChunk(
  input: Uint8Array,
  from: number,
  end: number,
  output: Uint8Array,
  start: number,
  chunkEnd: number,
): number {
  let at = from
  let to = start
  while (at < end && to < chunkEnd) {
    const flags = input[at++]!
    for (let bit = 0; bit < 8 && at < end && to < chunkEnd; bit++) {
      if (!(flags & (1 << bit))) {
        output[to++] = input[at++]!
        continue
      }
      if (at + 2 > end) return to
      const match = input[at]! | (input[at + 1]! << 8)
      at += 2
      const lengthBits = lengthBitsAt(to - start)
      const length = (match & ((1 << lengthBits) - 1)) + 3
      const distance = (match >>> lengthBits) + 1
      if (distance > to - start) return -1
      to = copyMatch(output, to, distance, Math.min(length, chunkEnd - to))
    }
  }
  return to
}

/** The further into the chunk, the more of the 16 bits are the distance. */
function lengthBitsAt(position: number): number {
  let bits = 12
  for (let span = 16; span < position; span <<= 1) bits--
  return Math.max(bits, 4)
}
