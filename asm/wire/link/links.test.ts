// Every link type that leads to IP: the same packet must be found behind each.
import { describe, expect, it } from "vitest";
import { Protocol, Status } from "../../layout";
import { concat, expectCutsToHold, frameOf, hex, parseFrame } from "../../testing/capture";
import { SEEN_IPV4, SEEN_IPV6, TCP_IN_IPV4, TCP_IN_IPV6 } from "../../testing/packets";

const SNAP_IPV4 = hex("aa aa 03 000000 0800");
/** 802.11 data from an access point: control, flags, duration, three addresses, sequence. */
const IEEE80211 = hex("08 02 0000 020000000001 0200000000ff 020000000002 0010");
/** The same with quality of service, which is two bytes longer. */
const IEEE80211_QOS = hex("88 02 0000 020000000001 0200000000ff 020000000002 0010 0000");

const LINKS: Record<string, [linkType: number, header: Uint8Array]> = {
  "null, little-endian": [0, hex("02000000")],
  "null, big-endian": [0, hex("00000002")],
  loop: [108, hex("00000002")],
  "raw IP 12": [12, hex("")],
  "raw IP 14": [14, hex("")],
  "raw IP 101": [101, hex("")],
  "raw IPv4": [228, hex("")],
  // Packet type, ARPHRD, address length, address, protocol.
  "Linux cooked": [113, hex("0000 0001 0006 020000000002 0000 0800")],
  // Protocol, reserved, interface, ARPHRD, packet type, address length, address.
  "Linux cooked v2": [276, hex("0800 0000 00000002 0001 00 06 020000000002 0000")],
  "PPP with address and control": [9, hex("ff 03 0021")],
  "PPP with a compressed protocol": [9, hex("21")],
  "PPP with nothing before the protocol": [9, hex("0021")],
  "PPP in HDLC framing": [50, hex("ff 03 0021")],
  "PPP with its direction in place of the address": [166, hex("01 03 0021")],
  "PPP with its direction before the address": [204, hex("01 ff 03 0021")],
  "PPP with its direction before the protocol": [204, hex("00 0021")],
  "Cisco HDLC": [104, hex("0f 00 0800")],
  "PPPoE without Ethernet": [51, hex("11 00 0001 002a 0021")],
  "RFC 1483 over ATM": [100, SNAP_IPV4],
  "802.11": [105, concat(IEEE80211, SNAP_IPV4)],
  "802.11 with quality of service": [105, concat(IEEE80211_QOS, SNAP_IPV4)],
  "802.11 between access points": [
    105,
    concat(hex("08 03 0000 020000000001 0200000000ff 020000000002 0010 020000000003"), SNAP_IPV4),
  ],
  "802.11 aggregate": [
    105,
    concat(IEEE80211_QOS.subarray(0, 24), hex("8000 020000000001 020000000002 0030"), SNAP_IPV4),
  ],
  // Version, padding, length, present flags: none.
  radiotap: [127, concat(hex("00 00 0800 00000000"), IEEE80211, SNAP_IPV4)],
  // A second word of present flags, the timer (aligned to eight), flags that say the header is padded.
  "radiotap with padding": [
    127,
    concat(hex("00 00 1900 03000080 00000000 00000000 1122334455667788 20"), IEEE80211_QOS, hex("0000"), SNAP_IPV4),
  ],
  // Message code, length of 24 in little-endian, device name.
  Prism: [119, concat(hex("44000000 18000000 77 6c 61 6e 30 0000000000000000000000"), IEEE80211, SNAP_IPV4)],
  AVS: [163, concat(hex("80211001 0000000c 00000000"), IEEE80211, SNAP_IPV4)],
  // Version, flags, length, link type 105.
  "PPI around 802.11": [192, concat(hex("00 00 0800 69000000"), IEEE80211, SNAP_IPV4)],
  // Length of 12, record type, link type 1.
  "PKTAP around Ethernet": [258, hex("0c000000 01000000 01000000 020000000001 020000000002 0800")],
  // Magic, flags (L2 header, no extensions), then Ethernet.
  "Juniper Ethernet": [178, hex("4d4743 01 020000000001 020000000002 0800")],
  // Flags with extensions: their length of 3, and three bytes.
  "Juniper Ethernet with extensions": [178, hex("4d4743 81 0003 010101 020000000001 020000000002 0800")],
  "IP over InfiniBand": [242, concat(new Uint8Array(40), hex("0800 0000"))],
  // Family IPv4, version, resource; an item of eight bytes, then the payload item of 4 + 40.
  NFLOG: [239, hex("02 00 0000 0800 0100 08000100 2c00 0900")],
};

describe("link types that lead to IPv4", () => {
  for (const [name, [linkType, header]] of Object.entries(LINKS)) {
    const frame = concat(header, TCP_IN_IPV4);
    it(`${name}: finds the packet`, async () => {
      expect(frameOf(await parseFrame(frame, linkType))).toMatchObject({
        ...SEEN_IPV4,
        protocol: Protocol.Tcp,
        status: Status.Ok,
        payloadAt: frame.length,
        payloadLength: 0,
      });
    });
    it(`${name}: holds at every cut`, () => expectCutsToHold(frame, linkType));
  }
});

describe("link types that lead to IPv6", () => {
  const FAMILIES = { Windows: "17", OpenBSD: "18", FreeBSD: "1c", macOS: "1e" };
  for (const [system, family] of Object.entries(FAMILIES))
    it(`null as ${system} numbers it`, async () =>
      expect(frameOf(await parseFrame(concat(hex(`${family}000000`), TCP_IN_IPV6), 0))).toMatchObject(SEEN_IPV6));

  it("raw IP, by the version", async () => {
    for (const linkType of [101, 229])
      expect(frameOf(await parseFrame(TCP_IN_IPV6, linkType))).toMatchObject(SEEN_IPV6);
  });

  it("PPP", async () =>
    expect(frameOf(await parseFrame(concat(hex("ff 03 0057"), TCP_IN_IPV6), 9))).toMatchObject(SEEN_IPV6));
});

describe("frames that do not lead to IP", () => {
  it("names the sender of a cooked frame", async () => {
    const frame = hex("0004 0001 0006 020000000002 0000 88cc 0207");
    expect(frameOf(await parseFrame(frame, 113))).toMatchObject({ source: "02:00:00:00:00:02", destination: "" });
  });

  it("leaves encrypted 802.11 data and frames without data unread, with their addresses", async () => {
    const encrypted = hex("08 42 0000 020000000001 0200000000ff 020000000002 0010 deadbeef");
    const withoutData = hex("48 01 0000 0200000000ff 020000000002 020000000001 0010");
    for (const frame of [encrypted, withoutData])
      expect(frameOf(await parseFrame(frame, 105))).toMatchObject({
        source: "02:00:00:00:00:02",
        destination: "02:00:00:00:00:01",
        protocol: Protocol.Ieee80211,
        status: Status.Ok,
      });
  });

  it("calls an unknown link type unsupported, never malformed", async () => {
    for (const linkType of [147, 195, 281, 0x3ffffff])
      expect(frameOf(await parseFrame(hex("00"), linkType))).toMatchObject({
        status: Status.Unsupported,
        protocol: Protocol.Unknown,
      });
  });

  it("calls lengths that contradict themselves malformed", async () => {
    const wrong: [number, Uint8Array][] = [
      [127, hex("00 00 0300 00000000")], // radiotap shorter than its own header
      [192, hex("00 00 0400 69000000")], // PPI likewise
      [258, hex("08000000 01000000 01000000")], // PKTAP likewise
      [239, hex("02 00 0000 0000 0100")], // NFLOG item of no length
    ];
    for (const [linkType, frame] of wrong)
      expect(frameOf(await parseFrame(frame, linkType)).status).toBe(Status.Malformed);
  });
});
