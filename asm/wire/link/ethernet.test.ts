import { describe, expect, it } from "vitest";
import { Protocol, Status } from "../../layout";
import { concat, expectCutsToHold, fieldsOf, frameOf, hex, parseFrame } from "../../testing/capture";
import { SEEN_IPV4, SEEN_IPV6, TCP_IN_IPV4, TCP_IN_IPV6, ethernet } from "../../testing/packets";

describe("Ethernet", () => {
  it("leads to IPv4 and IPv6", async () => {
    expect(frameOf(await parseFrame(ethernet(0x0800, TCP_IN_IPV4)))).toMatchObject({
      ...SEEN_IPV4,
      protocol: Protocol.Tcp,
      payloadAt: 54,
      payloadLength: 0,
    });
    expect(frameOf(await parseFrame(ethernet(0x86dd, TCP_IN_IPV6)))).toMatchObject({ ...SEEN_IPV6, payloadAt: 74 });
  });

  it("leaves its own addresses where there is no IP, and finds no fault with types that are not read", async () => {
    expect(frameOf(await parseFrame(ethernet(0x88cc, hex("0207"))))).toMatchObject({
      source: "02:00:00:00:00:02",
      destination: "02:00:00:00:00:01",
      protocol: Protocol.Ethernet,
      status: Status.Ok,
    });
  });

  it("takes padding off behind the IP packet", async () => {
    const frame = ethernet(0x0800, TCP_IN_IPV4, new Uint8Array(6));
    expect(frameOf(await parseFrame(frame)).payloadLength).toBe(0);
  });

  it("records its fields", async () => {
    const frame = ethernet(0x0800, TCP_IN_IPV4);
    expect(await fieldsOf(frame)).toMatchObject({ Type: 0x0800, "Total length": 40 });
  });

  it("holds at every cut", () => expectCutsToHold(ethernet(0x0800, TCP_IN_IPV4)));
});

describe("tags behind the MAC addresses", () => {
  const TAGS = {
    "802.1Q": [0x8100, hex("0064 0800")],
    QinQ: [0x88a8, hex("0064 8100 00c8 0800")],
    "QinQ before 802.1ad": [0x9100, hex("0064 8100 00c8 0800")],
    // IEEE 802.1BR, between two VLAN tags.
    "VN-Tag": [0x8100, hex("00fa 8926 00000033 8100 00fa 0800")],
    // IEEE 802.1AE: flags, no short length, packet number; then with a channel.
    MACsec: [0x88e5, hex("00 00 00000044 0800")],
    "MACsec with a channel": [0x88e5, hex("20 00 00000044 0200000000020001 0800")],
    // IEEE 802.1ah: service instance, then a whole frame.
    "provider backbone": [0x88e7, hex("00001234 020000000003 020000000004 0800")],
  } as const;

  for (const [name, [type, tag]] of Object.entries(TAGS)) {
    const frame = ethernet(type, tag, TCP_IN_IPV4);
    it(`reads on behind ${name}`, async () => expect(frameOf(await parseFrame(frame))).toMatchObject(SEEN_IPV4));
    it(`holds at every cut of ${name}`, () => expectCutsToHold(frame));
  }

  it("gives up tags within tags without end", async () => {
    const tags = concat(...Array.from({ length: 100 }, () => hex("0001 8100")));
    expect(frameOf(await parseFrame(ethernet(0x8100, tags))).status).toBe(Status.Unsupported);
  });
});

describe("LLC", () => {
  // A length in place of the type; SNAP with the EtherType of IPv4.
  const snap = ethernet(8 + 40, hex("aa aa 03 000000 0800"), TCP_IN_IPV4);

  it("reads IP behind SNAP and behind the SAP of IP", async () => {
    expect(frameOf(await parseFrame(snap))).toMatchObject(SEEN_IPV4);
    expect(frameOf(await parseFrame(ethernet(43, hex("06 06 03"), TCP_IN_IPV4)))).toMatchObject(SEEN_IPV4);
  });

  it("stays at LLC for other service access points", async () => {
    // A spanning tree configuration.
    const frame = ethernet(7, hex("42 42 03 00000000"));
    expect(frameOf(await parseFrame(frame))).toMatchObject({ protocol: Protocol.Llc, status: Status.Ok });
  });

  it("holds at every cut", () => expectCutsToHold(snap));
});
