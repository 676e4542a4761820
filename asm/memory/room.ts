// True if there is memory for one more window. The allocator traps where no more is granted, so it is asked for beforehand.
import { addresses, streams } from "./table";

const PAGE_BITS: usize = 16;
/** What a window of the smallest frames adds: a page of every table, state for each of its streams, bytes that are kept. */
const WINDOW_BYTES: usize = 0x4000000;
/** A hash table that doubles takes up to four slots for each of its rows. */
const SLOT_BYTES_A_ROW: usize = 16;
/** The first byte that no 32-bit address reaches, less what one window may take. */
const HIGHEST: usize = 0xf0000000;

/** Sees to it that one more window fits. False where the browser grants no more, or 4 GB are reached. */
export function makeRoom(): bool {
  // The next allocation shows where the heap ends.
  const end = heap.alloc(1);
  // Given back at once: addresses must not depend on how often the file was cut.
  heap.free(end);
  if (end > HIGHEST) return false;
  const wanted = <u64>end + WINDOW_BYTES + (<u64>addresses.rows + streams.rows) * SLOT_BYTES_A_ROW;
  const there = (<u64>memory.size()) << PAGE_BITS;
  return wanted <= there || memory.grow(<i32>((wanted - there + 0xffff) >> PAGE_BITS)) >= 0;
}
