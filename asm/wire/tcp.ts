// TCP: RFC 9293 3.1.
import * as cursor from "../cursor";
import { Format, Frame, Protocol, Status } from "../layout";

const SOURCE_PORT: usize = 0;
const DESTINATION_PORT: usize = SOURCE_PORT + 2;
const SEQUENCE: usize = DESTINATION_PORT + 2;
const ACKNOWLEDGMENT: usize = SEQUENCE + 4;
const OFFSET_AND_FLAGS: usize = ACKNOWLEDGMENT + 4;
const WINDOW: usize = OFFSET_AND_FLAGS + 2;
const HEADER: usize = WINDOW + 2 + 2 + 2;

export function tcp(): Protocol {
  if (!cursor.has(HEADER)) return Protocol.None;
  const offsetAndFlags = cursor.u16At(OFFSET_AND_FLAGS);
  const header = (offsetAndFlags >> 12) << 2;
  cursor.field("Transmission Control Protocol", 0, header, Format.None, 0);
  cursor.set(Frame.SourcePort, cursor.u16At(SOURCE_PORT));
  cursor.set(Frame.DestinationPort, cursor.u16At(DESTINATION_PORT));
  cursor.set(Frame.TcpFlags, offsetAndFlags & 0xfff);
  cursor.set(Frame.Seq, cursor.u32At(SEQUENCE));
  cursor.set(Frame.Ack, cursor.u32At(ACKNOWLEDGMENT));
  cursor.set(Frame.Window, cursor.u16At(WINDOW));
  if (header < <u32>HEADER) {
    cursor.stop(Status.Malformed);
    return Protocol.None;
  }
  if (!cursor.has(header)) return Protocol.None;
  cursor.advance(header);
  cursor.set(Frame.PayloadAt, <u32>(cursor.at - cursor.start));
  cursor.set(Frame.PayloadLength, cursor.wireLeft());
  return Protocol.None;
}
