// MACsec: IEEE 802.1AE 9.3 to 9.8. Frames that are authenticated and not encrypted are read; the EtherType 88e5 is read before.
import * as cursor from "../../frame/cursor";
import { FieldKey, Format, Protocol } from "../../layout";
import { afterTypeOrLength } from "./ether-type";

const FLAGS: usize = 0;
const SHORT_LENGTH: usize = FLAGS + 1;
const PACKET_NUMBER: usize = SHORT_LENGTH + 1;
const CHANNEL: usize = PACKET_NUMBER + 4;
const CHANNEL_LENGTH: usize = 8;

const HAS_CHANNEL: u32 = 0x20;
/** Encrypted, or changed: then what follows is no EtherType. */
const IS_ENCRYPTED: u32 = 0x0c;
const SHORT_LENGTH_BITS: u32 = 0x3f;
const TYPE_LENGTH: u32 = 2;

export function macsec(): Protocol {
  if (!cursor.has(CHANNEL)) return Protocol.None;
  const flags = cursor.u8At(FLAGS);
  const header = <u32>CHANNEL + (flags & HAS_CHANNEL ? <u32>CHANNEL_LENGTH : 0);
  const shortLength = cursor.u8At(SHORT_LENGTH) & SHORT_LENGTH_BITS;
  if (!cursor.has(header)) return Protocol.None;
  cursor.field(FieldKey.Macsec, 0, header, Format.None, 0);
  cursor.field(FieldKey.Flags, FLAGS, 1, Format.Hex);
  cursor.field(FieldKey.SequenceNumber, PACKET_NUMBER, 4, Format.Number);
  cursor.advance(header);
  if (flags & IS_ENCRYPTED) return Protocol.None;
  // The integrity check value at the end is padding to what has a length of its own.
  if (shortLength) cursor.limit(shortLength);
  if (!cursor.has(TYPE_LENGTH)) return Protocol.None;
  const type = cursor.u16At(0);
  cursor.field(FieldKey.Type, 0, TYPE_LENGTH, Format.EtherType);
  cursor.advance(TYPE_LENGTH);
  return afterTypeOrLength(type);
}
