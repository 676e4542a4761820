// PPP over Ethernet: RFC 2516.
import * as cursor from "../../frame/cursor";
import { FieldKey, Format, Protocol } from "../../layout";
import { pppProtocol } from "./ppp";

const VERSION_AND_TYPE: usize = 0;
const CODE: usize = VERSION_AND_TYPE + 1;
const SESSION: usize = CODE + 1;
const LENGTH: usize = SESSION + 2;
const HEADER: usize = LENGTH + 2;

const SESSION_DATA: u32 = 0;

export function pppoe(): Protocol {
  if (!cursor.has(HEADER)) return Protocol.None;
  const code = cursor.u8At(CODE);
  const length = cursor.u16At(LENGTH);
  cursor.field(FieldKey.Pppoe, 0, <u32>HEADER, Format.None, 0);
  cursor.field(FieldKey.VersionAndType, VERSION_AND_TYPE, 1, Format.Hex);
  cursor.field(FieldKey.Code, CODE, 1, Format.Hex);
  cursor.field(FieldKey.SessionId, SESSION, 2, Format.Hex);
  cursor.field(FieldKey.PayloadLength, LENGTH, 2, Format.Number);
  cursor.advance(HEADER);
  cursor.limit(length);
  return code == SESSION_DATA ? pppProtocol() : Protocol.None;
}
