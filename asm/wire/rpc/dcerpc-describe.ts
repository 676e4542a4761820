// DCE/RPC field by field, for the detail pane: C706 12.6 and 12.5, MS-RPCE 2.2.2. What is missing from a cut PDU is left out.
import * as cursor from "../../frame/cursor";
import { AuthLevel, FieldKey, Format, PduType } from "../../layout";
import * as connectionless from "./dcerpc-datagram-describe";
import * as header from "./dcerpc-header";
import { AUTH_HEADER, HEADER } from "./dcerpc-header";

const UUID: u32 = 16;
const SYNTAX: u32 = UUID + 4;

let little: bool = true;
/** Where the next field of a body lies, counted from the PDU's first byte. */
let next: usize = 0;
/** Where the body ends: before the verifier, if there is one. */
let bodyEnd: usize = 0;
/** True if the verifier says that the stub is encrypted. */
let sealed: bool = false;

/** Records the fields of the PDU that the cursor has opened. */
export function describe(): void {
  if (cursor.left() > 0 && cursor.u8At(0) == connectionless.MAJOR) return connectionless.describe();
  cursor.field(FieldKey.Rpc, 0, cursor.left(), Format.None, 0);
  if (!cursor.has(HEADER)) return;
  little = header.isLittle(cursor.at);
  const type = cursor.u8At(header.TYPE);
  const length = header.u16Of(cursor.at, cursor.at + header.FRAG_LENGTH);
  const token = header.u16Of(cursor.at, cursor.at + header.AUTH_LENGTH);
  cursor.field(FieldKey.Version, header.VERSION, 1, Format.Number);
  cursor.field(FieldKey.VersionMinor, header.VERSION_MINOR, 1, Format.Number);
  cursor.field(FieldKey.PacketType, header.TYPE, 1, Format.PduType);
  cursor.field(FieldKey.PacketFlags, header.FLAGS, 1, Format.PduFlags);
  cursor.field(FieldKey.DataRepresentation, header.DREP, 4, Format.Bytes);
  integer(FieldKey.FragLength, header.FRAG_LENGTH, 2);
  integer(FieldKey.AuthLength, header.AUTH_LENGTH, 2);
  integer(FieldKey.CallId, header.CALL_ID, 4);
  next = HEADER;
  const verifier: usize = token && token + AUTH_HEADER + HEADER <= length ? length - token - AUTH_HEADER : length;
  bodyEnd = min<usize>(verifier, cursor.left());
  const hasVerifier = verifier < length && verifier + AUTH_HEADER <= cursor.left();
  sealed = hasVerifier && cursor.u8At(verifier + header.AUTH_LEVEL) == AuthLevel.Privacy;
  body(type, cursor.u8At(header.FLAGS), hasVerifier ? cursor.u8At(verifier + header.AUTH_PAD_LENGTH) : 0);
  if (hasVerifier) describeVerifier(verifier, token);
}

function body(type: u32, flags: u32, padding: u32): void {
  switch (type) {
    case PduType.Request:
      take(FieldKey.AllocHint, 4);
      take(FieldKey.ContextId, 2);
      take(FieldKey.Opnum, 2);
      if (flags & header.OBJECT) uuid(FieldKey.ObjectUuid, 1);
      return stub(padding);
    case PduType.Response:
      answer();
      skip(1);
      return stub(padding);
    case PduType.Fault:
      answer();
      if (fits(1)) cursor.field(FieldKey.FaultFlags, next, 1, Format.Hex);
      skip(1);
      if (fits(4)) cursor.field(FieldKey.Status, next, 4, little ? Format.FaultStatusLittle : Format.FaultStatus);
      skip(8);
      return stub(padding);
    case PduType.Bind:
    case PduType.AlterContext:
      negotiation();
      return contexts();
    case PduType.BindAck:
    case PduType.AlterContextResponse:
      negotiation();
      return results();
    case PduType.BindNak:
      return rejection();
    case PduType.Rts:
      take(FieldKey.RtsFlags, 2, Format.Hex);
      return take(FieldKey.RtsCommandCount, 2);
  }
}

function answer(): void {
  take(FieldKey.AllocHint, 4);
  take(FieldKey.ContextId, 2);
  take(FieldKey.CancelCount, 1);
}

function stub(padding: usize): void {
  const end = bodyEnd >= next + padding ? bodyEnd - padding : bodyEnd;
  if (end > next)
    cursor.field(sealed ? FieldKey.SealedStubData : FieldKey.StubData, next, <u32>(end - next), Format.Bytes);
  if (bodyEnd > end && end >= next) cursor.field(FieldKey.AuthPadding, end, <u32>(bodyEnd - end), Format.Bytes);
}

function negotiation(): void {
  take(FieldKey.MaxXmitFrag, 2);
  take(FieldKey.MaxRecvFrag, 2);
  take(FieldKey.AssocGroup, 4, Format.Hex);
}

function contexts(): void {
  if (!fits(4)) return;
  const count = cursor.u8At(next);
  take(FieldKey.ContextItemCount, 1);
  skip(3);
  for (let i: u32 = 0; i < count && fits(4 + SYNTAX); i++) {
    const syntaxes = cursor.u8At(next + 2);
    const length = min<usize>(4 + SYNTAX * (1 + syntaxes), bodyEnd - next);
    cursor.field(FieldKey.ContextItem, next, <u32>length, Format.None);
    take(FieldKey.ContextId, 2, Format.Number, 2);
    take(FieldKey.TransferSyntaxCount, 1, Format.Number, 2);
    skip(1);
    uuid(FieldKey.Interface, 2);
    take(FieldKey.InterfaceVersion, 2, Format.Number, 2);
    take(FieldKey.InterfaceVersionMinor, 2, Format.Number, 2);
    for (let j: u32 = 0; j < syntaxes && fits(SYNTAX); j++) {
      uuid(FieldKey.TransferSyntax, 2);
      take(FieldKey.TransferSyntaxVersion, 4, Format.Number, 2);
    }
  }
}

function results(): void {
  if (!fits(2)) return;
  const length = header.u16Of(cursor.at, cursor.at + next);
  take(FieldKey.SecondaryAddressLength, 2);
  if (length && fits(length)) cursor.field(FieldKey.SecondaryAddress, next, length, Format.Ascii);
  skip(length);
  next = (next + 3) & ~3;
  if (!fits(4)) return;
  const count = cursor.u8At(next);
  take(FieldKey.ResultCount, 1);
  skip(3);
  for (let i: u32 = 0; i < count && fits(4 + SYNTAX); i++) {
    cursor.field(FieldKey.ContextResult, next, 4 + SYNTAX, Format.None);
    take(FieldKey.AckResult, 2, Format.Number, 2);
    take(FieldKey.AckReason, 2, Format.Number, 2);
    uuid(FieldKey.TransferSyntax, 2);
    take(FieldKey.TransferSyntaxVersion, 4, Format.Number, 2);
  }
}

function rejection(): void {
  take(FieldKey.ProviderRejectReason, 2);
  if (!fits(1)) return;
  const count = cursor.u8At(next);
  take(FieldKey.ProtocolCount, 1);
  for (let i: u32 = 0; i < count && fits(2); i++) {
    cursor.field(FieldKey.ProtocolVersion, next, 2, Format.Dotted);
    skip(2);
  }
}

function describeVerifier(at: usize, token: u32): void {
  const left = <usize>cursor.left();
  cursor.field(FieldKey.AuthInfo, at, <u32>min<usize>(AUTH_HEADER + token, left - at), Format.None);
  cursor.field(FieldKey.AuthType, at + header.AUTH_TYPE, 1, Format.AuthType, 2);
  cursor.field(FieldKey.AuthLevel, at + header.AUTH_LEVEL, 1, Format.AuthLevel, 2);
  cursor.field(FieldKey.AuthPadLength, at + header.AUTH_PAD_LENGTH, 1, Format.Number, 2);
  integer(FieldKey.AuthContextId, at + header.AUTH_CONTEXT_ID, 4, Format.Number, 2);
  const tokenAt = at + AUTH_HEADER;
  if (tokenAt < left)
    cursor.field(FieldKey.AuthToken, tokenAt, <u32>min<usize>(token, left - tokenAt), Format.Bytes, 2);
}

/** An integer at a position, in the PDU's byte order. */
function integer(key: FieldKey, at: usize, length: u32, format: Format = Format.Number, depth: u32 = 1): void {
  if (little) format = format == Format.Hex ? Format.HexLittle : Format.NumberLittle;
  cursor.field(key, at, length, format, depth);
}

/** The next integer of the body; what does not fit ends the body. */
function take(key: FieldKey, length: u32, format: Format = Format.Number, depth: u32 = 1): void {
  if (fits(length)) integer(key, next, length, format, depth);
  skip(length);
}

function uuid(key: FieldKey, depth: u32): void {
  if (fits(UUID)) cursor.field(key, next, UUID, little ? Format.UuidLittle : Format.UuidBig, depth);
  skip(UUID);
}

function fits(length: usize): bool {
  return next + length <= bodyEnd;
}

function skip(length: u32): void {
  next += length;
}
