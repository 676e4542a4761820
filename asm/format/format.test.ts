import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FileFormat, Frame, Interface, Notice, Protocol, Status } from "../layout";
import { concat, frameOf, hex, parse, pcap } from "../testing/capture";
import { SEEN_IPV4, TCP_IN_IPV4, ethernet } from "../testing/packets";
import type { Parser } from "../../src/engine/read/parser";

const FRAME = ethernet(0x0800, TCP_IN_IPV4);
const text = (value: string) => new TextEncoder().encode(value);

function timeOf({ capture }: Parser, row: number): [number, number] {
  return [capture.frames.get(Frame.Seconds, row), capture.frames.get(Frame.Nanos, row)];
}

describe("telling formats apart", () => {
  it("knows by the first bytes what is no capture", async () => {
    const others = { text: text("No.  Time  Source  Destination"), png: hex("89504e470d0a1a0a0000000d49484452") };
    for (const bytes of Object.values(others)) {
      const parser = await parse(bytes);
      expect([parser.format, parser.capture.frames.rows]).toEqual([FileFormat.Unknown, 0]);
    }
    for (const bytes of [hex(""), hex("d4c3b2a1"), pcap([]).subarray(0, 23)])
      expect((await parse(bytes)).format).toBe(FileFormat.TooShort);
  });

  it("recognises an event trace log", async () => {
    // WMI_BUFFER_HEADER: buffer of 64 KiB, 1 KiB of it saved; at 0x48 the header of the first event.
    const log = concat(
      hex("00000100 00040000 00040000"),
      new Uint8Array(0x48 - 12),
      hex("020002c0"),
      new Uint8Array(99),
    );
    expect((await parse(log)).format).toBe(FileFormat.Etl);
    expect((await parse(log, 7)).format).toBe(FileFormat.Etl);
  });

  it("neither traps nor hangs on anything", async () => {
    const magics = ["d4c3b2a1", "a1b23c4d", "34cdb2a1", "0a0d0d0a", "474d4255", "52545353", "736e6f6f70000000", ""];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...magics), fc.uint8Array({ maxLength: 600 }), async (magic, bytes) => {
        const { capture } = await parse(concat(hex(magic), bytes), 61);
        expect(capture.frames.rows).toBeLessThanOrEqual(60);
      }),
      { numRuns: 300 },
    );
  });
});

describe("snoop", () => {
  // Magic, version 2, Ethernet.
  const header = hex("736e6f6f70000000 00000002 00000004");
  // Lengths on the wire, captured and of the record, drops, seconds, microseconds; padding of two bytes.
  const record = concat(hex("00000036 00000036 00000050 00000000 65537f00 0001e240"), FRAME, hex("0000"));

  it("reads records with their padding", async () => {
    const parser = await parse(concat(header, record, record), 50);
    expect(parser.format).toBe(FileFormat.Snoop);
    expect(parser.capture.frames.rows).toBe(2);
    expect(frameOf(parser, 1)).toMatchObject(SEEN_IPV4);
    expect(timeOf(parser, 1)).toEqual([0x65537f00, 123456000]);
  });

  it("gives up at a record shorter than what it holds", async () => {
    const wrong = record.slice();
    wrong[11] = 0x20;
    const { capture } = await parse(concat(header, record, wrong));
    expect([capture.frames.rows, capture.notices.get(Notice.Status, 0)]).toEqual([1, Status.FileBroken]);
  });
});

describe("Network Monitor", () => {
  const u16 = (...values: number[]) => new Uint8Array(new Uint16Array(values).buffer);
  const u32 = (...values: number[]) => new Uint8Array(new Uint32Array(values).buffer);
  const u64 = (value: bigint) => new Uint8Array(new BigUint64Array([value]).buffer);

  /** A file of these records: header of 72 bytes, `gap` bytes before each, the table of their offsets in the end. */
  function file(version: [major: number, minor: number], records: Uint8Array[], gap = 0, entries = records.length) {
    let at = 72;
    const parts: Uint8Array[] = [];
    for (const record of records) {
      parts.push(new Uint8Array(gap), record);
      at += gap + record.length;
    }
    const magic = version[0] === 1 ? "52545353" : "474d4255";
    const header = concat(
      hex(magic),
      Uint8Array.of(version[1], version[0]),
      u16(1), // Ethernet
      u16(2020, 2, 6, 29, 23, 59, 59, 500), // Saturday, 29 February 2020, 23:59:59.500
      u32(at, entries * 4),
      new Uint8Array(40),
    );
    return concat(header, ...parts, new Uint8Array(entries * 4), text("what is behind the table"));
  }
  const START = Date.UTC(2020, 1, 29, 23, 59, 59) / 1000;
  /** Time in microseconds since the start, two lengths. */
  const record2 = (micros: bigint, ...trailer: Uint8Array[]) =>
    concat(u64(micros), u32(FRAME.length, FRAME.length), FRAME, ...trailer);
  /** Media type, process, time in units of 100 ns since 1601, time zone. */
  const trailer = (media: number, time = 0x01d63e7e92a88d96n) =>
    concat(u16(media), u32(0xffffffff), u64(time), hex("00"));

  it("reads version 1 with its milliseconds", async () => {
    const record = concat(u32(600), u16(FRAME.length, FRAME.length), FRAME);
    const parser = await parse(file([1, 1], [record, record]));
    expect(parser.format).toBe(FileFormat.NetMon1);
    expect([parser.capture.frames.rows, parser.capture.notices.rows]).toEqual([2, 0]);
    expect(frameOf(parser, 1)).toMatchObject(SEEN_IPV4);
    expect(timeOf(parser, 1)).toEqual([START + 1, 100_000_000]);
  });

  it("reads version 2.0 with its microseconds, which may lie before the start", async () => {
    // Times count in units of 100 ns of 64 bits once multiplied by ten, hence the unusual way of being negative.
    const before = BigInt.asUintN(64, -1_000_000n * 10n) / 10n + 1n;
    const parser = await parse(file([2, 0], [record2(1_500_000n), record2(before)]), 333);
    expect(parser.format).toBe(FileFormat.NetMon2);
    expect(timeOf(parser, 0)).toEqual([START + 2, 0]);
    expect(timeOf(parser, 1)[0]).toBe(START - 1);
  });

  it("takes media type and time from behind the frame in version 2.3", async () => {
    const parser = await parse(
      file(
        [2, 3],
        [record2(0n, trailer(1)), record2(0n, trailer(0xe001)), record2(0n, trailer(9)), record2(0n, trailer(5))],
      ),
    );
    const { frames, interfaces, notices } = parser.capture;
    expect(notices.rows).toBe(0);
    expect(timeOf(parser, 0)).toEqual([1591721640, 132955800]);
    expect([0, 1].map((row) => frameOf(parser, row))).toMatchObject([SEEN_IPV4, SEEN_IPV4]);
    const links = [0, 1, 2, 3].map((row) => interfaces.get(Interface.LinkType, frames.get(Frame.Interface, row)));
    expect(links).toEqual([1, 1, 101, 0x10005]);
    expect(frameOf(parser, 3).status).toBe(Status.Unsupported);
  });

  it("numbers no frames for the tool's own notes", async () => {
    const parser = await parse(file([2, 3], [record2(0n, trailer(0xfffd)), record2(0n, trailer(1))]));
    expect([parser.capture.frames.rows, parser.capture.notices.rows]).toEqual([1, 0]);
  });

  it("finds frames behind holes, and says when the table has more than were found", async () => {
    const records = [record2(0n, trailer(1)), record2(0n, trailer(1)), record2(0n, trailer(1))];
    for (const gap of [1, 56, 1000]) {
      const { capture } = await parse(file([2, 3], records, gap), 4096);
      expect([capture.frames.rows, capture.notices.rows]).toEqual([3, 0]);
    }
    const { capture } = await parse(file([2, 3], records, 0, 5));
    expect([capture.frames.rows, capture.notices.get(Notice.Status, 0)]).toEqual([3, Status.Malformed]);
    expect(capture.notices.get(Notice.Value, 0)).toBe(5);
  });

  it("reads 802.11 frames behind the tool's own header", async () => {
    // Version, length of 8; then data from an access point, SNAP.
    const wireless = concat(
      hex("02 0800 0000000000"),
      hex("08 02 0000 020000000001 0200000000ff 020000000002 0010 aa aa 03 000000 0800"),
      TCP_IN_IPV4,
    );
    const record = concat(u64(0n), u32(wireless.length, wireless.length), wireless, trailer(6));
    expect(frameOf(await parse(file([2, 3], [record])))).toMatchObject(SEEN_IPV4);
  });

  it("passes over megabytes that hold no record, and goes on behind them", async () => {
    const records = [record2(0n, trailer(1)), record2(0n, trailer(1))];
    for (const piece of [3_000_000, 50_000]) {
      const { capture } = await parse(file([2, 3], records, 2_500_000), piece);
      expect([capture.frames.rows, capture.notices.rows]).toEqual([2, 0]);
    }
  });

  it("finds the frame within an event of the packet capture provider", async () => {
    const event = concat(
      hex("b0000000 40020000 00000000 00000000 7fb7ae927e3ed601"), // size, flags, thread, process, time
      hex("6e00d62e 2947 0946 b4233ee7bcd678ef"), // Microsoft-Windows-NDIS-PacketCapture
      hex("e903 00 10 04 00 0000 010000c002060080"), // event 1001, keyword: Ethernet, start and end of a packet
      new Uint8Array(24), // processor time, activity
      hex("00000000 0000 4200 00"), // buffer context, no extended data, 66 bytes, whole
      hex("0d000000 0d000000"), // miniport, lower interface
      u32(FRAME.length),
      FRAME,
    );
    const record = concat(u64(0n), u32(event.length, event.length), event, trailer(0xffe0));
    const parser = await parse(file([2, 3], [record]));
    expect(frameOf(parser)).toMatchObject({ ...SEEN_IPV4, protocol: Protocol.Tcp, payloadAt: event.length });
  });
});
