// Where in the file the parser is: the window's place, bytes to pass over, and what is wrong with the file.
import { Notice, Status } from "../layout";
import { NONE, frames, notices } from "../memory/table";

/** Bytes that a window holds at most. So few that they are still in the processor's cache when they are parsed. */
export const CAPACITY: u32 = 0x100000;

/** First byte of the window, and one past its last. */
export let start: usize = 0;
export let end: usize = 0;
/** True if the file ends where the window ends. */
export let last: bool = false;
/** Offset of the window's first byte in the file. */
let base: u64 = 0;
/** Bytes beyond this window to pass over. */
let unwanted: u64 = 0;
/** True if nothing more is read of this file. */
let over: bool = false;

/** Opens the next window; returns where reading goes on in it. */
export function open(from: usize, length: u32, isLast: bool): usize {
  start = from;
  end = from + length;
  last = isLast;
  if (over) return end;
  const passed = min<u64>(unwanted, length);
  unwanted -= passed;
  return from + <usize>passed;
}

/** Closes the window: the bytes before `at` are done with. Returns their number. */
export function close(at: usize): u32 {
  const consumed = <u32>(at - start);
  base += consumed;
  return consumed;
}

/** Offset in the file of a byte of the window. */
export function offsetOf(at: usize): u64 {
  return base + <u64>(at - start);
}

/** Passes over `length` bytes from `at`, however many lie beyond the window. Returns where reading goes on. */
export function pass(at: usize, length: u64): usize {
  const here = min<u64>(length, <u64>(end - at));
  unwanted = length - here;
  if (last && unwanted > 0) notice(Status.FileCut, at, <u32>min<u64>(unwanted, u32.MAX_VALUE));
  return at + <usize>here;
}

/** Gives the file up at `at`: nothing after it can be read. Returns the window's end. */
export function abandon(at: usize, value: u32): usize {
  notice(Status.FileBroken, at, value);
  return finish();
}

/** There is no memory left for more. Returns the window's end. */
export function refuse(at: usize): usize {
  if (!over) notice(Status.FileTooLarge, at, frames.rows);
  return finish();
}

/** Nothing of the rest of the file is read. Returns the window's end. */
export function finish(): usize {
  over = true;
  return end;
}

/** Writes down what is wrong with the file at `at`. */
export function notice(status: Status, at: usize, value: u32): void {
  const row = notices.next();
  if (row == NONE) return;
  const offset = offsetOf(at);
  notices.set(Notice.Status, row, status);
  notices.set(Notice.Frame, row, frames.rows);
  notices.set(Notice.AtLow, row, <u32>offset);
  notices.set(Notice.AtHigh, row, <u32>(offset >> 32));
  notices.set(Notice.Value, row, value);
  notices.publish();
}
