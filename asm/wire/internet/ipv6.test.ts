import { describe, expect, it } from "vitest";
import { Protocol, Status } from "../../layout";
import {
  concat,
  expectCutsToHold,
  fieldsOf,
  frameOf,
  hex,
  labelOf,
  parse,
  parseFrame,
  pcap,
} from "../../testing/capture";
import { SEEN_IPV6, TCP_IN_IPV6, ipv6 } from "../../testing/packets";

const RAW_IP = 101;
const UDP = concat(hex("0457 08ae 0018 0000"), new Uint8Array(16).fill(0xaa));
const FROM_1111_TO_2222 = { sourcePort: 1111, destinationPort: 2222, payloadLength: 16 };

// Next header, length in words of eight bytes less one, then options: padding, or a routing header without addresses.
const HOP_BY_HOP = hex("2b 00 01 04 00000000"); // then routing
const ROUTING = hex("3c 00 00 00 00000000"); // then destination options
const DESTINATION = hex("33 01 01 0c 000000000000000000000000"); // then authentication
const AUTHENTICATION = hex("11 04 0000 00000001 00000001 000000000000000000000000"); // then UDP
const EXTENSIONS = concat(HOP_BY_HOP, ROUTING, DESTINATION, AUTHENTICATION);

/** A fragment of UDP: next header, offset and whether more follow, identification. */
const fragment = (from: number, to: number) =>
  ipv6(
    44,
    concat(hex("11 00"), Uint8Array.of(0, from | (to < UDP.length ? 1 : 0)), hex("00001234"), UDP.subarray(from, to)),
  );

describe("IPv6", () => {
  it("reads addresses and ports", async () => {
    expect(frameOf(await parseFrame(TCP_IN_IPV6, RAW_IP))).toMatchObject({ ...SEEN_IPV6, protocol: Protocol.Tcp });
  });

  it("passes over every kind of extension header", async () => {
    const frame = ipv6(0, concat(EXTENSIONS, UDP));
    expect(frameOf(await parseFrame(frame, RAW_IP))).toMatchObject(FROM_1111_TO_2222);
  });

  it("takes a payload length of zero for all that there is", async () => {
    const frame = ipv6(17, UDP);
    frame.set([0, 0], 4);
    expect(frameOf(await parseFrame(frame, RAW_IP))).toMatchObject(FROM_1111_TO_2222);
  });

  it("puts fragments together, in whatever order", async () => {
    for (const order of [
      [fragment(0, 8), fragment(8, 24)],
      [fragment(8, 24), fragment(0, 8)],
    ]) {
      const parser = await parse(pcap(order, { linkType: RAW_IP }));
      expect(frameOf(parser, 0).status).toBe(Status.Fragment);
      expect(frameOf(parser, 1)).toMatchObject({ ...FROM_1111_TO_2222, status: Status.Ok });
    }
  });

  it("reads the ports of a first fragment that is cut", async () => {
    const whole = fragment(0, 16);
    const cut = { bytes: whole.subarray(0, 58), length: whole.length };
    expect(frameOf(await parseFrame(cut, RAW_IP))).toMatchObject({
      ...FROM_1111_TO_2222,
      status: Status.Ok,
      payloadLength: 8,
    });
  });

  it("reads a fragment that is the whole datagram", async () => {
    expect(frameOf(await parseFrame(fragment(0, 24), RAW_IP))).toMatchObject(FROM_1111_TO_2222);
  });

  it("records extension headers", async () => {
    const frame = ipv6(0, concat(EXTENSIONS, UDP));
    const fields = (await parseFrame(frame, RAW_IP)).describeFrame(frame, frame.length, RAW_IP);
    expect(fields.filter((field) => labelOf(field) === "Extension header").map(({ length }) => length)).toEqual([
      8, 8, 16, 24,
    ]);
    expect(await fieldsOf(frame, RAW_IP)).toMatchObject({ "Hop limit": 0x40 });
  });

  it("holds at every cut", async () => {
    await expectCutsToHold(ipv6(0, concat(EXTENSIONS, UDP)), RAW_IP);
    await expectCutsToHold(fragment(8, 24), RAW_IP);
  });
});
