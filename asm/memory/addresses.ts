// Every address once: bytes in, row of Address out. Open addressing with linear probing; the slots hold
// rows, the table itself holds the bytes. Doubles before it is half full.
import { Address, AddressKind } from "../layout";
import { seed } from "./seed";
import { NONE, addresses } from "./table";

let slots: usize = 0;
let capacity: u32 = 0;

/**
 * IPv4 addresses met last, each where its own bits say: the address in the high half, its row + 1 in the low one. Addresses that
 * are chosen to take each other's place cost a look-up more and nothing else.
 */
const RECENT_BITS: u32 = 10;
const recent: usize = heap.alloc((<usize>8) << RECENT_BITS);

/** Row of the IPv4 address at `from`. */
export function ipv4(from: usize): u32 {
  const word = bswap<u32>(load<u32>(from));
  const place = recent + ((<usize>((word * 0x9e3779b1) >> (32 - RECENT_BITS))) << 3);
  const met = load<u64>(place);
  if (<u32>(met >> 32) == word && <u32>met != 0) return <u32>met - 1;
  const row = find(AddressKind.Ipv4, word, 0, 0, 0);
  if (row != NONE) store<u64>(place, ((<u64>word) << 32) | (<u64>(row + 1)));
  return row;
}

/** Row of the IPv6 address at `from`. */
export function ipv6(from: usize): u32 {
  return find(
    AddressKind.Ipv6,
    bswap<u32>(load<u32>(from)),
    bswap<u32>(load<u32>(from, 4)),
    bswap<u32>(load<u32>(from, 8)),
    bswap<u32>(load<u32>(from, 12)),
  );
}

/** Row of the MAC address at `from`. */
export function mac(from: usize): u32 {
  return find(AddressKind.Mac, bswap<u32>(load<u32>(from)), (<u32>bswap<u16>(load<u16>(from, 4))) << 16, 0, 0);
}

/** The row that holds these words, added when it is new; NONE when the table is full. */
function find(kind: AddressKind, word0: u32, word1: u32, word2: u32, word3: u32): u32 {
  if (addresses.rows << 1 >= capacity) grow();
  const mask = capacity - 1;
  let slot = hash(kind, word0, word1, word2, word3) & mask;
  for (;;) {
    const row = load<u32>(slots + ((<usize>slot) << 2));
    if (row == NONE) break;
    if (
      addresses.get(Address.Word0, row) == word0 &&
      addresses.get(Address.Kind, row) == <u32>kind &&
      addresses.get(Address.Word1, row) == word1 &&
      addresses.get(Address.Word2, row) == word2 &&
      addresses.get(Address.Word3, row) == word3
    )
      return row;
    slot = (slot + 1) & mask;
  }
  const row = addresses.next();
  if (row == NONE) return NONE;
  addresses.set(Address.Kind, row, kind);
  addresses.set(Address.Word0, row, word0);
  addresses.set(Address.Word1, row, word1);
  addresses.set(Address.Word2, row, word2);
  addresses.set(Address.Word3, row, word3);
  addresses.publish();
  store<u32>(slots + ((<usize>slot) << 2), row);
  return row;
}

/** The slots given up are not freed: the allocator would hand their bytes out again unwiped, and tables need zeros. */
function grow(): void {
  capacity = capacity == 0 ? 0x1000 : capacity << 1;
  slots = heap.alloc((<usize>capacity) << 2);
  memory.fill(slots, 0xff, (<usize>capacity) << 2);
  const mask = capacity - 1;
  for (let row: u32 = 0; row < addresses.rows; row++) {
    let slot =
      hash(
        addresses.get(Address.Kind, row),
        addresses.get(Address.Word0, row),
        addresses.get(Address.Word1, row),
        addresses.get(Address.Word2, row),
        addresses.get(Address.Word3, row),
      ) & mask;
    while (load<u32>(slots + ((<usize>slot) << 2)) != NONE) slot = (slot + 1) & mask;
    store<u32>(slots + ((<usize>slot) << 2), row);
  }
}

/** Multiply and fold, twice, so that every bit of every word reaches the low bits. */
function hash(kind: u32, word0: u32, word1: u32, word2: u32, word3: u32): u32 {
  const low = (((<u64>word2) << 32) | (<u64>word3)) ^ seed;
  let mixed = (((<u64>word0) << 32) | (<u64>word1)) ^ (low * 0x9fb21c651e98df25) ^ (<u64>kind);
  mixed = (mixed ^ (mixed >> 32)) * 0x9e3779b97f4a7c15;
  mixed = (mixed ^ (mixed >> 29)) * 0xbf58476d1ce4e5b9;
  return <u32>(mixed >> 32);
}
