// GRE: RFC 2784, with key and sequence number: RFC 2890; version 1 for PPTP: RFC 2637.
// ERSPAN (draft-foschiano-erspan) mirrors whole Ethernet frames in it.
import * as cursor from "../../frame/cursor";
import { FieldKey, Format, Protocol, Status } from "../../layout";
import { ofEtherType } from "../link/ether-type";

const FLAGS: usize = 0;
const TYPE: usize = FLAGS + 2;
const HEADER: usize = TYPE + 2;

const CHECKSUM_PRESENT: u32 = 0x8000;
const ROUTING_PRESENT: u32 = 0x4000;
const KEY_PRESENT: u32 = 0x2000;
const SEQUENCE_PRESENT: u32 = 0x1000;
const ACKNOWLEDGMENT_PRESENT: u32 = 0x0080;
const VERSION: u32 = 7;
const WORD: u32 = 4;

const ERSPAN_2: u32 = 0x88be;
const ERSPAN_2_HEADER: usize = 8;
const ERSPAN_3: u32 = 0x22eb;
const ERSPAN_3_HEADER: usize = 12;
const ERSPAN_3_PLATFORM: usize = 8;
const PLATFORM_PRESENT: u32 = 1;

export function gre(): Protocol {
  if (!cursor.has(HEADER)) return Protocol.None;
  const flags = cursor.u16At(FLAGS);
  const type = cursor.u16At(TYPE);
  let length = <u32>HEADER;
  // The routing field, of RFC 1701 only, has no length of its own and was hardly ever sent.
  if (flags & ROUTING_PRESENT || (flags & VERSION) > 1) {
    cursor.stop(Status.Unsupported);
    return Protocol.None;
  }
  if (flags & CHECKSUM_PRESENT) length += WORD;
  if (flags & KEY_PRESENT) length += WORD;
  if (flags & SEQUENCE_PRESENT) length += WORD;
  if (flags & ACKNOWLEDGMENT_PRESENT && (flags & VERSION) == 1) length += WORD;
  if (!cursor.has(length)) return Protocol.None;
  cursor.field(FieldKey.Gre, 0, length, Format.None, 0);
  cursor.field(FieldKey.FlagsAndVersion, FLAGS, 2, Format.Hex);
  cursor.field(FieldKey.ProtocolType, TYPE, 2, Format.EtherType);
  cursor.advance(length);
  // Without a sequence number it is ERSPAN type I, which has no header.
  if (type == ERSPAN_2) return flags & SEQUENCE_PRESENT ? mirrored(ERSPAN_2_HEADER) : Protocol.Ethernet;
  if (type == ERSPAN_3) return mirrored(ERSPAN_3_HEADER);
  return ofEtherType(type);
}

function mirrored(header: usize): Protocol {
  if (!cursor.has(header)) return Protocol.None;
  let length = header;
  if (header == ERSPAN_3_HEADER && cursor.u8At(ERSPAN_3_HEADER - 1) & PLATFORM_PRESENT) length += ERSPAN_3_PLATFORM;
  if (!cursor.has(length)) return Protocol.None;
  cursor.field(FieldKey.Erspan, 0, <u32>length, Format.None, 0);
  cursor.advance(length);
  return Protocol.Ethernet;
}
