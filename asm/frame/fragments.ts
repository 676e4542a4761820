// IP datagrams put together again: RFC 791 3.2, RFC 8200 4.5. Each datagram under way has a buffer of the
// longest datagram's size and a bit for every eight bytes, so that duplicates and overlaps cost nothing and
// cannot mislead the count. There are few buffers: the datagram longest untouched gives its own up.
import { NONE } from "../memory/table";

/** 64 datagrams of 64 KiB: four megabytes at most, each buffer allocated when it is first needed. */
const SLOTS: u32 = 64;
const DATAGRAM_BYTES: u32 = 0x10000;
const UNIT_SHIFT: u32 = 3;
const MAP_BYTES: usize = DATAGRAM_BYTES >> (UNIT_SHIFT + 3);

@unmanaged
class Slot {
  /** What fragments of one datagram have in common. */
  source: u32;
  destination: u32;
  identification: u32;
  protocol: u32;
  /** When it was last touched; 0 while the slot is free. */
  touched: u32;
  /** Bytes of the whole datagram, NONE until its last fragment came. */
  total: u32;
  /** Units of eight bytes that are there. */
  units: u32;
  /** Next header as its first fragment says. */
  next: u32;
  /** Its bytes, and behind them the bit map. */
  buffer: usize;
}

const slots: usize = memory.data(<i32>(SLOTS * <u32>offsetof<Slot>()), 8);
let clock: u32 = 0;

/** The bytes and length of the datagram that add() completed, and its next header. Good until the next add(). */
export let datagram: usize = 0;
export let datagramLength: u32 = 0;
export let datagramNext: u32 = 0;

/**
 * Adds a fragment of `length` bytes at `from` that belongs at `offset`; `more` says that others follow it.
 * Returns whether the datagram is complete. A fragment beyond the longest datagram is ignored.
 */
export function add(
  source: u32,
  destination: u32,
  identification: u32,
  protocol: u32,
  next: u32,
  offset: u32,
  more: bool,
  from: usize,
  length: u32,
): bool {
  if (offset + length > DATAGRAM_BYTES) return false;
  const slot = find(source, destination, identification, protocol);
  slot.touched = ++clock;
  if (offset == 0) slot.next = next;
  if (!more) slot.total = offset + length;
  memory.copy(slot.buffer + offset, from, length);
  // Only the last fragment may end within a unit.
  const end = more ? (offset + length) >> UNIT_SHIFT : (offset + length + 7) >> UNIT_SHIFT;
  for (let unit = offset >> UNIT_SHIFT; unit < end; unit++) mark(slot, unit);
  if (slot.total == NONE || slot.units < (slot.total + 7) >> UNIT_SHIFT) return false;
  datagram = slot.buffer;
  datagramLength = slot.total;
  datagramNext = slot.next;
  slot.touched = 0;
  return true;
}

function mark(slot: Slot, unit: u32): void {
  const at = slot.buffer + DATAGRAM_BYTES + (unit >> 3);
  const bit: u32 = 1 << (unit & 7);
  const before: u32 = load<u8>(at);
  if (before & bit) return;
  store<u8>(at, before | bit);
  slot.units++;
}

/** The slot of this datagram: its own, else a free one, else the one longest untouched. */
function find(source: u32, destination: u32, identification: u32, protocol: u32): Slot {
  let oldest = slotAt(0);
  for (let i: u32 = 0; i < SLOTS; i++) {
    const slot = slotAt(i);
    if (
      slot.touched != 0 &&
      slot.identification == identification &&
      slot.source == source &&
      slot.destination == destination &&
      slot.protocol == protocol
    )
      return slot;
    if (slot.touched < oldest.touched) oldest = slot;
  }
  if (oldest.buffer == 0) oldest.buffer = heap.alloc(DATAGRAM_BYTES + MAP_BYTES);
  memory.fill(oldest.buffer + DATAGRAM_BYTES, 0, MAP_BYTES);
  oldest.source = source;
  oldest.destination = destination;
  oldest.identification = identification;
  oldest.protocol = protocol;
  oldest.total = NONE;
  oldest.units = 0;
  oldest.next = NONE;
  return oldest;
}

function slotAt(index: u32): Slot {
  return changetype<Slot>(slots + <usize>index * offsetof<Slot>());
}
