// A long capture's tables lie above 2 GiB, where an address is negative as a signed number.
import { fileURLToPath } from "node:url";
import { main as compile } from "assemblyscript/asc";
import { afterEach, expect, test, vi } from "vitest";
import { Chunk, Tables } from "../layout";
import { concat, parse, pcap } from "../testing/capture";
import { pdu } from "../testing/rpc";
import { Peers } from "../testing/tcp";
import { takeSnapshot } from "../../src/capture/snapshot";
import { Table } from "../../src/capture/table";
import { Parser } from "../../src/engine/read/parser";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Where the module's memory starts; nothing below is ever written, so it costs none. */
const START = 0x90000000;
const PAGE_BYTES = 0x10000;
const INITIAL_PAGES = START / PAGE_BYTES + 64;

afterEach(() => vi.restoreAllMocks());

/** The parser, compiled to live above START. */
async function compileAbove(): Promise<WebAssembly.Module> {
  const files = new Map<string, Uint8Array>();
  const options = ["--config", "asm/asconfig.json", "--baseDir", ROOT, "--outFile", "high.wasm", "--bindings", "none"];
  const memory = ["--memoryBase", String(START), "--initialMemory", String(INITIAL_PAGES)];
  const { error, stderr } = await compile([...options, ...memory], {
    writeFile: (name, contents) => void files.set(name, contents as Uint8Array),
  });
  if (error) throw new Error(stderr.toString());
  return WebAssembly.compile(files.get("high.wasm") as Uint8Array<ArrayBuffer>);
}

async function parserAbove(): Promise<Parser> {
  const module = await compileAbove();
  const { Memory } = WebAssembly;
  vi.spyOn(WebAssembly, "Memory").mockImplementation(function (descriptor) {
    return new Memory({ ...descriptor, initial: INITIAL_PAGES });
  });
  return Parser.over(module);
}

const peers = new Peers();
const request = pdu({ callId: 7 });
const frames = [...peers.handshake(), peers.client({ seq: 1, payload: concat(request, request) })];
const file = pcap(frames);

test("rows, kept bytes and fields are read above 2 GiB as below", async () => {
  const low = await parse(file);
  const high = await parserAbove();
  high.feed(file);
  high.end();
  const chunks = new Table(high.source.table(Tables.Chunk));
  expect(chunks.get(Chunk.At, 0)).toBeGreaterThan(START);
  const [expected, actual] = [takeSnapshot(low.source), takeSnapshot(high.source)];
  expect(actual.tables[Tables.Frame]).toEqual(expected.tables[Tables.Frame]);
  expect(actual.chunks.map((chunk) => chunk.bytes)).toEqual(expected.chunks.map((chunk) => chunk.bytes));
  const frame = frames[3]!.bytes;
  expect(high.describeFrame(frame, frame.length, 1)).toEqual(low.describeFrame(frame, frame.length, 1));
  expect(high.describePdu(request)).toEqual(low.describePdu(request));
});
