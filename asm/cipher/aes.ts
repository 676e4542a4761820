// AES (FIPS 197) with tables of 32-bit words, over many blocks: CTR, CBC decryption, CBC-MAC. The key schedule comes from outside.
const BLOCK: usize = 16;
const BOX: usize = memory.data(256);
const INVERSE_BOX: usize = memory.data(256);
/** Four tables of 256 words: SubBytes and MixColumns of a byte in each row, and their inverses. */
const FORWARD: usize = memory.data(4 * 1024, 16);
const BACKWARD: usize = memory.data(4 * 1024, 16);
const TABLE: usize = 1024;

/** Round keys as words whose lowest byte comes first: for encryption, or for the equivalent inverse cipher. FIPS 197 5.3.5. */
export const SCHEDULE: usize = memory.data(15 * 16, 16);
/** The block that is being computed. */
const WORK: usize = memory.data(16, 16);

/** The powers of 3, a generator of GF(2^8)'s multiplicative group: inverses lie mirrored in them. FIPS 197 4.2, 5.1.1. */
const POWERS: usize = memory.data(256);

function doubled(value: u32): u32 {
  return ((value << 1) ^ (value & 0x80 ? 0x1b : 0)) & 0xff;
}

function fillBoxes(): void {
  for (let i: usize = 0, power: u32 = 1; i < 255; i++, power ^= doubled(power)) store<u8>(POWERS + i, power);
  for (let i: usize = 0; i < 256; i++) {
    // The last is zero, which has no inverse and goes to itself.
    const value: u32 = i < 255 ? load<u8>(POWERS + i) : 0;
    const inverse: u32 = i < 255 ? load<u8>(POWERS + ((255 - i) % 255)) : 0;
    let box = inverse ^ 0x63;
    for (let turn: u32 = 1; turn <= 4; turn++) box ^= ((inverse << turn) | (inverse >> (8 - turn))) & 0xff;
    store<u8>(BOX + value, box);
    store<u8>(INVERSE_BOX + box, value);
  }
}

function fillTables(): void {
  fillBoxes();
  for (let value: usize = 0; value < 256; value++) {
    const box: u32 = load<u8>(BOX + value);
    const forward = doubled(box) | (box << 8) | (box << 16) | ((doubled(box) ^ box) << 24);
    const one: u32 = load<u8>(INVERSE_BOX + value);
    const two = doubled(one);
    const four = doubled(two);
    const eight = doubled(four);
    const nine = eight ^ one;
    const backward = (eight ^ four ^ two) | (nine << 8) | ((nine ^ four) << 16) | ((nine ^ two) << 24);
    for (let row: u32 = 0; row < 4; row++) {
      store<u32>(FORWARD + TABLE * row + 4 * value, rotl<u32>(forward, 8 * row));
      store<u32>(BACKWARD + TABLE * row + 4 * value, rotl<u32>(backward, 8 * row));
    }
  }
}
fillTables();

export function forgetAes(): void {
  memory.fill(SCHEDULE, 0, 15 * BLOCK);
  memory.fill(WORK, 0, BLOCK);
}

function column(table: usize, a: u32, b: u32, c: u32, d: u32): u32 {
  return (
    load<u32>(table + ((a & 255) << 2)) ^
    load<u32>(table + (((b >> 8) & 255) << 2), TABLE) ^
    load<u32>(table + (((c >> 16) & 255) << 2), 2 * TABLE) ^
    load<u32>(table + ((d >> 24) << 2), 3 * TABLE)
  );
}

function substituted(box: usize, a: u32, b: u32, c: u32, d: u32): u32 {
  return (
    (<u32>load<u8>(box + (a & 255))) |
    ((<u32>load<u8>(box + ((b >> 8) & 255))) << 8) |
    ((<u32>load<u8>(box + ((c >> 16) & 255))) << 16) |
    ((<u32>load<u8>(box + (d >> 24))) << 24)
  );
}

/** Encrypts the block in WORK; `rounds` by the key's length. */
function encrypt(rounds: usize): void {
  let a = load<u32>(WORK) ^ load<u32>(SCHEDULE);
  let b = load<u32>(WORK, 4) ^ load<u32>(SCHEDULE, 4);
  let c = load<u32>(WORK, 8) ^ load<u32>(SCHEDULE, 8);
  let d = load<u32>(WORK, 12) ^ load<u32>(SCHEDULE, 12);
  let key = SCHEDULE + BLOCK;
  for (const last = SCHEDULE + BLOCK * rounds; key < last; key += BLOCK) {
    const e = load<u32>(key) ^ column(FORWARD, a, b, c, d);
    const f = load<u32>(key, 4) ^ column(FORWARD, b, c, d, a);
    const g = load<u32>(key, 8) ^ column(FORWARD, c, d, a, b);
    const h = load<u32>(key, 12) ^ column(FORWARD, d, a, b, c);
    a = e;
    b = f;
    c = g;
    d = h;
  }
  store<u32>(WORK, load<u32>(key) ^ substituted(BOX, a, b, c, d));
  store<u32>(WORK, load<u32>(key, 4) ^ substituted(BOX, b, c, d, a), 4);
  store<u32>(WORK, load<u32>(key, 8) ^ substituted(BOX, c, d, a, b), 8);
  store<u32>(WORK, load<u32>(key, 12) ^ substituted(BOX, d, a, b, c), 12);
}

function decrypt(rounds: usize): void {
  let a = load<u32>(WORK) ^ load<u32>(SCHEDULE);
  let b = load<u32>(WORK, 4) ^ load<u32>(SCHEDULE, 4);
  let c = load<u32>(WORK, 8) ^ load<u32>(SCHEDULE, 8);
  let d = load<u32>(WORK, 12) ^ load<u32>(SCHEDULE, 12);
  let key = SCHEDULE + BLOCK;
  for (const last = SCHEDULE + BLOCK * rounds; key < last; key += BLOCK) {
    const e = load<u32>(key) ^ column(BACKWARD, a, d, c, b);
    const f = load<u32>(key, 4) ^ column(BACKWARD, b, a, d, c);
    const g = load<u32>(key, 8) ^ column(BACKWARD, c, b, a, d);
    const h = load<u32>(key, 12) ^ column(BACKWARD, d, c, b, a);
    a = e;
    b = f;
    c = g;
    d = h;
  }
  store<u32>(WORK, load<u32>(key) ^ substituted(INVERSE_BOX, a, d, c, b));
  store<u32>(WORK, load<u32>(key, 4) ^ substituted(INVERSE_BOX, b, a, d, c), 4);
  store<u32>(WORK, load<u32>(key, 8) ^ substituted(INVERSE_BOX, c, b, a, d), 8);
  store<u32>(WORK, load<u32>(key, 12) ^ substituted(INVERSE_BOX, d, c, b, a), 12);
}

/** CBC decryption of `count` blocks at `at` in place. The block before them is the initial vector, then the next. SP 800-38A 6.2. */
export function cbcDecrypt(at: usize, count: usize, rounds: usize): void {
  const before = at - BLOCK;
  let previous = v128.load(before);
  for (const end = at + BLOCK * count; at < end; at += BLOCK) {
    const block = v128.load(at);
    v128.store(WORK, block);
    decrypt(rounds);
    v128.store(at, v128.xor(v128.load(WORK), previous));
    previous = block;
  }
  v128.store(before, previous);
}

/**
 * CTR over `count` blocks at `at` in place. The block before them is the first counter, then the next one; its last 32 bits count.
 * SP 800-38A 6.5, SP 800-38D 6.2.
 */
export function ctr(at: usize, count: usize, rounds: usize): void {
  const before = at - BLOCK;
  const counter = v128.load(before);
  let value = bswap<u32>(load<u32>(before, 12));
  for (const end = at + BLOCK * count; at < end; at += BLOCK) {
    v128.store(WORK, counter);
    store<u32>(WORK, bswap<u32>(value++), 12);
    encrypt(rounds);
    v128.store(at, v128.xor(v128.load(at), v128.load(WORK)));
  }
  store<u32>(before, bswap<u32>(value), 12);
}

/** The last block of CBC encryption of `count` blocks at `at`, in place of the block before them, from which it begins. SP 800-38C 6.1. */
export function cbcMac(at: usize, count: usize, rounds: usize): void {
  const before = at - BLOCK;
  v128.store(WORK, v128.load(before));
  for (const end = at + BLOCK * count; at < end; at += BLOCK) {
    v128.store(WORK, v128.xor(v128.load(WORK), v128.load(at)));
    encrypt(rounds);
  }
  v128.store(before, v128.load(WORK));
}
