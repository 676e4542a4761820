// DCE/RPC over connections: C706 12.6, MS-RPCE 2.2.2. A PDU becomes a row; what later stages read of it is kept.
import * as cursor from "../../frame/cursor";
import * as kept from "../../memory/excerpts";
import { Lane, LaneFlag, now } from "../../stream/lane";
import { AuthLevel, Pdu, PduFlag, PduType, Protocol, Stream, StreamFlag } from "../../layout";
import * as unseal from "../../stream/unseal";
import { NONE, pdus, streams } from "../../memory/table";
import {
  AUTH_CONTEXT_ID,
  AUTH_HEADER,
  AUTH_LENGTH,
  AUTH_LEVEL,
  AUTH_PAD_LENGTH,
  AUTH_TYPE,
  CALL_ID,
  FLAGS,
  HEADER,
  LAST_FRAGMENT,
  OBJECT,
  TYPE,
  isLittle,
  u16Of,
  u32Of,
} from "./dcerpc-header";
import { learn } from "./dcerpc-ports";

// Request, response and fault.
const ALLOC_HINT: usize = HEADER;
const CONTEXT_ID: usize = ALLOC_HINT + 4;
/** Request: the operation. Response and fault: how many cancels came, in one byte. */
const OPNUM: usize = CONTEXT_ID + 2;
const CALL_HEADER: u32 = <u32>OPNUM + 2;
const FAULT_STATUS: usize = CALL_HEADER;
const FAULT_HEADER: u32 = CALL_HEADER + 8;
const OBJECT_LENGTH: u32 = 16;
// Bind_nak.
const REJECT_REASON: usize = HEADER;

// How much is kept. Negotiation and faults explain failures, so they are kept whole; of stubs the beginning.
const KEPT_OF_NEGOTIATION: u32 = 0x10000;
const KEPT_OF_ENDPOINT_MAPPER: u32 = 0x2000;
const KEPT_OF_STUB: u32 = 1024;
const KEPT_OF_STUB_WHEN_MUCH: u32 = 160;
/** From this many kept bytes on, less is kept of stubs, then of everything. */
const MUCH: u64 = 48 << 20;
const TOO_MUCH: u64 = 64 << 20;

function isCall(type: u32): bool {
  return type == PduType.Request || type == PduType.Response;
}

/** Bytes before the stub, or before the body of a type that has none. */
function headerOf(type: u32, flags: u32): u32 {
  if (type == PduType.Request) return CALL_HEADER + (flags & OBJECT ? OBJECT_LENGTH : 0);
  if (type == PduType.Response) return CALL_HEADER;
  return type == PduType.Fault ? FAULT_HEADER : HEADER;
}

/** How many of a PDU's first bytes to hold until it is complete. */
export function wanted(lane: Lane, header: usize): u32 {
  // A PDU is opened as a whole.
  if (unseal.isUnsealing) return KEPT_OF_NEGOTIATION;
  if (!isCall(load<u8>(header + TYPE))) return kept.total < TOO_MUCH ? KEPT_OF_NEGOTIATION : KEPT_OF_STUB;
  if (lane.has(LaneFlag.EndpointMapper)) return KEPT_OF_ENDPOINT_MAPPER;
  return CALL_HEADER + OBJECT_LENGTH + (kept.total < MUCH ? KEPT_OF_STUB : KEPT_OF_STUB_WHEN_MUCH);
}

/** Appends the lane's PDU. */
export function add(lane: Lane): void {
  const pdu = lane.bytes;
  const length = lane.length;
  const type = <u32>load<u8>(pdu + TYPE);
  const pfc = <u32>load<u8>(pdu + FLAGS);
  const token = u16Of(pdu, pdu + AUTH_LENGTH);
  const row = pdus.next();
  if (row == NONE) return;
  let flags = (lane.has(LaneFlag.FromB) ? PduFlag.FromB : 0) | (isLittle(pdu) ? 0 : PduFlag.BigEndian);
  if (lane.has(LaneFlag.Resynchronised)) flags |= PduFlag.Resynchronised;
  if (lane.has(LaneFlag.Cut)) flags |= PduFlag.Cut;
  if (type == PduType.Request && pfc & OBJECT) flags |= PduFlag.Object;

  const opened = unseal.pdu(row, lane.stream, lane.pipe, now, pdu, lane.headHave, length);
  if (opened & unseal.Unsealed.Opened) flags |= PduFlag.Unsealed;
  if (opened & unseal.Unsealed.SignatureRight) flags |= PduFlag.SignatureRight;
  if (opened & unseal.Unsealed.SignatureWrong) flags |= PduFlag.SignatureWrong;
  if (unseal.isDecrypted) flags |= PduFlag.Decrypted;

  const header = headerOf(type, pfc);
  let stubEnd = length;
  let readable = true;
  pdus.set(Pdu.Auth, row, 0);
  pdus.set(Pdu.AuthContextId, row, 0);
  if (token) {
    stubEnd = length - token - AUTH_HEADER;
    const verifier = lane.locate(stubEnd, AUTH_HEADER);
    if (verifier) {
      const level = <u32>load<u8>(verifier + AUTH_LEVEL);
      const padding = <u32>load<u8>(verifier + AUTH_PAD_LENGTH);
      pdus.set(Pdu.Auth, row, (<u32>load<u8>(verifier + AUTH_TYPE)) | (level << 8) | (padding << 16));
      pdus.set(Pdu.AuthContextId, row, u32Of(pdu, verifier + AUTH_CONTEXT_ID));
      readable = level != AuthLevel.Privacy || (opened & unseal.Unsealed.Opened) != 0;
      if (stubEnd >= header + padding) stubEnd -= padding;
      if (!readable && (isCall(type) || type == PduType.Fault)) flags |= PduFlag.Sealed;
    } else readable = false;
  }
  const stub = stubEnd > header ? stubEnd - header : 0;

  pdus.set(Pdu.Frame, row, now);
  pdus.set(Pdu.FirstFrame, row, lane.frame);
  pdus.set(Pdu.Stream, row, lane.stream);
  pdus.set(Pdu.Pipe, row, lane.pipe);
  pdus.set(Pdu.At, row, lane.at);
  pdus.set(Pdu.Lengths, row, length | (token << 16));
  pdus.set(Pdu.CallId, row, u32Of(pdu, pdu + CALL_ID));
  pdus.set(Pdu.Context, row, contextOf(lane, type));
  pdus.set(Pdu.Status, row, statusOf(lane, type));
  pdus.set(Pdu.StubLength, row, isCall(type) || type == PduType.Fault ? stub : 0);
  pdus.set(Pdu.StubTail, row, readable && isCall(type) && pfc & LAST_FRAGMENT ? tailOf(lane, stub, stubEnd) : NONE);

  const worth = keptLengthOf(lane, type, readable, header, stubEnd);
  const held = min(worth, lane.headHave);
  const place = kept.keep(pdu, held);
  if (place && held >= stubEnd && readable) flags |= PduFlag.KeptWhole;
  pdus.set(Pdu.Kept, row, <u32>place);
  pdus.set(Pdu.KeptLength, row, place ? held : 0);
  pdus.set(Pdu.Head, row, type | (pfc << 8) | (flags << 16));
  pdus.publish();

  if (place && type == PduType.Response && lane.has(LaneFlag.EndpointMapper)) learn(place, held);
  tellStream(lane, type);
  cursor.setProtocol(Protocol.Dcerpc);
}

/** p_cont_id, and the opnum or the number of cancels; NONE for types without, or when cut. */
function contextOf(lane: Lane, type: u32): u32 {
  if (!isCall(type) && type != PduType.Fault) return NONE;
  const at = lane.locate(<u32>CONTEXT_ID, 4);
  if (at == 0) return NONE;
  const context = u16Of(lane.bytes, at);
  return context | (type == PduType.Request ? u16Of(lane.bytes, at + 2) << 16 : (<u32>load<u8>(at + 2)) << 16);
}

function statusOf(lane: Lane, type: u32): u32 {
  if (type == PduType.BindNak) {
    const reason = lane.locate(<u32>REJECT_REASON, 2);
    return reason ? u16Of(lane.bytes, reason) : NONE;
  }
  if (!isCall(type) && type != PduType.Fault) return NONE;
  const at = lane.locate(<u32>(type == PduType.Fault ? FAULT_STATUS : ALLOC_HINT), 4);
  return at ? u32Of(lane.bytes, at) : NONE;
}

function tailOf(lane: Lane, stub: u32, stubEnd: u32): u32 {
  if (stub < 4) return NONE;
  const at = lane.locate(stubEnd - 4, 4);
  return at ? u32Of(lane.bytes, at) : NONE;
}

function keptLengthOf(lane: Lane, type: u32, readable: bool, header: u32, stubEnd: u32): u32 {
  if (!isCall(type)) return min(lane.length, kept.total < TOO_MUCH ? KEPT_OF_NEGOTIATION : KEPT_OF_STUB);
  // Of a sealed call there is nothing to read but the object that it is made on.
  if (!readable) return header > CALL_HEADER ? header : 0;
  if (lane.has(LaneFlag.EndpointMapper)) return min(stubEnd, KEPT_OF_ENDPOINT_MAPPER);
  // What was opened with a secret is kept whole: the file has it in no readable form.
  if (unseal.isUnsealing && kept.total < MUCH) return stubEnd;
  return min(stubEnd, header + (kept.total < MUCH ? KEPT_OF_STUB : KEPT_OF_STUB_WHEN_MUCH));
}

/** The first PDU says that the stream is RPC, and by its type which side is the client. */
function tellStream(lane: Lane, type: u32): void {
  const flags = streams.get(Stream.Flags, lane.stream);
  // Both sides send RTS.
  if (flags & StreamFlag.Rpc || type == PduType.Rts) return;
  const byServer =
    type == PduType.Response ||
    type == PduType.Fault ||
    type == PduType.BindAck ||
    type == PduType.BindNak ||
    type == PduType.AlterContextResponse;
  const clientIsB = byServer != lane.has(LaneFlag.FromB);
  streams.set(Stream.Flags, lane.stream, flags | StreamFlag.Rpc | (clientIsB ? StreamFlag.ClientIsB : 0));
}
