// Link types: https://www.tcpdump.org/linktypes.html.
import { Protocol } from "../../layout";

/** Added to media types of Network Monitor that have no pcap number. */
export const NETMON_MEDIA: u32 = 0x10000;
const NETMON_IEEE80211: u32 = NETMON_MEDIA + 6;
const NETMON_EVENT: u32 = NETMON_MEDIA + 0xffe0;

/** What frames of this link type begin with; Unknown for one that is not read. */
export function ofLinkType(linkType: u32): Protocol {
  switch (linkType) {
    // Null (host byte order) and loop (network byte order).
    case 0:
    case 108:
      return Protocol.Loopback;
    case 1:
      return Protocol.Ethernet;
    // PPP, plain, in HDLC framing, and with a byte for the direction; Cisco HDLC.
    case 9:
    case 50:
    case 104:
    case 166:
    case 204:
      return Protocol.Ppp;
    case 51:
      return Protocol.Pppoe;
    // Raw IP: some systems wrote the number that they had given it themselves.
    case 12:
    case 14:
    case 101:
    case 228:
    case 229:
      return Protocol.RawIp;
    // RFC 1483 over ATM.
    case 100:
      return Protocol.Llc;
    case 105:
      return Protocol.Ieee80211;
    case 113:
      return Protocol.LinuxCooked;
    // Prism and AVS distinguish themselves.
    case 119:
    case 163:
      return Protocol.Prism;
    case 127:
      return Protocol.Radiotap;
    case 178:
      return Protocol.JuniperEthernet;
    case 192:
      return Protocol.Ppi;
    case 239:
      return Protocol.Nflog;
    case 242:
      return Protocol.Infiniband;
    case 258:
      return Protocol.Pktap;
    case 276:
      return Protocol.LinuxCooked2;
    case NETMON_IEEE80211:
      return Protocol.NetmonWireless;
    case NETMON_EVENT:
      return Protocol.NetmonEvent;
    default:
      return Protocol.Unknown;
  }
}
