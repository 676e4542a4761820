// IPv6: RFC 8200.
import * as addresses from "../addresses";
import * as cursor from "../cursor";
import { Format, Protocol, Status } from "../layout";
import { ofIpProtocol } from "./ip-protocol";

const VERSION: usize = 0;
const PAYLOAD_LENGTH: usize = VERSION + 4;
const NEXT_HEADER: usize = PAYLOAD_LENGTH + 2;
const HOP_LIMIT: usize = NEXT_HEADER + 1;
const SOURCE: usize = HOP_LIMIT + 1;
const DESTINATION: usize = SOURCE + 16;
const HEADER: usize = DESTINATION + 16;

export function ipv6(): Protocol {
  if (!cursor.has(HEADER)) return Protocol.None;
  if (cursor.u8At(VERSION) >> 4 != 6) {
    cursor.stop(Status.Malformed);
    return Protocol.None;
  }
  const length = cursor.u16At(PAYLOAD_LENGTH);
  const next = cursor.u8At(NEXT_HEADER);
  cursor.field("Internet Protocol Version 6", 0, <u32>HEADER, Format.None, 0);
  cursor.field("Version, traffic class, flow label", VERSION, 4, Format.Hex);
  cursor.field("Payload length", PAYLOAD_LENGTH, 2, Format.Number);
  cursor.field("Next header", NEXT_HEADER, 1, Format.IpProtocol);
  cursor.field("Hop limit", HOP_LIMIT, 1, Format.Number);
  cursor.field("Source address", SOURCE, 16, Format.Ipv6);
  cursor.field("Destination address", DESTINATION, 16, Format.Ipv6);
  if (cursor.row != u32.MAX_VALUE) {
    cursor.setAddresses(addresses.ipv6(cursor.at + SOURCE), addresses.ipv6(cursor.at + DESTINATION));
  }
  cursor.advance(HEADER);
  if (length != 0) cursor.limit(length);
  return ofIpProtocol(next);
}
