// Which conversation a packet belongs to: transport, two addresses, two ports, in either direction. A hash table
// with linear probing finds its record; the record's row of Stream changes when ports are used again.
import { Connection } from "./connection";
import { Stream } from "../layout";
import { seed } from "../memory/seed";
import { NONE, streams } from "../memory/table";

/** A pair of endpoints. */
@unmanaged
export class Talk {
  /** transport << 48 | row of Address << 16 | port: the side called A, then B. */
  a: u64;
  b: u64;
  /** Row of Stream, NONE until someone begins it. */
  row: u32;
  /** TCP: its Connection, 0 without. */
  connection: usize;
  /** The record made after this one, 0 for the last. */
  next: usize;
}

/** The record made first and the one made last. */
let first: usize = 0;
let last: usize = 0;

let slots: usize = 0;
let capacity: u32 = 0;
let used: u32 = 0;
/** Packets of one conversation come in a row more often than not. */
let latest: usize = 0;

/** True if the packet last looked up was sent by side B. */
export let fromB: bool = false;

/** The record of a packet's conversation, made when it is new: then the sender is A. */
export function find(transport: u32, source: u32, sourcePort: u32, destination: u32, destinationPort: u32): Talk {
  const from = ((<u64>transport) << 48) | ((<u64>source) << 16) | (<u64>sourcePort);
  const to = ((<u64>transport) << 48) | ((<u64>destination) << 16) | (<u64>destinationPort);
  if (latest && matches(changetype<Talk>(latest), from, to)) return changetype<Talk>(latest);
  if (used << 1 >= capacity) grow();
  const mask = capacity - 1;
  let slot = hash(from, to) & mask;
  for (;;) {
    const at = load<usize>(slots + ((<usize>slot) << 2));
    if (at == 0) break;
    if (matches(changetype<Talk>(at), from, to)) {
      latest = at;
      return changetype<Talk>(at);
    }
    slot = (slot + 1) & mask;
  }
  const talk = changetype<Talk>(heap.alloc(offsetof<Talk>()));
  talk.a = from;
  talk.b = to;
  talk.row = NONE;
  talk.connection = 0;
  talk.next = 0;
  if (last) changetype<Talk>(last).next = changetype<usize>(talk);
  else first = changetype<usize>(talk);
  last = changetype<usize>(talk);
  store<usize>(slots + ((<usize>slot) << 2), changetype<usize>(talk));
  used++;
  latest = changetype<usize>(talk);
  fromB = false;
  return talk;
}

/** Swaps A and B from now on, for the current packet as well. */
export function swap(talk: Talk): void {
  const a = talk.a;
  talk.a = talk.b;
  talk.b = a;
  fromB = !fromB;
}

/** Appends a row for the conversation, starting in `frame`; NONE when the table is full. */
export function begin(talk: Talk, frame: u32, flags: u32): u32 {
  const row = streams.next();
  talk.row = row;
  if (row == NONE) return NONE;
  streams.set(Stream.Transport, row, <u32>(talk.a >> 48));
  streams.set(Stream.AddressA, row, <u32>(talk.a >> 16));
  streams.set(Stream.PortA, row, (<u32>talk.a) & 0xffff);
  streams.set(Stream.AddressB, row, <u32>(talk.b >> 16));
  streams.set(Stream.PortB, row, (<u32>talk.b) & 0xffff);
  streams.set(Stream.Flags, row, flags);
  streams.set(Stream.FirstFrame, row, frame);
  streams.set(Stream.LastFrame, row, frame);
  streams.set(Stream.SynFrame, row, NONE);
  streams.set(Stream.SynAckFrame, row, NONE);
  streams.set(Stream.FinFrameA, row, NONE);
  streams.set(Stream.FinFrameB, row, NONE);
  streams.set(Stream.RstFrame, row, NONE);
  streams.set(Stream.WindowShift, row, 0xffff);
  streams.set(Stream.LastFrameA, row, NONE);
  streams.set(Stream.LastFrameB, row, NONE);
  streams.publish();
  return row;
}

/** Counts a packet with `payload` bytes. */
export function count(row: u32, frame: u32, payload: u32): void {
  streams.set(Stream.LastFrame, row, frame);
  streams.set(Stream.Frames, row, streams.get(Stream.Frames, row) + 1);
  if (payload == 0) return;
  const column = fromB ? Stream.BytesB : Stream.BytesA;
  streams.set(column, row, streams.get(column, row) + payload);
  streams.set(fromB ? Stream.LastFrameB : Stream.LastFrameA, row, frame);
}

/** The capture is over: what the streams still hold is dropped, in the order in which they began, whatever the seed. */
export function finishStreams(): void {
  for (let at = first; at; at = changetype<Talk>(at).next) {
    const connection = changetype<Talk>(at).connection;
    if (connection) changetype<Connection>(connection).finish();
  }
}

function matches(talk: Talk, from: u64, to: u64): bool {
  if (talk.a == from && talk.b == to) {
    fromB = false;
    return true;
  }
  if (talk.a == to && talk.b == from) {
    fromB = true;
    return true;
  }
  return false;
}

function grow(): void {
  const before = slots;
  const length = capacity;
  capacity = capacity == 0 ? 0x1000 : capacity << 1;
  slots = heap.alloc((<usize>capacity) << 2);
  memory.fill(slots, 0, (<usize>capacity) << 2);
  const mask = capacity - 1;
  for (let i: u32 = 0; i < length; i++) {
    const at = load<usize>(before + ((<usize>i) << 2));
    if (at == 0) continue;
    let slot = hash(changetype<Talk>(at).a, changetype<Talk>(at).b) & mask;
    while (load<usize>(slots + ((<usize>slot) << 2))) slot = (slot + 1) & mask;
    store<usize>(slots + ((<usize>slot) << 2), at);
  }
  if (before) heap.free(before);
}

/** The same for both directions; every bit of both endpoints reaches the low bits. */
function hash(from: u64, to: u64): u32 {
  return <u32>((mix(from) + mix(to)) >> 32);
}

function mix(endpoint: u64): u64 {
  const seeded = endpoint ^ seed;
  const mixed = (seeded ^ (seeded >> 31)) * 0x9e3779b97f4a7c15;
  return (mixed ^ (mixed >> 29)) * 0xbf58476d1ce4e5b9;
}
