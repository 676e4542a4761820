// Decryption in CFB mode with 8-bit feedback (SP 800-38A 6.3), which needs a block of AES (FIPS 197) for each byte. What enters each block is
// ciphertext, so all blocks are known from the start: 128 of them are computed at once, a bit of each in a vector.
import { SCHEDULE } from "./aes";
import { substitute } from "./s-box";

/** Blocks that are computed together. */
const LANES: usize = 128;
const BLOCK: usize = 16;
const VECTOR: usize = 16;
const BYTE_PLANES: usize = 8 * VECTOR;
/** Room for a plane of the stream: 144 bits, and what a vector at its end reads. */
const PLANE_ROOM: usize = 32;
const ROUND_KEY: usize = 16 * 8 * 4;

/** The planes of 16 bytes of state, the lowest bit of each byte first; twice. */
const STATE: usize = memory.data(16 * 8 * 16, 16);
const MIXED: usize = memory.data(16 * 8 * 16, 16);
/** The planes of the bytes that go in: as many as blocks, and the 15 after them. */
const STREAM: usize = memory.data(8 * 32, 16);
/** A word of zeros or ones for each bit of each round key. The 0x63 of each S-box goes with the key after it. */
const KEYS: usize = memory.data(11 * 512, 16);

/** Where byte `row` of column `column` is before ShiftRows. */
function shifted(state: usize, row: usize, column: usize): usize {
  return state + BYTE_PLANES * (row + 4 * ((column + row) & 3));
}

/** Small steps that the compiler is to put in place. */
class Planes {
  /** One bit of the four bytes of a column, with the key's. */
  @inline static store(to: usize, key: usize, a: v128, b: v128, c: v128, d: v128): void {
    v128.store(to, v128.xor(a, v128.load32_splat(key)));
    v128.store(to + BYTE_PLANES, v128.xor(b, v128.load32_splat(key, 32)));
    v128.store(to + 2 * BYTE_PLANES, v128.xor(c, v128.load32_splat(key, 64)));
    v128.store(to + 3 * BYTE_PLANES, v128.xor(d, v128.load32_splat(key, 96)));
  }

  /** The plane that begins `bits` further on; `next` is 64 bits on. */
  @inline static moved(plane: v128, next: v128, bits: i32): v128 {
    return v128.or(v128.shr<u64>(plane, bits), v128.shl<u64>(next, 64 - bits));
  }

  /** Puts a bit of byte `8 * half + j` of each block into the state, with the first round key's. */
  @inline static enter(to: usize, key: usize, half: usize, j: usize, plane: v128): void {
    const byte = 8 * half + j;
    v128.store(to + BYTE_PLANES * byte, v128.xor(plane, v128.load32_splat(key + 32 * byte)));
  }

  @inline static xor3(a: v128, b: v128, c: v128): v128 {
    return v128.xor(v128.xor(a, b), c);
  }

  @inline static xor4(a: v128, b: v128, c: v128, d: v128): v128 {
    return v128.xor(v128.xor(a, b), v128.xor(c, d));
  }
}

/** ShiftRows, MixColumns and a round key for one column. Bit by bit: a sum of neighbours counts for its own bit and, doubled, for the next. */
function mixColumn(state: usize, mixed: usize, column: usize, key: usize): void {
  const first = shifted(state, 0, column);
  const second = shifted(state, 1, column);
  const third = shifted(state, 2, column);
  const fourth = shifted(state, 3, column);
  const to = mixed + 4 * BYTE_PLANES * column;
  const keyAt = key + 128 * column;
  let a = v128.load(first, 112);
  let b = v128.load(second, 112);
  let c = v128.load(third, 112);
  let d = v128.load(fourth, 112);
  // What leaves a byte at its top when it is doubled comes back in bits 0, 1, 3 and 4.
  const ab7 = v128.xor(a, b);
  const bc7 = v128.xor(b, c);
  const cd7 = v128.xor(c, d);
  const da7 = v128.xor(d, a);

  a = v128.load(first, 0);
  b = v128.load(second, 0);
  c = v128.load(third, 0);
  d = v128.load(fourth, 0);
  const ab0 = v128.xor(a, b);
  const bc0 = v128.xor(b, c);
  const cd0 = v128.xor(c, d);
  const da0 = v128.xor(d, a);
  Planes.store(
    to + 0,
    keyAt + 0,
    Planes.xor3(ab7, b, cd0),
    Planes.xor3(bc7, c, da0),
    Planes.xor3(cd7, d, ab0),
    Planes.xor3(da7, a, bc0),
  );

  a = v128.load(first, 16);
  b = v128.load(second, 16);
  c = v128.load(third, 16);
  d = v128.load(fourth, 16);
  const ab1 = v128.xor(a, b);
  const bc1 = v128.xor(b, c);
  const cd1 = v128.xor(c, d);
  const da1 = v128.xor(d, a);
  Planes.store(
    to + 16,
    keyAt + 4,
    Planes.xor4(ab0, ab7, b, cd1),
    Planes.xor4(bc0, bc7, c, da1),
    Planes.xor4(cd0, cd7, d, ab1),
    Planes.xor4(da0, da7, a, bc1),
  );

  a = v128.load(first, 32);
  b = v128.load(second, 32);
  c = v128.load(third, 32);
  d = v128.load(fourth, 32);
  const ab2 = v128.xor(a, b);
  const bc2 = v128.xor(b, c);
  const cd2 = v128.xor(c, d);
  const da2 = v128.xor(d, a);
  Planes.store(
    to + 32,
    keyAt + 8,
    Planes.xor3(ab1, b, cd2),
    Planes.xor3(bc1, c, da2),
    Planes.xor3(cd1, d, ab2),
    Planes.xor3(da1, a, bc2),
  );

  a = v128.load(first, 48);
  b = v128.load(second, 48);
  c = v128.load(third, 48);
  d = v128.load(fourth, 48);
  const ab3 = v128.xor(a, b);
  const bc3 = v128.xor(b, c);
  const cd3 = v128.xor(c, d);
  const da3 = v128.xor(d, a);
  Planes.store(
    to + 48,
    keyAt + 12,
    Planes.xor4(ab2, ab7, b, cd3),
    Planes.xor4(bc2, bc7, c, da3),
    Planes.xor4(cd2, cd7, d, ab3),
    Planes.xor4(da2, da7, a, bc3),
  );

  a = v128.load(first, 64);
  b = v128.load(second, 64);
  c = v128.load(third, 64);
  d = v128.load(fourth, 64);
  const ab4 = v128.xor(a, b);
  const bc4 = v128.xor(b, c);
  const cd4 = v128.xor(c, d);
  const da4 = v128.xor(d, a);
  Planes.store(
    to + 64,
    keyAt + 16,
    Planes.xor4(ab3, ab7, b, cd4),
    Planes.xor4(bc3, bc7, c, da4),
    Planes.xor4(cd3, cd7, d, ab4),
    Planes.xor4(da3, da7, a, bc4),
  );

  a = v128.load(first, 80);
  b = v128.load(second, 80);
  c = v128.load(third, 80);
  d = v128.load(fourth, 80);
  const ab5 = v128.xor(a, b);
  const bc5 = v128.xor(b, c);
  const cd5 = v128.xor(c, d);
  const da5 = v128.xor(d, a);
  Planes.store(
    to + 80,
    keyAt + 20,
    Planes.xor3(ab4, b, cd5),
    Planes.xor3(bc4, c, da5),
    Planes.xor3(cd4, d, ab5),
    Planes.xor3(da4, a, bc5),
  );

  a = v128.load(first, 96);
  b = v128.load(second, 96);
  c = v128.load(third, 96);
  d = v128.load(fourth, 96);
  const ab6 = v128.xor(a, b);
  const bc6 = v128.xor(b, c);
  const cd6 = v128.xor(c, d);
  const da6 = v128.xor(d, a);
  Planes.store(
    to + 96,
    keyAt + 24,
    Planes.xor3(ab5, b, cd6),
    Planes.xor3(bc5, c, da6),
    Planes.xor3(cd5, d, ab6),
    Planes.xor3(da5, a, bc6),
  );

  a = v128.load(first, 112);
  b = v128.load(second, 112);
  c = v128.load(third, 112);
  d = v128.load(fourth, 112);
  Planes.store(
    to + 112,
    keyAt + 28,
    Planes.xor3(ab6, b, cd7),
    Planes.xor3(bc6, c, da7),
    Planes.xor3(cd6, d, ab7),
    Planes.xor3(da6, a, bc7),
  );
}

function round(state: usize, mixed: usize, key: usize): void {
  for (let at: usize = 0; at < 16 * BYTE_PLANES; at += BYTE_PLANES) substitute(state + at);
  for (let column: usize = 0; column < 4; column++) mixColumn(state, mixed, column, key);
}

/** Bits of the round keys of AES-128 as bytes of zeros or ones. */
export function spreadKey(): void {
  for (let i: usize = 0; i < 11 * 16; i++) {
    // After each S-box its constant is missing: MixColumns leaves a constant of all bytes as it is.
    const byte: u32 = load<u8>(SCHEDULE + i) ^ (i < 16 ? 0 : 0x63);
    for (let bit: u32 = 0; bit < 8; bit++) store<u32>(KEYS + 32 * i + 4 * bit, (byte >> bit) & 1 ? 0xffffffff : 0);
  }
}

export function forgetFeedback(): void {
  memory.fill(STATE, 0, 16 * BYTE_PLANES);
  memory.fill(MIXED, 0, 16 * BYTE_PLANES);
  memory.fill(STREAM, 0, 8 * PLANE_ROOM);
  memory.fill(KEYS, 0, 11 * ROUND_KEY);
}

/** The bits of 8 bytes by their place: an 8 by 8 transposition by exchanges. */
function transposed(x: u64): u64 {
  let t = (x ^ (x >> 7)) & 0x00aa00aa00aa00aa;
  x ^= t ^ (t << 7);
  t = (x ^ (x >> 14)) & 0x0000cccc0000cccc;
  x ^= t ^ (t << 14);
  t = (x ^ (x >> 28)) & 0x00000000f0f0f0f0;
  return x ^ t ^ (t << 28);
}

/** Decrypts the 128 bytes after the block at `at`; the clear ones take the place of that block and of the first of them. */
function decryptLanes(at: usize): void {
  for (let i: usize = 0; i < LANES / 16 + 1; i++) {
    let bytes = v128.load(at + 16 * i);
    for (
      let plane = STREAM + 7 * PLANE_ROOM + 2 * i;
      plane >= STREAM;
      plane -= PLANE_ROOM, bytes = i8x16.add(bytes, bytes)
    )
      store<u16>(plane, <u16>i8x16.bitmask(bytes));
  }
  for (let bit: usize = 0; bit < 8; bit++) {
    const from = STREAM + PLANE_ROOM * bit;
    const to = STATE + VECTOR * bit;
    const key = KEYS + 4 * bit;
    for (let half: usize = 0; half < 2; half++) {
      const low = v128.load(from + half);
      const next = v128.load(from + half, 8);
      Planes.enter(to, key, half, 0, low);
      Planes.enter(to, key, half, 1, Planes.moved(low, next, 1));
      Planes.enter(to, key, half, 2, Planes.moved(low, next, 2));
      Planes.enter(to, key, half, 3, Planes.moved(low, next, 3));
      Planes.enter(to, key, half, 4, Planes.moved(low, next, 4));
      Planes.enter(to, key, half, 5, Planes.moved(low, next, 5));
      Planes.enter(to, key, half, 6, Planes.moved(low, next, 6));
      Planes.enter(to, key, half, 7, Planes.moved(low, next, 7));
    }
  }
  for (let key = KEYS + ROUND_KEY; key < KEYS + 9 * ROUND_KEY; key += 2 * ROUND_KEY) {
    round(STATE, MIXED, key);
    round(MIXED, STATE, key + ROUND_KEY);
  }
  // Of the last block only the first byte counts, and of the round before only its first column.
  for (let row: usize = 0; row < 4; row++) substitute(shifted(STATE, row, 0));
  mixColumn(STATE, MIXED, 0, KEYS + 9 * ROUND_KEY);
  substitute(MIXED);
  for (let bit: usize = 0; bit < 8; bit++) {
    const plane = MIXED + VECTOR * bit;
    v128.store(plane, v128.xor(v128.load(plane), v128.load32_splat(KEYS + 10 * ROUND_KEY + 4 * bit)));
  }
  for (let i: usize = 0; i < LANES / 8; i++) {
    let planes: u64 = 0;
    for (let bit: usize = 0; bit < 8; bit++) planes |= (<u64>load<u8>(MIXED + VECTOR * bit + i)) << (8 * bit);
    store<u64>(at + 8 * i, load<u64>(at + BLOCK + 8 * i) ^ transposed(planes));
  }
}

/**
 * Decrypts `count` bytes at `at` with the spread key; before them is the initial vector. The clear bytes are 16 bytes before where they
 * were. Bytes up to the next multiple of 128 are decrypted too.
 */
export function cfb8Decrypt(at: usize, count: usize): void {
  for (let done: usize = 0; done < count; done += LANES) decryptLanes(at - BLOCK + done);
}
