// DCE/RPC field by field, for the detail pane: C706 12.6 and 12.5, MS-RPCE 2.2.2. What is missing from a cut PDU is left out.
import * as cursor from "../../frame/cursor";
import { AuthLevel, Format, PduType } from "../../layout";
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
  cursor.field("DCE/RPC", 0, cursor.left(), Format.None, 0);
  if (!cursor.has(HEADER)) return;
  little = header.isLittle(cursor.at);
  const type = cursor.u8At(header.TYPE);
  const length = header.u16Of(cursor.at, cursor.at + header.FRAG_LENGTH);
  const token = header.u16Of(cursor.at, cursor.at + header.AUTH_LENGTH);
  cursor.field("Version", header.VERSION, 1, Format.Number);
  cursor.field("Version (minor)", header.VERSION_MINOR, 1, Format.Number);
  cursor.field("Packet type", header.TYPE, 1, Format.PduType);
  cursor.field("Packet flags", header.FLAGS, 1, Format.PduFlags);
  cursor.field("Data representation", header.DREP, 4, Format.Bytes);
  integer("Frag length", header.FRAG_LENGTH, 2);
  integer("Auth length", header.AUTH_LENGTH, 2);
  integer("Call ID", header.CALL_ID, 4);
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
      take("Alloc hint", 4);
      take("Context ID", 2);
      take("Opnum", 2);
      if (flags & header.OBJECT) uuid("Object UUID", 1);
      return stub(padding);
    case PduType.Response:
      answer();
      skip(1);
      return stub(padding);
    case PduType.Fault:
      answer();
      if (fits(1)) cursor.field("Fault flags", next, 1, Format.Hex);
      skip(1);
      if (fits(4)) cursor.field("Status", next, 4, little ? Format.FaultStatusLittle : Format.FaultStatus);
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
      return refusal();
    case PduType.Rts:
      take("RTS flags", 2, Format.Hex);
      return take("Number of RTS commands", 2);
  }
}

function answer(): void {
  take("Alloc hint", 4);
  take("Context ID", 2);
  take("Cancel count", 1);
}

function stub(padding: usize): void {
  const end = bodyEnd >= next + padding ? bodyEnd - padding : bodyEnd;
  if (end > next) cursor.field(sealed ? "Sealed stub data" : "Stub data", next, <u32>(end - next), Format.Bytes);
  if (bodyEnd > end && end >= next) cursor.field("Auth padding", end, <u32>(bodyEnd - end), Format.Bytes);
}

function negotiation(): void {
  take("Max xmit frag", 2);
  take("Max recv frag", 2);
  take("Assoc group", 4, Format.Hex);
}

function contexts(): void {
  if (!fits(4)) return;
  const count = cursor.u8At(next);
  take("Number of context items", 1);
  skip(3);
  for (let i: u32 = 0; i < count && fits(4 + SYNTAX); i++) {
    const syntaxes = cursor.u8At(next + 2);
    const length = min<usize>(4 + SYNTAX * (1 + syntaxes), bodyEnd - next);
    cursor.field("Context item", next, <u32>length, Format.None);
    take("Context ID", 2, Format.Number, 2);
    take("Number of transfer syntaxes", 1, Format.Number, 2);
    skip(1);
    uuid("Interface", 2);
    take("Interface version", 2, Format.Number, 2);
    take("Interface version (minor)", 2, Format.Number, 2);
    for (let j: u32 = 0; j < syntaxes && fits(SYNTAX); j++) {
      uuid("Transfer syntax", 2);
      take("Transfer syntax version", 4, Format.Number, 2);
    }
  }
}

function results(): void {
  if (!fits(2)) return;
  const length = header.u16Of(cursor.at, cursor.at + next);
  take("Secondary address length", 2);
  if (length && fits(length)) cursor.field("Secondary address", next, length, Format.Ascii);
  skip(length);
  next = (next + 3) & ~3;
  if (!fits(4)) return;
  const count = cursor.u8At(next);
  take("Number of results", 1);
  skip(3);
  for (let i: u32 = 0; i < count && fits(4 + SYNTAX); i++) {
    cursor.field("Context result", next, 4 + SYNTAX, Format.None);
    take("Ack result", 2, Format.Number, 2);
    take("Ack reason, or features that both have", 2, Format.Number, 2);
    uuid("Transfer syntax", 2);
    take("Transfer syntax version", 4, Format.Number, 2);
  }
}

function refusal(): void {
  take("Provider reject reason", 2);
  if (!fits(1)) return;
  const count = cursor.u8At(next);
  take("Number of protocols", 1);
  for (let i: u32 = 0; i < count && fits(2); i++) {
    cursor.field("Protocol version", next, 2, Format.Dotted);
    skip(2);
  }
}

function describeVerifier(at: usize, token: u32): void {
  const left = <usize>cursor.left();
  cursor.field("Auth info", at, <u32>min<usize>(AUTH_HEADER + token, left - at), Format.None);
  cursor.field("Auth type", at + header.AUTH_TYPE, 1, Format.AuthType, 2);
  cursor.field("Auth level", at + header.AUTH_LEVEL, 1, Format.AuthLevel, 2);
  cursor.field("Auth pad length", at + header.AUTH_PAD_LENGTH, 1, Format.Number, 2);
  integer("Auth context ID", at + header.AUTH_CONTEXT_ID, 4, Format.Number, 2);
  const tokenAt = at + AUTH_HEADER;
  if (tokenAt < left) cursor.field("Auth token", tokenAt, <u32>min<usize>(token, left - tokenAt), Format.Bytes, 2);
}

/** An integer at a position, in the PDU's byte order. */
function integer(label: string, at: usize, length: u32, format: Format = Format.Number, depth: u32 = 1): void {
  if (little) format = format == Format.Hex ? Format.HexLittle : Format.NumberLittle;
  cursor.field(label, at, length, format, depth);
}

/** The next integer of the body; what does not fit ends the body. */
function take(label: string, length: u32, format: Format = Format.Number, depth: u32 = 1): void {
  if (fits(length)) integer(label, next, length, format, depth);
  skip(length);
}

function uuid(label: string, depth: u32): void {
  if (fits(UUID)) cursor.field(label, next, UUID, little ? Format.UuidLittle : Format.UuidBig, depth);
  skip(UUID);
}

function fits(length: usize): bool {
  return next + length <= bodyEnd;
}

function skip(length: u32): void {
  next += length;
}
