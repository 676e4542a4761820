// Network Monitor captures: the help files of Network Monitor 3.x ("Capture File Format"), which also describe
// the older versions. The table of frame offsets follows the frames, where a reader of a stream comes too
// late. But frames stand one behind the other, with few holes, so each is found by the one before; over a hole
// the next header is searched for. In the end the table says whether all were found.
import { add } from "../frame/frame";
import { FileFormat, Interface, Status } from "../layout";
import { NONE, interfaces as table } from "../memory/table";
import { NETMON_MEDIA } from "../wire/link/link-type";
import * as interfaces from "./interfaces";
import * as window from "./window";

// File header.
const MAGIC: usize = 0;
const VERSION_MINOR: usize = MAGIC + 4;
const VERSION_MAJOR: usize = VERSION_MINOR + 1;
const MEDIA: usize = VERSION_MAJOR + 1;
const YEAR: usize = MEDIA + 2;
const MONTH: usize = YEAR + 2;
const DAY: usize = MONTH + 2 + 2;
const HOUR: usize = DAY + 2;
const MINUTE: usize = HOUR + 2;
const SECOND: usize = MINUTE + 2;
const MILLISECOND: usize = SECOND + 2;
const TABLE_OFFSET: usize = MILLISECOND + 2;
const TABLE_LENGTH: usize = TABLE_OFFSET + 4;
const FILE_HEADER: usize = TABLE_LENGTH + 4 + 40;

const MAGIC_1: u32 = 0x53535452; // "RTSS"
const MAGIC_2: u32 = 0x55424d47; // "GMBU"

// Record of version 1: milliseconds since the start, two lengths of two bytes.
const LENGTH_1: usize = 4;
const CAPTURED_1: usize = LENGTH_1 + 2;
const RECORD_HEADER_1: usize = CAPTURED_1 + 2;

// Record of version 2: microseconds since the start, two lengths of four bytes.
const LENGTH_2: usize = 8;
const CAPTURED_2: usize = LENGTH_2 + 4;
const RECORD_HEADER_2: usize = CAPTURED_2 + 4;

// Behind the frame, from version 2.1 on: its media type, from 2.2 the process, from 2.3 the time in UTC.
const FRAME_MEDIA: usize = 0;
const FRAME_PROCESS: usize = FRAME_MEDIA + 2;
const FRAME_TIME: usize = FRAME_PROCESS + 4;
const FRAME_ZONE: usize = FRAME_TIME + 8;
const FRAME_END: usize = FRAME_ZONE + 1;

/** Media types from here on are no frames but notes of the tool's own: network information, filters. */
const FIRST_NOTE: u32 = 0xfffb;
/** Media types within this range carry a pcap link type in their low bits. */
const PCAP_BASE: u32 = 0xe000;
const PCAP_MASK: u32 = 0xf000;

const HUNDREDS_PER_SECOND: i64 = 10_000_000;
/** From 1601, where Windows begins to count, to 1970. */
const SECONDS_TO_1970: i64 = 11_644_473_600;
/** A time stamp in UTC that is in the years 1990 to 2100, in units of 100 ns since 1601. */
const EARLIEST: u64 = <u64>(SECONDS_TO_1970 + 631_152_000) * HUNDREDS_PER_SECOND;
const LATEST: u64 = <u64>(SECONDS_TO_1970 + 4_102_444_800) * HUNDREDS_PER_SECOND;
/** No capture runs for longer than ten years, in microseconds; nor does it count back further. */
const LONGEST_RUN: i64 = 315_360_000_000_000;

/** Bytes of the largest record. */
const LARGEST: usize = RECORD_HEADER_2 + interfaces.MAX_FRAME + FRAME_END;

/** Media types are few in one file; beyond this many, frames have no interface. */
const MAX_INTERFACES: u32 = 64;

let isVersion1: bool = false;
let recordHeader: usize = RECORD_HEADER_2;
let trailer: usize = 0;
let fileMedia: u32 = 0;
/** Start of the capture in units of 100 ns since 1970. */
let startHundreds: i64 = 0;
let tableOffset: u64 = 0;
let tableEntries: u32 = 0;
let records: u32 = 0;

export function detect(at: usize): FileFormat {
  const magic = load<u32>(at + MAGIC);
  if (magic == MAGIC_2) return FileFormat.NetMon2;
  return magic == MAGIC_1 ? FileFormat.NetMon1 : FileFormat.Unknown;
}

/** Reads the file header at `at`; returns where records may begin, 0 when more bytes are needed. */
export function begin(at: usize): usize {
  if (at + FILE_HEADER > window.end) return 0;
  const major = load<u8>(at + VERSION_MAJOR);
  const minor = load<u8>(at + VERSION_MINOR);
  isVersion1 = major < 2;
  recordHeader = isVersion1 ? RECORD_HEADER_1 : RECORD_HEADER_2;
  if (isVersion1 || (major == 2 && minor == 0)) trailer = 0;
  else if (major == 2 && minor == 1) trailer = FRAME_PROCESS;
  else trailer = major == 2 && minor == 2 ? FRAME_TIME : FRAME_END;
  fileMedia = load<u16>(at + MEDIA);
  startHundreds = startOf(at);
  tableOffset = load<u32>(at + TABLE_OFFSET);
  tableEntries = load<u32>(at + TABLE_LENGTH) >> 2;
  return at + FILE_HEADER;
}

/** Reads records from `at` as far as the window holds them whole; returns the first byte that it did not use. */
export function read(at: usize): usize {
  while (at + recordHeader <= window.end) {
    if (records > 0 && window.offsetOf(at) >= tableOffset) return ends(at);
    const size = sizeOf(at);
    if (size <= LARGEST && size > window.end - at && !window.last) return at;
    if (fits(at)) {
      record(at);
      at += size;
    } else {
      const found = search(at);
      if (found == at) return at;
      at = found;
    }
  }
  return at;
}

/** Bytes of the record whose header is at `at`, should it be one. */
function sizeOf(at: usize): usize {
  const captured = capturedAt(at);
  return captured > interfaces.MAX_FRAME ? usize.MAX_VALUE : recordHeader + captured + trailer;
}

function capturedAt(at: usize): u32 {
  return isVersion1 ? load<u16>(at + CAPTURED_1) : load<u32>(at + CAPTURED_2);
}

function lengthAt(at: usize): u32 {
  return isVersion1 ? load<u16>(at + LENGTH_1) : load<u32>(at + LENGTH_2);
}

/** True if the bytes at `at`, whole in the window, can be a record. */
function isRecord(at: usize): bool {
  const captured = capturedAt(at);
  if (captured == 0 || captured > lengthAt(at)) return false;
  if (isVersion1) return true;
  if (trailer == FRAME_END) {
    const time = load<u64>(at + recordHeader + captured + FRAME_TIME);
    return time >= EARLIEST && time < LATEST;
  }
  const run = sinceStart(at) / 10;
  return run < LONGEST_RUN && run > -LONGEST_RUN;
}

/**
 * The next byte behind `from` where a record seems to begin, or as far as none does; `from` itself when more bytes
 * are needed, or when the file ends without one.
 */
function search(from: usize): usize {
  if (!window.last && window.end - from <= LARGEST * 2) return from;
  const furthest = window.last ? window.end : window.end - LARGEST * 2;
  for (let at = from + 1; at < furthest; at++) {
    if (records > 0 && window.offsetOf(at) >= tableOffset) return at;
    if (!fits(at)) continue;
    // A time that makes sense behind the frame is proof enough; else what follows must fit as well.
    if (trailer == FRAME_END) return at;
    const next = at + sizeOf(at);
    if (window.offsetOf(next) == tableOffset || fits(next)) return at;
  }
  return window.last ? from : furthest;
}

function fits(at: usize): bool {
  if (at + recordHeader > window.end) return false;
  const size = sizeOf(at);
  return size <= window.end - at && isRecord(at);
}

function record(at: usize): void {
  const captured = capturedAt(at);
  const from = at + recordHeader;
  const media: u32 = trailer ? load<u16>(from + captured + FRAME_MEDIA) : fileMedia;
  records++;
  if (media >= FIRST_NOTE) return;
  const hundreds =
    trailer == FRAME_END
      ? <i64>load<u64>(from + captured + FRAME_TIME) - SECONDS_TO_1970 * HUNDREDS_PER_SECOND
      : startHundreds + sinceStart(at);
  const seconds = hundreds / HUNDREDS_PER_SECOND;
  const nanos = <u32>(hundreds - seconds * HUNDREDS_PER_SECOND) * 100;
  const row = interfaceOf(media);
  add(from, captured, lengthAt(at), <u32>seconds, nanos, row, interfaces.protocol(row));
}

/** Time of a record in units of 100 ns since the start; in version 2 it may be before it. */
function sinceStart(at: usize): i64 {
  return isVersion1 ? <i64>load<u32>(at) * 10_000 : <i64>(load<u64>(at) * 10);
}

/** The start's date and time of day, taken for UTC: the file does not say where the clock stood. */
function startOf(at: usize): i64 {
  const days = daysSince1970(load<u16>(at + YEAR), load<u16>(at + MONTH), load<u16>(at + DAY));
  const minutes = (days * 24 + load<u16>(at + HOUR)) * 60 + load<u16>(at + MINUTE);
  return (minutes * 60 + load<u16>(at + SECOND)) * HUNDREDS_PER_SECOND + <i64>load<u16>(at + MILLISECOND) * 10_000;
}

/** Days from 1970 to a date of the Gregorian calendar, counting years from March so that leap days come last. */
function daysSince1970(year: i64, month: i64, day: i64): i64 {
  const years = month > 2 ? year : year - 1;
  const months = (month + 9) % 12;
  return years * 365 + years / 4 - years / 100 + years / 400 + (months * 153 + 2) / 5 + day - 719_469;
}

/** Row of Interface for a media type, added when it is new. */
function interfaceOf(media: u32): u32 {
  const linkType = linkTypeOf(media);
  for (let row: u32 = 0; row < table.rows; row++) if (table.get(Interface.LinkType, row) == linkType) return row;
  return table.rows < MAX_INTERFACES ? interfaces.add(linkType, 0, 0) : NONE;
}

/** The pcap number of a media type where there is one. */
function linkTypeOf(media: u32): u32 {
  switch (media) {
    case 0:
    case 1:
      return 1;
    // Tunnels, mobile broadband, raw IP.
    case 7:
    case 8:
    case 9:
      return 101;
    default:
      return (media & PCAP_MASK) == PCAP_BASE ? media - PCAP_BASE : NETMON_MEDIA + media;
  }
}

/** The frame table is reached: it says whether all records were found. Nothing behind it is read. */
function ends(at: usize): usize {
  if (tableEntries != records) window.notice(Status.Malformed, at, tableEntries);
  return window.finish();
}
