import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Frame, Message, Pdu, Pipe, Protocol } from "../../layout";
import { NONE } from "../../../src/capture/table";
import { concat, hex, parse, pcap, type TestFrame } from "../../testing/capture";
import { BIND, RESPONSE, call, pdu } from "../../testing/rpc";
import { Peers, pdusOf } from "../../testing/tcp";
import type { Parser } from "../../../src/engine/read/parser";

const TREE_CONNECT = 3;
const CREATE = 5;
const CLOSE = 6;
const READ = 8;
const WRITE = 9;
const IOCTL = 11;
const PENDING = 0x103;
const BUFFER_OVERFLOW = 0x80000005;
const NOT_FOUND = 0xc0000034;
const PIPE_BROKEN = 0xc000014b;
const FILE = hex("0100000000000000 0200000000000000");
const OTHER_FILE = hex("0300000000000000 0400000000000000");

interface Smb {
  command: number;
  id: number;
  body: Uint8Array;
  answer?: boolean;
  status?: number;
  tree?: number;
}

/** One SMB2 message (MS-SMB2 2.2.1.2), without what precedes it. */
function smb({ command, id, body, answer = false, status = 0, tree = 1 }: Smb, next = 0): Uint8Array {
  const header = new DataView(new ArrayBuffer(64));
  header.setUint32(0, 0xfe534d42);
  header.setUint16(4, 64, true);
  header.setUint32(8, status, true);
  header.setUint16(12, command, true);
  header.setUint32(16, answer ? 1 : 0, true);
  header.setUint32(20, next, true);
  header.setUint32(24, id, true);
  header.setUint32(36, tree, true);
  header.setUint32(40, 0x77, true);
  return concat(new Uint8Array(header.buffer), body);
}

function netbios(...messages: Uint8Array[]): Uint8Array {
  const all = concat(...messages);
  return concat(Uint8Array.of(0, all.length >> 16, (all.length >> 8) & 255, all.length & 255), all);
}

function words(length: number, values: [at: number, size: 1 | 2 | 4, value: number][], ...rest: Uint8Array[]) {
  const view = new DataView(new ArrayBuffer(length));
  for (const [at, size, value] of values) {
    if (size === 1) view.setUint8(at, value);
    else if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
  }
  return concat(new Uint8Array(view.buffer), ...rest);
}

function withFile(body: Uint8Array, at: number, file: Uint8Array): Uint8Array {
  body.set(file, at);
  return body;
}

const treeConnect = words(8, [[0, 2, 9]]);
const treeConnected = (type: number) =>
  words(16, [
    [0, 2, 16],
    [2, 1, type],
  ]);
const PIPE_ACCESS = 0x12019f;
const create = (name: string) => {
  const text = Uint8Array.from([...name].flatMap((c) => [c.charCodeAt(0), 0]));
  return words(
    56,
    [
      [0, 2, 57],
      [24, 4, PIPE_ACCESS],
      [44, 2, 64 + 56],
      [46, 2, text.length],
    ],
    text,
  );
};
const created = (file: Uint8Array) => withFile(words(88, [[0, 2, 89]]), 64, file);
const write = (data: Uint8Array, file = FILE) =>
  withFile(
    words(
      48,
      [
        [0, 2, 49],
        [2, 2, 64 + 48],
        [4, 4, data.length],
      ],
      data,
    ),
    16,
    file,
  );
const read = (file = FILE) => withFile(words(48, [[0, 2, 49]]), 16, file);
const readAnswer = (data: Uint8Array) =>
  words(
    16,
    [
      [0, 2, 17],
      [2, 1, 80],
      [4, 4, data.length],
    ],
    data,
  );
const transceive = (data: Uint8Array, file = FILE) =>
  withFile(
    words(
      56,
      [
        [0, 2, 57],
        [4, 4, 0x11c017],
        [24, 4, 120],
        [28, 4, data.length],
      ],
      data,
    ),
    8,
    file,
  );
const transceived = (data: Uint8Array) =>
  words(
    48,
    [
      [0, 2, 49],
      [4, 4, 0x11c017],
      [32, 4, 112],
      [36, 4, data.length],
    ],
    data,
  );
const close = (file = FILE) => withFile(words(24, [[0, 2, 24]]), 8, file);

/** A capture of messages, requests and answers in turn as their `answer` says, each in its own frame. */
function conversation(messages: (Smb | Uint8Array)[], port = 445): TestFrame[] {
  const peers = new Peers(49710, port);
  const at = { client: 1, server: 1 };
  const frames = messages.map((message) => {
    const payload = message instanceof Uint8Array ? message : netbios(smb(message));
    const who = message instanceof Uint8Array || !message.answer ? "client" : "server";
    const frame = peers[who]({ seq: at[who], payload });
    at[who] += payload.length;
    return frame;
  });
  return [...peers.handshake(), ...frames];
}

const OPEN: Smb[] = [
  { command: TREE_CONNECT, id: 1, body: treeConnect },
  { command: TREE_CONNECT, id: 1, body: treeConnected(2), answer: true },
  { command: CREATE, id: 2, body: create("srvsvc") },
  { command: CREATE, id: 2, body: created(FILE), answer: true },
];

function pipesOf({ capture }: Parser) {
  const { pipes } = capture;
  return Array.from({ length: pipes.rows }, (_, row) => {
    const get = (column: Pipe) => pipes.get(column, row);
    const name = new TextDecoder("utf-16le").decode(capture.bytes(get(Pipe.Name), get(Pipe.NameLength)));
    return {
      name,
      open: get(Pipe.OpenFrame),
      close: get(Pipe.CloseFrame),
      status: get(Pipe.Status),
      version: get(Pipe.Version),
    };
  });
}

const bind = pdu({
  type: BIND,
  callId: 1,
  body: concat(hex("d016d016 00000000 01000000 0000 01 00"), new Uint8Array(40)),
});

describe("SMB2 named pipes", () => {
  it("carry PDUs by write, read and transceive", async () => {
    const parser = await parse(
      pcap(
        conversation([
          ...OPEN,
          { command: WRITE, id: 3, body: write(bind) },
          { command: READ, id: 4, body: read() },
          { command: READ, id: 4, body: words(8, [[0, 2, 9]]), answer: true, status: PENDING },
          { command: READ, id: 4, body: readAnswer(pdu({ type: RESPONSE, callId: 1 })), answer: true },
          { command: IOCTL, id: 5, body: transceive(pdu({ callId: 2 })) },
          { command: IOCTL, id: 5, body: transceived(pdu({ type: RESPONSE, callId: 2 })), answer: true },
          { command: CLOSE, id: 6, body: close() },
        ]),
      ),
    );
    expect(pipesOf(parser)).toEqual([{ name: "srvsvc", open: 6, close: 13, status: 0, version: 2 }]);
    expect(parser.capture.pipes.get(Pipe.Session, 0)).toBe(0x77);
    expect(parser.capture.pipes.get(Pipe.Access, 0)).toBe(PIPE_ACCESS);
    expect(pdusOf(parser)).toMatchObject([
      { callId: 1, type: BIND, frame: 7, fromB: false },
      { callId: 1, type: RESPONSE, frame: 10, fromB: true },
      { callId: 2, type: 0, frame: 11 },
      { callId: 2, type: RESPONSE, frame: 12, fromB: true },
    ]);
    const { pdus, frames } = parser.capture;
    expect(pdus.get(Pdu.Pipe, 3)).toBe(0);
    // Behind Ethernet, IPv4, TCP, NetBIOS, the SMB2 header and the write's 48 bytes.
    expect(pdus.get(Pdu.At, 0)).toBe(54 + 4 + 64 + 48);
    expect(frames.get(Frame.Protocol, 3)).toBe(Protocol.Smb2);
    expect(frames.get(Frame.Protocol, 7)).toBe(Protocol.Dcerpc);
  });

  it("go on after an answer that held only the first part", async () => {
    const answer = pdu({ type: RESPONSE, callId: 9, body: call({ stub: new Uint8Array(300).fill(7) }) });
    const parser = await parse(
      pcap(
        conversation([
          ...OPEN,
          { command: IOCTL, id: 3, body: transceive(pdu({ callId: 9 })) },
          { command: IOCTL, id: 3, body: transceived(answer.subarray(0, 100)), answer: true, status: BUFFER_OVERFLOW },
          { command: READ, id: 4, body: read() },
          { command: READ, id: 4, body: readAnswer(answer.subarray(100)), answer: true },
        ]),
      ),
    );
    const pdus = pdusOf(parser);
    expect(pdus).toMatchObject([{ callId: 9 }, { callId: 9, type: RESPONSE, first: 8, frame: 10 }]);
    expect(pdus[1]!.kept).toEqual(answer);
  });

  it("are read although the client's port is one that the endpoint mapper has named", async () => {
    const mapper = new Peers(49700, 135);
    const tower = pdu({ type: RESPONSE, body: call({ stub: hex("0100 07 0200 c22e") }) }); // 49710
    const frames = [
      mapper.server({ seq: 1, payload: tower }),
      ...conversation([...OPEN, { command: WRITE, id: 3, body: write(bind) }]),
    ];
    expect(pdusOf(await parse(pcap(frames)))).toMatchObject([{ type: RESPONSE }, { type: BIND }]);
  });

  it("are found in chains of commands", async () => {
    const first = smb(
      { command: WRITE, id: 3, body: concat(write(bind), new Uint8Array(8)) },
      64 + 48 + bind.length + 8,
    );
    const second = smb({ command: IOCTL, id: 4, body: transceive(pdu({ callId: 3 })) });
    const parser = await parse(pcap(conversation([...OPEN, netbios(first, second)])));
    expect(pdusOf(parser)).toMatchObject([{ callId: 1 }, { callId: 3 }]);
  });

  it("show themselves by RPC when they were opened before the capture began", async () => {
    const peers = new Peers(49710, 445);
    const parser = await parse(
      pcap([peers.client({ seq: 77, payload: netbios(smb({ command: WRITE, id: 3, body: write(bind) })) })]),
    );
    expect(pdusOf(parser)).toMatchObject([{ callId: 1, type: BIND }]);
    expect(pipesOf(parser)).toEqual([{ name: "", open: NONE, close: NONE, status: 0, version: 2 }]);
  });

  it("have a row when the server refuses to open them, and its answer is kept", async () => {
    const error = words(8, [[0, 2, 9]]);
    const parser = await parse(
      pcap(
        conversation([...OPEN.slice(0, 3), { command: CREATE, id: 2, body: error, answer: true, status: NOT_FOUND }]),
      ),
    );
    expect(pipesOf(parser)).toEqual([{ name: "srvsvc", open: 6, close: NONE, status: NOT_FOUND, version: 2 }]);
    const { messages } = parser.capture;
    expect([messages.get(Message.Frame, 1), messages.get(Message.KeptLength, 1)]).toEqual([6, 72]);
  });

  it("take in the answer of a read that was not captured, by its call id", async () => {
    const parser = await parse(
      pcap(
        conversation([
          ...OPEN,
          { command: CREATE, id: 3, body: create("samr") },
          { command: CREATE, id: 3, body: created(OTHER_FILE), answer: true },
          { command: WRITE, id: 4, body: write(pdu({ callId: 21 }), OTHER_FILE) },
          { command: WRITE, id: 5, body: write(pdu({ callId: 22 })) },
          { command: READ, id: 6, body: readAnswer(pdu({ type: RESPONSE, callId: 21 })), answer: true },
          { command: READ, id: 7, body: readAnswer(pdu({ type: RESPONSE, callId: 5 })), answer: true },
        ]),
      ),
    );
    const { pdus, pipes } = parser.capture;
    expect([0, 1, 2].map((row) => pdus.get(Pdu.Pipe, row))).toEqual([1, 0, 1]);
    // No request for call 5 was seen: what it belongs to is not known.
    expect([pdus.get(Pdu.Pipe, 3), pipes.rows]).toEqual([2, 3]);
  });

  it("are named by errors of their reads, writes and transactions", async () => {
    const error = words(8, [[0, 2, 9]]);
    const parser = await parse(
      pcap(
        conversation([
          ...OPEN,
          { command: IOCTL, id: 3, body: transceive(pdu({ callId: 1 })) },
          { command: IOCTL, id: 3, body: error, answer: true, status: PIPE_BROKEN },
          { command: WRITE, id: 4, body: write(pdu({ callId: 2 })) },
          { command: WRITE, id: 4, body: error, answer: true, status: PIPE_BROKEN },
          { command: READ, id: 5, body: read(OTHER_FILE) },
          { command: READ, id: 5, body: error, answer: true, status: PIPE_BROKEN },
        ]),
      ),
    );
    const { messages } = parser.capture;
    const rows = Array.from({ length: messages.rows }, (_, row) => row);
    expect(rows.map((row) => [messages.get(Message.Frame, row), messages.get(Message.Pipe, row)])).toEqual([
      [3, NONE],
      [8, 0],
      [10, 0],
    ]);
  });

  it("are not looked for in files", async () => {
    const file = [
      { command: TREE_CONNECT, id: 1, body: treeConnect },
      { command: TREE_CONNECT, id: 1, body: treeConnected(1), answer: true },
      { command: CREATE, id: 2, body: create("report.txt") },
      { command: CREATE, id: 2, body: created(OTHER_FILE), answer: true },
      { command: WRITE, id: 3, body: write(new Uint8Array(5000).fill(5), OTHER_FILE) },
      { command: READ, id: 4, body: read(OTHER_FILE) },
      { command: READ, id: 4, body: readAnswer(new Uint8Array(5000).fill(5)), answer: true },
    ];
    const parser = await parse(pcap(conversation(file)));
    expect([parser.capture.pipes.rows, parser.capture.pdus.rows]).toEqual([0, 0]);
  });

  it("say nothing of encrypted messages", async () => {
    const encrypted = netbios(concat(hex("fd534d42"), new Uint8Array(100).fill(5)));
    const parser = await parse(pcap(conversation([encrypted])));
    expect(parser.capture.frames.get(Frame.Protocol, 3)).toBe(Protocol.Smb2);
    expect(parser.capture.pdus.rows + parser.capture.messages.rows).toBe(0);
  });

  it("lose nothing to any segmentation, and survive any bytes", async () => {
    const long = pdu({ callId: 5, body: call({ stub: new Uint8Array(9000).fill(3) }) });
    const requests = [
      OPEN[0]!,
      OPEN[2]!,
      { command: WRITE, id: 3, body: write(long) },
      { command: IOCTL, id: 4, body: transceive(pdu({ callId: 6 })) },
    ];
    const stream = concat(...requests.map((request) => netbios(smb(request))));
    const sent = async (cuts: number[], bytes: Uint8Array) => {
      const peers = new Peers(49710, 445);
      const edges = [...new Set([0, ...cuts.filter((cut) => cut < bytes.length), bytes.length])].sort((a, b) => a - b);
      const frames = edges
        .slice(1)
        .map((end, i) => peers.client({ seq: 1 + edges[i]!, payload: bytes.subarray(edges[i], end) }));
      return pdusOf(await parse(pcap([...peers.handshake(), ...frames])));
    };
    const cuts = fc.array(fc.nat(stream.length), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(cuts, async (at) => {
        expect((await sent(at, stream)).map(({ callId, length }) => [callId, length])).toEqual([
          [5, long.length],
          [6, 40],
        ]);
      }),
      { numRuns: 60 },
    );
    await fc.assert(
      fc.asyncProperty(cuts, fc.nat(stream.length - 1), fc.uint8Array({ maxLength: 80 }), async (at, place, noise) => {
        const broken = stream.slice();
        broken.set(noise.subarray(0, broken.length - place), place);
        await sent(at, broken);
      }),
      { numRuns: 200 },
    );
  });
});
