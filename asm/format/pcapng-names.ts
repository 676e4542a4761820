// Name resolution blocks of pcapng (draft-ietf-opsawg-pcapng 4.5): which names an address bore.
import { CommentKind } from "../layout";
import { NONE } from "../memory/table";
import * as comments from "./comments";

const TYPE: usize = 0;
const LENGTH: usize = TYPE + 2;
const VALUE: usize = LENGTH + 2;

const IPV4: u32 = 1;
const IPV6: u32 = 2;

/** Room for an address, a space and a name; a longer name is cut. */
const LINE_BYTES: u32 = 512;
const line: usize = memory.data(<i32>LINE_BYTES);
let lineLength: u32 = 0;

/** Reads the records between `at` and `end`; each name becomes a text "address name". */
export function read(at: usize, end: usize, swapped: bool): void {
  while (at + VALUE <= end) {
    const type = word16(at + TYPE, swapped);
    const length = word16(at + LENGTH, swapped);
    const value = at + VALUE;
    if (type == 0 || length > <u32>(end - value)) return;
    if (type == IPV4 && length > 4) namesOf(IPV4, value, value + 4, value + length);
    if (type == IPV6 && length > 16) namesOf(IPV6, value, value + 16, value + length);
    at = value + ((length + 3) & ~3);
  }
}

/** Names follow one another, each ended by a zero. */
function namesOf(type: u32, address: usize, at: usize, end: usize): void {
  while (at < end) {
    lineLength = 0;
    if (type == IPV4) ipv4(address);
    else ipv6(address);
    put(0x20);
    const before = lineLength;
    while (at < end && load<u8>(at) != 0) {
      put(load<u8>(at));
      at++;
    }
    at++;
    if (lineLength > before) comments.add(NONE, CommentKind.Name, line, lineLength);
  }
}

function ipv4(at: usize): void {
  for (let i: usize = 0; i < 4; i++) {
    if (i) put(0x2e);
    const value = load<u8>(at + i);
    if (value >= 100) put(0x30 + value / 100);
    if (value >= 10) put(0x30 + ((value / 10) % 10));
    put(0x30 + (value % 10));
  }
}

/** All eight groups, without leading zeros. */
function ipv6(at: usize): void {
  for (let i: usize = 0; i < 16; i += 2) {
    if (i) put(0x3a);
    const group: u32 = bswap<u16>(load<u16>(at + i));
    for (let shift: u32 = 12; shift > 0; shift -= 4) if (group >> shift) put(digit((group >> shift) & 15));
    put(digit(group & 15));
  }
}

function digit(value: u32): u32 {
  return value < 10 ? 0x30 + value : 0x57 + value;
}

function put(character: u32): void {
  if (lineLength == LINE_BYTES) return;
  store<u8>(line + lineLength, character);
  lineLength++;
}

function word16(at: usize, swapped: bool): u32 {
  const value = load<u16>(at);
  return swapped ? bswap<u16>(value) : value;
}
