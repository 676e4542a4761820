// NetBIOS session service: RFC 1002 4.3.1, and the same four bytes before SMB on port 445: MS-SMB2 2.1.
import { Lane } from "../lane";

const TYPE: usize = 0;
const LENGTH: usize = TYPE + 1;
export const HEADER: u32 = 4;

const MESSAGE: u32 = 0;
const KEEP_ALIVE: u32 = 0x85;

/** Length of the packet with its header; 0 for a type that does not exist. */
export function sizeOf(at: usize): u32 {
  const type = <u32>load<u8>(at + TYPE);
  const length = bswap<u32>(load<u32>(at)) & 0xffffff;
  if (type != MESSAGE && (type < 0x81 || type > KEEP_ALIVE || length > 0xff)) return 0;
  return length + HEADER;
}

/** Whether a session message begins here that holds SMB. */
export function convincing(at: usize, available: u32): bool {
  if (available < 8 || load<u8>(at + TYPE) != MESSAGE) return false;
  return (load<u32>(at + HEADER) | 3) == 0x424d53ff && sizeOf(at) > 36;
}

export function search(from: usize, to: usize): usize {
  for (let at = from; at + 8 <= to; at++) {
    if (convincing(at, <u32>(to - at))) return at;
  }
  return 0;
}

export function wanted(bytes: usize, available: u32): u32 {
  return 0;
}

export function read(lane: Lane): void {}
