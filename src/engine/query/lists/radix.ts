// Sorting rows by whole numbers in linear time: least significant digit first, digits so narrow that what a pass writes to stays
// in the processor's caches.

/** One pass over a wide digit costs less than two over narrow ones. */
const WIDEST_DIGIT_BITS = 16
const DIGIT_BITS = 11

/** A digit of a word: where it begins and its bits. */
interface Digit {
  shift: number
  mask: number
}

/**
 * Positions 0 to `length - 1` in the rising order of their keys; equal keys keep their order. A key is one word, or several with
 * the most significant first.
 */
export function sortedPositions(length: number, words: readonly Uint32Array[]): Uint32Array<ArrayBuffer> {
  let order = new Uint32Array(length)
  for (let at = 0; at < length; at++) order[at] = at
  if (isRising(length, words)) return order
  let spare = new Uint32Array(length)
  let isMoved = false
  for (const word of words.toReversed()) {
    const digits = digitsOf(word, length)
    // Keys move with their positions: each pass then reads what is side by side.
    let keys = isMoved && digits.length > 0 ? movedTo(order, word) : word
    for (const [pass, { shift, mask }] of digits.entries()) {
      const moved = pass < digits.length - 1 ? new Uint32Array(length) : undefined
      const starts = digitStarts(keys, length, shift, mask)
      for (let at = 0; at < length; at++) {
        const key = keys[at]!
        const to = starts[(key >>> shift) & mask]!++
        spare[to] = order[at]!
        if (moved) moved[to] = key
      }
      ;[order, spare] = [spare, order]
      if (moved) keys = moved
      isMoved = true
    }
  }
  return order
}

function movedTo(order: Uint32Array, word: Uint32Array): Uint32Array {
  const keys = new Uint32Array(order.length)
  for (let at = 0; at < keys.length; at++) keys[at] = word[order[at]!]!
  return keys
}

/** The digits in which the words differ, the least significant first: as few as are fast, of equal width. */
function digitsOf(word: Uint32Array, length: number): Digit[] {
  let different = 0
  for (let at = 1; at < length; at++) different |= word[at]! ^ word[0]!
  if (different === 0) return []
  const lowest = 31 - Math.clz32(different & -different)
  const bits = 32 - Math.clz32(different) - lowest
  const passes = bits <= WIDEST_DIGIT_BITS ? 1 : Math.ceil(bits / DIGIT_BITS)
  const width = Math.ceil(bits / passes)
  return Array.from({ length: passes }, (_, pass) => ({ shift: lowest + pass * width, mask: (1 << width) - 1 }))
}

/** Where the positions of each digit begin in the sorted order. */
function digitStarts(keys: Uint32Array, length: number, shift: number, mask: number): Uint32Array {
  const starts = new Uint32Array(mask + 1)
  for (let at = 0; at < length; at++) starts[(keys[at]! >>> shift) & mask]!++
  let next = 0
  for (let digit = 0; digit <= mask; digit++) {
    const count = starts[digit]!
    starts[digit] = next
    next += count
  }
  return starts
}

function isRising(length: number, words: readonly Uint32Array[]): boolean {
  for (let at = 1; at < length; at++)
    for (const word of words) {
      if (word[at - 1]! > word[at]!) return false
      if (word[at - 1]! < word[at]!) break
    }
  return true
}
