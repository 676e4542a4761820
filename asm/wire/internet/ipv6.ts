// IPv6: RFC 8200.
import * as addresses from "../../memory/addresses";
import * as cursor from "../../frame/cursor";
import * as fragments from "../../frame/fragments";
import { FieldKey, Format, Protocol, Status } from "../../layout";
import { ofIpProtocol } from "./ip-protocol";
import { reassemble } from "./ipv4";
import { extensions } from "./ipv6-extensions";

const VERSION: usize = 0;
const PAYLOAD_LENGTH: usize = VERSION + 4;
const NEXT_HEADER: usize = PAYLOAD_LENGTH + 2;
const HOP_LIMIT: usize = NEXT_HEADER + 1;
const SOURCE: usize = HOP_LIMIT + 1;
const DESTINATION: usize = SOURCE + 16;
const HEADER: usize = DESTINATION + 16;

const FRAGMENT: u32 = 44;
const FRAGMENT_NEXT: usize = 0;
const FRAGMENT_OFFSET: usize = FRAGMENT_NEXT + 2;
const FRAGMENT_IDENTIFICATION: usize = FRAGMENT_OFFSET + 2;
const FRAGMENT_HEADER: usize = FRAGMENT_IDENTIFICATION + 4;

export function ipv6(): Protocol {
  if (!cursor.has(HEADER)) return Protocol.None;
  if (cursor.u8At(VERSION) >> 4 != 6) {
    cursor.stop(Status.Malformed);
    return Protocol.None;
  }
  const length = cursor.u16At(PAYLOAD_LENGTH);
  let next = cursor.u8At(NEXT_HEADER);
  describe(0);
  if (!cursor.recording) {
    cursor.setAddresses(addresses.ipv6(cursor.at + SOURCE), addresses.ipv6(cursor.at + DESTINATION));
  }
  cursor.advance(HEADER);
  const isCut = cursor.left() < length;
  // Zero means a jumbo payload, or a packet that the network card was to cut into segments.
  if (length != 0) cursor.limit(length);
  next = extensions(next);
  if (next == FRAGMENT) {
    next = fragment(isCut);
    if (cursor.status != Status.Ok) return Protocol.None;
    next = extensions(next);
  }
  return cursor.status == Status.Ok ? ofIpProtocol(next) : Protocol.None;
}

/** Reads a fragment header; returns the next header's number, or stops the frame. */
function fragment(isCut: bool): u32 {
  if (!cursor.has(FRAGMENT_HEADER)) return 0;
  const next = cursor.u8At(FRAGMENT_NEXT);
  const offset = cursor.u16At(FRAGMENT_OFFSET);
  const identification = cursor.u32At(FRAGMENT_IDENTIFICATION);
  cursor.field(FieldKey.FragmentHeader, 0, <u32>FRAGMENT_HEADER, Format.None, 1);
  cursor.field(FieldKey.NextHeader, FRAGMENT_NEXT, 1, Format.IpProtocol, 2);
  cursor.field(FieldKey.OffsetAndMoreFragments, FRAGMENT_OFFSET, 2, Format.Hex, 2);
  cursor.field(FieldKey.Identification, FRAGMENT_IDENTIFICATION, 4, Format.Hex, 2);
  cursor.advance(FRAGMENT_HEADER);
  const more = (offset & 1) != 0;
  // An atomic fragment is a whole datagram: RFC 6946. No datagram can come of one that is cut: the first is read by itself.
  if (offset >> 3 == 0 && (!more || isCut)) return next;
  return reassemble(identification, FRAGMENT, next, offset & ~7, more, isCut) ? fragments.datagramNext : 0;
}

/** Records the header that an ICMPv6 message quotes, and the ports right behind it: the cursor is on it. */
export function quotedIpv6(): void {
  if (cursor.left() < <u32>HEADER) return;
  const next = cursor.u8At(NEXT_HEADER);
  describe(1);
  if ((next != 6 && next != 17) || cursor.left() < <u32>HEADER + 4) return;
  cursor.field(FieldKey.SourcePort, HEADER, 2, Format.Number, 2);
  cursor.field(FieldKey.DestinationPort, HEADER + 2, 2, Format.Number, 2);
}

function describe(depth: u32): void {
  if (!cursor.recording) return;
  cursor.field(FieldKey.Ipv6, 0, <u32>HEADER, Format.None, depth);
  cursor.field(FieldKey.VersionClassAndFlow, VERSION, 4, Format.Hex, depth + 1);
  cursor.field(FieldKey.PayloadLength, PAYLOAD_LENGTH, 2, Format.Number, depth + 1);
  cursor.field(FieldKey.NextHeader, NEXT_HEADER, 1, Format.IpProtocol, depth + 1);
  cursor.field(FieldKey.HopLimit, HOP_LIMIT, 1, Format.Number, depth + 1);
  cursor.field(FieldKey.SourceAddress, SOURCE, 16, Format.Ipv6, depth + 1);
  cursor.field(FieldKey.DestinationAddress, DESTINATION, 16, Format.Ipv6, depth + 1);
}
