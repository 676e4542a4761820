import { describe, expect, it } from "vitest";
import { Address, AddressKind, Frame } from "../layout";
import { parse, pcap } from "../testing/capture";
import { ethernet, ipv4, ipv6 } from "../testing/packets";

const PAYLOAD = new Uint8Array(8);

/** Frames whose source is the number given, as the last four bytes of their address. */
const fromIpv4 = (host: number) => {
  const packet = ipv4(99, PAYLOAD);
  new DataView(packet.buffer).setUint32(12, host);
  return ethernet(0x0800, packet);
};
const fromIpv6 = (host: number) => {
  const packet = ipv6(99, PAYLOAD);
  new DataView(packet.buffer).setUint32(20, host);
  return ethernet(0x86dd, packet);
};
const fromMac = (host: number) => {
  const frame = ethernet(0x88cc, PAYLOAD);
  new DataView(frame.buffer).setUint32(8, host);
  return frame;
};

describe("addresses", () => {
  it("has one row for each of many, of every kind, in whatever order they come again", async () => {
    const hosts = Array.from({ length: 5000 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 0);
    const once = hosts.flatMap((host) => [fromIpv4(host), fromIpv6(host), fromMac(host)]);
    const { capture } = await parse(pcap([...once, ...once.toReversed()]));
    const { addresses, frames } = capture;
    // The sources, and the three destinations that all have in common.
    expect(addresses.rows).toBe(3 * hosts.length + 3);
    for (let row = 0; row < once.length; row++) {
      const source = frames.get(Frame.Source, row);
      expect(frames.get(Frame.Source, 2 * once.length - 1 - row)).toBe(source);
      const kind = [AddressKind.Ipv4, AddressKind.Ipv6, AddressKind.Mac][row % 3];
      expect(addresses.get(Address.Kind, source)).toBe(kind);
    }
    expect(addresses.get(Address.Word0, frames.get(Frame.Source, 3))).toBe(hosts[1]);
    expect(addresses.get(Address.Word3, frames.get(Frame.Source, 4))).toBe(hosts[1]);
  });
});
