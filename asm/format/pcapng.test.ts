import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Comment, CommentKind, FileFormat, Frame, Interface, Notice, Protocol, Status } from "../layout";
import { concat, frameOf, hex, parse } from "../testing/capture";
import { SEEN_IPV4, TCP_IN_IPV4, ethernet } from "../testing/packets";
import type { Parser } from "../../src/engine/read/parser";

const FRAME = ethernet(0x0800, TCP_IN_IPV4);
const NONE = 0xffffffff;
const text = (value: string) => new TextEncoder().encode(value);

/** Writes blocks in one byte order. */
function writer(littleEndian: boolean) {
  const u16 = (...values: number[]) => {
    const view = new DataView(new ArrayBuffer(values.length * 2));
    values.forEach((value, i) => view.setUint16(i * 2, value, littleEndian));
    return new Uint8Array(view.buffer);
  };
  const u32 = (...values: number[]) => {
    const view = new DataView(new ArrayBuffer(values.length * 4));
    values.forEach((value, i) => view.setUint32(i * 4, value, littleEndian));
    return new Uint8Array(view.buffer);
  };
  const u64 = (value: bigint) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, value, littleEndian);
    return new Uint8Array(view.buffer);
  };
  const padded = (bytes: Uint8Array) => concat(bytes, new Uint8Array(-bytes.length & 3));
  const block = (type: number, ...body: Uint8Array[]) => {
    const bytes = padded(concat(...body));
    const total = u32(bytes.length + 12);
    return concat(u32(type), total, bytes, total);
  };
  const option = (code: number, value: Uint8Array) => concat(u16(code, value.length), padded(value));
  const end = u16(0, 0);
  return {
    u32,
    u64,
    block,
    option,
    section: (...options: Uint8Array[]) =>
      block(0x0a0d0d0a, u32(0x1a2b3c4d), u16(1, 0), u32(NONE, NONE), ...options, ...(options.length ? [end] : [])),
    device: (linkType: number, snapLength: number, ...options: Uint8Array[]) =>
      block(1, u16(linkType, 0), u32(snapLength), ...options),
    enhanced: (device: number, time: bigint, frame: Uint8Array, ...options: Uint8Array[]) =>
      block(
        6,
        u32(device, Number(time >> 32n), Number(time & 0xffffffffn), frame.length, frame.length),
        padded(frame),
        ...options,
      ),
    obsolete: (device: number, time: bigint, frame: Uint8Array) =>
      block(2, u16(device, 7), u32(Number(time >> 32n), Number(time & 0xffffffffn), frame.length, frame.length), frame),
    simple: (length: number, frame: Uint8Array) => block(3, u32(length), frame),
    names: (...records: [type: number, value: Uint8Array][]) =>
      block(4, ...records.map(([type, value]) => option(type, value)), end),
    statistics: (device: number, ...options: Uint8Array[]) => block(5, u32(device, 0, 0), ...options),
  };
}

const little = writer(true);
const big = writer(false);

function timeOf({ capture }: Parser, row: number): [number, number] {
  return [capture.frames.get(Frame.Seconds, row), capture.frames.get(Frame.Nanos, row)];
}

function commentsOf({ capture }: Parser) {
  const { comments } = capture;
  return Array.from({ length: comments.rows }, (_, row) => ({
    frame: comments.get(Comment.Frame, row),
    kind: comments.get(Comment.Kind, row),
    text: new TextDecoder().decode(
      capture.bytes(comments.get(Comment.Text, row), comments.get(Comment.TextLength, row)),
    ),
  }));
}

describe("pcapng", () => {
  it("reads enhanced packets in both byte orders", async () => {
    for (const { section, device, enhanced } of [little, big]) {
      const parser = await parse(concat(section(), device(1, 0), enhanced(0, 1700000000_123456n, FRAME)));
      expect(parser.format).toBe(FileFormat.PcapNg);
      expect(frameOf(parser)).toMatchObject(SEEN_IPV4);
      expect(timeOf(parser, 0)).toEqual([1700000000, 123456000]);
      expect(parser.capture.frames.get(Frame.AtLow, 0)).toBe(28 + 20 + 28);
    }
  });

  it("reads sections of different byte orders, each with interfaces of its own", async () => {
    const parser = await parse(
      concat(
        little.section(),
        little.device(101, 0),
        little.enhanced(0, 1n, TCP_IN_IPV4),
        big.section(),
        big.device(1, 0),
        big.device(101, 0),
        big.enhanced(1, 2n, TCP_IN_IPV4),
        big.enhanced(0, 3n, FRAME),
      ),
    );
    const { frames, interfaces } = parser.capture;
    expect([0, 1, 2].map((row) => frameOf(parser, row))).toMatchObject([SEEN_IPV4, SEEN_IPV4, SEEN_IPV4]);
    expect([0, 1, 2].map((row) => frames.get(Frame.Interface, row))).toEqual([0, 2, 1]);
    expect([0, 1, 2].map((row) => interfaces.get(Interface.Section, row))).toEqual([0, 1, 1]);
  });

  it("reads obsolete packets and simple packets; the latter have no time", async () => {
    const { section, device, obsolete, simple } = big;
    const parser = await parse(concat(section(), device(1, 40), obsolete(0, 5_000001n, FRAME), simple(100, FRAME)));
    expect(timeOf(parser, 0)).toEqual([5, 1000]);
    expect(timeOf(parser, 1)).toEqual([NONE, NONE]);
    const { frames } = parser.capture;
    expect([frames.get(Frame.Captured, 1), frames.get(Frame.Length, 1)]).toEqual([40, 100]);
  });

  it("keeps comments, texts of the section and names, a repeated text once", async () => {
    const { section, device, enhanced, option, names } = little;
    const note = option(1, text("PID 4242"));
    const parser = await parse(
      concat(
        section(option(1, text("why")), option(2, text("x86")), option(3, text("Windows")), option(4, text("pktmon"))),
        device(1, 0, option(1, text("loop"))),
        enhanced(0, 1n, FRAME, note),
        enhanced(0, 2n, FRAME, note),
        names(
          [1, concat(hex("0a010203"), text("dc01\0dc01.example\0"))],
          [2, concat(hex("fe80 0000 0000 0000 0000 0000 0000 0a01"), text("dc02\0"))],
        ),
      ),
    );
    expect(commentsOf(parser)).toEqual([
      { frame: NONE, kind: CommentKind.Comment, text: "why" },
      { frame: NONE, kind: CommentKind.Hardware, text: "x86" },
      { frame: NONE, kind: CommentKind.OperatingSystem, text: "Windows" },
      { frame: NONE, kind: CommentKind.Application, text: "pktmon" },
      { frame: NONE, kind: CommentKind.Comment, text: "loop" },
      { frame: 0, kind: CommentKind.Comment, text: "PID 4242" },
      { frame: 1, kind: CommentKind.Comment, text: "PID 4242" },
      { frame: NONE, kind: CommentKind.Name, text: "10.1.2.3 dc01" },
      { frame: NONE, kind: CommentKind.Name, text: "10.1.2.3 dc01.example" },
      { frame: NONE, kind: CommentKind.Name, text: "fe80:0:0:0:0:0:0:a01 dc02" },
    ]);
    const { comments } = parser.capture;
    expect(comments.get(Comment.Text, 5)).toBe(comments.get(Comment.Text, 6));
  });

  it("keeps an interface's name, description and statistics", async () => {
    const { section, device, option, statistics, u64 } = little;
    const parser = await parse(
      concat(
        section(),
        device(1, 65535, option(2, text("eth0")), option(3, text("the wire"))),
        statistics(0, option(4, u64(1234n)), option(5, u64(5n))),
        statistics(9, option(4, u64(1n))),
      ),
    );
    const get = (column: Interface) => parser.capture.interfaces.get(column, 0);
    const textAt = (at: Interface, length: Interface) =>
      new TextDecoder().decode(parser.capture.bytes(get(at), get(length)));
    expect(textAt(Interface.Name, Interface.NameLength)).toBe("eth0");
    expect(textAt(Interface.Description, Interface.DescriptionLength)).toBe("the wire");
    expect([get(Interface.SnapLength), get(Interface.Received), get(Interface.Dropped)]).toEqual([65535, 1234, 5]);
  });

  it("passes over blocks that it does not know, also such that are longer than its window", async () => {
    const { section, device, block, enhanced } = little;
    const known = [section(), device(1, 0), enhanced(0, 1n, FRAME)] as const;
    const file = concat(...known, block(0x77777777, new Uint8Array(3_000_001)), enhanced(0, 2n, FRAME));
    for (const piece of [file.length, 100_003]) {
      const parser = await parse(file, piece);
      expect(parser.capture.frames.rows).toBe(2);
      expect(parser.capture.notices.rows).toBe(0);
      expect(parser.capture.frames.get(Frame.AtLow, 1)).toBe(file.length - 4 - 56 + 0);
    }
  });

  it("gives other makers' blocks a row, as Wireshark numbers them", async () => {
    const { section, block, u32 } = little;
    const parser = await parse(concat(section(), block(0x0bad, u32(32473), hex("01020304"))));
    expect(frameOf(parser)).toMatchObject({ status: Status.Unsupported, protocol: Protocol.Unknown });
    const { frames } = parser.capture;
    expect([Frame.Captured, Frame.Interface, Frame.Nanos].map((column) => frames.get(column, 0))).toEqual([
      4,
      NONE,
      NONE,
    ]);
  });

  it("stops with a notice at what cannot be true, and keeps what was before", async () => {
    const { section, device, enhanced, u32 } = little;
    const before = concat(section(), device(1, 0), enhanced(0, 1n, FRAME));
    const wrongTrailer = enhanced(0, 2n, FRAME);
    wrongTrailer.set(u32(8), wrongTrailer.length - 4);
    const tooLong = enhanced(0, 2n, FRAME);
    tooLong.set(u32(5000), 20);
    const nextVersion = section();
    nextVersion[12] = 2;
    for (const wrong of [enhanced(1, 2n, FRAME), wrongTrailer, tooLong, nextVersion, concat(u32(6, 8), u32(8))]) {
      const { capture } = await parse(concat(before, wrong, enhanced(0, 3n, FRAME)));
      expect(capture.frames.rows).toBe(1);
      expect([capture.notices.rows, capture.notices.get(Notice.Status, 0)]).toEqual([1, Status.FileBroken]);
      expect(capture.notices.get(Notice.AtLow, 0)).toBe(before.length);
    }
  });

  it("says where the file is cut", async () => {
    const { section, device, enhanced } = big;
    const before = concat(section(), device(1, 0), enhanced(0, 1n, FRAME));
    const last = enhanced(0, 2n, FRAME);
    for (let cut = 1; cut < last.length; cut++) {
      const { capture } = await parse(concat(before, last.subarray(0, cut)));
      expect(capture.frames.rows).toBe(1);
      expect([capture.notices.rows, capture.notices.get(Notice.Status, 0)]).toEqual([1, Status.FileCut]);
    }
  });

  it("neither traps nor hangs on bytes that were changed at random", async () => {
    const { section, device, enhanced, option, names } = little;
    const file = concat(
      section(option(1, text("why"))),
      device(1, 0, option(9, hex("89"))),
      enhanced(0, 1n, FRAME, option(1, text("note"))),
      names([1, concat(hex("0a010203"), text("dc01\0"))]),
      enhanced(0, 2n, FRAME),
    );
    const change = fc.tuple(fc.nat(file.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 99 }),
        async (changes, piece) => {
          const changed = file.slice();
          for (const [at, value] of changes) changed[at] = value;
          const { capture } = await parse(changed, piece);
          // A changed type makes a packet of a block that was none.
          expect(capture.frames.rows).toBeLessThanOrEqual(4);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("clocks of pcapng interfaces", () => {
  const at = async (resolution: number, stamp: bigint, offset = 0n) => {
    const { section, device, enhanced, option, u64 } = big;
    const clock = [option(9, Uint8Array.of(resolution)), option(14, u64(BigInt.asUintN(64, offset)))];
    return timeOf(await parse(concat(section(), device(1, 0, ...clock), enhanced(0, stamp, FRAME))), 0);
  };

  it("reads powers of ten", async () => {
    expect(await at(0, 1700000000n)).toEqual([1700000000, 0]);
    expect(await at(3, 1700000000_123n)).toEqual([1700000000, 123000000]);
    expect(await at(9, 1700000000_123456789n)).toEqual([1700000000, 123456789]);
    expect(await at(10, 1700000000_1234567891n)).toEqual([1700000000, 123456789]);
    expect(await at(12, 7_123456789999n)).toEqual([7, 123456789]);
  });

  it("reads powers of two", async () => {
    expect(await at(0x80, 1700000000n)).toEqual([1700000000, 0]);
    expect(await at(0x81, (1700000000n << 1n) | 1n)).toEqual([1700000000, 500000000]);
    expect(await at(0x80 + 32, (1700000000n << 32n) | (1n << 30n))).toEqual([1700000000, 250000000]);
    expect(await at(0x80 + 60, (7n << 60n) | (1n << 59n))).toEqual([7, 500000000]);
  });

  it("adds the offset, which may be negative", async () => {
    expect(await at(6, 5_000000n, 1700000000n)).toEqual([1700000005, 0]);
    expect(await at(6, 1700000005_000001n, -5n)).toEqual([1700000000, 1000]);
  });

  it("gives no time for a resolution beyond 64 bits", async () => {
    expect(await at(20, 1n)).toEqual([NONE, NONE]);
    expect(await at(0x80 + 64, 1n)).toEqual([NONE, NONE]);
  });
});
