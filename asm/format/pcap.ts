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
/** Nokia's adds four bytes of unknown meaning, under the usual magic number. */
const NOKIA_HEADER: usize = RECORD_HEADER + 4;
/** The modified format adds interface index (4), protocol (2), packet type (1), padding (1). */
const MODIFIED_HEADER: usize = RECORD_HEADER + 8;
/** As many bytes as the first three records take at most; a window holds them. */
const THREE_RECORDS: usize = 3 * (MODIFIED_HEADER + <usize>interfaces.MAX_FRAME);

const MICROSECONDS: u32 = 0xa1b2c3d4;
const NANOSECONDS: u32 = 0xa1b23c4d;
const MODIFIED: u32 = 0xa1b2cd34;

/** The link type's upper six bits say whether frames end in a checksum. */
const LINK_TYPE_MASK: u32 = 0x03ffffff;

/** In seconds. Records that are further apart are no reason to believe in longer headers. */
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
 * Length of the record headers, as the first records from `at` show it; 0 when more bytes are needed. Two old patches of
 * libpcap lengthened the headers and kept the magic number. A longer header is believed only where the lengths of
 * the usual one make no sense and two further headers of that length do.
 */
function shownBy(at: usize): usize {
  if (at + RECORD_HEADER > window.end) return window.last ? RECORD_HEADER : 0;
  const captured = word(at + CAPTURED);
  if (captured > interfaces.MAX_FRAME) return RECORD_HEADER;
  const next = at + RECORD_HEADER + captured;
  if (next + RECORD_HEADER > window.end) return window.last ? RECORD_HEADER : 0;
  if (hasLengths(next)) return RECORD_HEADER;
  if (!window.last && at + THREE_RECORDS > window.end) return 0;
  if (isFollowed(at, MODIFIED_HEADER)) return MODIFIED_HEADER;
  return isFollowed(at, NOKIA_HEADER) ? NOKIA_HEADER : RECORD_HEADER;
}

/** True if headers of `header` bytes make sense of the two records after the one at `first`. */
function isFollowed(first: usize, header: usize): bool {
  let at = first + header + word(first + CAPTURED);
  for (let further = 0; further < 2; further++) {
    if (at + RECORD_HEADER > window.end || !hasLengths(at)) return false;
    if (abs(<i64>word(at + SECONDS) - <i64>word(first + SECONDS)) >= TEN_YEARS) return false;
    at += header + word(at + CAPTURED);
  }
  return true;
}

/** True if the lengths in the record header at `at` may be those of a frame. */
function hasLengths(at: usize): bool {
  const captured = word(at + CAPTURED);
  return captured <= interfaces.MAX_FRAME && (lengthsSwapped || captured <= word(at + LENGTH));
}

function word(at: usize): u32 {
  const value = load<u32>(at);
  return swapped ? bswap<u32>(value) : value;
}

function word16(at: usize): u32 {
  const value = load<u16>(at);
  return swapped ? bswap<u16>(value) : value;
}
