// pcap savefiles: draft-ietf-opsawg-pcap. Micro- or nanoseconds, either byte order, and the "modified"
// format of Alexey Kuznetsov's libpcap, whose record headers are eight bytes longer.
import { add } from "../frame/frame";
import { FileFormat } from "../layout";
import { NONE } from "../memory/table";
import * as interfaces from "./interfaces";
import * as window from "./window";

// File header.
const MAGIC: usize = 0;
const VERSION_MAJOR: usize = MAGIC + 4;
const VERSION_MINOR: usize = VERSION_MAJOR + 2;
const SNAP_LENGTH: usize = VERSION_MINOR + 2 + 4 + 4;
const LINK_TYPE: usize = SNAP_LENGTH + 4;
const FILE_HEADER: usize = LINK_TYPE + 4;

// Record header.
const SECONDS: usize = 0;
const FRACTION: usize = SECONDS + 4;
const CAPTURED: usize = FRACTION + 4;
const LENGTH: usize = CAPTURED + 4;
const RECORD_HEADER: usize = LENGTH + 4;
/** Nokia's adds four bytes that nobody knows the meaning of, under the usual magic number. */
const NOKIA_HEADER: usize = RECORD_HEADER + 4;
/** The modified format adds interface index (4), protocol (2), packet type (1), padding (1). */
const MODIFIED_HEADER: usize = RECORD_HEADER + 8;

const MICROSECONDS: u32 = 0xa1b2c3d4;
const NANOSECONDS: u32 = 0xa1b23c4d;
const MODIFIED: u32 = 0xa1b2cd34;

/** The link type's upper six bits say whether frames end in a checksum. */
const LINK_TYPE_MASK: u32 = 0x03ffffff;

/** In seconds; two records of one capture are not further apart. */
const TEN_YEARS: i64 = 315_360_000;

let swapped: bool = false;
let nanosToUnit: u32 = 1000;
/** 0 until the first records have shown it. */
let recordHeader: usize = 0;
let lengthsSwapped: bool = false;
let interfaceRow: u32 = NONE;

/** Which pcap the first four bytes begin, or Unknown. */
export function detect(at: usize): FileFormat {
  const magic = load<u32>(at + MAGIC);
  const other = bswap<u32>(magic);
  if (magic == MODIFIED || other == MODIFIED) return FileFormat.PcapModified;
  if (magic == MICROSECONDS || other == MICROSECONDS || magic == NANOSECONDS || other == NANOSECONDS)
    return FileFormat.Pcap;
  return FileFormat.Unknown;
}

/** Reads the file header at `at`; returns where the first record begins, 0 when more bytes are needed. */
export function begin(at: usize): usize {
  if (at + FILE_HEADER > window.end) return 0;
  const magic = load<u32>(at + MAGIC);
  swapped = magic != MICROSECONDS && magic != NANOSECONDS && magic != MODIFIED;
  const plain = swapped ? bswap<u32>(magic) : magic;
  nanosToUnit = plain == NANOSECONDS ? 1 : 1000;
  recordHeader = plain == MODIFIED ? MODIFIED_HEADER : plain == NANOSECONDS ? RECORD_HEADER : 0;
  // Before version 2.3 the two lengths stood the other way round.
  lengthsSwapped = word16(at + VERSION_MAJOR) == 2 && word16(at + VERSION_MINOR) < 3;
  interfaceRow = interfaces.add(word(at + LINK_TYPE) & LINK_TYPE_MASK, word(at + SNAP_LENGTH), 0);
  return at + FILE_HEADER;
}

/** Reads records from `at` as far as the window holds them whole; returns the first byte that it did not use. */
export function read(at: usize): usize {
  const link = interfaces.protocol(interfaceRow);
  if (recordHeader == 0) recordHeader = shownBy(at);
  if (recordHeader == 0) return at;
  while (at + recordHeader <= window.end) {
    let captured = word(at + CAPTURED);
    let length = word(at + LENGTH);
    if (lengthsSwapped) {
      const swap = captured;
      captured = length;
      length = swap;
    }
    if (captured > interfaces.MAX_FRAME) return window.abandon(at, captured);
    const from = at + recordHeader;
    if (from + captured > window.end) break;
    // A fraction of more than a second is carried over, as the clock that wrote it meant.
    const fraction = <u64>word(at + FRACTION) * nanosToUnit;
    const carry = <u32>(fraction / 1_000_000_000);
    add(
      from,
      captured,
      length,
      word(at + SECONDS) + carry,
      <u32>(fraction - <u64>carry * 1_000_000_000),
      interfaceRow,
      link,
    );
    at = from + captured;
  }
  return at;
}

/**
 * How long record headers are, as the first record at `at` and what follows it show; 0 when more bytes are needed.
 * Two old patches of libpcap made them longer and kept the magic number.
 */
function shownBy(at: usize): usize {
  if (window.last && at + RECORD_HEADER > window.end) return RECORD_HEADER;
  if (at + RECORD_HEADER > window.end) return 0;
  const captured = word(at + CAPTURED);
  if (captured > interfaces.MAX_FRAME) return RECORD_HEADER;
  if (!window.last && at + MODIFIED_HEADER + captured + RECORD_HEADER > window.end) return 0;
  const next = at + RECORD_HEADER + captured;
  if (next + RECORD_HEADER > window.end || mayFollow(next, at)) return RECORD_HEADER;
  if (mayFollow(at + MODIFIED_HEADER + captured, at)) return MODIFIED_HEADER;
  return mayFollow(at + NOKIA_HEADER + captured, at) ? NOKIA_HEADER : RECORD_HEADER;
}

/** Whether the record header that stands at `at`, or the end of the file, may follow the record at `first`. */
function mayFollow(at: usize, first: usize): bool {
  if (at == window.end) return true;
  if (at + RECORD_HEADER > window.end) return false;
  const captured = word(at + CAPTURED);
  const apart = abs(<i64>word(at + SECONDS) - <i64>word(first + SECONDS));
  return apart < TEN_YEARS && captured <= interfaces.MAX_FRAME && (lengthsSwapped || captured <= word(at + LENGTH));
}

function word(at: usize): u32 {
  const value = load<u32>(at);
  return swapped ? bswap<u32>(value) : value;
}

function word16(at: usize): u32 {
  const value = load<u16>(at);
  return swapped ? bswap<u16>(value) : value;
}
