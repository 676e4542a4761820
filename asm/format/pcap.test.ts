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
