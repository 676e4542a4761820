// The wasm surface: numbers in, numbers out. One instance reads one capture, window by window:
// the caller puts bytes at input(), calls parse(), moves what was not consumed to the front, and goes on.
import { headers } from "./table";

/** Bytes of the input window; a record that does not fit is skipped with a notice. */
const INPUT_BYTES: usize = 0x800000;
const inputAt: usize = heap.alloc(INPUT_BYTES);

/** Address of the headers of all tables (layout.ts: Tables, TableHeader). */
export function tables(): usize {
  return headers;
}

/** Address of the input window. */
export function input(): usize {
  return inputAt;
}

export function inputBytes(): usize {
  return INPUT_BYTES;
}
