// pcapng: draft-ietf-opsawg-pcapng. A file is one section after another, each in the byte order of its writer,
// each with interfaces of its own. Blocks that are not known are skipped, whatever their length.
import { add } from "../frame/frame";
import { CommentKind, FileFormat, Interface, Protocol, Status } from "../layout";
import { NONE, frames, interfaces as table } from "../memory/table";
import * as comments from "./comments";
import * as interfaces from "./interfaces";
import * as trace from "./pcapng-events";
import * as names from "./pcapng-names";
import * as window from "./window";

// Every block.
const TYPE: usize = 0;
const TOTAL_LENGTH: usize = TYPE + 4;
const BODY: usize = TOTAL_LENGTH + 4;
/** The length is repeated at the end. */
const TRAILER: usize = 4;
const SMALLEST: usize = BODY + TRAILER;

const SECTION: u32 = 0x0a0d0d0a;
const INTERFACE: u32 = 1;
const PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const NAME_RESOLUTION: u32 = 4;
const INTERFACE_STATISTICS: u32 = 5;
const ENHANCED_PACKET: u32 = 6;
const JOURNAL_EXPORT: u32 = 9;
const CUSTOM: u32 = 0x0bad;
const CUSTOM_NOT_COPIED: u32 = 0x40000bad;

// Section header block.
const BYTE_ORDER: usize = BODY;
const VERSION_MAJOR: usize = BYTE_ORDER + 4;
const SECTION_OPTIONS: usize = VERSION_MAJOR + 2 + 2 + 8;
const BYTE_ORDER_MAGIC: u32 = 0x1a2b3c4d;

// Interface description block.
const LINK_TYPE: usize = BODY;
const SNAP_LENGTH: usize = LINK_TYPE + 4;
const INTERFACE_OPTIONS: usize = SNAP_LENGTH + 4;

// Enhanced packet block; the obsolete packet block puts a drop count beside a shorter interface number.
const INTERFACE_ID: usize = BODY;
const TIME_HIGH: usize = INTERFACE_ID + 4;
const TIME_LOW: usize = TIME_HIGH + 4;
const CAPTURED: usize = TIME_LOW + 4;
const LENGTH: usize = CAPTURED + 4;
const DATA: usize = LENGTH + 4;

// Custom block.
const ENTERPRISE_NUMBER: usize = BODY;
const CUSTOM_DATA: usize = ENTERPRISE_NUMBER + 4;

// Simple packet block.
const SIMPLE_LENGTH: usize = BODY;
const SIMPLE_DATA: usize = SIMPLE_LENGTH + 4;

// Interface statistics block.
const STATISTICS_OPTIONS: usize = TIME_LOW + 4;

const OPT_COMMENT: u32 = 1;
const SHB_HARDWARE: u32 = 2;
const SHB_OS: u32 = 3;
const SHB_USERAPPL: u32 = 4;
const IF_NAME: u32 = 2;
const IF_DESCRIPTION: u32 = 3;
const IF_TSRESOL: u32 = 9;
const IF_TSOFFSET: u32 = 14;
const ISB_IFRECV: u32 = 4;
const ISB_IFDROP: u32 = 5;

let swapped: bool = false;
/** Number of the current section; the first makes it 0. */
let section: u32 = NONE;
/** Row of the section's first interface. */
let firstInterface: u32 = 0;

/** PcapNg when a section header block begins here; twelve bytes are there. */
export function detect(at: usize): FileFormat {
  if (load<u32>(at + TYPE) != SECTION) return FileFormat.Unknown;
  const order = load<u32>(at + BYTE_ORDER);
  return order == BYTE_ORDER_MAGIC || bswap<u32>(order) == BYTE_ORDER_MAGIC ? FileFormat.PcapNg : FileFormat.Unknown;
}

/** Reads blocks from `at` as far as the window holds them whole; returns the first byte that it did not use. */
export function read(at: usize): usize {
  while (at + SMALLEST <= window.end) {
    const type = word(at + TYPE);
    if (type == SECTION && !orderBy(at)) return window.abandon(at, SECTION);
    const total = word(at + TOTAL_LENGTH);
    if (total < <u32>smallest(type)) return window.abandon(at, total);
    if (!isRead(type)) {
      at = window.pass(at, padded(total));
      continue;
    }
    if (total > window.end - at) {
      if (total <= window.CAPACITY) return at;
      window.notice(Status.Unsupported, at, total);
      at = window.pass(at, padded(total));
      continue;
    }
    const end = at + total - TRAILER;
    if (word(end) != total) return window.abandon(at, total);
    if (!block(type, at, end)) return window.abandon(at, type);
    at = window.pass(at, padded(total));
  }
  return at;
}

/** Some writers forget the padding in the length; the next block is aligned anyway. */
function padded(total: u32): u64 {
  return (<u64>total + 3) & ~3;
}

function isRead(type: u32): bool {
  return (type >= INTERFACE && type <= ENHANCED_PACKET) || type == SECTION || isForeign(type) || trace.isBlock(type);
}

/** Blocks of other makers' data. Wireshark numbers them among the frames, so they have rows here as well. */
function isForeign(type: u32): bool {
  return type == CUSTOM || type == CUSTOM_NOT_COPIED || type == JOURNAL_EXPORT;
}

/** Bytes that a block of this type has at least. */
function smallest(type: u32): usize {
  switch (type) {
    case SECTION:
      return SECTION_OPTIONS + TRAILER;
    case INTERFACE:
      return INTERFACE_OPTIONS + TRAILER;
    case PACKET:
    case ENHANCED_PACKET:
      return DATA + TRAILER;
    case SIMPLE_PACKET:
      return SIMPLE_DATA + TRAILER;
    case INTERFACE_STATISTICS:
      return STATISTICS_OPTIONS + TRAILER;
    case CUSTOM:
    case CUSTOM_NOT_COPIED:
      return CUSTOM_DATA + TRAILER;
    default:
      return SMALLEST;
  }
}

/** Reads one whole block whose trailer is at `end`; false when it cannot be true. */
function block(type: u32, at: usize, end: usize): bool {
  switch (type) {
    case ENHANCED_PACKET:
      return packet(at, end, word(at + INTERFACE_ID));
    case PACKET:
      return packet(at, end, word16(at + INTERFACE_ID));
    case SIMPLE_PACKET:
      return simplePacket(at, end);
    case SECTION:
      return beginSection(at, end);
    case INTERFACE:
      return describeInterface(at, end);
    case INTERFACE_STATISTICS:
      statistics(at, end);
      return true;
    case NAME_RESOLUTION:
      names.read(at + BODY, end, swapped);
      return true;
    case trace.EVENT:
      trace.event(at + BODY, end);
      return true;
    case trace.NOTE:
      trace.note(at + BODY, end);
      return true;
    default:
      foreign(type == JOURNAL_EXPORT ? at + BODY : at + CUSTOM_DATA, end);
      return true;
  }
}

/** Takes up the byte order of the section that begins at `at`; false when it has none. */
function orderBy(at: usize): bool {
  const order = load<u32>(at + BYTE_ORDER);
  swapped = order != BYTE_ORDER_MAGIC;
  return !swapped || bswap<u32>(order) == BYTE_ORDER_MAGIC;
}

function beginSection(at: usize, end: usize): bool {
  if (word16(at + VERSION_MAJOR) != 1) return false;
  section++;
  firstInterface = table.rows;
  let option = at + SECTION_OPTIONS;
  for (; hasOption(option, end); option = nextOption(option)) {
    const kind = kindOfText(word16(option));
    if (kind >= 0) comments.add(NONE, kind, option + 4, word16(option + 2));
  }
  return true;
}

function kindOfText(code: u32): i32 {
  switch (code) {
    case OPT_COMMENT:
      return CommentKind.Comment;
    case SHB_HARDWARE:
      return CommentKind.Hardware;
    case SHB_OS:
      return CommentKind.OperatingSystem;
    case SHB_USERAPPL:
      return CommentKind.Application;
    default:
      return -1;
  }
}

function describeInterface(at: usize, end: usize): bool {
  const row = interfaces.add(word16(at + LINK_TYPE), word(at + SNAP_LENGTH), section);
  if (row == NONE) return false;
  for (let option = at + INTERFACE_OPTIONS; hasOption(option, end); option = nextOption(option)) {
    const value = option + 4;
    const length = word16(option + 2);
    switch (word16(option)) {
      case OPT_COMMENT:
        comments.add(NONE, CommentKind.Comment, value, length);
        break;
      case IF_NAME:
        text(row, Interface.Name, Interface.NameLength, value, length);
        break;
      case IF_DESCRIPTION:
        text(row, Interface.Description, Interface.DescriptionLength, value, length);
        break;
      case IF_TSRESOL:
        if (length >= 1) table.set(Interface.Resolution, row, load<u8>(value));
        break;
      case IF_TSOFFSET:
        if (length >= 8) {
          const offset = word64(value);
          table.set(Interface.OffsetLow, row, <u32>offset);
          table.set(Interface.OffsetHigh, row, <u32>(offset >> 32));
        }
        break;
    }
  }
  interfaces.forget();
  return true;
}

function text(row: u32, column: i32, lengthColumn: i32, from: usize, length: u32): void {
  const kept = comments.keepText(from, length);
  table.set(column, row, <u32>kept);
  table.set(lengthColumn, row, kept ? length : 0);
}

function packet(at: usize, end: usize, interfaceId: u32): bool {
  const captured = word(at + CAPTURED);
  const from = at + DATA;
  if (captured > interfaces.MAX_FRAME || captured > end - from) return false;
  if (!interfaces.select(firstInterface, interfaceId)) return false;
  interfaces.time(((<u64>word(at + TIME_HIGH)) << 32) | word(at + TIME_LOW));
  const row = frames.rows;
  add(from, captured, word(at + LENGTH), interfaces.seconds, interfaces.nanos, interfaces.selected, interfaces.link);
  const options = from + ((captured + 3) & ~3);
  if (options < end) packetComments(row, options, end);
  return true;
}

function packetComments(row: u32, from: usize, end: usize): void {
  for (let option = from; hasOption(option, end); option = nextOption(option)) {
    if (word16(option) == OPT_COMMENT) comments.add(row, CommentKind.Comment, option + 4, word16(option + 2));
  }
}

/** It has neither a time nor the captured length: what the block holds, unless the snapshot length is shorter. */
function simplePacket(at: usize, end: usize): bool {
  if (!interfaces.select(firstInterface, 0)) return false;
  const length = word(at + SIMPLE_LENGTH);
  const snapLength = table.get(Interface.SnapLength, firstInterface);
  let captured = min(length, <u32>(end - at - SIMPLE_DATA));
  if (snapLength != 0) captured = min(captured, snapLength);
  if (captured > interfaces.MAX_FRAME) return false;
  add(at + SIMPLE_DATA, captured, length, NONE, NONE, firstInterface, interfaces.link);
  return true;
}

function foreign(from: usize, end: usize): void {
  const length = <u32>(end - from);
  add(from, length, length, NONE, NONE, NONE, Protocol.Unknown);
}

function statistics(at: usize, end: usize): void {
  const row = firstInterface + word(at + INTERFACE_ID);
  if (row < firstInterface || row >= table.rows) return;
  for (let option = at + STATISTICS_OPTIONS; hasOption(option, end); option = nextOption(option)) {
    const value = option + 4;
    const code = word16(option);
    const length = word16(option + 2);
    if (code == OPT_COMMENT) comments.add(NONE, CommentKind.Comment, value, length);
    else if (code == ISB_IFRECV && length >= 8) table.set(Interface.Received, row, <u32>word64(value));
    else if (code == ISB_IFDROP && length >= 8) table.set(Interface.Dropped, row, <u32>word64(value));
  }
}

/** True if a whole option is at `at`: code and length, then the value, padded to a multiple of four. */
function hasOption(at: usize, end: usize): bool {
  return at + 4 <= end && word16(at) != 0 && word16(at + 2) <= <u32>(end - at - 4);
}

function nextOption(at: usize): usize {
  return at + 4 + ((word16(at + 2) + 3) & ~3);
}

function word(at: usize): u32 {
  const value = load<u32>(at);
  return swapped ? bswap<u32>(value) : value;
}

function word16(at: usize): u32 {
  const value = load<u16>(at);
  return swapped ? bswap<u16>(value) : value;
}

function word64(at: usize): u64 {
  const value = load<u64>(at);
  return swapped ? bswap<u64>(value) : value;
}
