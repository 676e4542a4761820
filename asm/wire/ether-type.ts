// What an EtherType stands for: IEEE registration authority's list.
import { Protocol } from "../layout";

/** None for a type that is not read: there is nothing wrong with such a frame. */
export function ofEtherType(type: u32): Protocol {
  switch (type) {
    case 0x0800:
      return Protocol.Ipv4;
    case 0x86dd:
      return Protocol.Ipv6;
    // 802.1Q, 802.1ad, and three numbers that QinQ bore before it had one.
    case 0x8100:
    case 0x88a8:
    case 0x9100:
    case 0x9200:
    case 0x9300:
      return Protocol.Vlan;
    default:
      return Protocol.None;
  }
}
