// Texts that the file carries. Capture tools write the same text on thousands of frames,
// so a text met lately is kept once; and there is a bound to what is kept at all.
import { keep } from "../memory/excerpts";
import { Comment, CommentKind } from "../layout";
import { NONE, comments } from "../memory/table";

const SLOTS: u32 = 256;
const MAX_BYTES: u32 = 0x4000000;

/** Address and length of the text last kept with a hash, side by side. */
const recent: usize = memory.data(<i32>(SLOTS << 3), 8);
let keptBytes: u32 = 0;

/** Writes a text down; `frame` is a row of Frame, or NONE when it is about the section or an interface. */
export function add(frame: u32, kind: CommentKind, from: usize, length: u32): void {
  const text = keepText(from, length);
  if (text == 0) return;
  const row = comments.next();
  if (row == NONE) return;
  comments.set(Comment.Frame, row, frame);
  comments.set(Comment.Kind, row, kind);
  comments.set(Comment.Text, row, <u32>text);
  comments.set(Comment.TextLength, row, length);
  comments.publish();
}

/** Address of a kept copy of the text, 0 when it is empty or no more is kept. */
export function keepText(from: usize, length: u32): usize {
  const slot = recent + ((<usize>(hash(from, length) % SLOTS)) << 3);
  const before = load<u32>(slot);
  if (before != 0 && load<u32>(slot, 4) == length && memory.compare(before, from, length) == 0) return before;
  if (length > MAX_BYTES - keptBytes) return 0;
  const text = keep(from, length);
  if (text == 0) return 0;
  keptBytes += length;
  store<u32>(slot, <u32>text);
  store<u32>(slot, length, 4);
  return text;
}

/** FNV-1a. */
function hash(from: usize, length: u32): u32 {
  let value: u32 = 0x811c9dc5;
  for (let i: u32 = 0; i < length; i++) value = (value ^ load<u8>(from + i)) * 0x01000193;
  return value ^ (value >> 16);
}
