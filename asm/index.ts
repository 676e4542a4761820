// The wasm surface: numbers in, numbers out. One instance reads one capture, window by window:
// the caller puts bytes at input(), calls parse(), puts what was not consumed before the next bytes, and goes on.
import { connectReaders } from "./stream/messages";
import * as container from "./format";
import * as window from "./format/window";
import * as cursor from "./frame/cursor";
import * as frame from "./frame/frame";
import { FileFormat, Protocol, Status } from "./layout";
import { makeRoom } from "./memory/room";
import { plant } from "./memory/seed";
import * as unseal from "./stream/unseal";
import { finishStreams } from "./stream/stream";
import { NONE, headers } from "./memory/table";
import * as dcerpc from "./wire/rpc/dcerpc-describe";
import * as datagram from "./wire/rpc/dcerpc-datagram";
import { ofLinkType } from "./wire/link/link-type";
import { assign } from "./wire/transport/ports";

connectReaders();

/** Bytes that may lie before the window's first: the caller chooses where in a word it lies. */
const SPARE_BYTES: usize = 7;

const inputAt: usize = heap.alloc(window.CAPACITY + SPARE_BYTES);

let scratchAt: usize = 0;
let scratchBytes: usize = 0;

/** Takes a random number, before the first byte is parsed, so that no file can be made to collide in hash tables. */
export function seed(random: u32): void {
  plant(random);
}

/** Address of the headers of all tables (layout.ts: Tables, TableHeader). */
export function tables(): usize {
  return headers;
}

/** Address of the input window, at the start of a word. */
export function input(): usize {
  return inputAt;
}

/** Its size; a record that does not fit is passed over with a notice. */
export function inputBytes(): usize {
  return window.CAPACITY;
}

/** The container format: Unknown until its first bytes are there. */
export function format(): FileFormat {
  return container.format;
}

/**
 * Parses `length` bytes of the window, whose first lies `from` bytes (0 to 7) after input(), and returns how many of them are
 * done with; the rest must come first when it is called again. `last` says that the file ends here.
 */
export function parse(from: u32, length: u32, last: bool): u32 {
  let at = window.open(inputAt + from, length, last);
  if (!makeRoom()) at = window.refuse(at);
  at = container.read(at);
  if (last) {
    if (at < window.end) window.notice(Status.FileCut, at, <u32>(window.end - at));
    finishStreams();
    at = window.end;
  }
  return window.close(at);
}

/**
 * Reads streams of a TCP port as Dcerpc, Smb2 or Kerberos, whatever they look like. Before the first byte; false where there is
 * no room for another port.
 */
export function decodeAs(port: u32, protocol: Protocol): bool {
  return assign(port, protocol);
}

/** Says whether the host has secrets: it is then asked about what is encrypted (stream/unseal.ts). Before the first byte. */
export function setUnsealing(on: bool): void {
  unseal.setUnsealing(on);
}

/** Room for the clear text of an SMB message, to be filled by the host while it is asked about one; 0 when it is too long. */
export function clearRoom(length: u32): usize {
  return unseal.clearRoom(length);
}

/** A secret has opened a datagram's PDU that was read before; its clear bytes are in place where it was kept. `opened` has Unsealed bits. */
export function openedLater(row: u32, opened: u32): void {
  datagram.openedLater(row, opened);
}

/** Address of `length` bytes for the caller to put a frame or PDU in; they are used by the next describe call. */
export function scratch(length: u32): usize {
  if (length > <u32>scratchBytes) {
    // Twice as much, since what is given up is never used again.
    scratchBytes = length << 1;
    scratchAt = heap.alloc(scratchBytes);
  }
  return scratchAt;
}

/** Records the fields of the frame in scratch(): `captured` bytes there, `length` on the wire, a pcap link type number. */
export function describeFrame(captured: u32, length: u32, linkType: u32): void {
  frame.describe(scratchAt, captured, length, ofLinkType(linkType));
}

/** Records the fields of the DCE/RPC PDU in scratch(). */
export function describePdu(length: u32): void {
  cursor.open(NONE, scratchAt, length, length);
  cursor.record(true);
  cursor.setProtocol(Protocol.Dcerpc);
  dcerpc.describe();
  cursor.record(false);
}
