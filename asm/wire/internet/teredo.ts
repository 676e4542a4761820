// Teredo, IPv6 within UDP: RFC 4380 5.1.1. Before the packet may be an authentication and the origin of the sender.
import * as cursor from "../../frame/cursor";
import { FieldKey, Format, Protocol } from "../../layout";

const PORT: u32 = 3544;
const AUTHENTICATION: u32 = 1;
const ORIGIN: u32 = 0;
const IDENTIFIER_LENGTH: usize = 2;
const VALUE_LENGTH: usize = IDENTIFIER_LENGTH + 1;
const AUTHENTICATION_HEADER: u32 = <u32>VALUE_LENGTH + 1;
/** Nonce and confirmation byte behind the two values. */
const AUTHENTICATION_TAIL: u32 = 9;
const ORIGIN_LENGTH: u32 = 8;
const IPV6: u32 = 6;

/** True if a datagram between these ports holds an IPv6 packet at the cursor. */
export function isTeredo(sourcePort: u32, destinationPort: u32): bool {
  return (sourcePort == PORT || destinationPort == PORT) && packetAt() != 0;
}

/** Where the IPv6 packet begins, one more than counted from the cursor; 0 where there is none. */
function packetAt(): u32 {
  let at: u32 = 0;
  if (cursor.left() >= at + AUTHENTICATION_HEADER && cursor.u16At(at) == AUTHENTICATION)
    at += AUTHENTICATION_HEADER + cursor.u8At(IDENTIFIER_LENGTH) + cursor.u8At(VALUE_LENGTH) + AUTHENTICATION_TAIL;
  if (cursor.left() >= at + ORIGIN_LENGTH && cursor.u16At(at) == ORIGIN) at += ORIGIN_LENGTH;
  return cursor.left() > at && cursor.u8At(at) >> 4 == IPV6 ? at + 1 : 0;
}

export function teredo(): Protocol {
  const at = packetAt();
  if (at == 0) return Protocol.None;
  if (at > 1) cursor.field(FieldKey.Teredo, 0, at - 1, Format.None, 0);
  cursor.advance(at - 1);
  return Protocol.Ipv6;
}
