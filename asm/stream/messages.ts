// What reads the messages that lanes cut: the register beside framing.ts. Lanes know it by two functions only, since a
// message may hold a stream of its own (a pipe in SMB), whose lane cuts messages again.
import { Framing } from "./framing";
import { Lane, setReader } from "./lane";
import * as dcerpc from "../wire/rpc/dcerpc";
import * as kerberos from "../wire/transport/kerberos";
import * as netbios from "../wire/transport/netbios";

/** How many of the message's first bytes to hold, as far as its first `available` bytes show. */
function wanted(lane: Lane, bytes: usize, available: u32): u32 {
  switch (lane.framing) {
    case Framing.Rpc:
      return dcerpc.wanted(lane, bytes);
    case Framing.Netbios:
      return netbios.wanted(lane, bytes, available);
    default:
      return kerberos.wanted();
  }
}

/** The lane's message is complete. */
function deliver(lane: Lane): void {
  switch (lane.framing) {
    case Framing.Rpc:
      dcerpc.add(lane);
      break;
    case Framing.Netbios:
      netbios.read(lane);
      break;
    default:
      kerberos.read(lane);
  }
}

/** Sets what reads the messages of lanes. Called once, before the first byte. */
export function connectReaders(): void {
  setReader(wanted, deliver);
}
