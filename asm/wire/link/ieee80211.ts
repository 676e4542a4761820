// 802.11 data frames: IEEE 802.11-2020 9.2.4, 9.3.2. What is encrypted stays unread.
import * as cursor from "../../frame/cursor";
import { FieldKey, Format, Protocol } from "../../layout";

const CONTROL: usize = 0;
const FLAGS: usize = CONTROL + 1;
const ADDRESS_1: usize = FLAGS + 1 + 2;
const ADDRESS_2: usize = ADDRESS_1 + 6;
const ADDRESS_3: usize = ADDRESS_2 + 6;
const SEQUENCE: usize = ADDRESS_3 + 6;
const HEADER: usize = SEQUENCE + 2;
const ADDRESS_4: usize = HEADER;
const ADDRESS_BYTES: usize = 6;
const QOS_BYTES: usize = 2;
const HT_CONTROL_BYTES: usize = 4;

const TYPE: u32 = 0x0c;
const TYPE_DATA: u32 = 0x08;
const SUBTYPE_NO_DATA: u32 = 0x40;
const SUBTYPE_QOS: u32 = 0x80;
const TO_DISTRIBUTION: u32 = 1;
const FROM_DISTRIBUTION: u32 = 2;
const PROTECTED: u32 = 0x40;
const HT_CONTROL: u32 = 0x80;
const AGGREGATE: u32 = 0x80;

/** A subframe of an aggregate: two addresses and a length. */
const SUBFRAME_LENGTH: usize = 12;
const SUBFRAME_HEADER: usize = SUBFRAME_LENGTH + 2;

let padded: bool = false;

/** True if the next frame's header is padded to a multiple of four bytes, as radiotap says. */
export function padHeader(isPadded: bool): void {
  padded = isPadded;
}

export function ieee80211(): Protocol {
  const isPadded = padded;
  padded = false;
  if (!cursor.has(ADDRESS_2)) return Protocol.None;
  const control = cursor.u8At(CONTROL);
  const flags = cursor.u8At(FLAGS);
  cursor.field(FieldKey.Ieee80211, 0, <u32>ADDRESS_2, Format.None, 0);
  cursor.field(FieldKey.FrameControl, CONTROL, 1, Format.Hex);
  cursor.field(FieldKey.Flags, FLAGS, 1, Format.Hex);
  if ((control & TYPE) != TYPE_DATA || !cursor.has(HEADER)) return Protocol.None;
  let header: usize = HEADER;
  const between = TO_DISTRIBUTION | FROM_DISTRIBUTION;
  const hasFourth = (flags & between) == between;
  if (hasFourth) header += ADDRESS_BYTES;
  const qosAt = header;
  const hasQos = (control & SUBTYPE_QOS) != 0;
  if (hasQos) header += QOS_BYTES + (flags & HT_CONTROL ? HT_CONTROL_BYTES : 0);
  if (!cursor.has(header)) return Protocol.None;
  const aggregate = hasQos && (cursor.u8At(qosAt) & AGGREGATE) != 0;
  addresses(flags);
  if (control & SUBTYPE_NO_DATA || flags & PROTECTED) return Protocol.None;
  if (isPadded) header = (header + 3) & ~3;
  if (!cursor.has(header)) return Protocol.None;
  cursor.advance(header);
  return aggregate ? firstOfAggregate() : Protocol.Llc;
}

/** Which address is whose depends on whether the frame comes from an access point, goes to one, or both. */
function addresses(flags: u32): void {
  const destination = flags & TO_DISTRIBUTION ? ADDRESS_3 : ADDRESS_1;
  let source = flags & FROM_DISTRIBUTION ? ADDRESS_3 : ADDRESS_2;
  if (flags & TO_DISTRIBUTION && flags & FROM_DISTRIBUTION) source = ADDRESS_4;
  cursor.setLinkAddresses(cursor.at + source, cursor.at + destination);
  cursor.field(FieldKey.Destination, destination, 6, Format.Mac);
  cursor.field(FieldKey.Source, source, 6, Format.Mac);
}

/** Of several frames in one, the first is read. */
function firstOfAggregate(): Protocol {
  if (!cursor.has(SUBFRAME_HEADER)) return Protocol.None;
  const length = cursor.u16At(SUBFRAME_LENGTH);
  cursor.advance(SUBFRAME_HEADER);
  cursor.limit(length);
  return Protocol.Llc;
}
