// The common header of connection-oriented PDUs, and how to know one when nothing says that it is there.
// C706 12.6.3.1, MS-RPCE 2.2.2.

import { PduType } from "../../layout";
export const VERSION: usize = 0;
export const VERSION_MINOR: usize = VERSION + 1;
export const TYPE: usize = VERSION_MINOR + 1;
export const FLAGS: usize = TYPE + 1;
export const DREP: usize = FLAGS + 1;
export const FRAG_LENGTH: usize = DREP + 4;
export const AUTH_LENGTH: usize = FRAG_LENGTH + 2;
export const CALL_ID: usize = AUTH_LENGTH + 2;
/** The header that all PDUs share. */
export const HEADER: u32 = <u32>CALL_ID + 4;

/** rpc_vers of connection-oriented PDUs. */
export const MAJOR: u32 = 5;

/** The verifier's header, which precedes the `auth_length` bytes at the PDU's end. */
export const AUTH_TYPE: usize = 0;
export const AUTH_LEVEL: usize = AUTH_TYPE + 1;
export const AUTH_PAD_LENGTH: usize = AUTH_LEVEL + 1;
export const AUTH_CONTEXT_ID: usize = AUTH_PAD_LENGTH + 2;
export const AUTH_HEADER: u32 = <u32>AUTH_CONTEXT_ID + 4;

export const FIRST_FRAGMENT: u32 = 1;
export const LAST_FRAGMENT: u32 = 2;
const RESERVED: u32 = 8;
export const OBJECT: u32 = 0x80;

const TYPES: u32 = 21;
/** The shortest PDU of each type, 0 for what is no type over connections. */
const SHORTEST: usize = memory.data<u8>([24, 0, 24, 28, 0, 0, 0, 0, 0, 0, 0, 28, 24, 18, 28, 24, 20, 16, 16, 16, 20]);

const CONTEXT_COUNT: usize = HEADER + 8;
const CONTEXTS: u32 = <u32>CONTEXT_COUNT + 4;
/** A presentation context with one transfer syntax. */
const CONTEXT: u32 = 4 + 20 + 20;

/** True if integers come little end first. */
export function isLittle(at: usize): bool {
  return load<u8>(at + DREP) >> 4 == 1;
}

/** Integers of the PDU at `pdu`, in its own byte order. */
export function u16Of(pdu: usize, at: usize): u32 {
  const value = load<u16>(at);
  return isLittle(pdu) ? value : bswap<u16>(value);
}

export function u32Of(pdu: usize, at: usize): u32 {
  const value = load<u32>(at);
  return isLittle(pdu) ? value : bswap<u32>(value);
}

/** frag_length of the PDU whose 16 bytes of header these are; 0 when they contradict one another. */
export function sizeOf(at: usize): u32 {
  if (!begins(at, 8)) return 0;
  const length = u16Of(at, at + FRAG_LENGTH);
  const verifier = u16Of(at, at + AUTH_LENGTH);
  const shortest = <u32>load<u8>(SHORTEST + load<u8>(at + TYPE));
  if (length < shortest) return 0;
  // bind_nak and its like may be as short as they are because they carry no verifier.
  return verifier == 0 || verifier + AUTH_HEADER + HEADER <= length ? length : 0;
}

/** True if the first `available` bytes (up to 8 are looked at) may begin a header. */
export function begins(at: usize, available: u32): bool {
  if (load<u8>(at + VERSION) != MAJOR) return false;
  if (available > 1 && load<u8>(at + VERSION_MINOR) > 1) return false;
  if (available > 2) {
    const type = load<u8>(at + TYPE);
    if (type >= TYPES || load<u8>(SHORTEST + type) == 0) return false;
  }
  if (available > 3 && load<u8>(at + FLAGS) & RESERVED) return false;
  // Integers and characters, reals, two bytes that are zero.
  if (available > 4 && load<u8>(at + DREP) & 0xee) return false;
  if (available > 5 && load<u8>(at + DREP + 1) > 3) return false;
  if (available > 6 && load<u8>(at + DREP + 2)) return false;
  return available < 8 || !load<u8>(at + DREP + 3);
}

/**
 * True if a PDU begins here although nothing else says so. Looks at `available` bytes, at least the header: what
 * the type must have, and that another PDU follows where this one ends before the bytes do.
 */
export function convincing(at: usize, available: u32): bool {
  const size = sizeOf(at);
  if (size == 0) return false;
  // C706 allows EBCDIC and reals of VAX, Cray and IBM; no system sends them, and random bytes do.
  const drep = load<u32>(at + DREP);
  const flags = load<u8>(at + FLAGS);
  if (drep != 0x10 && (drep != 0 || !(flags & FIRST_FRAGMENT))) return false;
  const type = load<u8>(at + TYPE);
  if ((type == PduType.Bind || type == PduType.AlterContext) && available >= CONTEXTS) {
    const contexts = <u32>load<u8>(at + CONTEXT_COUNT);
    if (contexts == 0 || size < CONTEXTS + contexts * CONTEXT) return false;
  }
  return size >= available || begins(at + size, available - size);
}

/** True if a PDU begins here that asks for an answer: a request, a bind or an alter_context. The 16 bytes of its header are there. */
export function asksForAnswer(at: usize): bool {
  if (sizeOf(at) == 0) return false;
  const type = <u32>load<u8>(at + TYPE);
  return type == PduType.Request || type == PduType.Bind || type == PduType.AlterContext;
}

/** call_id of the PDU at `pdu`, in its own byte order. */
export function callIdOf(pdu: usize): u32 {
  return u32Of(pdu, pdu + CALL_ID);
}

/** The first convincing header in [from, to), or the beginning of what may become one at its end; 0 when there is none. */
export function search(from: usize, to: usize): usize {
  for (let at = from; at < to; at++) {
    if (load<u8>(at) != MAJOR) continue;
    const available = <u32>(to - at);
    if (available < HEADER ? begins(at, available) : convincing(at, available)) return at;
  }
  return 0;
}

/** Where the verifier's header ends and its token begins: what is before says all that is needed of a PDU's end. */
export function tokenOf(header: usize, length: u32): u32 {
  return length - u16Of(header, header + AUTH_LENGTH);
}
