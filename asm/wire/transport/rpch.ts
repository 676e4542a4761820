// RPC over HTTP: MS-RPCH. Only that a connection is a channel of it; its PDUs are those of any other stream.

// "RPC_IN_DATA" or "RPC_OUT_DATA", the methods of the two channels (2.1.2.1.1, 2.1.2.1.2), and what a server of
// version 1 says first (2.1.1.1.1): "ncacn_http/1.0". The first seven bytes of each.
const IN_CHANNEL: u64 = 0x5f4e495f435052; // RPC_IN_
const OUT_CHANNEL: u64 = 0x54554f5f435052; // RPC_OUT
const BANNER: u64 = 0x685f6e6361636e; // ncacn_h
const SEVEN_BYTES: u64 = 0xffffffffffffff;

/** True if a direction that begins with these bytes is a channel of RPC over HTTP. */
export function isTunnel(at: usize, captured: u32): bool {
  if (captured < 8) return false;
  const first = load<u64>(at) & SEVEN_BYTES;
  return first == IN_CHANNEL || first == OUT_CHANNEL || first == BANNER;
}
