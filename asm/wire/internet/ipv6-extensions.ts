// IPv6 extension headers: RFC 8200 4; the authentication header (RFC 4302) is one of IPv4 as well.
import * as cursor from "../../frame/cursor";
import { FieldKey, Format } from "../../layout";

const NEXT_HEADER: usize = 0;
const LENGTH: usize = NEXT_HEADER + 1;
/** Every extension header is a multiple of eight bytes, and at least one. */
const SMALLEST: usize = 8;

const HOP_BY_HOP: u32 = 0;
const ROUTING: u32 = 43;
export const AUTHENTICATION: u32 = 51;
const NOTHING: u32 = 59;
const DESTINATION_OPTIONS: u32 = 60;
const MOBILITY: u32 = 135;
const HOST_IDENTITY: u32 = 139;
const SHIM6: u32 = 140;

/**
 * Passes over extension headers and returns the number of what follows them; of a header that is cut
 * it returns that nothing does. A fragment header is left to the caller.
 */
export function extensions(first: u32): u32 {
  let next = first;
  while (isExtension(next)) {
    if (!cursor.has(SMALLEST)) return NOTHING;
    const counted = cursor.u8At(LENGTH);
    // The authentication header counts words of four bytes, less two; the others of eight, less one.
    const length = next == AUTHENTICATION ? (counted + 2) << 2 : (counted + 1) << 3;
    if (!cursor.has(length)) return NOTHING;
    cursor.field(FieldKey.ExtensionHeader, 0, length, Format.None, 1);
    cursor.field(FieldKey.NextHeader, NEXT_HEADER, 1, Format.IpProtocol, 2);
    cursor.field(FieldKey.Length, LENGTH, 1, Format.Number, 2);
    next = cursor.u8At(NEXT_HEADER);
    cursor.advance(length);
  }
  return next;
}

function isExtension(number: u32): bool {
  switch (number) {
    case HOP_BY_HOP:
    case ROUTING:
    case AUTHENTICATION:
    case DESTINATION_OPTIONS:
    case MOBILITY:
    case HOST_IDENTITY:
    case SHIM6:
      return true;
    default:
      return false;
  }
}
