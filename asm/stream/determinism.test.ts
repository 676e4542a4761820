// The same bytes give the same tables: whatever the seed, and however the file is cut into pieces.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Tables } from "../layout";
import { concat, module, pcap, type TestFrame } from "../testing/capture";
import { pdu } from "../testing/rpc";
import { Peers } from "../testing/tcp";
import { takeSnapshot } from "../../src/capture/snapshot";
import { Parser } from "../../src/engine/read/parser";

/** Connections with a hole in a request that the next one waits behind, until the capture ends. */
function unfinished(connections: number): Uint8Array {
  const frames: TestFrame[] = [];
  for (let i = 0; i < connections; i++) {
    const peers = new Peers(49_700 + i);
    const bytes = concat(pdu({ callId: 2 * i }), pdu({ callId: 2 * i + 1 }));
    frames.push(...peers.handshake());
    frames.push(peers.client({ seq: 1, payload: bytes.subarray(0, 20) }));
    frames.push(peers.client({ seq: 25, payload: bytes.subarray(24) }));
  }
  return pcap(frames);
}

const captures = {
  "connections without an end": unfinished(64),
  "an example": readFileSync(new URL("../../public/examples/case-study.pcapng", import.meta.url)),
};

const digest = (bytes: Uint8Array | Uint32Array) => createHash("sha256").update(bytes).digest("hex");

/** A digest of each table, and of the bytes kept. */
async function tablesOf(file: Uint8Array, seed: number, cuts: readonly number[]) {
  const parser = await Parser.over(module, { seed });
  const edges = [0, ...cuts.map((cut) => cut % file.length).sort((a, b) => a - b), file.length];
  for (let i = 1; i < edges.length; i++) parser.feed(file.subarray(edges[i - 1], edges[i]));
  parser.end();
  const { tables, chunks } = takeSnapshot(parser.source);
  const kept = chunks.map(({ at, bytes }) => `${at} ${digest(bytes)}`);
  return { ...Object.fromEntries(tables.map(({ pages }, table) => [Tables[table], pages.map(digest)])), kept };
}

test.each(Object.entries(captures))("%s: the same rows for any seed and any pieces", async (_, file) => {
  const expected = await tablesOf(file, 0, []);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.array(fc.nat(), { maxLength: 50 }),
      async (seed, cuts) => {
        expect(await tablesOf(file, seed, cuts)).toEqual(expected);
      },
    ),
    { numRuns: 25 },
  );
});
