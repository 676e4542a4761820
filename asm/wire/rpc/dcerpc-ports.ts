// Which TCP ports RPC servers listen on, as the endpoint mapper's answers say: a stream that the capture
// joins in the middle is then known for what it is. C706 appendix L (towers), MS-DCOM 2.2.19.3 (string bindings).

const ENDPOINT_MAPPER: u32 = 135;

const learnt: usize = memory.data(0x2000, 4);

/** True if RPC is to be expected on this port. */
export function isRpcPort(port: u32): bool {
  return port == ENDPOINT_MAPPER || (load<u8>(learnt + (port >> 3)) & (1 << (port & 7))) != 0;
}

export function isEndpointMapper(port: u32): bool {
  return port == ENDPOINT_MAPPER;
}

/** Learns the ports that a response of the endpoint mapper names, in towers or in string bindings. */
export function learn(from: usize, length: u32): void {
  const end = from + length;
  for (let at = from; at + 7 <= end; at++) {
    // A floor: length of the left side, protocol 7 (TCP), length of the right side, port in network order.
    if (load<u32>(at) == 0x02070001 && load<u8>(at + 4) == 0) add(bswap<u16>(load<u16>(at + 5)));
    // "host[49157]" in UTF-16.
    else if (load<u16>(at) == 0x5b) binding(at + 2, end);
  }
}

function binding(from: usize, end: usize): void {
  let port: u32 = 0;
  for (let at = from; at + 2 <= end && at < from + 12; at += 2) {
    const unit = <u32>load<u16>(at);
    if (unit == 0x5d && at > from) return add(port);
    if (unit < 0x30 || unit > 0x39) return;
    port = port * 10 + unit - 0x30;
  }
}

function add(port: u32): void {
  if (port == 0 || port > 0xffff) return;
  const at = learnt + (port >> 3);
  store<u8>(at, (<u32>load<u8>(at)) | (1 << (port & 7)));
}
