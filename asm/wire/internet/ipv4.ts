// IPv4: RFC 791.
import * as addresses from "../../memory/addresses";
import * as cursor from "../../frame/cursor";
import * as fragments from "../../frame/fragments";
import { FieldKey, Format, Frame, Protocol, Status } from "../../layout";
import { ofIpProtocol } from "./ip-protocol";
import { AUTHENTICATION, extensions } from "./ipv6-extensions";

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
  const total = cursor.u16At(TOTAL_LENGTH);
  // A total length of zero is left by a network card that was to cut the packet into segments itself.
  if (version >> 4 != 4 || header < <u32>HEADER || (total != 0 && total < header)) {
    cursor.stop(Status.Malformed);
    return Protocol.None;
  }
  const identification = cursor.u16At(IDENTIFICATION);
  const fragment = cursor.u16At(FRAGMENT);
  const protocol = cursor.u8At(PROTOCOL);
  describe(header, 0);
  if (!cursor.recording) {
    cursor.setAddresses(addresses.ipv4(cursor.at + SOURCE), addresses.ipv4(cursor.at + DESTINATION));
    cursor.set(Frame.Extra, (identification << 8) | cursor.u8At(TIME_TO_LIVE));
  }
  const isCut = cursor.left() < total;
  if (total != 0) cursor.limit(total);
  if (!cursor.has(header)) return Protocol.None;
  cursor.advance(header);
  const offset = (fragment & FRAGMENT_OFFSET) << 3;
  // No datagram can come of a fragment that is cut: the first is read by itself.
  if (fragment & (MORE_FRAGMENTS | FRAGMENT_OFFSET) && !(isCut && offset == 0)) {
    const more = (fragment & MORE_FRAGMENTS) != 0;
    if (!reassemble(identification, protocol, protocol, offset, more, isCut)) return Protocol.None;
  }
  return ofIpProtocol(protocol == AUTHENTICATION ? extensions(protocol) : protocol);
}

/**
 * Takes the fragment that the cursor is on. When it completes its datagram the cursor goes on in that,
 * else the frame stops here. While fields are recorded there is but this one frame, hence no datagram.
 */
export function reassemble(identification: u32, protocol: u32, next: u32, offset: u32, more: bool, isCut: bool): bool {
  if (
    !cursor.recording &&
    !isCut &&
    fragments.add(
      cursor.source,
      cursor.destination,
      identification,
      protocol,
      next,
      offset,
      more,
      cursor.at,
      cursor.left(),
    )
  ) {
    cursor.moveTo(fragments.datagram, fragments.datagramLength);
    return true;
  }
  cursor.stop(Status.Fragment);
  return false;
}

/** Records the header that an ICMP message quotes, and the ports behind it: the cursor is on it. */
export function quotedIpv4(): void {
  if (cursor.left() < <u32>HEADER) return;
  const header = (cursor.u8At(VERSION) & 15) << 2;
  const protocol = cursor.u8At(PROTOCOL);
  if (header < <u32>HEADER) return;
  describe(header, 1);
  if ((protocol != 6 && protocol != 17) || cursor.left() < header + 4) return;
  cursor.field(FieldKey.SourcePort, header, 2, Format.Number, 2);
  cursor.field(FieldKey.DestinationPort, header + 2, 2, Format.Number, 2);
}

function describe(header: u32, depth: u32): void {
  if (!cursor.recording) return;
  cursor.field(FieldKey.Ipv4, 0, header, Format.None, depth);
  cursor.field(FieldKey.VersionAndHeaderLength, VERSION, 1, Format.Hex, depth + 1);
  cursor.field(FieldKey.DifferentiatedServices, SERVICE, 1, Format.Hex, depth + 1);
  cursor.field(FieldKey.TotalLength, TOTAL_LENGTH, 2, Format.Number, depth + 1);
  cursor.field(FieldKey.Identification, IDENTIFICATION, 2, Format.Hex, depth + 1);
  cursor.field(FieldKey.FlagsAndFragmentOffset, FRAGMENT, 2, Format.Hex, depth + 1);
  cursor.field(FieldKey.TimeToLive, TIME_TO_LIVE, 1, Format.Number, depth + 1);
  cursor.field(FieldKey.Protocol, PROTOCOL, 1, Format.IpProtocol, depth + 1);
  cursor.field(FieldKey.HeaderChecksum, CHECKSUM, 2, Format.Hex, depth + 1);
  cursor.field(FieldKey.SourceAddress, SOURCE, 4, Format.Ipv4, depth + 1);
  cursor.field(FieldKey.DestinationAddress, DESTINATION, 4, Format.Ipv4, depth + 1);
  if (header > <u32>HEADER && header <= cursor.left()) {
    cursor.field(FieldKey.Options, HEADER, header - <u32>HEADER, Format.Bytes, depth + 1);
  }
}
