// Bytes worth keeping after the window has moved on: authentication tokens, negotiation, faults,
// readable stubs, names. They lie in chunks of one megabyte; an item never crosses into the next chunk.
import { Chunk } from "../layout";
import { NONE, chunks } from "./table";

const CHUNK_BYTES: u32 = 0x100000;

let chunk: u32 = NONE;
let chunkAt: usize = 0;
let used: u32 = CHUNK_BYTES;

/** How many bytes are kept in all. */
export let total: u64 = 0;

/** Room for `length` bytes that stays; at most a chunk's worth, else 0. Fill it at once. */
export function room(length: u32): usize {
  if (length > CHUNK_BYTES) return 0;
  if (used + length > CHUNK_BYTES) {
    chunk = chunks.next();
    if (chunk == NONE) return 0;
    chunkAt = heap.alloc(CHUNK_BYTES);
    used = 0;
    chunks.set(Chunk.At, chunk, <u32>chunkAt);
    chunks.publish();
  }
  const place = chunkAt + used;
  // Items start at multiples of four, so that a reader may use words.
  used = min<u32>(CHUNK_BYTES, (used + length + 3) & ~3);
  total += length;
  chunks.set(Chunk.Used, chunk, used);
  return place;
}

/** Copies bytes to stay and gives their address, 0 when there is nothing to keep or no room. */
export function keep(from: usize, length: u32): usize {
  if (length == 0) return 0;
  const place = room(length);
  if (place) memory.copy(place, from, length);
  return place;
}
