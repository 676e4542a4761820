// Sorting rows by whole numbers in linear time: least significant digit first, 16 bits at a time.

const DIGIT_BITS = 16
const DIGITS = 1 << DIGIT_BITS
const DIGIT_MASK = DIGITS - 1

/**
 * Positions 0 to `length - 1` in the rising order of their keys; equal keys keep their order. A key is one word, or several with
 * the most significant first.
 */
export function sortedPositions(length: number, words: readonly Uint32Array[]): Uint32Array<ArrayBuffer> {
  let order = new Uint32Array(length)
  for (let at = 0; at < length; at++) order[at] = at
  if (isRising(length, words)) return order
  let spare = new Uint32Array(length)
  for (const word of words.toReversed())
    for (const shift of [0, DIGIT_BITS]) {
      const starts = digitStarts(word, length, shift)
      if (!starts) continue
      for (let at = 0; at < length; at++) {
        const position = order[at]!
        spare[starts[(word[position]! >>> shift) & DIGIT_MASK]!++] = position
      }
      ;[order, spare] = [spare, order]
    }
  return order
}

/** Where the positions of each digit begin in the sorted order; undefined where all have the same digit. */
function digitStarts(word: Uint32Array, length: number, shift: number): Uint32Array | undefined {
  const starts = new Uint32Array(DIGITS)
  for (let at = 0; at < length; at++) starts[(word[at]! >>> shift) & DIGIT_MASK]!++
  if (length === 0 || starts[(word[0]! >>> shift) & DIGIT_MASK] === length) return undefined
  let next = 0
  for (let digit = 0; digit < DIGITS; digit++) {
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
