// Ports that tell which side of a connection serves, and what it speaks.
import { isRpcPort } from "../rpc/dcerpc-ports";

export const DNS: u32 = 53;
export const KERBEROS: u32 = 88;
export const NETBIOS_NAME: u32 = 137;
export const NETBIOS_SESSION: u32 = 139;
export const SMB: u32 = 445;
export const LLMNR: u32 = 5355;

/** Below it, ports are assigned to services; above it, clients take theirs (RFC 6335). */
const FIRST_USER_PORT: u32 = 1024;

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
