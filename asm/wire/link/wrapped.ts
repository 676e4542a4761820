// Link types that only wrap another: PKTAP (Apple), PPI (CACE), NFLOG (Linux firewall log), and Juniper's around Ethernet.
// https://www.tcpdump.org/linktypes.html has all three. They are in the byte order of the capturing machine.
import * as cursor from "../../frame/cursor";
import { FieldKey, Format, Protocol, Status } from "../../layout";
import { ofLinkType } from "./link-type";

const PKTAP_LENGTH: usize = 0;
const PKTAP_RECORD_TYPE: usize = PKTAP_LENGTH + 4;
const PKTAP_LINK_TYPE: usize = PKTAP_RECORD_TYPE + 4;
const PKTAP_HEADER: usize = PKTAP_LINK_TYPE + 4;

const PPI_LENGTH: usize = 2;
const PPI_LINK_TYPE: usize = PPI_LENGTH + 2;
const PPI_HEADER: usize = PPI_LINK_TYPE + 4;

const NFLOG_FAMILY: usize = 0;
const NFLOG_HEADER: usize = 4;
const ITEM_LENGTH: usize = 0;
const ITEM_TYPE: usize = ITEM_LENGTH + 2;
const ITEM_HEADER: usize = ITEM_TYPE + 2;
const ITEM_PAYLOAD: u32 = 9;
const FAMILY_IPV4: u32 = 2;
const FAMILY_IPV6: u32 = 10;

const JUNIPER_MAGIC: u32 = 0x4d4743;
const JUNIPER_FLAGS: usize = 3;
const JUNIPER_EXTENSIONS: usize = JUNIPER_FLAGS + 1;
const JUNIPER_HEADER: usize = JUNIPER_EXTENSIONS + 2;
const JUNIPER_NO_LINK: u32 = 0x02;
const JUNIPER_HAS_EXTENSIONS: u32 = 0x80;

export function juniperEthernet(): Protocol {
  if (!cursor.has(JUNIPER_HEADER)) return Protocol.None;
  if (cursor.u32At(0) >> 8 != JUNIPER_MAGIC) {
    cursor.stop(Status.Malformed);
    return Protocol.None;
  }
  const flags = cursor.u8At(JUNIPER_FLAGS);
  const hasExtensions = (flags & JUNIPER_HAS_EXTENSIONS) != 0;
  const header = hasExtensions ? <u32>JUNIPER_HEADER + cursor.u16At(JUNIPER_EXTENSIONS) : <u32>JUNIPER_EXTENSIONS;
  if (!cursor.has(header)) return Protocol.None;
  cursor.field(FieldKey.JuniperEthernet, 0, header, Format.None, 0);
  cursor.field(FieldKey.Flags, JUNIPER_FLAGS, 1, Format.Hex);
  cursor.advance(header);
  return flags & JUNIPER_NO_LINK ? Protocol.None : Protocol.Ethernet;
}

export function pktap(): Protocol {
  if (!cursor.has(PKTAP_HEADER)) return Protocol.None;
  cursor.field(FieldKey.Pktap, 0, <u32>PKTAP_HEADER, Format.None, 0);
  cursor.field(FieldKey.LinkType, PKTAP_LINK_TYPE, 4, Format.NumberLittle);
  return unwrap(PKTAP_HEADER, load<u32>(cursor.at + PKTAP_LENGTH), load<u32>(cursor.at + PKTAP_LINK_TYPE));
}

export function ppi(): Protocol {
  if (!cursor.has(PPI_HEADER)) return Protocol.None;
  cursor.field(FieldKey.Ppi, 0, <u32>PPI_HEADER, Format.None, 0);
  cursor.field(FieldKey.LinkType, PPI_LINK_TYPE, 4, Format.NumberLittle);
  return unwrap(PPI_HEADER, load<u16>(cursor.at + PPI_LENGTH), load<u32>(cursor.at + PPI_LINK_TYPE));
}

function unwrap(least: usize, length: u32, linkType: u32): Protocol {
  if (length < <u32>least) {
    cursor.stop(Status.Malformed);
    return Protocol.None;
  }
  if (!cursor.has(length)) return Protocol.None;
  cursor.advance(length);
  return ofLinkType(linkType);
}

/** A list of items; the packet is one of them. */
export function nflog(): Protocol {
  if (!cursor.has(NFLOG_HEADER)) return Protocol.None;
  const family = cursor.u8At(NFLOG_FAMILY);
  cursor.field(FieldKey.Nflog, 0, <u32>NFLOG_HEADER, Format.None, 0);
  cursor.field(FieldKey.Family, NFLOG_FAMILY, 1, Format.Number);
  cursor.advance(NFLOG_HEADER);
  while (cursor.wireLeft() > 0) {
    if (!cursor.has(ITEM_HEADER)) return Protocol.None;
    const length: u32 = load<u16>(cursor.at + ITEM_LENGTH);
    const type: u32 = load<u16>(cursor.at + ITEM_TYPE);
    if (length < <u32>ITEM_HEADER) {
      cursor.stop(Status.Malformed);
      return Protocol.None;
    }
    if (type == ITEM_PAYLOAD) {
      cursor.limit(length);
      cursor.advance(ITEM_HEADER);
      if (family == FAMILY_IPV4) return Protocol.Ipv4;
      return family == FAMILY_IPV6 ? Protocol.Ipv6 : Protocol.None;
    }
    if (!cursor.has(length)) return Protocol.None;
    cursor.advance((length + 3) & ~3);
  }
  return Protocol.None;
}
