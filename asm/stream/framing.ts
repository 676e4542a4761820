// Where a message of each protocol over a byte stream begins and how long it is: the register of what lane.ts can cut.
import * as dcerpcHeader from "../wire/rpc/dcerpc-header";
import * as kerberos from "../wire/transport/kerberos-header";
import * as netbios from "../wire/transport/netbios-header";

export enum Framing {
  /** The stream's first byte decides. */
  Unknown,
  /** DCE/RPC PDUs back to back. */
  Rpc,
  /** NetBIOS session packets, SMB in them. */
  Netbios,
  /** Kerberos messages, a length before each. */
  Kerberos,
}

/** What a stream that begins with this byte may hold, Unknown for nothing that is known by its looks. */
export function guess(first: u32): Framing {
  return first == dcerpcHeader.MAJOR ? Framing.Rpc : Framing.Unknown;
}

/** Bytes that must be there before a message's length is known. */
export function headerLength(framing: Framing): u32 {
  switch (framing) {
    case Framing.Rpc:
      return dcerpcHeader.HEADER;
    case Framing.Netbios:
      return netbios.HEADER;
    default:
      return kerberos.HEADER;
  }
}

/** Length of the message whose header this is, 0 when it is no header; for a stream known to hold such messages. */
export function sizeOf(framing: Framing, header: usize): u32 {
  switch (framing) {
    case Framing.Rpc:
      return dcerpcHeader.sizeOf(header);
    case Framing.Netbios:
      return netbios.sizeOf(header);
    default:
      return kerberos.sizeOf(header);
  }
}

/** The same where nothing else says so: stricter, looks at `available` bytes. */
export function firstSizeOf(framing: Framing, header: usize, available: u32): u32 {
  if (framing == Framing.Rpc && !dcerpcHeader.convincing(header, available)) return 0;
  return sizeOf(framing, header);
}

/** True if `available` bytes, fewer than a header, may be the beginning of one. */
export function begins(framing: Framing, header: usize, available: u32): bool {
  return framing == Framing.Rpc ? dcerpcHeader.begins(header, available) : true;
}

/** Address of the first convincing header in [from, to), or of one that may begin there; 0 when there is none. */
export function search(framing: Framing, from: usize, to: usize): usize {
  switch (framing) {
    case Framing.Rpc:
      return dcerpcHeader.search(from, to);
    case Framing.Netbios:
      return netbios.search(from, to);
    default:
      return <u32>(to - from) >= kerberos.HEADER && kerberos.sizeOf(from) ? from : 0;
  }
}

/** True if a header at `at`, with `available` bytes there, would be believed although bytes before it are missing. */
export function believable(framing: Framing, at: usize, available: u32): bool {
  if (framing == Framing.Unknown || available < headerLength(framing)) return false;
  switch (framing) {
    case Framing.Rpc:
      return dcerpcHeader.convincing(at, available);
    case Framing.Netbios:
      return netbios.convincing(at, available);
    default:
      return false;
  }
}

/** Position one past what is worth keeping of the message's end. */
export function tailEnd(framing: Framing, header: usize, size: u32): u32 {
  return framing == Framing.Rpc ? dcerpcHeader.tokenOf(header, size) : size;
}
