// LZNT1 and XPRESS Huffman (MS-XCA 2.5 and 2.1) in their simplest forms: what readers have to take, not the smallest possible.
import { ByteWriter, concatenate } from '../../bytes'

const LZNT1_CHUNK = 4096
const HUFFMAN_CHUNK = 65536
const TABLE_BYTES = 256
/** All 512 symbols have codes of so many bits, which are the symbols' own numbers. */
const CODE_BITS = 9

/** LZNT1: chunks of literals, and a match for a byte that repeats the one before, where it pays. */
export function compressLznt1(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const chunks: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += LZNT1_CHUNK) {
    const chunk = bytes.subarray(at, at + LZNT1_CHUNK)
    const packed = lznt1Chunk(chunk)
    const isPacked = packed.length < chunk.length
    const body = isPacked ? packed : chunk
    chunks.push(
      new ByteWriter()
        .u16((isPacked ? 0xb000 : 0x3000) | (body.length - 1))
        .bytes(body)
        .take(),
    )
  }
  return concatenate(...chunks)
}

function lznt1Chunk(chunk: Uint8Array): Uint8Array {
  const out = new ByteWriter()
  for (let at = 0; at < chunk.length;) {
    const flagsAt = out.length
    let flags = 0
    out.u8(0)
    for (let item = 0; item < 8 && at < chunk.length; item++) {
      const run = runAt(chunk, at)
      if (run < 3) {
        out.u8(chunk[at++]!)
        continue
      }
      flags |= 1 << item
      // The farther into the chunk, the more bits the distance takes from the length.
      let lengthBits = 12
      for (let place = at - 1; place >= 0x10; place >>= 1) lengthBits--
      const length = Math.min(run, (1 << lengthBits) + 2)
      out.u16(length - 3)
      at += length
    }
    out.setU8(flagsAt, flags)
  }
  return out.take()
}

/** How often the byte before repeats from here. */
function runAt(bytes: Uint8Array, at: number): number {
  let end = at
  while (at > 0 && end < bytes.length && bytes[end] === bytes[at - 1]) end++
  return end - at
}

/** XPRESS Huffman: a table of equal code lengths for each 64 KiB, literals, and matches of the byte before. */
export function compressHuffman(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const chunks: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += HUFFMAN_CHUNK)
    chunks.push(huffmanChunk(bytes, at, Math.min(bytes.length, at + HUFFMAN_CHUNK)))
  return concatenate(...chunks)
}

function huffmanChunk(bytes: Uint8Array, from: number, end: number): Uint8Array {
  let bits = ''
  const symbol = (value: number) => (bits += value.toString(2).padStart(CODE_BITS, '0'))
  for (let at = from; at < end;) {
    const run = at === from ? 0 : Math.min(runAt(bytes, at), end - at, 17)
    if (run < 3) {
      symbol(bytes[at++]!)
      continue
    }
    // Distance 1 takes no further bits; lengths below 18 take none either.
    symbol(256 + run - 3)
    at += run
  }
  const out = new ByteWriter().bytes(new Uint8Array(TABLE_BYTES).fill((CODE_BITS << 4) | CODE_BITS))
  for (let at = 0; at < bits.length; at += 16) out.u16(parseInt(bits.slice(at, at + 16).padEnd(16, '0'), 2))
  // A reader looks two words ahead.
  return out.u16(0).u16(0).take()
}
