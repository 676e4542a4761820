// Ports that tell which side of a connection serves, and what it speaks.
import { Protocol } from "../../layout";
import { isRpcPort } from "../rpc/dcerpc-ports";

export const DNS: u32 = 53;
export const KERBEROS: u32 = 88;
export const NETBIOS_NAME: u32 = 137;
export const NETBIOS_SESSION: u32 = 139;
export const SMB: u32 = 445;
export const LLMNR: u32 = 5355;
export const MULTICAST_DNS: u32 = 5353;

/** Below it, ports are assigned to services; above it, clients take theirs (RFC 6335). */
const FIRST_USER_PORT: u32 = 1024;

/** Ports that the user has assigned to a protocol, a word each: port << 8 | Protocol. */
const MOST_ASSIGNED: u32 = 16;
const assigned: usize = memory.data(64, 4);
let assignedCount: u32 = 0;

/** Streams of this TCP port hold a protocol whatever its number and their looks say; false when there is no room for another. */
export function assign(port: u32, protocol: Protocol): bool {
  if (assignedCount == MOST_ASSIGNED) return false;
  store<u32>(assigned + 4 * assignedCount++, (port << 8) | protocol);
  return true;
}

/** The protocol that one of two ports is assigned to, None where there is none. */
export function assignedTo(portA: u32, portB: u32): Protocol {
  for (let at: u32 = 0; at < assignedCount; at++) {
    const word = load<u32>(assigned + 4 * at);
    if (word >> 8 == portA || word >> 8 == portB) return word & 0xff;
  }
  return Protocol.None;
}

/** True if `port` rather than `other` is the server's, as far as numbers show. */
export function isServerPort(port: u32, other: u32): bool {
  const rank = rankOf(port);
  const otherRank = rankOf(other);
  return rank == otherRank ? port < other : rank > otherRank;
}

function rankOf(port: u32): u32 {
  if (port < FIRST_USER_PORT) return 2;
  return isRpcPort(port) ? 1 : 0;
}
