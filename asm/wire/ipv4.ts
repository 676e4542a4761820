// IPv4: RFC 791.
import * as addresses from "../addresses";
import * as cursor from "../cursor";
import { Format, Frame, Protocol, Status } from "../layout";
import { ofIpProtocol } from "./ip-protocol";

const VERSION: usize = 0;
const SERVICE: usize = VERSION + 1;
const TOTAL_LENGTH: usize = SERVICE + 1;
const IDENTIFICATION: usize = TOTAL_LENGTH + 2;
const FRAGMENT: usize = IDENTIFICATION + 2;
const TIME_TO_LIVE: usize = FRAGMENT + 2;
const PROTOCOL: usize = TIME_TO_LIVE + 1;
const CHECKSUM: usize = PROTOCOL + 1;
const SOURCE: usize = CHECKSUM + 2;
const DESTINATION: usize = SOURCE + 4;
const HEADER: usize = DESTINATION + 4;

const MORE_FRAGMENTS: u32 = 0x2000;
const FRAGMENT_OFFSET: u32 = 0x1fff;

export function ipv4(): Protocol {
  if (!cursor.has(HEADER)) return Protocol.None;
  const version = cursor.u8At(VERSION);
  const header = (version & 15) << 2;
  if (version >> 4 != 4 || header < <u32>HEADER) {
    cursor.stop(Status.Malformed);
    return Protocol.None;
  }
  const total = cursor.u16At(TOTAL_LENGTH);
  const fragment = cursor.u16At(FRAGMENT);
  const next = cursor.u8At(PROTOCOL);
  describe(header);
  if (cursor.row != u32.MAX_VALUE) {
    cursor.setAddresses(addresses.ipv4(cursor.at + SOURCE), addresses.ipv4(cursor.at + DESTINATION));
    cursor.set(Frame.Extra, (cursor.u16At(IDENTIFICATION) << 8) | cursor.u8At(TIME_TO_LIVE));
  }
  // Zero where the network card was to cut the packet into segments: it reaches to the end of the frame.
  if (total >= header) cursor.limit(total);
  else if (total != 0) {
    cursor.stop(Status.Malformed);
    return Protocol.None;
  }
  if (!cursor.has(header)) return Protocol.None;
  cursor.advance(header);
  if (fragment & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) {
    cursor.stop(Status.Fragment);
    return Protocol.None;
  }
  return ofIpProtocol(next);
}

function describe(header: u32): void {
  cursor.field("Internet Protocol Version 4", 0, header, Format.None, 0);
  cursor.field("Version and header length", VERSION, 1, Format.Hex);
  cursor.field("Differentiated services", SERVICE, 1, Format.Hex);
  cursor.field("Total length", TOTAL_LENGTH, 2, Format.Number);
  cursor.field("Identification", IDENTIFICATION, 2, Format.Hex);
  cursor.field("Flags and fragment offset", FRAGMENT, 2, Format.Hex);
  cursor.field("Time to live", TIME_TO_LIVE, 1, Format.Number);
  cursor.field("Protocol", PROTOCOL, 1, Format.IpProtocol);
  cursor.field("Header checksum", CHECKSUM, 2, Format.Hex);
  cursor.field("Source address", SOURCE, 4, Format.Ipv4);
  cursor.field("Destination address", DESTINATION, 4, Format.Ipv4);
  if (header > <u32>HEADER && cursor.at + header <= cursor.end) {
    cursor.field("Options", HEADER, header - <u32>HEADER, Format.Bytes);
  }
}
