// The compression functions of SHA-256 and SHA-512 (FIPS 180-4 6.2.2, 6.4.2). Initial values, padding and the rounds' constants come
// from outside.

/** Of SHA-512, 80 words. Those of SHA-256 are the upper halves of the first 64. FIPS 180-4 4.2.2, 4.2.3. */
export const CONSTANTS: usize = memory.data(80 * 8, 16);
/** Eight words of 32 or 64 bits. */
export const STATE: usize = memory.data(64, 16);
const WORDS: usize = memory.data(80 * 8, 16);

/** Takes `count` blocks of 64 bytes at `at` into the state. */
export function sha256(at: usize, count: usize): void {
  for (const end = at + 64 * count; at < end; at += 64) {
    for (let i: usize = 0; i < 64; i += 4) store<u32>(WORDS + i, bswap<u32>(load<u32>(at + i)));
    for (let w = WORDS; w < WORDS + 48 * 4; w += 4) {
      const s = load<u32>(w, 4);
      const t = load<u32>(w, 56);
      const low = rotr<u32>(s, 7) ^ rotr<u32>(s, 18) ^ (s >> 3);
      const high = rotr<u32>(t, 17) ^ rotr<u32>(t, 19) ^ (t >> 10);
      store<u32>(w, load<u32>(w) + low + load<u32>(w, 36) + high, 64);
    }
    let a = load<u32>(STATE);
    let b = load<u32>(STATE, 4);
    let c = load<u32>(STATE, 8);
    let d = load<u32>(STATE, 12);
    let e = load<u32>(STATE, 16);
    let f = load<u32>(STATE, 20);
    let g = load<u32>(STATE, 24);
    let h = load<u32>(STATE, 28);
    for (let i: usize = 0; i < 256; i += 4) {
      const sum = rotr<u32>(e, 6) ^ rotr<u32>(e, 11) ^ rotr<u32>(e, 25);
      const one = h + sum + (g ^ (e & (f ^ g))) + load<u32>(CONSTANTS + 2 * i, 4) + load<u32>(WORDS + i);
      const two = (rotr<u32>(a, 2) ^ rotr<u32>(a, 13) ^ rotr<u32>(a, 22)) + ((a & b) | (c & (a | b)));
      h = g;
      g = f;
      f = e;
      e = d + one;
      d = c;
      c = b;
      b = a;
      a = one + two;
    }
    store<u32>(STATE, load<u32>(STATE) + a);
    store<u32>(STATE, load<u32>(STATE, 4) + b, 4);
    store<u32>(STATE, load<u32>(STATE, 8) + c, 8);
    store<u32>(STATE, load<u32>(STATE, 12) + d, 12);
    store<u32>(STATE, load<u32>(STATE, 16) + e, 16);
    store<u32>(STATE, load<u32>(STATE, 20) + f, 20);
    store<u32>(STATE, load<u32>(STATE, 24) + g, 24);
    store<u32>(STATE, load<u32>(STATE, 28) + h, 28);
  }
}

/** Takes `count` blocks of 128 bytes at `at` into the state. */
export function sha512(at: usize, count: usize): void {
  for (const end = at + 128 * count; at < end; at += 128) {
    for (let i: usize = 0; i < 128; i += 8) store<u64>(WORDS + i, bswap<u64>(load<u64>(at + i)));
    for (let w = WORDS; w < WORDS + 64 * 8; w += 8) {
      const s = load<u64>(w, 8);
      const t = load<u64>(w, 112);
      const low = rotr<u64>(s, 1) ^ rotr<u64>(s, 8) ^ (s >> 7);
      const high = rotr<u64>(t, 19) ^ rotr<u64>(t, 61) ^ (t >> 6);
      store<u64>(w, load<u64>(w) + low + load<u64>(w, 72) + high, 128);
    }
    let a = load<u64>(STATE);
    let b = load<u64>(STATE, 8);
    let c = load<u64>(STATE, 16);
    let d = load<u64>(STATE, 24);
    let e = load<u64>(STATE, 32);
    let f = load<u64>(STATE, 40);
    let g = load<u64>(STATE, 48);
    let h = load<u64>(STATE, 56);
    for (let i: usize = 0; i < 640; i += 8) {
      const sum = rotr<u64>(e, 14) ^ rotr<u64>(e, 18) ^ rotr<u64>(e, 41);
      const one = h + sum + (g ^ (e & (f ^ g))) + load<u64>(CONSTANTS + i) + load<u64>(WORDS + i);
      const two = (rotr<u64>(a, 28) ^ rotr<u64>(a, 34) ^ rotr<u64>(a, 39)) + ((a & b) | (c & (a | b)));
      h = g;
      g = f;
      f = e;
      e = d + one;
      d = c;
      c = b;
      b = a;
      a = one + two;
    }
    store<u64>(STATE, load<u64>(STATE) + a);
    store<u64>(STATE, load<u64>(STATE, 8) + b, 8);
    store<u64>(STATE, load<u64>(STATE, 16) + c, 16);
    store<u64>(STATE, load<u64>(STATE, 24) + d, 24);
    store<u64>(STATE, load<u64>(STATE, 32) + e, 32);
    store<u64>(STATE, load<u64>(STATE, 40) + f, 40);
    store<u64>(STATE, load<u64>(STATE, 48) + g, 48);
    store<u64>(STATE, load<u64>(STATE, 56) + h, 56);
  }
}

export function forgetHash(): void {
  memory.fill(STATE, 0, 64);
  memory.fill(WORDS, 0, 80 * 8);
}
