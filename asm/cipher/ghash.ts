// GHASH (SP 800-38D 6.4) with a table of 256 multiples of the key and bytes taken from the end on.
const MULTIPLES: usize = memory.data(256 * 16, 16);
/** What the byte that is shifted out of the sum gives back at its top, as 16 bits. */
const REDUCED: usize = memory.data(256 * 2, 16);
/** Key, then sum: as on the wire. */
export const GHASH: usize = memory.data(32, 16);

/** Makes the table of the key in the state, and a sum of zero. */
export function ghashStart(): void {
  // The first bit on the wire is the coefficient of x^0: the highest of a number read with its most significant byte first.
  let high = bswap<u64>(load<u64>(GHASH));
  let low = bswap<u64>(load<u64>(GHASH, 8));
  for (let bit: usize = 0x80; bit > 0; bit >>= 1) {
    store<u64>(MULTIPLES + 16 * bit, high);
    store<u64>(MULTIPLES + 16 * bit, low, 8);
    const carry = low & 1 ? (<u64>0xe1) << 56 : 0;
    low = (low >> 1) | (high << 63);
    high = (high >> 1) ^ carry;
  }
  store<u64>(MULTIPLES, 0);
  store<u64>(MULTIPLES, 0, 8);
  for (let bit: usize = 2; bit < 256; bit <<= 1)
    for (let rest: usize = 1; rest < bit; rest++) {
      const to = MULTIPLES + 16 * (bit + rest);
      v128.store(to, v128.xor(v128.load(MULTIPLES + 16 * bit), v128.load(MULTIPLES + 16 * rest)));
    }
  for (let value: usize = 0; value < 256; value++) {
    let reduced: u32 = 0;
    // A bit that leaves at the end comes back as 1 + x + x^2 + x^7.
    for (let bit: u32 = 0; bit < 8; bit++) if ((value >> bit) & 1) reduced ^= (<u32>0xe100) >> (7 - bit);
    store<u16>(REDUCED + 2 * value, reduced);
  }
  store<u64>(GHASH, 0, 16);
  store<u64>(GHASH, 0, 24);
}

/** Takes in `count` blocks at `at`. */
export function ghash(at: usize, count: usize): void {
  let sumHigh = bswap<u64>(load<u64>(GHASH, 16));
  let sumLow = bswap<u64>(load<u64>(GHASH, 24));
  for (const end = at + 16 * count; at < end; at += 16) {
    const blockHigh = sumHigh ^ bswap<u64>(load<u64>(at));
    const blockLow = sumLow ^ bswap<u64>(load<u64>(at, 8));
    let high: u64 = 0;
    let low: u64 = 0;
    for (let i: u64 = 0; i < 64; i += 8) {
      const back = (<u64>load<u16>(REDUCED + (((<usize>low) & 255) << 1))) << 48;
      const multiple = MULTIPLES + (((<usize>(blockLow >> i)) & 255) << 4);
      low = ((low >> 8) | (high << 56)) ^ load<u64>(multiple, 8);
      high = (high >> 8) ^ back ^ load<u64>(multiple);
    }
    for (let i: u64 = 0; i < 64; i += 8) {
      const back = (<u64>load<u16>(REDUCED + (((<usize>low) & 255) << 1))) << 48;
      const multiple = MULTIPLES + (((<usize>(blockHigh >> i)) & 255) << 4);
      low = ((low >> 8) | (high << 56)) ^ load<u64>(multiple, 8);
      high = (high >> 8) ^ back ^ load<u64>(multiple);
    }
    sumHigh = high;
    sumLow = low;
  }
  store<u64>(GHASH, bswap<u64>(sumHigh), 16);
  store<u64>(GHASH, bswap<u64>(sumLow), 24);
}

export function forgetGhash(): void {
  memory.fill(MULTIPLES, 0, 256 * 16);
  memory.fill(GHASH, 0, 32);
}
