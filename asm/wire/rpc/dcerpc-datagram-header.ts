// The header of connectionless PDUs: C706 12.5.2, and how to know one in a datagram.

export const VERSION: usize = 0;
export const TYPE: usize = VERSION + 1;
export const FLAGS: usize = TYPE + 1;
export const FLAGS2: usize = FLAGS + 1;
export const DREP: usize = FLAGS2 + 1;
export const SERIAL_HIGH: usize = DREP + 3;
export const OBJECT: usize = SERIAL_HIGH + 1;
export const INTERFACE: usize = OBJECT + 16;
export const ACTIVITY: usize = INTERFACE + 16;
export const SERVER_BOOT: usize = ACTIVITY + 16;
export const INTERFACE_VERSION: usize = SERVER_BOOT + 4;
export const SEQUENCE: usize = INTERFACE_VERSION + 4;
export const OPNUM: usize = SEQUENCE + 4;
export const INTERFACE_HINT: usize = OPNUM + 2;
export const ACTIVITY_HINT: usize = INTERFACE_HINT + 2;
export const FRAGMENT_LENGTH: usize = ACTIVITY_HINT + 2;
export const FRAGMENT_NUMBER: usize = FRAGMENT_LENGTH + 2;
export const AUTH_PROTOCOL: usize = FRAGMENT_NUMBER + 2;
export const SERIAL_LOW: usize = AUTH_PROTOCOL + 1;
export const HEADER: u32 = <u32>SERIAL_LOW + 1;

/** rpc_vers of connectionless PDUs. */
export const MAJOR: u32 = 4;

const TYPES: u32 = 11;
export const LAST_FRAGMENT: u32 = 2;
export const FRAGMENT: u32 = 4;
/** All but cancel pending, the lowest, and PF2_UNRELATED. MS-RPCE 2.2.3.3. */
const RESERVED_FLAGS2: u32 = 0xf8;
const HIGHEST_AUTH_PROTOCOL: u32 = 68;

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

/**
 * True if a datagram of `length` bytes on the wire, `captured` of them at `at`, is a connectionless PDU. There is no
 * stream that could confirm it, so every field that has few values must have one of them.
 */
export function convincing(at: usize, captured: u32, length: u32): bool {
  if (captured < HEADER || load<u8>(at + VERSION) != MAJOR) return false;
  if (load<u8>(at + TYPE) >= TYPES || load<u8>(at + FLAGS2) & RESERVED_FLAGS2) return false;
  const drep = load<u32>(at + DREP) & 0xffffff;
  if (drep != 0 && drep != 0x10) return false;
  if (load<u8>(at + AUTH_PROTOCOL) > HIGHEST_AUTH_PROTOCOL) return false;
  const fragment = u16Of(at, at + FRAGMENT_LENGTH);
  if (fragment > length - HEADER) return false;
  // A call without an interface or an activity is none.
  return isUuid(at + INTERFACE) && isUuid(at + ACTIVITY);
}

function isUuid(at: usize): bool {
  return (load<u64>(at) | load<u64>(at, 8)) != 0;
}
