// Events of an event trace in the pcapng that src/etw/frames/derived.ts makes of it: two block types that pcapng leaves to local
// use. Both are little-endian and begin with a word that other programs' local blocks do not have.
import { Event, EventFlag, Note } from "../layout";
import { keep } from "../memory/excerpts";
import { NONE, events, frames, notes } from "../memory/table";
import * as window from "./window";

export const EVENT: u32 = 0x8e746c01;
export const NOTE: u32 = 0x8e746c02;
const MAGIC: u32 = 0x57544546;

// Both.
const MAGIC_AT: usize = 0;

// Event.
const FLAGS: usize = MAGIC_AT + 4;
const PROVIDER: usize = FLAGS + 4;
const ID: usize = PROVIDER + 4;
const DESCRIPTOR: usize = ID + 4;
const PROCESS_ID: usize = DESCRIPTOR + 4;
const THREAD_ID: usize = PROCESS_ID + 4;
const SECONDS: usize = THREAD_ID + 4;
const NANOS: usize = SECONDS + 4;
const FRAME: usize = NANOS + 4;
const LENGTH: usize = FRAME + 4;
const DATA: usize = LENGTH + 4;

// Note.
const KIND: usize = MAGIC_AT + 4;
const NOTE_LENGTH: usize = KIND + 4;
const NOTE_DATA: usize = NOTE_LENGTH + 4;

/** Bytes that are kept of events that explain failures, of other events, and of notes. */
const MAX_FIRST: u32 = 0x6000000;
const MAX_OTHER: u32 = 0x2000000;
const MAX_NOTES: u32 = 0x4000000;
/** Of other events only short ones are kept. */
const MAX_OTHER_LENGTH: u32 = 0x800;

let firstBytes: u32 = 0;
let otherBytes: u32 = 0;
let noteBytes: u32 = 0;

export function isBlock(type: u32): bool {
  return type == EVENT || type == NOTE;
}

/** Adds the event of the block whose body is from `at` to `end`; a block that is none of ours is skipped. */
export function event(at: usize, end: usize): void {
  if (at + DATA > end || load<u32>(at + MAGIC_AT) != MAGIC) return;
  const length = load<u32>(at + LENGTH);
  if (length > <u32>(end - at - DATA)) return;
  const row = events.next();
  if (row == NONE) return;
  const flags = load<u32>(at + FLAGS);
  const offset = window.offsetOf(at + DATA);
  events.set(Event.Seconds, row, load<u32>(at + SECONDS));
  events.set(Event.Nanos, row, load<u32>(at + NANOS));
  events.set(Event.FramesBefore, row, frames.rows);
  events.set(Event.Frame, row, load<u32>(at + FRAME));
  events.set(Event.Provider, row, load<u32>(at + PROVIDER));
  events.set(Event.Id, row, load<u32>(at + ID));
  events.set(Event.Descriptor, row, load<u32>(at + DESCRIPTOR));
  events.set(Event.ProcessId, row, load<u32>(at + PROCESS_ID));
  events.set(Event.ThreadId, row, load<u32>(at + THREAD_ID));
  events.set(Event.Flags, row, flags);
  events.set(Event.AtLow, row, <u32>offset);
  events.set(Event.AtHigh, row, <u32>(offset >> 32));
  events.set(Event.Length, row, length);
  events.set(Event.Kept, row, <u32>kept(at + DATA, length, (flags & EventFlag.Kept) != 0));
  events.publish();
}

/** Address of a kept copy, 0 where there is no room for it. */
function kept(from: usize, length: u32, isFirst: bool): usize {
  if (isFirst) {
    if (length > MAX_FIRST - firstBytes) return 0;
    firstBytes += length;
    return keep(from, length);
  }
  if (length > MAX_OTHER_LENGTH || length > MAX_OTHER - otherBytes) return 0;
  otherBytes += length;
  return keep(from, length);
}

/** Adds the note of the block whose body is from `at` to `end`. */
export function note(at: usize, end: usize): void {
  if (at + NOTE_DATA > end || load<u32>(at + MAGIC_AT) != MAGIC) return;
  const length = load<u32>(at + NOTE_LENGTH);
  if (length > <u32>(end - at - NOTE_DATA) || length > MAX_NOTES - noteBytes) return;
  const row = notes.next();
  if (row == NONE) return;
  noteBytes += length;
  notes.set(Note.Kind, row, load<u32>(at + KIND));
  notes.set(Note.Kept, row, <u32>keep(at + NOTE_DATA, length));
  notes.set(Note.KeptLength, row, length);
  notes.publish();
}
