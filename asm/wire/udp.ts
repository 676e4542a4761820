// UDP: RFC 768.
import * as cursor from "../cursor";
import { Format, Frame, Protocol } from "../layout";

const SOURCE_PORT: usize = 0;
const DESTINATION_PORT: usize = SOURCE_PORT + 2;
const LENGTH: usize = DESTINATION_PORT + 2;
const HEADER: usize = LENGTH + 2 + 2;

export function udp(): Protocol {
  if (!cursor.has(HEADER)) return Protocol.None;
  cursor.field("User Datagram Protocol", 0, <u32>HEADER, Format.None, 0);
  cursor.set(Frame.SourcePort, cursor.u16At(SOURCE_PORT));
  cursor.set(Frame.DestinationPort, cursor.u16At(DESTINATION_PORT));
  const length = cursor.u16At(LENGTH);
  if (length >= <u32>HEADER) cursor.limit(length);
  cursor.advance(HEADER);
  cursor.set(Frame.PayloadAt, <u32>(cursor.at - cursor.start));
  cursor.set(Frame.PayloadLength, cursor.wireLeft());
  return Protocol.None;
}
