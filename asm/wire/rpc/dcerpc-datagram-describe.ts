// Connectionless DCE/RPC field by field: C706 12.5.
import * as cursor from "../../frame/cursor";
import { FieldKey, Format, PduType } from "../../layout";
import * as header from "./dcerpc-datagram-header";
import { HEADER } from "./dcerpc-datagram-header";

export const MAJOR: u32 = header.MAJOR;

let little: bool = true;

/** Records the fields of the PDU that the cursor has opened. */
export function describe(): void {
  cursor.field(FieldKey.RpcConnectionless, 0, cursor.left(), Format.None, 0);
  if (!cursor.has(HEADER)) return;
  little = header.isLittle(cursor.at);
  const uuid = little ? Format.UuidLittle : Format.UuidBig;
  cursor.field(FieldKey.Version, header.VERSION, 1, Format.Number);
  cursor.field(FieldKey.PacketType, header.TYPE, 1, Format.PduType);
  cursor.field(FieldKey.Flags1, header.FLAGS, 1, Format.Hex);
  cursor.field(FieldKey.Flags2, header.FLAGS2, 1, Format.Hex);
  cursor.field(FieldKey.DataRepresentation, header.DREP, 3, Format.Bytes);
  cursor.field(FieldKey.SerialNumberHigh, header.SERIAL_HIGH, 1, Format.Number);
  cursor.field(FieldKey.ObjectUuid, header.OBJECT, 16, uuid);
  cursor.field(FieldKey.Interface, header.INTERFACE, 16, uuid);
  cursor.field(FieldKey.Activity, header.ACTIVITY, 16, uuid);
  integer(FieldKey.ServerBootTime, header.SERVER_BOOT, 4);
  integer(FieldKey.InterfaceVersion, header.INTERFACE_VERSION, 4);
  integer(FieldKey.SequenceNumber, header.SEQUENCE, 4);
  integer(FieldKey.Opnum, header.OPNUM, 2);
  cursor.field(FieldKey.InterfaceHint, header.INTERFACE_HINT, 2, little ? Format.HexLittle : Format.Hex);
  cursor.field(FieldKey.ActivityHint, header.ACTIVITY_HINT, 2, little ? Format.HexLittle : Format.Hex);
  integer(FieldKey.FragmentLength, header.FRAGMENT_LENGTH, 2);
  integer(FieldKey.FragmentNumber, header.FRAGMENT_NUMBER, 2);
  cursor.field(FieldKey.AuthProtocol, header.AUTH_PROTOCOL, 1, Format.AuthType);
  cursor.field(FieldKey.SerialNumberLow, header.SERIAL_LOW, 1, Format.Number);
  const type = cursor.u8At(header.TYPE);
  const body = min(header.u16Of(cursor.at, cursor.at + header.FRAGMENT_LENGTH), cursor.left() - HEADER);
  if (body >= 4 && (type == PduType.Fault || type == PduType.Reject))
    cursor.field(FieldKey.Status, HEADER, 4, little ? Format.FaultStatusLittle : Format.FaultStatus);
  else if (body > 0) cursor.field(FieldKey.Body, HEADER, body, Format.Bytes);
}

function integer(key: FieldKey, at: usize, length: u32): void {
  cursor.field(key, at, length, little ? Format.NumberLittle : Format.Number);
}
