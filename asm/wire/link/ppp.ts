// PPP: RFC 1661, in HDLC framing: RFC 1662; Cisco HDLC, which shares link types with it.
// Captures differ in what they leave before the protocol: a direction, address and control, or nothing.
import * as cursor from "../../frame/cursor";
import { FieldKey, Format, Protocol } from "../../layout";
import { ofEtherType } from "./ether-type";

const ADDRESS: usize = 0;
const CONTROL: usize = ADDRESS + 1;
const HDLC_HEADER: usize = CONTROL + 1;

const ALL_STATIONS: u32 = 0xff;
const UNNUMBERED_INFORMATION: u32 = 0x03;
const CISCO_UNICAST: u32 = 0x0f;
const CISCO_MULTICAST: u32 = 0x8f;
/** Directions are 0 (received) and 1 (sent). */
const LAST_DIRECTION: u32 = 1;

export function ppp(): Protocol {
  if (!cursor.has(HDLC_HEADER)) return Protocol.None;
  const first = cursor.u8At(ADDRESS);
  const second = cursor.u8At(CONTROL);
  if ((first == CISCO_UNICAST || first == CISCO_MULTICAST) && second == 0) return ciscoHdlc();
  const hasAddress = first == ALL_STATIONS && second == UNNUMBERED_INFORMATION;
  // The direction is in place of the address, or before everything.
  const replaced = first <= LAST_DIRECTION && second == UNNUMBERED_INFORMATION;
  if (hasAddress || replaced) cursor.advance(HDLC_HEADER);
  else if (first <= LAST_DIRECTION && (second == ALL_STATIONS || second == 0)) {
    cursor.advance(1);
    if (!cursor.has(HDLC_HEADER)) return Protocol.None;
    if (cursor.u8At(ADDRESS) == ALL_STATIONS) cursor.advance(HDLC_HEADER);
  }
  return pppProtocol();
}

/** Reads a PPP protocol number, which may be compressed to one odd byte. */
export function pppProtocol(): Protocol {
  if (!cursor.has(1)) return Protocol.None;
  const compressed = cursor.u8At(0) & 1;
  const length: u32 = compressed ? 1 : 2;
  if (!cursor.has(length)) return Protocol.None;
  const number = compressed ? cursor.u8At(0) : cursor.u16At(0);
  cursor.field(FieldKey.Ppp, 0, length, Format.None, 0);
  cursor.field(FieldKey.Protocol, 0, length, Format.Hex);
  cursor.advance(length);
  return ofPppProtocol(number);
}

function ciscoHdlc(): Protocol {
  const TYPE = HDLC_HEADER;
  if (!cursor.has(TYPE + 2)) return Protocol.None;
  const type = cursor.u16At(TYPE);
  cursor.field(FieldKey.CiscoHdlc, 0, <u32>TYPE + 2, Format.None, 0);
  cursor.field(FieldKey.Address, ADDRESS, 1, Format.Hex);
  cursor.field(FieldKey.Protocol, TYPE, 2, Format.EtherType);
  cursor.advance(TYPE + 2);
  return ofEtherType(type);
}

function ofPppProtocol(number: u32): Protocol {
  switch (number) {
    case 0x0021:
      return Protocol.Ipv4;
    case 0x0057:
      return Protocol.Ipv6;
    case 0x0281:
    case 0x0283:
      return Protocol.Mpls;
    default:
      return Protocol.None;
  }
}
