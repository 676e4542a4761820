import { describe, expect, it } from "vitest";
import { Message, Protocol } from "../../layout";
import { expectCutsToHold, fieldsOf, frameOf, hex, parseFrame } from "../../testing/capture";
import { ethernet } from "../../testing/packets";

const REPLY = hex(`
  0001 0800 06 04 0002                                 # Ethernet, IPv4, lengths of both, reply
  020000000002 c0a80001  020000000001 c0a80002         # sender, target
`);

describe("ARP", () => {
  it("keeps the message; the frame has the MAC addresses", async () => {
    const parser = await parseFrame(ethernet(0x0806, REPLY));
    const { messages } = parser.capture;
    expect(frameOf(parser)).toMatchObject({ protocol: Protocol.Arp, source: "02:00:00:00:00:02" });
    expect(messages.get(Message.Protocol, 0)).toBe(Protocol.Arp);
    expect(parser.capture.bytes(messages.get(Message.Kept, 0), messages.get(Message.KeptLength, 0))).toEqual(REPLY);
  });

  it("records its fields", async () => {
    const frame = ethernet(0x0806, REPLY);
    expect(await fieldsOf(frame)).toMatchObject({
      Operation: 2,
      "Sender protocol address": 0xc0a80001,
      "Target protocol address": 0xc0a80002,
    });
  });

  it("holds at every cut", () => expectCutsToHold(ethernet(0x0806, REPLY)));
});
