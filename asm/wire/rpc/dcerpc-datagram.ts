// Connectionless DCE/RPC: C706 12.5. Its header says other things than that of connections: the row's call id is
// the sequence number, opnum is where it is there, interface and activity are among the kept bytes.
import * as cursor from "../../frame/cursor";
import * as kept from "../../memory/excerpts";
import * as unseal from "../../stream/unseal";
import { AuthLevel, Pdu, PduFlag, PduType, Protocol, Stream, StreamFlag } from "../../layout";
import { NONE, pdus, streams } from "../../memory/table";
import * as header from "./dcerpc-datagram-header";
import { HEADER } from "./dcerpc-datagram-header";

/** sec_trailer_cl: level and number of the security context. MS-RPCE 2.2.3.4. */
const TRAILER: u32 = 2;
const TRAILER_ALIGNMENT: u32 = 8;
const KEPT_OF_BODY: u32 = 1024;
/** From this many kept bytes on, only headers are kept. */
const MUCH: u64 = 48 << 20;

/** Appends the PDU that fills the datagram at the cursor, if it is one. */
export function read(stream: u32, fromB: bool): bool {
  const pdu = cursor.at;
  if (!header.convincing(pdu, cursor.left(), cursor.wireLeft())) return false;
  const row = pdus.next();
  if (row == NONE) return false;
  const type = <u32>load<u8>(pdu + header.TYPE);
  const flags1 = <u32>load<u8>(pdu + header.FLAGS);
  const body = header.u16Of(pdu, pdu + header.FRAGMENT_LENGTH);
  const captured = min(cursor.left() - HEADER, body);
  const authProtocol = <u32>load<u8>(pdu + header.AUTH_PROTOCOL);
  const isWhole = captured == body;

  let flags = PduFlag.Connectionless | (fromB ? PduFlag.FromB : 0);
  if (!header.isLittle(pdu)) flags |= PduFlag.BigEndian;
  if (!isWhole) flags |= PduFlag.Cut;
  if ((load<u64>(pdu + header.OBJECT) | load<u64>(pdu + header.OBJECT, 8)) != 0) flags |= PduFlag.Object;

  const opened = unseal.pdu(row, stream, NONE, cursor.row, pdu, cursor.left(), cursor.wireLeft());
  flags |= flagsOf(opened);
  const isCall = type == PduType.Request || type == PduType.Response;
  let security = authProtocol;
  let context: u32 = 0;
  let readable = true;
  if (authProtocol) {
    const trailer = trailerOf(pdu, body);
    if (trailer) {
      const level = <u32>load<u8>(trailer);
      security |= level << 8;
      context = load<u8>(trailer + 1);
      readable = level != AuthLevel.Privacy || (opened & unseal.Unsealed.Opened) != 0;
    } else readable = false;
    if (!readable && (isCall || type == PduType.Fault)) flags |= PduFlag.Sealed;
  }

  // The verifier follows the body.
  const verifier = authProtocol ? cursor.wireLeft() - HEADER - body : 0;
  pdus.set(Pdu.Frame, row, cursor.row);
  pdus.set(Pdu.FirstFrame, row, cursor.row);
  pdus.set(Pdu.Stream, row, stream);
  pdus.set(Pdu.Pipe, row, NONE);
  pdus.set(Pdu.At, row, <u32>(pdu - cursor.start));
  pdus.set(Pdu.Lengths, row, min<u32>(HEADER + body, 0xffff) | (min<u32>(verifier, 0xffff) << 16));
  pdus.set(Pdu.CallId, row, header.u32Of(pdu, pdu + header.SEQUENCE));
  pdus.set(Pdu.Context, row, header.u16Of(pdu, pdu + header.OPNUM) << 16);
  pdus.set(Pdu.Auth, row, security);
  pdus.set(Pdu.AuthContextId, row, context);
  pdus.set(Pdu.Status, row, readable ? statusOf(pdu, type, captured) : NONE);
  pdus.set(Pdu.StubLength, row, isCall ? body : 0);
  pdus.set(Pdu.StubTail, row, isCall && isWhole && readable ? tailOf(pdu, flags1, body) : NONE);
  const most = unseal.isUnsealing ? body : KEPT_OF_BODY;
  const held = HEADER + (kept.total < MUCH ? min(captured, most) : 0);
  const place = kept.keep(pdu, held);
  if (place && held == HEADER + body) flags |= PduFlag.KeptWhole;
  pdus.set(Pdu.Kept, row, <u32>place);
  pdus.set(Pdu.KeptLength, row, place ? held : 0);
  pdus.set(Pdu.Head, row, type | (flags1 << 8) | (flags << 16));
  pdus.publish();

  tellStream(stream, type, fromB);
  cursor.setProtocol(Protocol.Dcerpc);
  return true;
}

function flagsOf(opened: u32): u32 {
  return (
    (opened & unseal.Unsealed.Opened ? PduFlag.Unsealed : 0) |
    (opened & unseal.Unsealed.SignatureRight ? PduFlag.SignatureRight : 0) |
    (opened & unseal.Unsealed.SignatureWrong ? PduFlag.SignatureWrong : 0)
  );
}

/** Where the security trailer is, behind the body and what fills it up; 0 where it is not in the capture. */
function trailerOf(pdu: usize, body: u32): usize {
  const at = (HEADER + body + TRAILER_ALIGNMENT - 1) & ~(TRAILER_ALIGNMENT - 1);
  return at + TRAILER <= cursor.left() ? pdu + at : 0;
}

/**
 * A secret has opened an earlier PDU, of which so much was kept; its clear bytes are in place already. The key of a datagram's context
 * comes after the first request under it.
 */
export function openedLater(row: u32, opened: u32): void {
  const head = pdus.get(Pdu.Head, row);
  let flags = (head >> 16) | flagsOf(opened);
  if (opened & unseal.Unsealed.Opened) flags &= ~PduFlag.Sealed;
  pdus.set(Pdu.Head, row, (head & 0xffff) | (flags << 16));
  const pdu = <usize>pdus.get(Pdu.Kept, row);
  if (pdu == 0 || (flags & PduFlag.KeptWhole) == 0) return;
  const type = head & 0xff;
  const body = pdus.get(Pdu.KeptLength, row) - HEADER;
  pdus.set(Pdu.Status, row, statusOf(pdu, type, body));
  if (type == PduType.Request || type == PduType.Response)
    pdus.set(Pdu.StubTail, row, tailOf(pdu, (head >> 8) & 0xff, body));
}

function statusOf(pdu: usize, type: u32, captured: u32): u32 {
  const says = type == PduType.Fault || type == PduType.Reject;
  return says && captured >= 4 ? header.u32Of(pdu, pdu + HEADER) : NONE;
}

/** The stub's last four bytes, where the fragment is the call's last or only one. */
function tailOf(pdu: usize, flags1: u32, body: u32): u32 {
  if (body < 4 || (flags1 & (header.FRAGMENT | header.LAST_FRAGMENT)) == header.FRAGMENT) return NONE;
  return header.u32Of(pdu, pdu + HEADER + body - 4);
}

/** The first PDU shows who is the client. */
function tellStream(stream: u32, type: u32, fromB: bool): void {
  const flags = streams.get(Stream.Flags, stream);
  if (flags & StreamFlag.Rpc) return;
  const byServer =
    type == PduType.Response ||
    type == PduType.Fault ||
    type == PduType.Working ||
    type == PduType.NoCall ||
    type == PduType.Reject ||
    type == PduType.CancelAck;
  streams.set(Stream.Flags, stream, flags | StreamFlag.Rpc | (byServer != fromB ? StreamFlag.ClientIsB : 0));
}
