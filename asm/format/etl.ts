// Event trace logs (.etl): recognised, so that the page can say how to convert them; never read.
// The first buffer's header (WMI_BUFFER_HEADER) is followed by the event that describes the log itself.
import { FileFormat } from "../layout";
import * as window from "./window";

const BUFFER_BYTES: usize = 0;
const SAVED: usize = BUFFER_BYTES + 4;
const FIRST_EVENT: usize = 0x48;
export const HEADER: usize = FIRST_EVENT + 4;

/** How the first event begins: version 2, system header of 32 or 64 bits, marked as an event. */
const EVENT_OF_32_BIT: u32 = 0xc0010002;
const EVENT_OF_64_BIT: u32 = 0xc0020002;

export function detect(at: usize): FileFormat {
  if (at + HEADER > window.end) return FileFormat.Unknown;
  const event = load<u32>(at + FIRST_EVENT);
  const isEvent = event == EVENT_OF_32_BIT || event == EVENT_OF_64_BIT;
  return isEvent && load<u32>(at + SAVED) <= load<u32>(at + BUFFER_BYTES) ? FileFormat.Etl : FileFormat.Unknown;
}
