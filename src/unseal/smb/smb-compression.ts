// Compressed SMB 3 messages: MS-SMB2 2.2.42, 3.1.4.4; MS-XCA 2.2 (LZ77 with Huffman), 2.4 (LZ77), 2.5 (LZNT1).
import { SmbMagic } from '../../dissect/smb'
import { readLittle16, readLittle32 } from '../bytes'

const enum Algorithm {
  None = 0,
  Lznt1 = 1,
  Lz77 = 2,
  Lz77Huffman = 3,
  Pattern = 4,
}

const CHAINED = 1
const MAX_OUTPUT_BYTES = 0x1000000
const MAX_PAYLOADS = 1024
const HUFFMAN_TABLE_BYTES = 256
const HUFFMAN_CHUNK_BYTES = 0x10000
const LZNT1_CHUNK_BYTES = 0x1000

/** Bytes that are put together, up to a known length. */
class Output {
  length = 0
  readonly bytes: Uint8Array<ArrayBuffer>

  constructor(size: number) {
    this.bytes = new Uint8Array(size)
  }

  get isFull(): boolean {
    return this.length >= this.bytes.length
  }

  put(byte: number): void {
    if (!this.isFull) this.bytes[this.length++] = byte
  }

  append(bytes: Uint8Array): void {
    const part = bytes.subarray(0, this.bytes.length - this.length)
    this.bytes.set(part, this.length)
    this.length += part.length
  }

  /** Repeats what is `distance` bytes back; false where there is nothing. */
  repeat(distance: number, count: number): boolean {
    if (distance > this.length || distance < 1) return false
    for (let i = 0; i < count && !this.isFull; i++) this.put(this.bytes[this.length - distance]!)
    return true
  }
}

/** The message inside a compressed one (from its transform header); undefined where it is none, or broken. */
export function decompressSmb(message: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  if (message.length < 16 || message[0] !== SmbMagic.Compressed) return undefined
  const original = readLittle32(message, 4)
  if ((readLittle16(message, 10) & CHAINED) === 0) {
    const offset = readLittle32(message, 12)
    if (offset > message.length - 16 || original + offset > MAX_OUTPUT_BYTES) return undefined
    const out = new Output(offset + original)
    out.append(message.subarray(16, 16 + offset))
    return unpack(readLittle16(message, 8), message.subarray(16 + offset), original, out) ? out.bytes : undefined
  }
  if (original > MAX_OUTPUT_BYTES) return undefined
  const out = new Output(original)
  for (let at = 8, payloads = 0; at + 8 <= message.length && !out.isFull && payloads < MAX_PAYLOADS; payloads++) {
    const algorithm = readLittle16(message, at)
    const length = readLittle32(message, at + 4)
    const data = message.subarray(at + 8, at + 8 + length)
    at += 8 + length
    const isPlain = algorithm === Algorithm.None || algorithm === Algorithm.Pattern
    const size = isPlain ? 0 : readLittle32(data, 0)
    if (!unpack(algorithm, isPlain ? data : data.subarray(4), size, out)) return undefined
  }
  return out.isFull ? out.bytes : undefined
}

/** Appends one payload; false where it is broken. */
function unpack(algorithm: number, data: Uint8Array, size: number, out: Output): boolean {
  const end = Math.min(out.length + size, out.bytes.length)
  switch (algorithm) {
    case Algorithm.None:
      out.append(data)
      return true
    case Algorithm.Pattern: {
      const from = out.length
      const repetitions = Math.min(readLittle32(data, 4), out.bytes.length - from)
      out.bytes.fill(data[0] ?? 0, from, from + repetitions)
      out.length += repetitions
      return true
    }
    case Algorithm.Lznt1:
    case Algorithm.Lz77:
    case Algorithm.Lz77Huffman: {
      // Distances reach back within the payload only.
      const part = new Output(end - out.length)
      const read = algorithm === Algorithm.Lznt1 ? lznt1 : algorithm === Algorithm.Lz77 ? lz77 : lz77Huffman
      if (!read(data, part) || !part.isFull) return false
      out.append(part.bytes)
      return true
    }
    default:
      return false
  }
}

/** MS-XCA 2.5. */
function lznt1(data: Uint8Array, out: Output): boolean {
  for (let at = 0; at + 2 <= data.length && !out.isFull;) {
    const header = readLittle16(data, at)
    if (header === 0) break
    const end = Math.min(at + 3 + (header & 0xfff), data.length)
    at += 2
    if ((header & 0x8000) === 0) {
      out.append(data.subarray(at, end))
      at = end
      continue
    }
    const start = out.length
    while (at < end && !out.isFull) {
      const flags = data[at++]!
      for (let bit = 0; bit < 8 && at < end && !out.isFull; bit++) {
        if ((flags & (1 << bit)) === 0) {
          out.put(data[at++]!)
          continue
        }
        const written = out.length - start
        if (written === 0 || written > LZNT1_CHUNK_BYTES || at + 2 > end) return false
        const pair = readLittle16(data, at)
        at += 2
        // The farther into the chunk, the more bits the distance takes, from 4 to 12.
        const distanceBits = Math.max(4, 32 - Math.clz32(written - 1))
        const lengthBits = 16 - distanceBits
        if (!out.repeat((pair >>> lengthBits) + 1, (pair & ((1 << lengthBits) - 1)) + 3)) return false
      }
    }
  }
  return true
}

/** MS-XCA 2.4. */
function lz77(data: Uint8Array, out: Output): boolean {
  let at = 0
  let flags = 0
  let left = 0
  let halfAt = -1
  while (!out.isFull) {
    if (left === 0) {
      if (at + 4 > data.length) return false
      flags = readLittle32(data, at)
      at += 4
      left = 32
    }
    left--
    if (((flags >>> left) & 1) === 0) {
      if (at >= data.length) return false
      out.put(data[at++]!)
      continue
    }
    if (at + 2 > data.length) return false
    const pair = readLittle16(data, at)
    at += 2
    let length = pair & 7
    if (length === 7) {
      // Two lengths share a byte.
      if (halfAt < 0) {
        halfAt = at
        length = (data[at++] ?? 0) & 15
      } else {
        length = data[halfAt]! >>> 4
        halfAt = -1
      }
      if (length === 15) {
        length = data[at++] ?? 0
        if (length === 255) {
          length = readLittle16(data, at)
          at += 2
          if (length === 0) {
            length = readLittle32(data, at)
            at += 4
          }
          if (length < 15 + 7) return false
          length -= 15 + 7
        }
        length += 15
      }
      length += 7
    }
    if (!out.repeat((pair >>> 3) + 1, length + 3)) return false
  }
  return true
}

/** MS-XCA 2.2: each 64 KiB have code lengths of their own. */
function lz77Huffman(data: Uint8Array, out: Output): boolean {
  let at = 0
  while (!out.isFull) {
    if (at + HUFFMAN_TABLE_BYTES + 4 > data.length) return false
    const codes = decodingTable(data.subarray(at, at + HUFFMAN_TABLE_BYTES))
    if (!codes) return false
    at += HUFFMAN_TABLE_BYTES
    let bits = ((readLittle16(data, at) << 16) | readLittle16(data, at + 2)) >>> 0
    at += 4
    let extra = 16
    const take = (count: number) => {
      bits = count === 0 ? bits : (bits << count) >>> 0
      extra -= count
      if (extra >= 0) return
      bits = (bits | (readLittle16(data, at) << -extra)) >>> 0
      at += 2
      extra += 16
    }
    const chunkEnd = out.length + HUFFMAN_CHUNK_BYTES
    while (out.length < chunkEnd && !out.isFull) {
      const code = codes[bits >>> 17]!
      take(code & 15)
      const symbol = code >>> 4
      if (symbol < 256) {
        out.put(symbol)
        continue
      }
      if (at > data.length + 4) return false
      let length = (symbol - 256) & 15
      const distanceBits = (symbol - 256) >>> 4
      if (length === 15) {
        length = data[at++] ?? 0
        if (length === 255) {
          length = readLittle16(data, at)
          at += 2
          if (length === 0) {
            length = readLittle32(data, at)
            at += 4
          }
          if (length < 15) return false
          length -= 15
        }
        length += 15
      }
      const distance = distanceBits === 0 ? 1 : (1 << distanceBits) + (bits >>> (32 - distanceBits))
      take(distanceBits)
      if (!out.repeat(distance, length + 3)) return false
    }
  }
  return true
}

/** For each 15 bits: symbol << 4 | bits of its code. Undefined where the lengths make no code. */
function decodingTable(lengths: Uint8Array): Uint16Array | undefined {
  const table = new Uint16Array(1 << 15)
  let at = 0
  for (let bits = 1; bits <= 15; bits++)
    for (let symbol = 0; symbol < 512; symbol++) {
      if (((lengths[symbol >> 1]! >>> (4 * (symbol & 1))) & 15) !== bits) continue
      const count = 1 << (15 - bits)
      if (at + count > table.length) return undefined
      table.fill((symbol << 4) | bits, at, at + count)
      at += count
    }
  return at === table.length ? table : undefined
}

/** Unpacks one payload of a known size; for tests of each algorithm. */
export function unpacked(algorithm: number, data: Uint8Array, size: number): Uint8Array | undefined {
  const out = new Output(size)
  return unpack(algorithm, data, size, out) ? out.bytes : undefined
}
