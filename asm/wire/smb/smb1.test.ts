import { describe, expect, it } from "vitest";
import { Message, Pdu, Pipe } from "../../layout";
import { concat, hex, parse, pcap } from "../../testing/capture";
import { BIND, RESPONSE, call, pdu } from "../../testing/rpc";
import { Peers, pdusOf } from "../../testing/tcp";

const TRANSACTION = 0x25;
const READ_ANDX = 0x2e;
const WRITE_ANDX = 0x2f;
const TREE_CONNECT_ANDX = 0x75;
const NT_CREATE_ANDX = 0xa2;
const BUFFER_OVERFLOW = 0x80000005;

/** An SMB1 message (MS-CIFS 2.2.3) in its NetBIOS packet: parameter words as 16-bit numbers, then bytes. */
function smb(
  command: number,
  id: number,
  words: number[],
  bytes: Uint8Array,
  { answer = false, status = 0 } = {},
): Uint8Array {
  const header = new DataView(new ArrayBuffer(33 + words.length * 2 + 2));
  header.setUint32(0, 0xff534d42);
  header.setUint8(4, command);
  header.setUint32(5, status, true);
  header.setUint8(9, answer ? 0x80 : 0);
  header.setUint16(10, 0x8000, true);
  header.setUint16(24, 7, true);
  header.setUint16(30, id, true);
  header.setUint8(32, words.length);
  words.forEach((word, i) => header.setUint16(33 + i * 2, word, true));
  header.setUint16(33 + words.length * 2, bytes.length, true);
  const length = header.byteLength + bytes.length;
  return concat(Uint8Array.of(0, 0, length >> 8, length & 255), new Uint8Array(header.buffer), bytes);
}

const text = (value: string) => Uint8Array.from([...value].flatMap((c) => [c.charCodeAt(0), 0]));
/** No command follows. */
const LAST = 0x00ff;
const FID = 0x4001;

const zeros = (count: number) => new Array<number>(count).fill(0);
const treeConnected = smb(TREE_CONNECT_ANDX, 1, [LAST, 0, 0], hex("49504300 0000"), { answer: true });
// NameLength is at the sixth byte of 24 words, the access mask (0x12019f) at the sixteenth; the name, after 24 words, at an
// odd place: a byte of padding.
const create = smb(
  NT_CREATE_ANDX,
  2,
  [LAST, 0, 14 << 8, ...zeros(4), 0x9f00, 0x1201, ...zeros(15)],
  concat(Uint8Array.of(0), text("\\svcctl")),
);
// FID at the sixth byte of 34 words.
const created = smb(NT_CREATE_ANDX, 2, [LAST, 0, (FID & 255) << 8, FID >> 8, ...zeros(30)], new Uint8Array(0), {
  answer: true,
});
const write = (id: number, data: Uint8Array) =>
  smb(WRITE_ANDX, id, [LAST, 0, FID, 0, 0, 0, 0, 8, data.length, 0, data.length, 63, 0, 0], data);
const read = (id: number) => smb(READ_ANDX, id, [LAST, 0, FID, 0, 0, 1024, 0, 0, 0, 0], new Uint8Array(0));
const readAnswer = (id: number, data: Uint8Array) =>
  smb(READ_ANDX, id, [LAST, 0, 0, 0, 0, data.length, 59, 0, 0, 0, 0, 0], data, { answer: true });
const transact = (id: number, data: Uint8Array) =>
  smb(TRANSACTION, id, [0, data.length, 0, 1024, 0, 0, 0, 0, 0, 0, 0, data.length, 67, 2, 0x26, FID], data);
const transacted = (id: number, data: Uint8Array, status = 0) =>
  smb(TRANSACTION, id, [0, data.length, 0, 0, 0, 0, data.length, 55, 0, 0], data, { answer: true, status });

describe("SMB1 named pipes", () => {
  it("carry PDUs by write, read and transaction, parts of them too", async () => {
    const peers = new Peers(49720, 139);
    const bind = pdu({ type: BIND, body: concat(hex("d016d016 00000000 01000000 0000 01 00"), new Uint8Array(40)) });
    const answer = pdu({ type: RESPONSE, callId: 2, body: call({ stub: new Uint8Array(60) }) });
    const talk: [who: "client" | "server", payload: Uint8Array][] = [
      ["client", smb(TREE_CONNECT_ANDX, 1, [LAST, 0, 0, 0], text("\\\\server\\IPC$"))],
      ["server", treeConnected],
      ["client", create],
      ["server", created],
      ["client", write(3, bind)],
      ["client", read(4)],
      ["server", readAnswer(4, pdu({ type: RESPONSE, callId: 1 }))],
      ["client", transact(5, pdu({ callId: 2 }))],
      ["server", transacted(5, answer.subarray(0, 30), BUFFER_OVERFLOW)],
      ["client", read(6)],
      ["server", readAnswer(6, answer.subarray(30))],
    ];
    const seq = { client: 1, server: 1 };
    const frames = talk.map(([who, payload]) => {
      const frame = peers[who]({ seq: seq[who], payload });
      seq[who] += payload.length;
      return frame;
    });
    const parser = await parse(pcap([...peers.handshake(), ...frames]));
    expect(pdusOf(parser)).toMatchObject([
      { type: BIND, frame: 7 },
      { type: RESPONSE, callId: 1, frame: 9, fromB: true },
      { callId: 2, frame: 10 },
      { type: RESPONSE, callId: 2, first: 11, frame: 13, fromB: true },
    ]);
    const { pipes, pdus } = parser.capture;
    const name = parser.capture.bytes(pipes.get(Pipe.Name, 0), pipes.get(Pipe.NameLength, 0));
    expect(new TextDecoder("utf-16le").decode(name)).toBe("\\svcctl");
    expect([pipes.rows, pipes.get(Pipe.Version, 0), pdus.get(Pdu.Pipe, 3)]).toEqual([1, 1, 0]);
    expect(pipes.get(Pipe.Access, 0)).toBe(0x12019f);
  });

  const talk = async (messages: Uint8Array[]) => {
    const peers = new Peers(49720, 445);
    const at = { client: 1, server: 1 };
    const frames = messages.map((payload) => {
      const who = payload[13]! & 0x80 ? "server" : "client";
      const frame = peers[who]({ seq: at[who], payload });
      at[who] += payload.length;
      return frame;
    });
    return parse(pcap([...peers.handshake(), ...frames]));
  };
  /** As `created`, with the ResourceType that says what was opened: MS-CIFS 2.2.4.64.2. Words 31 and 32 hold its two bytes. */
  const opened = (type: number) =>
    smb(NT_CREATE_ANDX, 2, [LAST, 0, (FID & 255) << 8, FID >> 8, ...zeros(27), type << 8, 0, 0], new Uint8Array(0), {
      answer: true,
    });
  const namesOf = ({ capture }: Awaited<ReturnType<typeof parse>>) =>
    Array.from({ length: capture.pipes.rows }, (_, row) => {
      const bytes = capture.bytes(capture.pipes.get(Pipe.Name, row), capture.pipes.get(Pipe.NameLength, row));
      return new TextDecoder("utf-16le").decode(bytes);
    });

  it("have their name where the tree was connected before the capture, as what was opened says", async () => {
    expect(namesOf(await talk([create, opened(2), write(3, pdu({}))]))).toEqual(["\\svcctl"]);
    expect(namesOf(await talk([create, opened(1), write(3, pdu({}))]))).toEqual(["\\svcctl"]);
    // A file of a disk share, in which something like a PDU may stand.
    expect(namesOf(await talk([create, opened(0), write(3, new Uint8Array(40))]))).toEqual([]);
    const refused = smb(NT_CREATE_ANDX, 2, [], new Uint8Array(0), { answer: true, status: 0xc0000034 });
    expect(namesOf(await talk([create, refused]))).toEqual([]);
  });

  it("take in the answer of a read that was not captured, by its call id", async () => {
    const answer = readAnswer(9, pdu({ type: RESPONSE, callId: 7 }));
    const parser = await talk([treeConnected, create, created, write(3, pdu({ callId: 7 })), answer]);
    expect(pdusOf(parser)).toMatchObject([{ callId: 7 }, { type: RESPONSE, callId: 7, fromB: true }]);
    expect([parser.capture.pdus.get(Pdu.Pipe, 1), parser.capture.pipes.rows]).toEqual([0, 1]);
  });

  it('are named by errors of their transactions, and go on after the DOS form of "more data"', async () => {
    const failed = smb(TRANSACTION, 5, [], new Uint8Array(0), { answer: true, status: 0xc000014b });
    const { capture } = await talk([treeConnected, create, created, transact(5, pdu({ callId: 2 })), failed]);
    expect([capture.messages.get(Message.Frame, 0), capture.messages.get(Message.Pipe, 0)]).toEqual([7, 0]);
    const answer = pdu({ type: RESPONSE, callId: 2, body: call({ stub: new Uint8Array(60) }) });
    const parser = await talk([
      treeConnected,
      create,
      created,
      transact(5, pdu({ callId: 2 })),
      transacted(5, answer.subarray(0, 30), 0x00ea0001),
      read(6),
      readAnswer(6, answer.subarray(30)),
    ]);
    expect(pdusOf(parser)).toMatchObject([{ callId: 2 }, { type: RESPONSE, first: 7, frame: 9 }]);
  });

  it("survive being cut at every length", async () => {
    const whole = concat(treeConnected, create, created, write(3, pdu({})), transact(5, pdu({ callId: 2 })));
    for (let cut = 0; cut <= whole.length; cut++) {
      const peers = new Peers(49720, 445);
      const frames = [peers.client({ seq: 1, payload: whole, kept: cut }), peers.client({ seq: 1 + whole.length })];
      const { capture } = await parse(pcap([...peers.handshake(), ...frames]));
      expect(capture.frames.rows).toBe(5);
    }
  });
});
