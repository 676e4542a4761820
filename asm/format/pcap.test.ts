import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FileFormat, Frame, Notice, Protocol, Status } from "../layout";
import { concat, frameOf, hex, parse, pcap } from "../testing/capture";

/** A SYN-ACK from 10.1.2.3:135 to 192.168.0.9:49700 behind Ethernet. */
const SYN_ACK = hex(`
  02 00 00 00 00 01  02 00 00 00 00 02  08 00           # destination, source, IPv4
  45 00 00 28 12 34 40 00 80 06 00 00                   # header of 20, total length 40, TCP
  0a 01 02 03  c0 a8 00 09
  00 87 c2 24  00 00 00 64  00 00 00 c8  50 12 20 00  00 00 00 00
`);

describe("pcap", () => {
  it("gives each record a row with its time, place and lengths", async () => {
    const file = pcap([
      { bytes: SYN_ACK, seconds: 1700000000, fraction: 123456 },
      { bytes: SYN_ACK.subarray(0, 54), length: 1514, seconds: 1700000001, fraction: 999999 },
    ]);
    const parser = await parse(file);
    expect(parser.format).toBe(FileFormat.Pcap);
    const { frames } = parser.capture;
    expect(frames.rows).toBe(2);
    expect(
      [Frame.Seconds, Frame.Nanos, Frame.AtLow, Frame.Captured, Frame.Length].map((c) => frames.get(c, 1)),
    ).toEqual([1700000001, 999999000, 24 + 16 + 54 + 16, 54, 1514]);
    expect(frames.get(Frame.Nanos, 0)).toBe(123456000);
    expect(frameOf(parser)).toMatchObject({
      source: "10.1.2.3",
      destination: "192.168.0.9",
      sourcePort: 135,
      destinationPort: 49700,
      protocol: Protocol.Tcp,
      status: Status.Ok,
      payloadAt: 54,
      payloadLength: 0,
    });
  });

  it("reads nanoseconds and both byte orders", async () => {
    for (const littleEndian of [true, false]) {
      const parser = await parse(
        pcap([{ bytes: SYN_ACK, seconds: 7, fraction: 123456789 }], { littleEndian, magic: 0xa1b23c4d }),
      );
      expect(parser.capture.frames.get(Frame.Nanos, 0)).toBe(123456789);
      expect(frameOf(parser).sourcePort).toBe(135);
    }
  });

  it("carries a fraction of more than a second over", async () => {
    const { capture } = await parse(pcap([{ bytes: SYN_ACK, seconds: 7, fraction: 2_500_000 }]));
    expect([capture.frames.get(Frame.Seconds, 0), capture.frames.get(Frame.Nanos, 0)]).toEqual([9, 500_000_000]);
  });

  it("does not care how the file is cut into pieces", async () => {
    const file = pcap(Array.from({ length: 5 }, () => SYN_ACK));
    for (let piece = 1; piece < 40; piece++) {
      const { capture } = await parse(file, piece);
      expect(capture.frames.rows).toBe(5);
      expect(capture.notices.rows).toBe(0);
      expect(capture.frames.get(Frame.AtLow, 4)).toBe(24 + 5 * 16 + 4 * 54);
    }
  });

  it("says where the file is cut, and keeps the frames before", async () => {
    const file = pcap([SYN_ACK, SYN_ACK]);
    for (let cut = 24 + 16 + 54 + 1; cut < file.length; cut++) {
      const { capture } = await parse(file.subarray(0, cut));
      expect(capture.frames.rows).toBe(1);
      expect(capture.notices.get(Notice.Status, 0)).toBe(Status.FileCut);
      expect(capture.notices.get(Notice.AtLow, 0)).toBe(24 + 16 + 54);
    }
  });

  it("gives up at a record longer than any frame", async () => {
    const { capture } = await parse(concat(pcap([SYN_ACK]), hex("00000000 00000000 ffffffff ffffffff"), SYN_ACK));
    expect(capture.frames.rows).toBe(1);
    expect(capture.notices.get(Notice.Status, 0)).toBe(Status.FileBroken);
    expect(capture.notices.get(Notice.Value, 0)).toBe(0xffffffff);
  });
});

/** Packets as an independent reading of the usual record headers counts them: to the first that cannot be true, or is cut. */
function recordsOf(file: Uint8Array): number {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  let records = 0;
  for (let at = 24; at + 16 <= file.length; records++) {
    const captured = view.getUint32(at + 8, true);
    if (captured > 0x40000 || at + 16 + captured > file.length) break;
    at += 16 + captured;
  }
  return records;
}

describe("record headers", () => {
  const seconds = 1_700_000_000;
  const frames = Array.from({ length: 6 }, (_, i) => ({ bytes: SYN_ACK, seconds: seconds + i, fraction: i }));

  /** The same records with `added` bytes behind each header, as two patches of libpcap wrote them. */
  function lengthened(count: number, added: number): Uint8Array {
    const records = Array.from({ length: count }, (_, i) =>
      concat(new Uint8Array(new Uint32Array([seconds + i, 25_000 * i, 54, 54]).buffer), new Uint8Array(added), SYN_ACK),
    );
    return concat(pcap([]), ...records);
  }

  it.each([0, 5, 86_400 * 365 * 9])("are the usual ones when the first is stamped %i s after 1970", async (first) => {
    for (const littleEndian of [true, false]) {
      const file = pcap([{ bytes: SYN_ACK, seconds: first }, ...frames], { littleEndian });
      expect((await parse(file)).capture.frames.rows).toBe(7);
    }
  });

  it.each([4, 8])("may be %i bytes longer under the usual magic number", async (added) => {
    for (const [count, pieceBytes] of [
      [3, 1000],
      [40, 7],
    ] as const) {
      const { capture } = await parse(lengthened(count, added), pieceBytes);
      expect([capture.frames.rows, capture.notices.rows]).toEqual([count, 0]);
      expect(capture.frames.get(Frame.Seconds, count - 1)).toBe(seconds + count - 1);
    }
  });

  it("are longer only where two further headers agree", async () => {
    // The second record's lengths contradict each other; eight bytes further on lies what looks like one header.
    const lookalike = new Uint8Array(new Uint32Array([9, 50, 54, 0, seconds, 0, 24, 24]).buffer);
    const file = concat(pcap([frames[0]!]), lookalike, new Uint8Array(38), pcap(frames.slice(1)).subarray(24));
    expect(recordsOf(file)).toBe(7);
    expect((await parse(file)).capture.frames.rows).toBe(7);
  });

  it("are not longer where what follows is one lookalike and the end of the file", async () => {
    // Eight bytes too far begins "\xfeSMB": as a time it is of 2011, and the length after it is 0.
    const tail = hex("60fe534d 42400001 00000000 01001000 0000000000000000");
    const file = concat(pcap([{ bytes: SYN_ACK, length: 54, seconds: 1_500_000_000 }]), hex("00000000 ffffffff"), tail);
    expect((await parse(file)).capture.frames.rows).toBe(recordsOf(file));
  });

  it("lose no packet, whatever times and lengths the records claim", async () => {
    const u32 = fc.oneof(fc.nat(100), fc.integer({ min: 0, max: 0xffffffff }), fc.constant(0x40000));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(5), fc.constantFrom(0, 4, 8, 12), u32), { maxLength: 4 }),
        fc.integer({ min: 24, max: 24 + 6 * 70 }),
        fc.integer({ min: 1, max: 500 }),
        async (changes, length, pieceBytes) => {
          const file = pcap(frames);
          const view = new DataView(file.buffer);
          for (const [record, field, value] of changes) view.setUint32(24 + record * 70 + field, value, true);
          const cut = file.slice(0, length);
          expect((await parse(cut, pieceBytes)).capture.frames.rows).toBe(recordsOf(cut));
        },
      ),
      { numRuns: 300 },
    );
  });
});
