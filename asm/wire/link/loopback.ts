// BSD loopback (null, loop): https://www.tcpdump.org/linktypes/LINKTYPE_NULL.html. An address family comes
// before the packet, in the byte order of the machine that captured, or in network byte order.
import * as cursor from "../../frame/cursor";
import { FieldKey, Format, Protocol } from "../../layout";
import { ofEtherType } from "./ether-type";

const FAMILY: usize = 0;
const HEADER: usize = FAMILY + 4;

export function loopback(): Protocol {
  if (!cursor.has(HEADER)) return Protocol.None;
  const family = cursor.u32At(FAMILY);
  // Families are small: the order in which the number is small is the one that it was written in.
  const little = family > 0xffff;
  cursor.field(FieldKey.Loopback, 0, <u32>HEADER, Format.None, 0);
  cursor.field(FieldKey.Family, FAMILY, 4, little ? Format.NumberLittle : Format.Number);
  cursor.advance(HEADER);
  return ofFamily(little ? bswap<u32>(family) : family);
}

/** IPv6 bears another number on each system; Linux writes an EtherType instead. */
function ofFamily(family: u32): Protocol {
  switch (family) {
    case 2:
      return Protocol.Ipv4;
    case 10: // Linux
    case 23: // Windows
    case 24: // NetBSD, OpenBSD
    case 26: // Solaris
    case 28: // FreeBSD
    case 30: // macOS
      return Protocol.Ipv6;
    default:
      return ofEtherType(family);
  }
}
