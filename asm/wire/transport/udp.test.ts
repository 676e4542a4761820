import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Analysis, Frame, Message, Pdu, PduFlag, Protocol, Status, Stream, StreamFlag } from "../../layout";
import { concat, frameOf, hex, labelOf, parse, parseEveryCut, pcap } from "../../testing/capture";

/** A datagram from 10.0.0.1 to 10.0.0.2 behind Ethernet. */
function datagram(sourcePort: number, destinationPort: number, payload: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(42));
  header.setUint16(12, 0x0800);
  header.setUint8(14, 0x45);
  header.setUint16(16, 28 + payload.length);
  header.setUint16(22, 0x4011);
  header.setUint32(26, 0x0a000001);
  header.setUint32(30, 0x0a000002);
  header.setUint16(34, sourcePort);
  header.setUint16(36, destinationPort);
  header.setUint16(38, 8 + payload.length);
  return concat(new Uint8Array(header.buffer), payload);
}

/** A connectionless PDU, big-endian, as a PROFINET controller sends it (C706 12.5.2). */
function connectionless(type: number, body: Uint8Array, flags1 = 0x20): Uint8Array {
  const length = body.length.toString(16).padStart(4, "0");
  return concat(
    hex(`04 ${type.toString(16).padStart(2, "0")} ${flags1.toString(16).padStart(2, "0")} 00 000000 00`),
    hex("dea000006c9711d18271000103010000"), // object
    hex("dea000016c9711d18271 00a02442df7d"), // interface: a PROFINET device
    hex("00112233445566778899aabbccddeeff"), // activity
    hex(`00000000 00000001 0000002a 0003 ffff ffff ${length} 0000 00 00`),
    body,
  );
}

describe("UDP", () => {
  it("marks a header that states another length than there is", async () => {
    const bytes = datagram(5000, 5001, hex("01020304"));
    const marked = async () => {
      const { frames } = (await parse(pcap([bytes]))).capture;
      return (frames.get(Frame.TcpFlags, 0) & Analysis.OtherLength) !== 0;
    };
    expect(await marked()).toBe(false);
    // Too long; none, as of a jumbogram; less than a header.
    for (const length of [13, 0, 7]) {
      new DataView(bytes.buffer).setUint16(38, length);
      expect(await marked()).toBe(true);
    }
  });

  it("fills the frame's columns and the conversation's", async () => {
    const parser = await parse(
      pcap([datagram(53000, 9999, new Uint8Array(4)), datagram(53000, 9999, new Uint8Array(6))]),
    );
    expect(frameOf(parser)).toMatchObject({
      sourcePort: 53000,
      destinationPort: 9999,
      payloadAt: 42,
      payloadLength: 4,
    });
    const { streams } = parser.capture;
    expect(streams.rows).toBe(1);
    expect([Stream.Transport, Stream.PortA, Stream.Frames, Stream.BytesA].map((c) => streams.get(c, 0))).toEqual([
      17, 53000, 2, 10,
    ]);
  });

  it.each([
    [53, Protocol.Dns],
    [137, Protocol.Nbns],
    [5355, Protocol.Llmnr],
  ])("keeps messages on port %i", async (port, protocol) => {
    const payload = hex("1234 8183 0001 0000 0000 0000 01 61 00 0001 0001");
    const { capture } = await parse(pcap([datagram(port, 53000, payload)]));
    const { messages } = capture;
    expect([messages.get(Message.Protocol, 0), messages.get(Message.Frame, 0)]).toEqual([protocol, 0]);
    expect(capture.bytes(messages.get(Message.Kept, 0), messages.get(Message.KeptLength, 0))).toEqual(payload);
    expect(capture.frames.get(Frame.Protocol, 0)).toBe(protocol);
  });

  describe("DNS on another port", () => {
    const query = hex("1234 0100 0001 0000 0000 0001 01 61 00 0001 0001 00 0029 04d0 00000000 0000");
    const answer = hex("1234 8180 0001 0001 0000 0000 01 61 00 0001 0001 c00c 0001 0001 0000003c 0004 0a000001");
    const protocolOf = async (port: number, payload: Uint8Array) => {
      const { capture } = await parse(pcap([datagram(port, 53000, payload)]));
      return [capture.frames.get(Frame.Protocol, 0), capture.messages.rows];
    };
    it.each([
      ["a query", query],
      ["an answer", answer],
    ])("is recognised: %s", async (_, payload) => expect(await protocolOf(8053, payload)).toEqual([Protocol.Dns, 1]));

    it.each([
      ["another opcode", hex("1234 0900"), 0],
      ["two questions", hex("0002"), 4],
      ["an answer in a query", hex("0001"), 6],
      ["eleven additional records", hex("000b"), 10],
      ["a pointer in the question", hex("c00c"), 12],
      ["no type", hex("0000"), 15],
      ["another class", hex("0003"), 17],
    ])("is none with %s", async (_, bytes, at) => {
      const other = query.slice();
      other.set(bytes, at);
      expect(await protocolOf(8053, other)).toEqual([Protocol.Udp, 0]);
    });

    it("is none where the name is cut, and on the port of multicast DNS", async () => {
      for (let length = 0; length < 19; length++)
        expect(await protocolOf(8053, query.subarray(0, length))).toEqual([Protocol.Udp, 0]);
      expect(await protocolOf(5353, query)).toEqual([Protocol.Udp, 0]);
    });
  });

  it("keeps Kerberos messages but not what is none", async () => {
    const asReq = concat(hex("6a0e"), new Uint8Array(14));
    const { capture } = await parse(pcap([datagram(53000, 88, asReq), datagram(53000, 88, new Uint8Array(16))]));
    expect(capture.messages.rows).toBe(1);
  });

  it("says that a length contradicts the header, and survives every cut", async () => {
    const frame = datagram(1, 2, connectionless(0, new Uint8Array(8)));
    await parseEveryCut(frame);
    frame[39] = 7;
    expect(frameOf(await parse(pcap([frame]))).status).toBe(Status.Malformed);
  });
});

describe("connectionless DCE/RPC", () => {
  it("makes a row of a PDU", async () => {
    const bytes = connectionless(0, hex("00000001 00000002"));
    const parser = await parse(pcap([datagram(49152, 34964, bytes)]));
    const { pdus, frames } = parser.capture;
    const get = (column: Pdu) => pdus.get(column, 0);
    expect(pdus.rows).toBe(1);
    expect(get(Pdu.Head) >>> 16).toBe(PduFlag.Connectionless | PduFlag.BigEndian | PduFlag.Object | PduFlag.KeptWhole);
    expect([get(Pdu.Lengths), get(Pdu.CallId), get(Pdu.Context) >>> 16]).toEqual([88, 42, 3]);
    expect([get(Pdu.StubLength), get(Pdu.StubTail), get(Pdu.At)]).toEqual([8, 2, 42]);
    expect(parser.capture.bytes(get(Pdu.Kept), get(Pdu.KeptLength))).toEqual(bytes);
    expect(frames.get(Frame.Protocol, 0)).toBe(Protocol.Dcerpc);
    const labels = parser.describePdu(bytes).map((field) => `${labelOf(field)} ${field.at}`);
    expect(labels).toContain("Interface 24");
    expect(labels).toContain("Opnum 68");
  });

  it("recognises the client by an answer, and reads what a fault says", async () => {
    const parser = await parse(pcap([datagram(50000, 40000, connectionless(3, hex("1c010003")))]));
    expect(parser.capture.pdus.get(Pdu.Status, 0)).toBe(0x1c010003);
    expect(parser.capture.streams.get(Stream.Flags, 0)).toBe(StreamFlag.Rpc | StreamFlag.ClientIsB);
  });

  it("claims no random datagram, not even with the right version", async () => {
    const payload = fc.uint8Array({ minLength: 80, maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(fc.array(payload, { minLength: 50, maxLength: 50 }), async (payloads) => {
        const frames = payloads.flatMap((bytes) => [
          datagram(5000, 6000, bytes),
          datagram(5000, 6000, concat(Uint8Array.of(4, bytes[1]! % 11), bytes.subarray(2))),
        ]);
        // A datagram with the version that also has a drep, a length and flags that fit is one in a billion.
        expect((await parse(pcap(frames))).capture.pdus.rows).toBe(0);
      }),
      { numRuns: 40, seed: 1 },
    );
  });
});
