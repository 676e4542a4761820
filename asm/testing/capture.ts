// Feeds hand-made captures to the built parser, for the tests that sit beside each dissector.
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { Frame, Status } from "../layout";
import { addressText } from "../../src/capture/text";
import type { RecordedField } from "../../src/capture/field";
import { Parser } from "../../src/engine/read/parser";
import { FIELD_LABELS } from "../../src/names/field-labels";

/** What `npm run asm` built. */
export const module = new WebAssembly.Module(readFileSync(new URL("../build/release.wasm", import.meta.url)));

/** Bytes of a hex dump: white space is ignored, and so is everything from a `#` to the end of its line. */
export function hex(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.replace(/#.*$/gm, "").replace(/\s+/g, "");
  if (digits.length % 2 || /[^0-9a-f]/i.test(digits)) throw new Error(`not hex: ${digits}`);
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => parseInt(digits.slice(i * 2, i * 2 + 2), 16));
}

export function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A frame to be put into a capture; `length` on the wire where it is more than the bytes. */
export interface TestFrame {
  bytes: Uint8Array;
  length?: number;
  seconds?: number;
  fraction?: number;
}

/** A pcap file of these frames. */
export function pcap(
  frames: readonly (TestFrame | Uint8Array)[],
  { linkType = 1, littleEndian = true, magic = 0xa1b2c3d4 } = {},
): Uint8Array {
  const words = (values: number[]) => {
    const view = new DataView(new ArrayBuffer(values.length * 4));
    values.forEach((value, i) => view.setUint32(i * 4, value, littleEndian));
    return new Uint8Array(view.buffer);
  };
  const versions = littleEndian ? 0x00040002 : 0x00020004;
  const records = frames.map((frame) => {
    const {
      bytes,
      length,
      seconds = 0,
      fraction = 0,
    } = frame instanceof Uint8Array ? { bytes: frame } : (frame as TestFrame);
    return concat(words([seconds, fraction, bytes.length, length ?? bytes.length]), bytes);
  });
  return concat(words([magic, versions, 0, 0, 65535, linkType]), ...records);
}

/** Parses a whole file, fed in pieces of `pieceBytes`. */
export async function parse(file: Uint8Array, pieceBytes = file.length): Promise<Parser> {
  const parser = await Parser.over(module);
  for (let at = 0; at < file.length; at += pieceBytes) parser.feed(file.subarray(at, at + pieceBytes));
  parser.end();
  return parser;
}

/** Parses a capture of one Ethernet frame (or of another link type). */
export async function parseFrame(frame: TestFrame | Uint8Array, linkType = 1): Promise<Parser> {
  return parse(pcap([frame], { linkType }));
}

/** The columns of a frame that tests ask for, addresses as text. */
export function frameOf(parser: Parser, row = 0) {
  const get = (column: Frame) => parser.capture.frames.get(column, row);
  return {
    source: addressText(parser.capture.addresses, get(Frame.Source)),
    destination: addressText(parser.capture.addresses, get(Frame.Destination)),
    sourcePort: get(Frame.SourcePort),
    destinationPort: get(Frame.DestinationPort),
    protocol: get(Frame.Protocol),
    status: get(Frame.Status),
    payloadAt: get(Frame.PayloadAt),
    payloadLength: get(Frame.PayloadLength),
    extra: get(Frame.Extra),
  };
}

/** Parses every shorter cut of a frame: first those cut by the snapshot length, then frames that end there. */
export async function parseEveryCut(frame: Uint8Array, linkType = 1): Promise<Parser> {
  const cuts = Array.from({ length: frame.length }, (_, length) => frame.subarray(0, length));
  const cutFrames = cuts.map((bytes) => ({ bytes, length: frame.length }));
  return parse(pcap([...cutFrames, ...cuts], { linkType }));
}

/** A frame, cut anywhere, is a row with a status: what the snapshot length cut off is never called malformed. */
export async function expectCutsToHold(frame: Uint8Array, linkType = 1): Promise<void> {
  const parser = await parseEveryCut(frame, linkType);
  const { frames } = parser.capture;
  const statuses = Array.from({ length: frames.rows }, (_, row): Status => frames.get(Frame.Status, row));
  expect(statuses.length).toBe(2 * frame.length);
  const cut = statuses.slice(0, frame.length);
  const short = statuses.slice(frame.length);
  expect(cut[0]).toBe(Status.Truncated);
  for (const status of cut) expect([Status.Ok, Status.Truncated, Status.Fragment]).toContain(status);
  for (const status of short) expect([Status.Ok, Status.Malformed, Status.Fragment]).toContain(status);
  for (let length = 0; length < frame.length; length++)
    parser.describeFrame(frame.subarray(0, length), frame.length, linkType);
}

/** Labels and values of the fields that describing a frame records, numbers read big-endian. */
export async function fieldsOf(frame: Uint8Array, linkType = 1): Promise<Record<string, number>> {
  const parser = await Parser.over(module);
  const numbers = parser
    .describeFrame(frame, frame.length, linkType)
    .map(({ key, at, length }) => [
      FIELD_LABELS[key],
      frame.subarray(at, at + Math.min(length, 4)).reduce((value, byte) => value * 256 + byte, 0),
    ]);
  return Object.fromEntries(numbers) as Record<string, number>;
}

/** What a recorded field is called in the field tree. */
export function labelOf({ key }: RecordedField): string {
  return FIELD_LABELS[key];
}
