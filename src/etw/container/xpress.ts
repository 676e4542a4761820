// XPRESS decompression of event trace buffers: plain LZ77 (MS-XCA 2.4) and the Huffman variant (MS-XCA 2.2).
// Output never grows past the length given, whatever the input says; input that ends early gives what it held.

/** A match copies at least so many bytes. */
const MIN_MATCH = 3
/** Longer matches are copied by the engine's own routine, which costs more to call. */
const LONG_MATCH = 24

/** Inflates plain LZ77 into `output` until it is full or the input ends. Returns the number of bytes written. */
export function inflateXpress(input: Uint8Array, output: Uint8Array): number {
  const inputEnd = input.length
  const outputEnd = output.length
  let at = 0
  let to = 0
  let flags = 0
  let flagsLeft = 0
  /** Where the byte is whose upper half holds the next long length; -1 when there is none. */
  let halfAt = -1
  while (to < outputEnd) {
    if (flagsLeft === 0) {
      if (at + 4 > inputEnd) break
      flags = input[at]! | (input[at + 1]! << 8) | (input[at + 2]! << 16) | (input[at + 3]! << 24)
      at += 4
      flagsLeft = 32
    }
    flagsLeft--
    // Flags are used from the highest bit down: a set sign bit is a match.
    const isMatch = flags < 0
    flags <<= 1
    if (!isMatch) {
      if (at >= inputEnd) break
      output[to++] = input[at++]!
      continue
    }
    if (at + 2 > inputEnd) break
    const match = input[at]! | (input[at + 1]! << 8)
    at += 2
    let length = match & 7
    const distance = (match >>> 3) + 1
    if (length === 7) {
      if (halfAt < 0) {
        if (at >= inputEnd) break
        halfAt = at
        length = input[at++]! & 15
      } else {
        length = input[halfAt]! >>> 4
        halfAt = -1
      }
      if (length === 15) {
        if (at >= inputEnd) break
        length = input[at++]!
        if (length === 255) {
          if (at + 2 > inputEnd) break
          length = input[at]! | (input[at + 1]! << 8)
          at += 2
          if (length === 0) {
            if (at + 4 > inputEnd) break
            length = (input[at]! | (input[at + 1]! << 8) | (input[at + 2]! << 16) | (input[at + 3]! << 24)) >>> 0
            at += 4
          }
          if (length < 15 + 7) break
          length -= 15 + 7
        }
        length += 15
      }
      length += 7
    }
    length += MIN_MATCH
    if (distance > to) break
    to = copyMatch(output, to, distance, Math.min(length, outputEnd - to))
  }
  return to
}

/** Copies `length` bytes from `distance` before `to`; the ranges may overlap, which repeats bytes. Returns the new end. */
export function copyMatch(output: Uint8Array, to: number, distance: number, length: number): number {
  let from = to - distance
  if (length <= LONG_MATCH) {
    for (const end = to + length; to < end;) output[to++] = output[from++]!
    return to
  }
  if (distance === 1) {
    output.fill(output[from]!, to, to + length)
    return to + length
  }
  // What was copied may be copied again: the piece doubles until all is there.
  const end = to + length
  while (to < end) {
    const piece = Math.min(to - from, end - to)
    output.copyWithin(to, from, from + piece)
    to += piece
  }
  return end
}

const SYMBOLS = 512
const TABLE_BYTES = SYMBOLS / 2
const MAX_CODE_BITS = 15
const BLOCK_BYTES = 0x10000

/** Inflates the Huffman variant into `output` until it is full or the input ends. Returns the number of bytes written. */
export function inflateXpressHuffman(input: Uint8Array, output: Uint8Array): number {
  const table = new Uint16Array(1 << MAX_CODE_BITS)
  const bits = new BitReader(input)
  let to = 0
  while (to < output.length) {
    if (bits.at + TABLE_BYTES > input.length) break
    const lengths = codeLengths(input, bits.at)
    if (!fillTable(table, lengths)) break
    bits.start(bits.at + TABLE_BYTES)
    const end = Math.min(output.length, to + BLOCK_BYTES)
    const before = to
    to = huffmanBlock(bits, table, lengths, output, to, end)
    if (to < end || to === before) break
  }
  return to
}

function huffmanBlock(
  bits: BitReader,
  table: Uint16Array,
  lengths: Uint8Array,
  output: Uint8Array,
  start: number,
  end: number,
): number {
  let to = start
  while (to < end && !bits.isOver) {
    const symbol = table[bits.peek(MAX_CODE_BITS)]!
    bits.skip(lengths[symbol]!)
    if (symbol < 256) {
      output[to++] = symbol
      continue
    }
    let length = symbol & 15
    const distanceBits = (symbol >>> 4) & 15
    if (length === 15) length = bits.longLength()
    const distance = (1 << distanceBits) | bits.peek(distanceBits)
    bits.skip(distanceBits)
    length += MIN_MATCH
    if (distance > to || length < MIN_MATCH) return to
    to = copyMatch(output, to, distance, Math.min(length, output.length - to))
  }
  return to
}

/** Two code lengths a byte, the lower half first. */
function codeLengths(input: Uint8Array, at: number): Uint8Array {
  const lengths = new Uint8Array(SYMBOLS)
  for (let i = 0; i < TABLE_BYTES; i++) {
    lengths[2 * i] = input[at + i]! & 15
    lengths[2 * i + 1] = input[at + i]! >>> 4
  }
  return lengths
}

/** Fills the table that maps the next 15 bits to a symbol; false when the lengths make no whole code. */
function fillTable(table: Uint16Array, lengths: Uint8Array): boolean {
  let next = 0
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    for (let symbol = 0; symbol < SYMBOLS; symbol++) {
      if (lengths[symbol] !== length) continue
      const count = 1 << (MAX_CODE_BITS - length)
      if (next + count > table.length) return false
      table.fill(symbol, next, next + count)
      next += count
    }
  }
  return next === table.length
}

/** Bits of 16-bit little-endian words, the highest first; bytes of long lengths lie between the words. */
class BitReader {
  at = 0
  #bits = 0
  #extra = 0

  constructor(private readonly input: Uint8Array) {}

  /** True when more was used than the input holds. */
  get isOver(): boolean {
    return this.at > this.input.length + 4
  }

  start(at: number): void {
    this.at = at
    this.#bits = (this.#word() << 16) | this.#word()
    this.#extra = 16
  }

  peek(count: number): number {
    return count === 0 ? 0 : this.#bits >>> (32 - count)
  }

  skip(count: number): void {
    this.#bits <<= count
    this.#extra -= count
    if (this.#extra >= 0) return
    this.#bits |= this.#word() << -this.#extra
    this.#extra += 16
  }

  longLength(): number {
    let length = this.#byte()
    if (length < 255) return length + 15
    length = this.#byte() | (this.#byte() << 8)
    if (length === 0) length = (this.#byte() | (this.#byte() << 8) | (this.#byte() << 16) | (this.#byte() << 24)) >>> 0
    return length
  }

  #byte(): number {
    return this.input[this.at++] ?? 0
  }

  #word(): number {
    return this.#byte() | (this.#byte() << 8)
  }
}
