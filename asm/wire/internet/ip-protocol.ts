// IP protocol numbers: IANA's "Assigned Internet Protocol Numbers".
import { Protocol } from "../../layout";

/** None for a protocol that is not read: there is nothing wrong with such a packet. */
export function ofIpProtocol(number: u32): Protocol {
  switch (number) {
    case 1:
      return Protocol.Icmp;
    case 4:
      return Protocol.Ipv4;
    case 6:
      return Protocol.Tcp;
    case 17:
      return Protocol.Udp;
    case 41:
      return Protocol.Ipv6;
    case 47:
      return Protocol.Gre;
    case 58:
      return Protocol.Icmpv6;
    case 97:
      return Protocol.EtherIp;
    case 137:
      return Protocol.Mpls;
    default:
      return Protocol.None;
  }
}
