// Sets of frame rows, one bit a row: 32 rows a word, the first row lowest.

export type Bits = Uint32Array

const WORD_BITS = 5

export function noBits(rows: number): Bits {
  return new Uint32Array((rows + 31) >>> WORD_BITS)
}

/** Turns every bit over, in place; bits beyond `rows` stay 0. */
export function invert(bits: Bits, rows: number): Bits {
  for (let word = 0; word < bits.length; word++) bits[word] = ~bits[word]!
  if (rows & 31) bits[bits.length - 1]! &= 2 ** (rows & 31) - 1
  return bits
}

/** `bits` and `other`, into `bits`. */
export function intersect(bits: Bits, other: Bits): Bits {
  for (let word = 0; word < bits.length; word++) bits[word]! &= other[word]!
  return bits
}

/** `bits` or `other`, into `bits`. */
export function unite(bits: Bits, other: Bits): Bits {
  for (let word = 0; word < bits.length; word++) bits[word]! |= other[word]!
  return bits
}

/** Takes what is in `other` out of `bits`. */
export function subtract(bits: Bits, other: Bits): Bits {
  for (let word = 0; word < bits.length; word++) bits[word]! &= ~other[word]!
  return bits
}

/** What is in one of `bits` and `other` but not in both, into `bits`. */
export function exclude(bits: Bits, other: Bits): Bits {
  for (let word = 0; word < bits.length; word++) bits[word]! ^= other[word]!
  return bits
}

export function setBit(bits: Bits, row: number): void {
  bits[row >>> WORD_BITS]! |= 1 << (row & 31)
}

/** True if a word between two positions has a bit. */
export function hasBits(bits: Bits, fromWord: number, toWord: number): boolean {
  for (let word = fromWord; word < toWord; word++) if (bits[word] !== 0) return true
  return false
}

/** The rows in the set, ascending. */
export function rowsOf(bits: Bits): Uint32Array<ArrayBuffer> {
  const rows = new Uint32Array(count(bits))
  let next = 0
  for (let word = 0; word < bits.length; word++) {
    // The lowest bit is taken away until none is left: work grows with the rows found, not with the capture.
    for (let left = bits[word]!; left !== 0; left &= left - 1)
      rows[next++] = (word << WORD_BITS) + 31 - Math.clz32(left & -left)
  }
  return rows
}

/** How many rows are in the set. */
export function count(bits: Bits): number {
  let total = 0
  for (let word = 0; word < bits.length; word++) total += bitCount(bits[word]!)
  return total
}

function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
