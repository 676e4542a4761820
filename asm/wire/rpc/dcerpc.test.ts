import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Frame, Pdu, PduFlag, Protocol, Stream, StreamFlag } from "../../layout";
import { NONE } from "../../../src/capture/table";
import { concat, hex, labelOf, parse, pcap } from "../../testing/capture";
import { BIND, BIND_NAK, FAULT, REQUEST, RESPONSE, call, pdu } from "../../testing/rpc";
import { Peers, pdusOf, streamOf } from "../../testing/tcp";

const OBJECT = hex("00112233445566778899aabbccddeeff");

/** Parses PDUs that a client (or server) sends in one segment each. */
async function parsePdus(list: Uint8Array[], { port = 49155, byServer = false } = {}) {
  const peers = new Peers(49700, port);
  let seq = 1;
  const frames = list.map((payload) => {
    const frame = byServer ? peers.server({ seq, payload }) : peers.client({ seq, payload });
    seq += payload.length;
    return frame;
  });
  const parser = await parse(pcap([...peers.handshake(), ...frames]));
  const { capture } = parser;
  const get = (column: Pdu, row = 0) => capture.pdus.get(column, row);
  const flags = (row = 0) => get(Pdu.Head, row) >>> 16;
  const kept = (row = 0) => capture.bytes(get(Pdu.Kept, row), get(Pdu.KeptLength, row));
  return { parser, capture, get, flags, kept };
}

describe("DCE/RPC over connections", () => {
  it("makes a row of a request", async () => {
    const stub = Uint8Array.from({ length: 20 }, (_, i) => i);
    const bytes = pdu({ flags: 0x83, callId: 42, body: call({ stub, contextId: 3, opnum: 5, object: OBJECT }) });
    const { get, flags, kept, capture, parser } = await parsePdus([bytes]);
    expect(capture.pdus.rows).toBe(1);
    expect([Pdu.Frame, Pdu.FirstFrame, Pdu.Stream, Pdu.Pipe, Pdu.At].map((c) => get(c))).toEqual([3, 3, 0, NONE, 54]);
    expect(get(Pdu.Head) & 0xffff).toBe(0x8300);
    expect(flags()).toBe(PduFlag.Object | PduFlag.KeptWhole);
    expect([get(Pdu.Lengths), get(Pdu.CallId), get(Pdu.Context)]).toEqual([60, 42, 3 | (5 << 16)]);
    expect([get(Pdu.Auth), get(Pdu.Status), get(Pdu.StubLength)]).toEqual([0, 20, 20]);
    expect(get(Pdu.StubTail)).toBe(0x13121110);
    expect(kept()).toEqual(bytes);
    expect(capture.frames.get(Frame.Protocol, 3)).toBe(Protocol.Dcerpc);
    expect(streamOf(parser, Stream.Flags) & StreamFlag.Rpc).not.toBe(0);
  });

  it("reads big-endian integers as the data representation says", async () => {
    const stub = hex("00000000 80070005");
    const bytes = pdu({ type: RESPONSE, callId: 0x01020304, bigEndian: true, body: call({ stub, bigEndian: true }) });
    const { get, flags } = await parsePdus([bytes], { byServer: true });
    expect(flags()).toBe(PduFlag.FromB | PduFlag.BigEndian | PduFlag.KeptWhole);
    expect([get(Pdu.Lengths), get(Pdu.CallId), get(Pdu.StubTail)]).toEqual([32, 0x01020304, 0x80070005]);
  });

  it("finds the verifier, leaves padding and token out of the stub", async () => {
    const verifier = { type: 10, level: 5, padding: 4, contextId: 0xabcd, token: new Uint8Array(16).fill(0xee) };
    const bytes = pdu({ body: call({ stub: hex("01000000 05000780") }), verifier });
    const { get, flags, kept } = await parsePdus([bytes]);
    expect([get(Pdu.Auth), get(Pdu.AuthContextId)]).toEqual([10 | (5 << 8) | (4 << 16), 0xabcd]);
    expect([get(Pdu.StubLength), get(Pdu.StubTail)]).toEqual([8, 0x80070005]);
    expect(flags()).toBe(PduFlag.KeptWhole);
    expect(kept()).toEqual(bytes.subarray(0, 32));
  });

  it("keeps of a sealed call its object only", async () => {
    const verifier = { type: 10, level: 6, token: new Uint8Array(16) };
    const stub = new Uint8Array(32).fill(0x99);
    const { get, flags, kept } = await parsePdus([
      pdu({ flags: 0x83, body: call({ stub, object: OBJECT }), verifier }),
      pdu({ body: call({ stub }), verifier }),
    ]);
    expect(flags(0)).toBe(PduFlag.Sealed | PduFlag.Object);
    expect(kept(0)).toHaveLength(40);
    expect([get(Pdu.StubLength, 0), get(Pdu.StubTail, 0)]).toEqual([32, NONE]);
    expect(kept(1)).toHaveLength(0);
  });

  it("reads the level from each PDU's own verifier", async () => {
    const token = new Uint8Array(16);
    const { flags } = await parsePdus([
      pdu({ verifier: { type: 10, level: 6, token } }),
      pdu({ verifier: { type: 10, level: 2, contextId: 1, token } }),
      pdu({}),
    ]);
    expect([0, 1, 2].map((row) => flags(row) & PduFlag.Sealed)).toEqual([PduFlag.Sealed, 0, 0]);
  });

  it("reads what a fault and a bind_nak say", async () => {
    const body = hex("00000000 0100 00 00 21070000 00000000");
    const { get, kept } = await parsePdus(
      [pdu({ type: FAULT, body }), pdu({ type: BIND_NAK, body: hex("0400 01 05 00") })],
      { byServer: true },
    );
    expect([get(Pdu.Status, 0), get(Pdu.Context, 0), get(Pdu.StubLength, 0)]).toEqual([0x721, 1, 0]);
    expect([get(Pdu.Status, 1), get(Pdu.Context, 1)]).toEqual([4, NONE]);
    expect(kept(1)).toHaveLength(21);
  });

  it("keeps the tail of a long stub although its bytes are gone", async () => {
    const stub = new Uint8Array(5000);
    stub.set([0x11, 0x22, 0x33, 0x44], 4996);
    const verifier = { type: 9, level: 5, padding: 8, token: new Uint8Array(28) };
    const bytes = pdu({ type: RESPONSE, body: call({ stub }), verifier });
    const parts = Array.from({ length: Math.ceil(bytes.length / 700) }, (_, i) =>
      bytes.subarray(i * 700, (i + 1) * 700),
    );
    const { get, kept, flags } = await parsePdus(parts, { byServer: true });
    expect([get(Pdu.StubLength), get(Pdu.StubTail)]).toEqual([5000, 0x44332211]);
    expect(kept()).toEqual(bytes.subarray(0, 24 + 1024));
    expect(flags()).toBe(PduFlag.FromB);
  });

  it("keeps a negotiation whole over many segments", async () => {
    const token = new Uint8Array(3000).map((_, i) => i);
    const body = concat(hex("d016d016 00000000 01000000 0000 01 00"), new Uint8Array(40));
    const bytes = pdu({ type: BIND, body, verifier: { type: 9, level: 6, token } });
    const { kept, flags } = await parsePdus([
      bytes.subarray(0, 1000),
      bytes.subarray(1000, 2500),
      bytes.subarray(2500),
    ]);
    expect(kept()).toEqual(bytes);
    expect(flags() & PduFlag.Sealed).toBe(0);
  });

  it("learns a port from the endpoint mapper and reads a stream on it from the middle", async () => {
    // Fl 4 of a tower: protocol 7, port 50123; what else a response of ept_map holds does not matter here.
    const tower = hex("0100 07 0200 c3cb");
    const mapper = new Peers(49700, 135);
    const server = new Peers(49701, 50123);
    const parser = await parse(
      pcap([
        mapper.server({ seq: 5, payload: pdu({ type: RESPONSE, body: call({ stub: tower }) }) }),
        server.server({ seq: 5, payload: concat(new Uint8Array(9), pdu({ type: RESPONSE, callId: 8 })) }),
      ]),
    );
    expect(pdusOf(parser)).toMatchObject([{}, { callId: 8, resynchronised: true }]);
  });

  it("names the fields of a bind", async () => {
    const syntax = hex("04000000 01 00 00 00");
    const body = concat(
      hex("d016 d016 00000000 01 000000"),
      hex("0000 01 00 a001000000000000c000000000000046 0000 0000 045d888aeb1cc9119fe808002b104860 02000000"),
    );
    const bytes = pdu({ type: BIND, body, verifier: { type: 10, level: 6, token: syntax } });
    const { parser } = await parsePdus([bytes]);
    const fields = parser.describePdu(bytes);
    const at = Object.fromEntries(fields.map((field) => [labelOf(field), [field.at, field.length]]));
    expect(at).toMatchObject({
      "Packet type": [2, 1],
      "Call ID": [12, 4],
      "Max recv frag": [18, 2],
      Interface: [32, 16],
      "Transfer syntax": [52, 16],
      "Auth level": [73, 1],
      "Auth token": [80, 8],
    });
    for (let cut = 0; cut < bytes.length; cut++) {
      for (const field of parser.describePdu(bytes.subarray(0, cut)).slice(1)) {
        expect(field.at + field.length).toBeLessThanOrEqual(Math.max(cut, 16));
      }
    }
  });

  it("survives being cut at every length, and any bytes", async () => {
    const verifier = { type: 9, level: 5, token: new Uint8Array(12) };
    const bytes = concat(pdu({ callId: 1, verifier }), pdu({ type: FAULT, callId: 2, body: new Uint8Array(16) }));
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { capture } = await parsePdus([bytes.subarray(0, cut)], { port: 135 });
      expect(capture.pdus.rows).toBe(cut < 60 ? 0 : cut < 92 ? 1 : 2);
    }
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.nat(91), async (noise, at) => {
        const broken = bytes.slice();
        broken.set(noise.subarray(0, broken.length - at), at);
        const { parser } = await parsePdus([broken], { port: 135 });
        parser.describePdu(broken);
      }),
      { numRuns: 200 },
    );
  });
});

describe("RPC over HTTP", () => {
  it("shows the PDUs behind the channel's headers", async () => {
    const peers = new Peers(49730, 80);
    const text = (value: string) => new TextEncoder().encode(value);
    const header = text("RPC_IN_DATA /rpc/rpcproxy.dll?mail:6001 HTTP/1.1\r\nContent-Length: 1073741824\r\n\r\n");
    const answer = text("HTTP/1.1 200 Success\r\n\r\n");
    const rts = pdu({ type: 20, body: hex("0000 0100 06000000 01000000") });
    const parser = await parse(
      pcap([
        ...peers.handshake(),
        peers.client({ seq: 1, payload: concat(header, rts) }),
        peers.client({ seq: 1 + header.length + rts.length, payload: pdu({ callId: 7 }) }),
        peers.server({ seq: 1, payload: concat(answer, pdu({ type: RESPONSE, callId: 7 })) }),
      ]),
    );
    expect(pdusOf(parser)).toMatchObject([{ type: 20 }, { callId: 7 }, { callId: 7, type: RESPONSE }]);
    expect(streamOf(parser, Stream.Flags) & StreamFlag.Http).not.toBe(0);
  });
});

describe("recognition", () => {
  /** PDUs found in payloads that are none, each in a stream of its own. */
  async function claimed(payloads: Uint8Array[], port: number, fromStart: boolean): Promise<number> {
    const frames = payloads.flatMap((payload, i) => {
      const peers = new Peers(10000 + i, port);
      return [...(fromStart ? peers.handshake() : []), peers.client({ seq: 1, payload })];
    });
    return (await parse(pcap(frames))).capture.pdus.rows;
  }

  /** Bytes of a seeded generator (xorshift32). */
  function noise(count: number, length: number, head: (i: number) => Uint8Array = () => new Uint8Array(0)) {
    let state = 0x9e3779b9;
    const byte = () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state & 0xff;
    };
    return Array.from({ length: count }, (_, i) => concat(head(i), Uint8Array.from({ length }, byte)));
  }

  const text = (value: string) => new TextEncoder().encode(value);
  const OTHERS: [string, Uint8Array[]][] = [
    ["random bytes", noise(4000, 200)],
    ["random bytes that begin with the version", noise(4000, 200, () => Uint8Array.of(5, 0))],
    ["HTTP", noise(500, 100, (i) => text(`GET /${i} HTTP/1.1\r\nHost: example\r\n\r\n`))],
    ["TLS", noise(2000, 200, (i) => Uint8Array.of(0x16 + (i & 1), 3, 3, 0, 200))],
    ["SMB", noise(2000, 200, () => hex("000000c8 fe534d42 4000"))],
    // Oracle TNS: a length of 0x0500 to 0x05ff looks like the version; connect, accept, data packets.
    ["TNS", noise(2000, 200, (i) => Uint8Array.of(5, i & 1, 0, 0, [1, 2, 6][i % 3]!, 0, 0, 0, 1, 0x3a, 1, 0x2c))],
    [
      "little-endian fives",
      noise(2000, 40, (i) => hex(`05000000 00000000 ${(i % 256).toString(16).padStart(2, "0")}000000`)),
    ],
  ];

  it.each(OTHERS)("claims none of %s", async (_, payloads) => {
    expect(await claimed(payloads, 50000, true)).toBe(0);
    expect(await claimed(payloads, 50000, false)).toBe(0);
    expect(await claimed(payloads, 135, false)).toBe(0);
  });

  it("finds a lone request after something else", async () => {
    const peers = new Peers(49700, 8080);
    const parser = await parse(
      pcap([
        ...peers.handshake(),
        peers.client({ seq: 1, payload: text("hello") }),
        peers.client({ seq: 6, payload: pdu({ type: REQUEST, callId: 3 }) }),
      ]),
    );
    expect(pdusOf(parser)).toMatchObject([{ callId: 3 }]);
  });
});
