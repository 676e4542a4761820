// Where the parser is in the current frame. Every dissector reads from `at`, asks has() before it
// reads, advance()s over its header and returns the Protocol that follows. Bad bytes never trap:
// the dissector calls stop() with a Status and returns Protocol.None; what was decoded before stays.
import { Field, FieldKey, Format, Frame, Protocol, Status } from "../layout";
import { NONE, fields, frames } from "../memory/table";

/** Row of Frame being filled; NONE while fields are recorded. */
export let row: u32 = NONE;
/** First byte of the frame (or of the reassembled datagram that has taken its place). */
export let start: usize = 0;
/** Next byte to read. */
export let at: usize = 0;
/** One past the last byte that is in the capture. */
export let end: usize = 0;
/** One past the last byte on the wire: beyond end where the frame was cut. */
export let wireEnd: usize = 0;
export let status: Status = Status.Ok;
/** Rows of Address of the innermost network header, or of the MAC addresses without one. */
export let source: u32 = NONE;
export let destination: u32 = NONE;
/** True if the frame has another network header around the innermost: it is a tunnel's. */
export let nested: bool = false;
/** Where the MAC addresses of the link header lie, 0 without; six bytes each. */
export let linkSource: usize = 0;
export let linkDestination: usize = 0;
/** True if fields are being recorded (one frame's detail) or skipped (indexing). */
export let recording: bool = false;
/** The dissector at work, for field(). */
export let protocol: Protocol = Protocol.None;

/** Starts on a frame of `captured` bytes at `from`, `length` on the wire. */
export function open(frameRow: u32, from: usize, captured: u32, length: u32): void {
  row = frameRow;
  start = from;
  at = from;
  end = from + captured;
  wireEnd = from + (length > captured ? length : captured);
  status = Status.Ok;
  source = NONE;
  destination = NONE;
  nested = false;
  linkSource = 0;
  linkDestination = 0;
  protocol = Protocol.None;
}

/** Goes on in other bytes than the frame's own: a reassembled datagram. */
export function moveTo(from: usize, length: u32): void {
  start = from;
  at = from;
  end = from + length;
  wireEnd = end;
}

/** True if n more bytes are there to read; if not, says on the frame whether it was cut or is malformed. */
export function has(n: usize): bool {
  if (at <= end && n <= end - at) return true;
  noteMissing();
  return false;
}

function noteMissing(): void {
  stop(wireEnd > end ? Status.Truncated : Status.Malformed);
}

/** Bytes left in the capture, and on the wire. */
export function left(): u32 {
  return at < end ? <u32>(end - at) : 0;
}

export function wireLeft(): u32 {
  return at < wireEnd ? <u32>(wireEnd - at) : 0;
}

export function advance(n: usize): void {
  at += n;
}

/** A length field says that the packet ends here: what follows is padding. Never widens. */
export function limit(length: u32): void {
  if (length < wireLeft()) wireEnd = at + length;
  if (length < left()) end = at + length;
}

/** Stops this frame with the reason; the first reason stays. */
export function stop(why: Status): void {
  if (status == Status.Ok) status = why;
}

/** A network header has been read. Within a tunnel the inner one counts: what the outer transport said is undone. */
export function setAddresses(from: u32, to: u32): void {
  if (source != NONE) {
    nested = true;
    set(Frame.SourcePort, NONE);
    set(Frame.DestinationPort, NONE);
    set(Frame.Stream, NONE);
  }
  source = from;
  destination = to;
}

export function setLinkAddresses(from: usize, to: usize): void {
  linkSource = from;
  linkDestination = to;
}

/** Writes a column of the frame's row; does nothing while fields are recorded. */
export function set(column: i32, value: u32): void {
  if (row != NONE) frames.set(column, row, value);
}

export function setProtocol(which: Protocol): void {
  protocol = which;
}

/** Records fields from now on (the table is emptied first), or stops recording. */
export function record(on: bool): void {
  recording = on;
  if (on) fields.clear();
}

/** Big-endian reads at an offset from `at`. The caller has asked has(). */
export function u8At(offset: usize): u32 {
  return load<u8>(at + offset);
}

export function u16At(offset: usize): u32 {
  return bswap<u16>(load<u16>(at + offset));
}

export function u32At(offset: usize): u32 {
  return bswap<u32>(load<u32>(at + offset));
}

/** Writes a field down when recording: which it is, where it lies counted from `at`, how long, how it reads, how deep. */
export function field(key: FieldKey, offset: usize, length: u32, format: Format, depth: u32 = 1): void {
  if (recording) write(key, offset, length, format, depth);
}

function write(key: FieldKey, offset: usize, length: u32, format: Format, depth: u32): void {
  const r = fields.next();
  if (r == NONE) return;
  fields.set(Field.Key, r, key);
  fields.set(Field.At, r, <u32>(at + offset - start));
  fields.set(Field.Length, r, length);
  fields.set(Field.Format, r, format);
  fields.set(Field.Depth, r, depth);
  fields.set(Field.Protocol, r, protocol);
  fields.publish();
}
