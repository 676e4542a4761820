// Of a tunnel the inner conversation counts.
import { describe, expect, it } from "vitest";
import { Frame, Protocol, Status } from "../../layout";
import { concat, expectCutsToHold, frameOf, hex, parseFrame } from "../../testing/capture";
import { SEEN_IPV4, SEEN_IPV6, TCP_IN_IPV4, TCP_IN_IPV6, ethernet, ipv4, ipv6 } from "../../testing/packets";

const RAW_IP = 101;
const INNER = ethernet(0x0800, TCP_IN_IPV4);
const ECHO = hex("08 00 0000 0001 0001");

const udp = (port: string, payload: Uint8Array) => {
  const header = hex(`c000 ${port} 0000 0000`);
  new DataView(header.buffer).setUint16(4, header.length + payload.length);
  return ipv4(17, concat(header, payload));
};

const IPV4_TUNNELS: Record<string, Uint8Array> = {
  "IP in IP": ipv4(4, TCP_IN_IPV4),
  "IPv4 in IPv6": ipv6(4, TCP_IN_IPV4),
  GRE: ipv4(47, concat(hex("0000 0800"), TCP_IN_IPV4)),
  "GRE with checksum, key and sequence number": ipv4(
    47,
    concat(hex("b000 0800 00000000 00000001 00000002"), TCP_IN_IPV4),
  ),
  "GRE around Ethernet": ipv4(47, concat(hex("0000 6558"), INNER)),
  // PPTP: key, sequence and acknowledgement numbers; PPP.
  "GRE of PPTP": ipv4(47, concat(hex("3081 880b 002c0001 00000001 00000001 ff030021"), TCP_IN_IPV4)),
  "ERSPAN I": ipv4(47, concat(hex("0000 88be"), INNER)),
  "ERSPAN II": ipv4(47, concat(hex("1000 88be 00000001 1001000000000000"), INNER)),
  "ERSPAN III": ipv4(47, concat(hex("1000 22eb 00000001 200100000000000000000000"), INNER)),
  "ERSPAN III with platform header": ipv4(
    47,
    concat(hex("1000 22eb 00000001 200100000000000000000001 0000000000000000"), INNER),
  ),
  EtherIP: ipv4(97, concat(hex("3000"), INNER)),
  VXLAN: udp("12b5", concat(hex("08000000 00007b00"), INNER)),
  Geneve: udp("17c1", concat(hex("0000 6558 00007b00"), INNER)),
  // One option of eight bytes.
  "Geneve with an option": udp("17c1", concat(hex("0200 0800 00007b00 0102030400000000"), TCP_IN_IPV4)),
  "MPLS in UDP": udp("19eb", concat(hex("00064140"), TCP_IN_IPV4)),
  "MPLS in IP": ipv4(137, concat(hex("00064140"), TCP_IN_IPV4)),
};

describe("tunnels", () => {
  for (const [name, frame] of Object.entries(IPV4_TUNNELS)) {
    it(`${name}: finds the inner conversation`, async () => {
      expect(frameOf(await parseFrame(frame, RAW_IP))).toMatchObject({
        ...SEEN_IPV4,
        protocol: Protocol.Tcp,
        status: Status.Ok,
      });
    });
    it(`${name}: holds at every cut`, () => expectCutsToHold(frame, RAW_IP));
  }

  const TEREDO = {
    alone: hex(""),
    "behind an origin": hex("0000 ffff f5fffffe"),
    // Client identifier of one byte, authentication value of two, nonce and confirmation; then an origin.
    "behind an authentication": hex("0001 01 02 aa bbcc 0102030405060708 00 0000 ffff f5fffffe"),
  };
  for (const [name, before] of Object.entries(TEREDO)) {
    const frame = udp("0dd8", concat(before, TCP_IN_IPV6));
    it(`Teredo, ${name}: finds the inner conversation`, async () =>
      expect(frameOf(await parseFrame(frame, RAW_IP))).toMatchObject({ ...SEEN_IPV6, protocol: Protocol.Tcp }));
    it(`Teredo, ${name}: holds at every cut`, () => expectCutsToHold(frame, RAW_IP));
  }

  it("takes a datagram to Teredo's port without IPv6 in it as any other", async () => {
    const parser = await parseFrame(udp("0dd8", hex("00 01 02")), RAW_IP);
    expect(frameOf(parser)).toMatchObject({ destinationPort: 0x0dd8, protocol: Protocol.Udp });
    expect(parser.capture.frames.get(Frame.Stream, 0)).toBe(0);
  });

  it("finds IPv6 in IPv4", async () =>
    expect(frameOf(await parseFrame(ipv4(41, TCP_IN_IPV6), RAW_IP))).toMatchObject(SEEN_IPV6));

  it("takes the outer ports back when the inner packet has none", async () => {
    const parser = await parseFrame(
      udp("12b5", concat(hex("08000000 00007b00"), ethernet(0x0800, ipv4(1, ECHO)))),
      RAW_IP,
    );
    expect(frameOf(parser)).toMatchObject({ sourcePort: 0xffffffff, protocol: Protocol.Icmp });
    expect(parser.capture.frames.get(Frame.Stream, 0)).toBe(0xffffffff);
  });

  it("calls GRE of an unknown version unsupported", async () =>
    expect(frameOf(await parseFrame(ipv4(47, hex("0002 0800")), RAW_IP)).status).toBe(Status.Unsupported));
});

describe("MPLS", () => {
  // Two labels; the second has the bottom bit.
  const STACK = hex("00064040 00065140");

  it("recognises IP by its version, and a pseudowire by its control word", async () => {
    expect(frameOf(await parseFrame(ethernet(0x8847, STACK, TCP_IN_IPV4)))).toMatchObject(SEEN_IPV4);
    expect(frameOf(await parseFrame(ethernet(0x8847, STACK, TCP_IN_IPV6)))).toMatchObject(SEEN_IPV6);
    expect(frameOf(await parseFrame(ethernet(0x8847, STACK, hex("00000001"), INNER)))).toMatchObject(SEEN_IPV4);
  });

  it("holds at every cut", () => expectCutsToHold(ethernet(0x8847, STACK, TCP_IN_IPV4)));
});

describe("PPPoE", () => {
  // Version and type, session data, session 1, length of 42; PPP protocol IPv4.
  const session = ethernet(0x8864, hex("11 00 0001 002a 0021"), TCP_IN_IPV4);

  it("reads IP within a session, and nothing within discovery", async () => {
    expect(frameOf(await parseFrame(session))).toMatchObject(SEEN_IPV4);
    const discovery = ethernet(0x8863, hex("11 09 0000 0004 01010000"));
    expect(frameOf(await parseFrame(discovery))).toMatchObject({ protocol: Protocol.Pppoe, status: Status.Ok });
  });

  it("holds at every cut", () => expectCutsToHold(session));
});
