// EtherTypes: the registration authority's list, IEEE 802.3 3.2.6.
import * as cursor from "../../frame/cursor";
import { Protocol } from "../../layout";

/** Up to here the field is no type but the length of an LLC frame. */
const LONGEST_LENGTH: u32 = 1500;

/** What follows a type field, the cursor being behind it; None for a type that is not read. */
export function afterTypeOrLength(value: u32): Protocol {
  if (value > LONGEST_LENGTH) return ofEtherType(value);
  cursor.limit(value);
  return cursor.wireLeft() > 0 ? Protocol.Llc : Protocol.None;
}

/** None for a type that is not read: there is nothing wrong with such a frame. */
export function ofEtherType(type: u32): Protocol {
  switch (type) {
    case 0x0800:
      return Protocol.Ipv4;
    case 0x86dd:
      return Protocol.Ipv6;
    case 0x0806:
      return Protocol.Arp;
    // 802.1Q, 802.1ad, and three numbers that QinQ bore before it had one.
    case 0x8100:
    case 0x88a8:
    case 0x9100:
    case 0x9200:
    case 0x9300:
      return Protocol.Vlan;
    case 0x88e5:
      return Protocol.Macsec;
    case 0x8926:
      return Protocol.VnTag;
    case 0x88e7:
      return Protocol.ProviderBackbone;
    case 0x8847:
    case 0x8848:
      return Protocol.Mpls;
    case 0x8863:
    case 0x8864:
      return Protocol.Pppoe;
    case 0x880b:
      return Protocol.Ppp;
    case 0x6558:
      return Protocol.Ethernet;
    default:
      return Protocol.None;
  }
}
