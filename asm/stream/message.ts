// Messages of neighbour protocols: few and short, but they say why a name, a ticket or a pipe was refused.
import * as kept from "../memory/excerpts";
import { Message, Protocol } from "../layout";
import { NONE, messages } from "../memory/table";

/** Bytes kept of one message, unless the caller says otherwise, and of all. */
export const KEPT: u32 = 4096;
const KEPT_IN_ALL: u32 = 0x1000000;
let keptInAll: u32 = 0;

/** Appends a row for a message of which `length` bytes lie at `from`; keeps at most `most` of them. `pipe` is a row of Pipe. */
export function add(
  protocol: Protocol,
  frame: u32,
  stream: u32,
  from: usize,
  length: u32,
  most: u32 = KEPT,
  pipe: u32 = NONE,
): void {
  const bytes = min(min(length, most), KEPT_IN_ALL - keptInAll);
  const row = messages.next();
  if (row == NONE) return;
  keptInAll += bytes;
  const place = kept.keep(from, bytes);
  messages.set(Message.Frame, row, frame);
  messages.set(Message.Stream, row, stream);
  messages.set(Message.Protocol, row, protocol);
  messages.set(Message.Kept, row, <u32>place);
  messages.set(Message.KeptLength, row, place ? bytes : 0);
  messages.set(Message.Pipe, row, pipe);
  messages.publish();
}
