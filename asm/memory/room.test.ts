import { expect, test } from "vitest";
import { Parser } from "../../src/engine/read/parser";
import { Notice, Status } from "../layout";
import { module, pcap } from "../testing/capture";

const FRAMES = 65_536;
const MEBIBYTE_PAGES = 16;

/** Frames of an Ethernet header each, of an EtherType that is not parsed. */
const file = pcap(Array.from({ length: FRAMES }, () => new Uint8Array(14).fill(0xfe)));
const records = file.subarray(24);

test("a memory that does not grow any more ends reading, and what was read stays", async () => {
  const parser = await Parser.over(module, { maximumPages: 96 * MEBIBYTE_PAGES });
  parser.feed(file);
  for (let again = 0; again < 8; again++) parser.feed(records);
  parser.end();
  const { frames, notices } = parser.capture;
  expect(frames.rows).toBeGreaterThan(2 * FRAMES);
  expect(frames.rows).toBeLessThan(8 * FRAMES);
  expect(notices.rows).toBe(1);
  expect(notices.get(Notice.Status, 0)).toBe(Status.FileTooLarge);
  expect(notices.get(Notice.Value, 0)).toBe(frames.rows);
});

test("with memory enough all of it is read", async () => {
  const parser = await Parser.over(module, { maximumPages: 256 * MEBIBYTE_PAGES });
  parser.feed(file);
  for (let again = 0; again < 8; again++) parser.feed(records);
  parser.end();
  expect(parser.capture.frames.rows).toBe(9 * FRAMES);
  expect(parser.capture.notices.rows).toBe(0);
});
