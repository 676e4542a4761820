// The register: which dissector reads which protocol. A dissector reads its header and returns what follows.
import * as cursor from "../frame/cursor";
import { Protocol, Status } from "../layout";
import { arp } from "./internet/arp";
import { linuxCooked, linuxCooked2 } from "./link/cooked";
import { ethernet } from "./link/ethernet";
import { gre } from "./internet/gre";
import { icmp, icmpv6 } from "./internet/icmp";
import { ieee80211 } from "./link/ieee80211";
import { infiniband } from "./link/infiniband";
import { ipv4 } from "./internet/ipv4";
import { ipv6 } from "./internet/ipv6";
import { llc } from "./link/llc";
import { loopback } from "./link/loopback";
import { macsec } from "./link/macsec";
import { mpls } from "./link/mpls";
import { netmonEvent, netmonWireless } from "./link/netmon-media";
import { ppp } from "./link/ppp";
import { pppoe } from "./link/pppoe";
import { prism, radiotap } from "./link/radiotap";
import { rawIp } from "./link/raw-ip";
import { tcp } from "./transport/tcp";
import { udp } from "./transport/udp";
import { vlan } from "./link/vlan";
import { providerBackbone, vnTag } from "./link/vntag";
import { etherIp, geneve, vxlan } from "./internet/vxlan";
import { teredo } from "./internet/teredo";
import { juniperEthernet, nflog, pktap, ppi } from "./link/wrapped";

/** Headers within headers, at most; real tunnels need a third of it. */
const MAX_LAYERS: u32 = 32;

/** Walks the frame that the cursor has opened, header by header; `first` is its link layer. */
export function walk(first: Protocol): void {
  let next = first;
  for (let layers: u32 = 0; next != Protocol.None && cursor.status == Status.Ok; layers++) {
    if (layers == MAX_LAYERS) {
      cursor.stop(Status.Unsupported);
      return;
    }
    cursor.setProtocol(next);
    next = dissect(next);
  }
}

function dissect(which: Protocol): Protocol {
  switch (which) {
    case Protocol.Ethernet:
      return ethernet();
    case Protocol.Vlan:
      return vlan();
    case Protocol.Ipv4:
      return ipv4();
    case Protocol.Ipv6:
      return ipv6();
    case Protocol.Tcp:
      return tcp();
    case Protocol.Udp:
      return udp();
    case Protocol.Arp:
      return arp();
    case Protocol.LinuxCooked:
      return linuxCooked();
    case Protocol.LinuxCooked2:
      return linuxCooked2();
    case Protocol.Loopback:
      return loopback();
    case Protocol.RawIp:
      return rawIp();
    case Protocol.Llc:
      return llc();
    case Protocol.Ppp:
      return ppp();
    case Protocol.Pppoe:
      return pppoe();
    case Protocol.Mpls:
      return mpls();
    case Protocol.Icmp:
      return icmp();
    case Protocol.Icmpv6:
      return icmpv6();
    case Protocol.Gre:
      return gre();
    case Protocol.Vxlan:
      return vxlan();
    case Protocol.Geneve:
      return geneve();
    case Protocol.EtherIp:
      return etherIp();
    case Protocol.VnTag:
      return vnTag();
    case Protocol.ProviderBackbone:
      return providerBackbone();
    case Protocol.Ieee80211:
      return ieee80211();
    case Protocol.Radiotap:
      return radiotap();
    case Protocol.Prism:
      return prism();
    case Protocol.Ppi:
      return ppi();
    case Protocol.Pktap:
      return pktap();
    case Protocol.Nflog:
      return nflog();
    case Protocol.Infiniband:
      return infiniband();
    case Protocol.NetmonEvent:
      return netmonEvent();
    case Protocol.NetmonWireless:
      return netmonWireless();
    case Protocol.Macsec:
      return macsec();
    case Protocol.JuniperEthernet:
      return juniperEthernet();
    case Protocol.Teredo:
      return teredo();
    default:
      if (which == Protocol.Unknown) cursor.stop(Status.Unsupported);
      return Protocol.None;
  }
}
