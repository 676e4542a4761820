import { expect, test } from "vitest";
import { Event, Note } from "../layout";
import { etl } from "../../src/testing/captures/etl/trace-file";
import { ByteWriter, concatenate } from "../../src/testing/bytes";
import { rpcStop } from "../../src/testing/captures/etl/explaining-events";
import { converted } from "../../src/testing/trace";
import { parse } from "../testing/capture";

const SECTION = new ByteWriter().u32(0x0a0d0d0a).u32(28).u32(0x1a2b3c4d).u16(1).u16(0).u64(0xffffffffffffffffn).u32(28);

/** A block for local use with this type and body. */
function block(type: number, body: Uint8Array): Uint8Array {
  return new ByteWriter()
    .u32(type)
    .u32(12 + body.length)
    .bytes(body)
    .u32(12 + body.length)
    .take();
}

test("events and notes become rows, in pieces of any size", async () => {
  const { bytes } = await converted(etl([rpcStop("client", { microseconds: 1.7e15, processId: 7 }, 1722)]));
  for (const pieceBytes of [1, 7, bytes.length]) {
    const { capture } = await parse(bytes, pieceBytes);
    expect(capture.frames.rows).toBe(0);
    expect(capture.events.rows).toBe(1);
    expect(capture.events.get(Event.Seconds, 0)).toBe(1_700_000_000);
    expect(capture.events.get(Event.ProcessId, 0)).toBe(7);
    expect(capture.events.get(Event.Id, 0)).toBe(7 | (1 << 16));
    // Activity and a status of four bytes.
    expect(capture.events.get(Event.Length, 0)).toBe(20);
    expect(capture.bytes(capture.events.get(Event.Kept, 0), 20).subarray(16)).toEqual(Uint8Array.of(0xba, 6, 0, 0));
    expect(capture.notes.rows).toBeGreaterThan(1);
    expect(capture.notes.get(Note.KeptLength, 0)).toBe(16);
  }
});

test("blocks of other programs, and ours with lengths beyond their end, are passed over", async () => {
  const magic = 0x57544546;
  const other = block(0x8e746c01, new Uint8Array(60));
  const long = block(0x8e746c01, new ByteWriter().u32(magic).fill(36).u32(0xfffffff0).fill(20).take());
  const longNote = block(0x8e746c02, new ByteWriter().u32(magic).u32(0).u32(0xffffffff).fill(8).take());
  const short = block(0x8e746c01, new Uint8Array(0));
  const { capture, format } = await parse(concatenate(SECTION.take(), other, long, longNote, short));
  expect(format).toBe(4);
  expect([capture.frames.rows, capture.events.rows, capture.notes.rows, capture.notices.rows]).toEqual([0, 0, 0, 0]);
});
