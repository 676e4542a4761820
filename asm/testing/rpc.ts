// DCE/RPC PDUs for tests: C706 12.6.
import { concat } from "./capture";

export const REQUEST = 0;
export const RESPONSE = 2;
export const FAULT = 3;
export const BIND = 11;
export const BIND_ACK = 12;
export const BIND_NAK = 13;

export interface TestPdu {
  type?: number;
  flags?: number;
  callId?: number;
  /** Everything between the common header and the verifier. */
  body?: Uint8Array;
  bigEndian?: boolean;
  verifier?: { type: number; level: number; padding?: number; contextId?: number; token: Uint8Array };
}

/** One PDU. Without a body, a request of 16 bytes of stub that hold its call id over and over. */
export function pdu({ type = REQUEST, flags = 3, callId = 1, body, bigEndian = false, verifier }: TestPdu): Uint8Array {
  const little = !bigEndian;
  const inside = body ?? call({ stub: new Uint8Array(16).fill(callId), bigEndian });
  const padding = verifier?.padding ?? 0;
  const trailer = new DataView(new ArrayBuffer(verifier ? 8 : 0));
  if (verifier) {
    trailer.setUint8(0, verifier.type);
    trailer.setUint8(1, verifier.level);
    trailer.setUint8(2, padding);
    trailer.setUint32(4, verifier.contextId ?? 0, little);
  }
  const token = verifier?.token ?? new Uint8Array(0);
  const header = new DataView(new ArrayBuffer(16));
  header.setUint8(0, 5);
  header.setUint8(2, type);
  header.setUint8(3, flags);
  header.setUint8(4, little ? 0x10 : 0);
  header.setUint16(8, 16 + inside.length + padding + trailer.byteLength + token.length, little);
  header.setUint16(10, token.length, little);
  header.setUint32(12, callId, little);
  const bytes = (view: DataView) => new Uint8Array(view.buffer);
  return concat(bytes(header), inside, new Uint8Array(padding), bytes(trailer), token);
}

/** The body of a request (or, with opnum as cancel count, of a response). */
export function call({
  stub = new Uint8Array(0),
  contextId = 0,
  opnum = 0,
  object = new Uint8Array(0),
  bigEndian = false,
}): Uint8Array {
  const head = new DataView(new ArrayBuffer(8));
  head.setUint32(0, stub.length, !bigEndian);
  head.setUint16(4, contextId, !bigEndian);
  head.setUint16(6, opnum, !bigEndian);
  return concat(new Uint8Array(head.buffer), object, stub);
}
