import { describe, expect, it } from "vitest";
import { Frame, Protocol, Status } from "../../layout";
import { concat, expectCutsToHold, fieldsOf, frameOf, hex, parse, parseFrame, pcap } from "../../testing/capture";
import { SEEN_IPV4, TCP_IN_IPV4, ethernet, ipv4 } from "../../testing/packets";

const RAW_IP = 101;
/** 32 bytes: a UDP datagram from port 1111 to port 2222. */
const UDP = concat(hex("0457 08ae 0020 0000"), new Uint8Array(24).fill(0xaa));
const FROM_1111_TO_2222 = { sourcePort: 1111, destinationPort: 2222 };

const fragmentOf = (datagram: Uint8Array, from: number, to: number, identification = 1) =>
  ipv4(17, datagram.subarray(from, to), { flags: (to < datagram.length ? 0x2000 : 0) | (from >> 3), identification });

describe("IPv4", () => {
  it("reads addresses and ports, and keeps identification and time to live", async () => {
    const parser = await parseFrame(TCP_IN_IPV4, RAW_IP);
    expect(frameOf(parser)).toMatchObject({ ...SEEN_IPV4, extra: (0x1234 << 8) | 128 });
  });

  it("passes over options", async () => {
    const options = hex("46000034 00000000 40110000 0a000001 0a000002 94040000"); // router alert
    const frame = concat(options, UDP.subarray(0, 28));
    expect(frameOf(await parseFrame(frame, RAW_IP))).toMatchObject({ ...FROM_1111_TO_2222, payloadAt: 32 });
  });

  it("takes a total length of zero for all that there is, as segmentation in the card leaves it", async () => {
    const packet = ipv4(17, UDP);
    packet.set([0, 0], 2);
    expect(frameOf(await parseFrame(packet, RAW_IP))).toMatchObject({ ...FROM_1111_TO_2222, payloadLength: 24 });
  });

  it("calls lengths and versions that contradict themselves malformed", async () => {
    const wrong = { version: [0, 0x55], header: [0, 0x44], total: [3, 19] } as const;
    for (const [at, value] of Object.values(wrong)) {
      const packet = ipv4(17, UDP);
      packet[at] = value;
      expect(frameOf(await parseFrame(ethernet(0x0800, packet))).status).toBe(Status.Malformed);
    }
  });

  it("reads behind an authentication header", async () => {
    const ah = hex("11 04 0000 00000001 00000001 000000000000000000000000"); // next UDP, six words
    expect(frameOf(await parseFrame(ipv4(51, concat(ah, UDP)), RAW_IP))).toMatchObject(FROM_1111_TO_2222);
  });

  it("names an ESP packet's hosts and finds no fault with it", async () => {
    expect(frameOf(await parseFrame(ipv4(50, new Uint8Array(20)), RAW_IP))).toMatchObject({
      source: "10.0.0.1",
      protocol: Protocol.Ipv4,
      status: Status.Ok,
    });
  });

  it("records options", async () => {
    const frame = concat(hex("46000018 00000000 40320000 0a000001 0a000002 94040000"));
    expect(await fieldsOf(frame, RAW_IP)).toMatchObject({ Options: 0x94040000 });
  });

  it("holds at every cut", () => expectCutsToHold(ipv4(17, UDP), RAW_IP));
});

describe("IPv4 fragments", () => {
  const read = async (...packets: Uint8Array[]) => {
    const parser = await parse(pcap(packets, { linkType: RAW_IP }));
    return packets.map((_, row) => frameOf(parser, row));
  };
  const first = fragmentOf(UDP, 0, 8);
  const second = fragmentOf(UDP, 8, 24);
  const third = fragmentOf(UDP, 24, 32);

  it("parses the datagram on in the frame that completes it, in whatever order", async () => {
    for (const order of [
      [first, second, third],
      [third, second, first],
      [second, third, first],
    ]) {
      const frames = await read(...order);
      expect(frames.map(({ status }) => status)).toEqual([Status.Fragment, Status.Fragment, Status.Ok]);
      expect(frames[2]).toMatchObject({ ...FROM_1111_TO_2222, payloadAt: 8, payloadLength: 24 });
    }
  });

  it("takes no harm from fragments that come twice or overlap", async () => {
    const frames = await read(first, first, fragmentOf(UDP, 0, 16), second, second, third);
    expect(frames.map(({ status }) => status)).toEqual([...Array<Status>(5).fill(Status.Fragment), Status.Ok]);
    expect(frames[5]).toMatchObject({ ...FROM_1111_TO_2222, payloadLength: 24 });
  });

  it("keeps datagrams apart by identification", async () => {
    const frames = await read(first, fragmentOf(UDP, 8, 24, 2), third);
    expect(frames[2]!.status).toBe(Status.Fragment);
  });

  it("does not put cut fragments together", async () => {
    const cut = { bytes: second.subarray(0, 30), length: second.length };
    const parser = await parse(pcap([{ bytes: first }, cut, { bytes: third }], { linkType: RAW_IP }));
    expect(frameOf(parser, 2).status).toBe(Status.Fragment);
  });

  it("reads the ports of a first fragment that is cut", async () => {
    const whole = fragmentOf(UDP, 0, 16);
    const cut = { bytes: whole.subarray(0, 30), length: whole.length };
    const parser = await parse(pcap([cut], { linkType: RAW_IP }));
    expect(frameOf(parser)).toMatchObject({ ...FROM_1111_TO_2222, status: Status.Ok, payloadAt: 28 });
  });

  it("gives up the oldest datagram when too many are under way", async () => {
    const others = Array.from({ length: 64 }, (_, i) => fragmentOf(UDP, 0, 8, 100 + i));
    const frames = await read(first, ...others, second, third);
    expect(frames.at(-1).status).toBe(Status.Fragment);
    const fewer = await read(first, ...others.slice(1), second, third);
    expect(fewer.at(-1).status).toBe(Status.Ok);
  });

  it("ignores what would lie beyond the longest datagram", async () => {
    const beyond = ipv4(17, new Uint8Array(64), { flags: 0x1fff });
    expect((await read(first, beyond)).map(({ status }) => status)).toEqual([Status.Fragment, Status.Fragment]);
  });

  it("counts a fragment's frame as a row with addresses and without ports", async () => {
    const parser = await parse(pcap([second], { linkType: RAW_IP }));
    expect(frameOf(parser).source).toBe("10.0.0.1");
    expect(parser.capture.frames.get(Frame.SourcePort, 0)).toBe(0xffffffff);
  });

  it("holds at every cut", () => expectCutsToHold(second, RAW_IP));
});
