// The register: which dissector reads which protocol. A dissector reads its header and returns what follows.
import * as cursor from "../cursor";
import { Protocol, Status } from "../layout";
import { ethernet } from "./ethernet";
import { ipv4 } from "./ipv4";
import { ipv6 } from "./ipv6";
import { tcp } from "./tcp";
import { udp } from "./udp";
import { vlan } from "./vlan";

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
    default:
      if (which == Protocol.Unknown) cursor.stop(Status.Unsupported);
      return Protocol.None;
  }
}
