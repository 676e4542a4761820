// A captured frame becomes a row: the container says where it lies, the wire dissectors fill it.
import * as addresses from "../memory/addresses";
import * as window from "../format/window";
import * as cursor from "./cursor";
import { Analysis, Frame, Protocol } from "../layout";
import { NONE, frames } from "../memory/table";
import { walk } from "../wire";

/** Appends the frame of `captured` bytes at `from`, `length` on the wire, that begins with `link`. */
export function add(
  from: usize,
  captured: u32,
  length: u32,
  seconds: u32,
  nanos: u32,
  interfaceRow: u32,
  link: Protocol,
): void {
  const row = frames.next();
  if (row == NONE) return;
  const offset = window.offsetOf(from);
  frames.set(Frame.Seconds, row, seconds);
  frames.set(Frame.Nanos, row, nanos);
  frames.set(Frame.AtLow, row, <u32>offset);
  frames.set(Frame.AtHigh, row, <u32>(offset >> 32));
  frames.set(Frame.Captured, row, captured);
  frames.set(Frame.Length, row, length);
  frames.set(Frame.Interface, row, interfaceRow);
  frames.set(Frame.SourcePort, row, NONE);
  frames.set(Frame.DestinationPort, row, NONE);
  frames.set(Frame.Stream, row, NONE);

  cursor.open(row, from, captured, length);
  walk(link);

  frames.set(Frame.Source, row, address(cursor.source, cursor.linkSource));
  frames.set(Frame.Destination, row, address(cursor.destination, cursor.linkDestination));
  frames.set(Frame.Protocol, row, cursor.protocol);
  frames.set(Frame.Status, row, cursor.status);
  if (cursor.nested) frames.set(Frame.TcpFlags, row, frames.get(Frame.TcpFlags, row) | Analysis.Nested);
  frames.publish();
}

/** The network address, else the MAC address at `link`, else none. */
function address(network: u32, link: usize): u32 {
  return network == NONE && link != 0 ? addresses.mac(link) : network;
}

/** Records the fields of a frame instead of adding it. */
export function describe(from: usize, captured: u32, length: u32, link: Protocol): void {
  cursor.open(NONE, from, captured, length);
  cursor.record(true);
  walk(link);
  cursor.record(false);
}
