// The Internet checksum. RFC 1071.

/** One's complement of the one's complement sum of 16-bit words; `initial` is a sum carried over from a pseudo header. */
export function internetChecksum(bytes: Uint8Array, initial = 0): number {
  return ~fold(sumWords(bytes, initial)) & 0xffff
}

/** The running sum, not folded: at most 2^48 for any packet, so exact in a double. */
export function sumWords(bytes: Uint8Array, initial = 0): number {
  let sum = initial
  const even = bytes.length & ~1
  for (let at = 0; at < even; at += 2) sum += (bytes[at]! << 8) | bytes[at + 1]!
  return bytes.length & 1 ? sum + (bytes[even]! << 8) : sum
}

function fold(sum: number): number {
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000)
  return sum
}
