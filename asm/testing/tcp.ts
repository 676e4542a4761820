// TCP conversations for tests: segments between a client and a server behind Ethernet and IPv4.
import { Pdu, PduFlag, Stream } from "../layout";
import type { Parser } from "../../src/engine/read/parser";
import { concat, type TestFrame } from "./capture";

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const PSH = 8;
export const ACK = 16;

export interface Segment {
  /** Relative to the initial sequence numbers: the first byte of payload is 1. */
  seq?: number;
  ack?: number;
  flags?: number;
  window?: number;
  payload?: Uint8Array;
  options?: Uint8Array;
  /** IPv4 identification; another for each segment unless given. */
  identification?: number;
  micros?: number;
  /** Bytes of the payload that the sniffer kept; all by default. */
  kept?: number;
}

let nextIdentification = 1;

/** A TCP connection between 10.0.0.1 and 10.0.0.2; sequence numbers wrap soon after its start. */
export class Peers {
  constructor(
    readonly clientPort = 49700,
    readonly serverPort = 135,
    readonly clientIsn = 0xfffffff0,
    readonly serverIsn = 0x7ffffff0,
  ) {}

  client(segment: Segment): TestFrame {
    return this.#frame(true, segment);
  }

  server(segment: Segment): TestFrame {
    return this.#frame(false, segment);
  }

  handshake(): TestFrame[] {
    return [
      this.client({ flags: SYN }),
      this.server({ flags: SYN | ACK, ack: 1 }),
      this.client({ flags: ACK, seq: 1, ack: 1 }),
    ];
  }

  #frame(byClient: boolean, segment: Segment): TestFrame {
    const { seq = 0, ack = 0, flags = PSH | ACK, window = 8192, micros = 0 } = segment;
    const { payload = new Uint8Array(0), options = new Uint8Array(0), identification = nextIdentification++ } = segment;
    const header = new DataView(new ArrayBuffer(54 + options.length));
    header.setUint16(12, 0x0800);
    header.setUint8(14, 0x45);
    header.setUint16(16, 40 + options.length + payload.length);
    header.setUint16(18, identification);
    header.setUint16(22, 0x4006);
    header.setUint32(26, byClient ? 0x0a000001 : 0x0a000002);
    header.setUint32(30, byClient ? 0x0a000002 : 0x0a000001);
    header.setUint16(34, byClient ? this.clientPort : this.serverPort);
    header.setUint16(36, byClient ? this.serverPort : this.clientPort);
    header.setUint32(38, seq + (byClient ? this.clientIsn : this.serverIsn));
    header.setUint32(42, flags & ACK ? ack + (byClient ? this.serverIsn : this.clientIsn) : 0);
    header.setUint16(46, ((20 + options.length) << 10) | flags);
    header.setUint16(48, window);
    const bytes = concat(new Uint8Array(header.buffer), payload);
    bytes.set(options, 54);
    const captured = 54 + options.length + (segment.kept ?? payload.length);
    return { bytes: bytes.subarray(0, captured), length: bytes.length, fraction: micros };
  }
}

/** Cuts bytes into segments at the given offsets, all sent by one side. */
export function segments(
  bytes: Uint8Array,
  cuts: readonly number[],
  firstSeq = 1,
): { seq: number; payload: Uint8Array }[] {
  const edges = [...new Set([0, ...cuts.filter((cut) => cut > 0 && cut < bytes.length), bytes.length])];
  edges.sort((a, b) => a - b);
  return edges.slice(1).map((end, i) => ({ seq: firstSeq + edges[i]!, payload: bytes.subarray(edges[i], end) }));
}

/** What tests compare of a PDU row. Frames are numbered from 0. */
export function pdusOf({ capture }: Parser) {
  const { pdus } = capture;
  return Array.from({ length: pdus.rows }, (_, row) => {
    const get = (column: Pdu) => pdus.get(column, row);
    const flags = get(Pdu.Head) >>> 16;
    return {
      frame: get(Pdu.Frame),
      first: get(Pdu.FirstFrame),
      type: get(Pdu.Head) & 0xff,
      callId: get(Pdu.CallId),
      length: get(Pdu.Lengths) & 0xffff,
      fromB: (flags & PduFlag.FromB) !== 0,
      cut: (flags & PduFlag.Cut) !== 0,
      resynchronised: (flags & PduFlag.Resynchronised) !== 0,
      kept: capture.bytes(get(Pdu.Kept), get(Pdu.KeptLength)),
    };
  });
}

/** A column of the first (or another) stream. */
export function streamOf({ capture }: Parser, column: Stream, row = 0): number {
  return capture.streams.get(column, row);
}
