// Header of the NetBIOS session service: RFC 1002 4.3.1, and the same four bytes before SMB on port 445: MS-SMB2 2.1.

export const TYPE: usize = 0;
export const HEADER: u32 = 4;

export const MESSAGE: u32 = 0;
const KEEP_ALIVE: u32 = 0x85;
const LONGEST_CONTROL: u32 = 0xff;

/** The first four bytes of SMB messages. 0xfd is an encrypted, 0xfc a compressed one: MS-SMB2 2.2.41, 2.2.42. */
export const SMB1: u32 = 0x424d53ff;
export const SMB2: u32 = 0x424d53fe;
export const ENCRYPTED: u32 = 0x424d53fd;
export const COMPRESSED: u32 = 0x424d53fc;
export const SHORTEST: u32 = 32;
/** The header before encrypted messages. */
export const TRANSFORM: u32 = 52;

/** Length of the packet with its header; 0 for a type that does not exist. */
export function sizeOf(at: usize): u32 {
  const type = <u32>load<u8>(at + TYPE);
  const length = bswap<u32>(load<u32>(at)) & 0xffffff;
  if (type != MESSAGE && (type < 0x81 || type > KEEP_ALIVE || length > LONGEST_CONTROL)) return 0;
  return length + HEADER;
}

/** True if a session message begins here that holds SMB. */
export function convincing(at: usize, available: u32): bool {
  if (available < HEADER + 4 || load<u8>(at + TYPE) != MESSAGE) return false;
  const magic = load<u32>(at + HEADER);
  return magic >= COMPRESSED && magic <= SMB1 && sizeOf(at) >= HEADER + SHORTEST;
}

export function search(from: usize, to: usize): usize {
  for (let at = from; at + HEADER + 4 <= to; at++) {
    if (convincing(at, <u32>(to - at))) return at;
  }
  return 0;
}
