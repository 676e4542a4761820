// TCP bytes in order: whatever way segments come, the PDUs in them are the same.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Stream, StreamFlag } from "../layout";
import { concat, parse, pcap, type TestFrame } from "../testing/capture";
import { RESPONSE, call, pdu } from "../testing/rpc";
import { ACK, FIN, Peers, RST, SYN, pdusOf, segments, streamOf } from "../testing/tcp";

const peers = new Peers();

async function pdusAfterHandshake(...frames: TestFrame[]) {
  return pdusOf(await parse(pcap([...peers.handshake(), ...frames])));
}

const callIds = (pdus: { callId: number }[]) => pdus.map(({ callId }) => callId);

describe("a direction", () => {
  it("gives a PDU's row to the frame that brings its last byte", async () => {
    const bytes = pdu({ callId: 7 });
    const pdus = await pdusAfterHandshake(...segments(bytes, [3, 20]).map((part) => peers.client(part)));
    expect(pdus).toMatchObject([{ callId: 7, frame: 5, first: 3, length: 40, cut: false, resynchronised: false }]);
    expect(pdus[0]!.kept).toEqual(bytes);
  });

  it("finds several PDUs in one segment, and one that begins at its end", async () => {
    const bytes = concat(pdu({ callId: 1 }), pdu({ callId: 2 }), pdu({ callId: 3 }));
    const pdus = await pdusAfterHandshake(...segments(bytes, [90]).map((part) => peers.client(part)));
    expect(pdus).toMatchObject([
      { callId: 1, frame: 3 },
      { callId: 2, frame: 3 },
      { callId: 3, frame: 4, first: 3 },
    ]);
  });

  it("takes segments out of order, again, and overlapping", async () => {
    const bytes = concat(pdu({ callId: 1 }), pdu({ callId: 2 }));
    const part = (from: number, to: number) => peers.client({ seq: 1 + from, payload: bytes.subarray(from, to) });
    expect(
      callIds(
        await pdusAfterHandshake(part(0, 10), part(30, 60), part(5, 25), part(20, 35), part(0, 10), part(50, 80)),
      ),
    ).toEqual([1, 2]);
  });

  it("is not led astray by keep-alives", async () => {
    const bytes = pdu({ callId: 4 });
    const [head, tail] = segments(bytes, [24]);
    const keepAlive = peers.client({ seq: head!.seq + 23, payload: Uint8Array.of(0) });
    const pdus = await pdusAfterHandshake(peers.client(head!), keepAlive, peers.client(tail!));
    expect(pdus).toMatchObject([{ callId: 4, frame: 5 }]);
    expect(pdus[0]!.kept).toEqual(bytes);
  });

  it("makes the row of a PDU beyond a hole at once, and that of the one in the hole when it is filled", async () => {
    const [one, two] = [pdu({ callId: 1 }), pdu({ callId: 2 })];
    const pdus = await pdusAfterHandshake(
      peers.client({ seq: 1 + one.length, payload: two }),
      peers.client({ seq: 1, payload: one }),
    );
    expect(pdus).toMatchObject([
      { callId: 2, frame: 3 },
      { callId: 1, frame: 4 },
    ]);
  });

  it("gives a hole up when the peer has acknowledged it and more follows, and finds its place again", async () => {
    const parser = await parse(
      pcap([
        ...peers.handshake(),
        peers.client({ seq: 1, payload: pdu({ callId: 1 }) }),
        // 100 bytes are lost, then the end of a PDU, one more, and the beginning of a third.
        peers.client({ seq: 141, payload: concat(new Uint8Array(30).fill(0x41), pdu({ callId: 2 })) }),
        peers.server({ seq: 1, ack: 211, flags: ACK }),
        peers.client({ seq: 211, ack: 1, payload: pdu({ callId: 3 }) }),
      ]),
    );
    expect(pdusOf(parser)).toMatchObject([
      { callId: 1, resynchronised: false },
      { callId: 2, resynchronised: true, frame: 6 },
      { callId: 3, resynchronised: false, frame: 6 },
    ]);
    expect(streamOf(parser, Stream.Gaps)).toBe(1);
  });

  it("keeps its place over a hole inside a PDU, and says that bytes are missing", async () => {
    const long = pdu({ callId: 1, body: call({ stub: new Uint8Array(400) }) });
    const parser = await parse(
      pcap([
        ...peers.handshake(),
        peers.client({ seq: 1, payload: long.subarray(0, 100) }),
        peers.client({ seq: 201, payload: concat(long.subarray(200), pdu({ callId: 2 })) }),
        peers.client({ flags: RST, seq: 1000 }),
      ]),
    );
    expect(pdusOf(parser)).toMatchObject([
      { callId: 2, cut: false },
      { callId: 1, cut: true, frame: 5 },
    ]);
  });

  it("joins a stream in the middle", async () => {
    const bytes = concat(new Uint8Array(50).fill(0x55), pdu({ callId: 1 }), pdu({ callId: 2 }));
    const parser = await parse(pcap([peers.client({ seq: 5000, payload: bytes })]));
    expect(pdusOf(parser)).toMatchObject([
      { callId: 1, resynchronised: true },
      { callId: 2, resynchronised: false },
    ]);
    expect(streamOf(parser, Stream.Flags) & StreamFlag.MidStream).not.toBe(0);
  });

  it("passes over what the snapshot length cut away", async () => {
    const long = pdu({ callId: 1, body: call({ stub: new Uint8Array(400) }) });
    const pdus = await pdusAfterHandshake(
      peers.client({ seq: 1, payload: long, kept: 60 }),
      peers.client({ seq: 1 + long.length, payload: concat(pdu({ callId: 2 }), pdu({ callId: 3 })), kept: 60 }),
      peers.client({ seq: 1 + long.length + 80, payload: pdu({ callId: 4 }) }),
    );
    expect(pdus).toMatchObject([
      { callId: 1, cut: true, frame: 3 },
      { callId: 2, cut: false },
      { callId: 3, cut: true },
      { callId: 4, cut: false },
    ]);
  });

  it("says at the end which side had begun a PDU", async () => {
    const half = pdu({ callId: 9 }).subarray(0, 30);
    for (const [frame, flag] of [
      [peers.client({ seq: 1, payload: half }), StreamFlag.OpenPduA],
      [peers.server({ seq: 1, payload: half }), StreamFlag.OpenPduB],
    ] as const) {
      const parser = await parse(pcap([...peers.handshake(), frame]));
      expect(pdusOf(parser)).toEqual([]);
      expect(streamOf(parser, Stream.Flags) & (StreamFlag.OpenPduA | StreamFlag.OpenPduB)).toBe(flag);
    }
  });

  it("does not take retransmissions after the end for new PDUs", async () => {
    const bytes = pdu({ callId: 1 });
    const pdus = await pdusAfterHandshake(
      peers.client({ seq: 1, payload: bytes }),
      peers.client({ seq: 41, flags: FIN | ACK, ack: 1 }),
      peers.server({ seq: 1, flags: FIN | ACK, ack: 42 }),
      peers.client({ seq: 1, payload: bytes }),
      peers.server({ seq: 2, flags: RST }),
      peers.client({ seq: 1, payload: bytes }),
    );
    expect(callIds(pdus)).toEqual([1]);
  });

  it("bounds what waits for a hole", async () => {
    // Nothing here is a header, and the hole is never filled.
    const noise = Array.from({ length: 2000 }, (_, i) =>
      peers.client({ seq: 1000 + i * 100, payload: new Uint8Array(100).fill(0x33) }),
    );
    const parser = await parse(
      pcap([...peers.handshake(), ...noise, peers.client({ seq: 201000, payload: pdu({ callId: 6 }) })]),
    );
    expect(pdusOf(parser)).toMatchObject([{ callId: 6, resynchronised: true }]);
  });

  it("yields the same PDUs for any segmentation, and for any order within a window", async () => {
    const order = fc.infiniteStream(fc.integer({ min: 0, max: 1000 }));
    const sizes = fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 8 });
    const property = fc.asyncProperty(
      sizes,
      fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 12 }),
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom(135, 50000),
      order,
      async (stubs, cuts, window, serverPort, random) => {
        const talk = new Peers(49701, serverPort);
        const all = stubs.map((size, i) => pdu({ callId: i + 1, body: call({ stub: new Uint8Array(size).fill(i) }) }));
        const parts = segments(concat(...all), cuts);
        const shuffled: TestFrame[] = [];
        for (let at = 0; at < parts.length; at += window) {
          const group = parts.slice(at, at + window).map((part) => ({ part, key: random.next().value }));
          group.sort((a, b) => a.key - b.key);
          for (const { part } of group) {
            shuffled.push(talk.client(part));
            if (part.seq % 3 === 0) shuffled.push(talk.client(part));
          }
        }
        const pdus = pdusOf(await parse(pcap([...talk.handshake(), ...shuffled])));
        const found = pdus.map(({ callId, length, cut, kept }) => ({ callId, length, cut, kept }));
        found.sort((a, b) => a.callId - b.callId);
        expect(found).toEqual(all.map((kept, i) => ({ callId: i + 1, length: kept.length, cut: false, kept })));
        expect(pdus.map(({ frame }) => frame)).toEqual(pdus.map(({ frame }) => frame).sort((a, b) => a - b));
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });

  it("survives anything", async () => {
    const segment = fc.record({
      seq: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 0xffffffff })),
      ack: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 0xffffffff })),
      flags: fc.constantFrom(ACK, ACK, ACK, SYN, SYN | ACK, FIN | ACK, RST),
      from: fc.integer({ min: 0, max: 200 }),
      length: fc.integer({ min: 0, max: 200 }),
      kept: fc.integer({ min: 0, max: 200 }),
      byServer: fc.boolean(),
    });
    const bytes = concat(...[1, 2, 3, 4, 5, 6, 7, 8].map((callId) => pdu({ callId, type: callId & 1 ? RESPONSE : 0 })));
    await fc.assert(
      fc.asyncProperty(
        fc.array(segment, { maxLength: 60 }),
        fc.constantFrom(135, 445, 88, 50000),
        async (list, port) => {
          const talk = new Peers(49702, port);
          const frames = list.map(({ byServer, from, length, kept, ...rest }) => {
            const payload = bytes.subarray(from, from + length);
            const made = { ...rest, payload, kept: Math.min(kept, payload.length) };
            return byServer ? talk.server(made) : talk.client(made);
          });
          const parser = await parse(pcap(frames));
          expect(parser.capture.frames.rows).toBe(list.length);
          const rows = pdusOf(parser).map(({ frame }) => frame);
          expect(rows).toEqual([...rows].sort((a, b) => a - b));
        },
      ),
      { numRuns: 200 },
    );
  });
});
