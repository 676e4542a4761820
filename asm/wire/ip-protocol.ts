// What an IP protocol number stands for: IANA's "Assigned Internet Protocol Numbers".
import { Protocol } from "../layout";

/** None for a protocol that is not read: there is nothing wrong with such a packet. */
export function ofIpProtocol(number: u32): Protocol {
  switch (number) {
    case 6:
      return Protocol.Tcp;
    case 17:
      return Protocol.Udp;
    default:
      return Protocol.None;
  }
}
