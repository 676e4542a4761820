// What wireless cards put before a frame: radiotap (https://www.radiotap.org), Prism and AVS headers.
import * as cursor from "../../frame/cursor";
import { FieldKey, Format, Protocol, Status } from "../../layout";
import { padHeader } from "./ieee80211";

// Little-endian.
const LENGTH: usize = 2;
const PRESENT: usize = LENGTH + 2;
const HEADER: usize = PRESENT + 4;

const TIMER_PRESENT: u32 = 1;
const FLAGS_PRESENT: u32 = 2;
const MORE_PRESENT: u32 = 0x80000000;
const TIMER_BYTES: usize = 8;

const FLAG_CHECKSUM: u32 = 0x10;
const FLAG_PADDED: u32 = 0x20;
const CHECKSUM_BYTES: u32 = 4;

const PRISM_LENGTH: usize = 4;
const PRISM_HEADER: usize = PRISM_LENGTH + 4;
/** An AVS header begins with this, in network byte order, whatever its last four bits. */
const AVS_MAGIC: u32 = 0x80211000;

export function radiotap(): Protocol {
  if (!cursor.has(HEADER)) return Protocol.None;
  const length: u32 = load<u16>(cursor.at + LENGTH);
  if (length < <u32>HEADER) {
    cursor.stop(Status.Malformed);
    return Protocol.None;
  }
  if (!cursor.has(length)) return Protocol.None;
  const flags = flagsWithin(length);
  cursor.field(FieldKey.Radiotap, 0, length, Format.None, 0);
  cursor.field(FieldKey.HeaderLength, LENGTH, 2, Format.NumberLittle);
  cursor.field(FieldKey.PresentFlags, PRESENT, 4, Format.HexLittle);
  cursor.advance(length);
  if (flags & FLAG_CHECKSUM && cursor.wireLeft() >= CHECKSUM_BYTES) cursor.limit(cursor.wireLeft() - CHECKSUM_BYTES);
  padHeader((flags & FLAG_PADDED) != 0);
  return Protocol.Ieee80211;
}

/** The flags field, second of all: behind the words that say what is present, and the timer, which is aligned. */
function flagsWithin(length: u32): u32 {
  const first = load<u32>(cursor.at + PRESENT);
  let at: usize = HEADER;
  for (let present = first; present & MORE_PRESENT; at += 4) {
    if (at + 4 > length) return 0;
    present = load<u32>(cursor.at + at);
  }
  if (first & TIMER_PRESENT) at = ((at + TIMER_BYTES - 1) & ~(TIMER_BYTES - 1)) + TIMER_BYTES;
  return first & FLAGS_PRESENT && at < length ? cursor.u8At(at) : 0;
}

/** Prism headers are in the byte order of the capturing machine; a length is small in the right one. */
export function prism(): Protocol {
  if (!cursor.has(PRISM_HEADER)) return Protocol.None;
  const isAvs = (cursor.u32At(0) & ~15) == AVS_MAGIC;
  let length = cursor.u32At(PRISM_LENGTH);
  if (!isAvs) length = min(length, bswap<u32>(length));
  if (length < <u32>PRISM_HEADER) {
    cursor.stop(Status.Malformed);
    return Protocol.None;
  }
  if (!cursor.has(length)) return Protocol.None;
  cursor.field(FieldKey.Prism, 0, length, Format.None, 0);
  cursor.advance(length);
  return Protocol.Ieee80211;
}
