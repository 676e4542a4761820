import { describe, expect, it } from "vitest";
import { Message, Protocol, Status } from "../../layout";
import { concat, expectCutsToHold, frameOf, hex, labelOf, parseFrame } from "../../testing/capture";
import { TCP_IN_IPV4, TCP_IN_IPV6, ipv4, ipv6 } from "../../testing/packets";

const RAW_IP = 101;
// Type 3 code 1, host unreachable; it quotes the packet that did not arrive.
const UNREACHABLE = concat(hex("03 01 0000 00000000"), TCP_IN_IPV4);
// Type 1 code 4, port unreachable.
const UNREACHABLE_6 = concat(hex("01 04 0000 00000000"), TCP_IN_IPV6);

describe("ICMP", () => {
  it("keeps errors whole, and the frame's own addresses", async () => {
    for (const [frame, bytes, protocol, source] of [
      [ipv4(1, UNREACHABLE), UNREACHABLE, Protocol.Icmp, "10.0.0.1"],
      [ipv6(58, UNREACHABLE_6), UNREACHABLE_6, Protocol.Icmpv6, "fe80::a"],
    ] as const) {
      const parser = await parseFrame(frame, RAW_IP);
      const { messages } = parser.capture;
      expect(frameOf(parser)).toMatchObject({
        source,
        sourcePort: 0xffffffff,
        protocol,
        extra: (bytes[0]! << 8) | bytes[1]!,
      });
      expect([messages.rows, messages.get(Message.Protocol, 0)]).toEqual([1, protocol]);
      expect(parser.capture.bytes(messages.get(Message.Kept, 0), messages.get(Message.KeptLength, 0))).toEqual(bytes);
    }
  });

  it("keeps no echoes", async () => {
    const parser = await parseFrame(ipv4(1, hex("08 00 0000 0001 0001 6162")), RAW_IP);
    expect(parser.capture.messages.rows).toBe(0);
    expect(frameOf(parser)).toMatchObject({ protocol: Protocol.Icmp, status: Status.Ok, extra: 0x0800 });
  });

  it("describes the quoted header within its own fields", async () => {
    const frame = ipv4(1, UNREACHABLE);
    const fields = (await parseFrame(frame, RAW_IP)).describeFrame(frame, frame.length, RAW_IP);
    const quoted = fields.filter(({ at, depth }) => at >= 28 && depth > 0).map(labelOf);
    expect(quoted).toContain("Source address");
    expect(fields.find((field) => labelOf(field) === "Destination port")).toMatchObject({
      at: 28 + 22,
      length: 2,
      depth: 2,
    });
  });

  it("holds at every cut", async () => {
    await expectCutsToHold(ipv4(1, UNREACHABLE), RAW_IP);
    await expectCutsToHold(ipv6(58, UNREACHABLE_6), RAW_IP);
  });
});
