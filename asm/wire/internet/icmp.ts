// ICMP: RFC 792, ICMPv6: RFC 4443. Errors quote the packet that they are about: they are kept, for they say
// why a host or port cannot be reached. The frame's own addresses stay those of the message itself.
import * as cursor from "../../frame/cursor";
import { FieldKey, Format, Frame, Protocol } from "../../layout";
import * as message from "../../stream/message";
import { NONE } from "../../memory/table";
import { quotedIpv4 } from "./ipv4";
import { quotedIpv6 } from "./ipv6";

const TYPE: usize = 0;
const CODE: usize = TYPE + 1;
const CHECKSUM: usize = CODE + 1;
const REST: usize = CHECKSUM + 2;
const HEADER: usize = REST + 4;

/** As much as the largest ICMP error that IPv4 lets a router send. */
const KEPT_BYTES: u32 = 548;

export function icmp(): Protocol {
  if (!cursor.has(HEADER)) return Protocol.None;
  const type = cursor.u8At(TYPE);
  describe(FieldKey.Icmp);
  // Unreachable, source quench, redirect, time exceeded, parameter problem.
  if (type == 3 || type == 4 || type == 5 || type == 11 || type == 12) {
    keep(Protocol.Icmp);
    cursor.advance(HEADER);
    if (cursor.recording) quotedIpv4();
  }
  return Protocol.None;
}

export function icmpv6(): Protocol {
  if (!cursor.has(HEADER)) return Protocol.None;
  const type = cursor.u8At(TYPE);
  describe(FieldKey.Icmpv6);
  // Types below 128 are errors: unreachable, too big, time exceeded, parameter problem.
  if (type >= 1 && type <= 4) {
    keep(Protocol.Icmpv6);
    cursor.advance(HEADER);
    if (cursor.recording) quotedIpv6();
  }
  return Protocol.None;
}

function describe(key: FieldKey): void {
  cursor.set(Frame.Extra, (cursor.u8At(TYPE) << 8) | cursor.u8At(CODE));
  cursor.field(key, 0, <u32>HEADER, Format.None, 0);
  cursor.field(FieldKey.Type, TYPE, 1, Format.Number);
  cursor.field(FieldKey.Code, CODE, 1, Format.Number);
  cursor.field(FieldKey.Checksum, CHECKSUM, 2, Format.Hex);
  cursor.field(FieldKey.RestOfHeader, REST, 4, Format.Hex);
}

function keep(protocol: Protocol): void {
  if (cursor.row != NONE) message.add(protocol, cursor.row, NONE, cursor.at, cursor.left(), KEPT_BYTES);
}
