// Connectionless DCE/RPC field by field: C706 12.5.
import * as cursor from "../../frame/cursor";
import { Format, PduType } from "../../layout";
import * as header from "./dcerpc-datagram-header";
import { HEADER } from "./dcerpc-datagram-header";

export const MAJOR: u32 = header.MAJOR;

let little: bool = true;

/** Records the fields of the PDU that the cursor has opened. */
export function describe(): void {
  cursor.field("DCE/RPC, connectionless", 0, cursor.left(), Format.None, 0);
  if (!cursor.has(HEADER)) return;
  little = header.isLittle(cursor.at);
  const uuid = little ? Format.UuidLittle : Format.UuidBig;
  cursor.field("Version", header.VERSION, 1, Format.Number);
  cursor.field("Packet type", header.TYPE, 1, Format.PduType);
  cursor.field("Flags 1", header.FLAGS, 1, Format.Hex);
  cursor.field("Flags 2", header.FLAGS2, 1, Format.Hex);
  cursor.field("Data representation", header.DREP, 3, Format.Bytes);
  cursor.field("Serial number (high)", header.SERIAL_HIGH, 1, Format.Number);
  cursor.field("Object UUID", header.OBJECT, 16, uuid);
  cursor.field("Interface", header.INTERFACE, 16, uuid);
  cursor.field("Activity", header.ACTIVITY, 16, uuid);
  integer("Server boot time", header.SERVER_BOOT, 4);
  integer("Interface version", header.INTERFACE_VERSION, 4);
  integer("Sequence number", header.SEQUENCE, 4);
  integer("Opnum", header.OPNUM, 2);
  cursor.field("Interface hint", header.INTERFACE_HINT, 2, little ? Format.HexLittle : Format.Hex);
  cursor.field("Activity hint", header.ACTIVITY_HINT, 2, little ? Format.HexLittle : Format.Hex);
  integer("Fragment length", header.FRAGMENT_LENGTH, 2);
  integer("Fragment number", header.FRAGMENT_NUMBER, 2);
  cursor.field("Auth protocol", header.AUTH_PROTOCOL, 1, Format.AuthType);
  cursor.field("Serial number (low)", header.SERIAL_LOW, 1, Format.Number);
  const type = cursor.u8At(header.TYPE);
  const body = min(header.u16Of(cursor.at, cursor.at + header.FRAGMENT_LENGTH), cursor.left() - HEADER);
  if (body >= 4 && (type == PduType.Fault || type == PduType.Reject))
    cursor.field("Status", HEADER, 4, little ? Format.FaultStatusLittle : Format.FaultStatus);
  else if (body > 0) cursor.field("Body", HEADER, body, Format.Bytes);
}

function integer(label: string, at: usize, length: u32): void {
  cursor.field(label, at, length, little ? Format.NumberLittle : Format.Number);
}
