// Packets that the tests wrap into links and tunnels.
import { concat, hex } from "./capture";

/** A SYN-ACK from 10.1.2.3:135 to 192.168.0.9:49700. */
export const TCP_IN_IPV4 = hex(`
  45 00 00 28 12 34 40 00 80 06 00 00                  # header of 20, total length 40, do not fragment, TCP
  0a 01 02 03  c0 a8 00 09
  00 87 c2 24  00 00 00 64  00 00 00 c8                # ports, sequence and acknowledgement numbers
  50 12 20 00  00 00 00 00                             # header of 20, SYN and ACK, window 8192
`);

/** The same from fe80::1 to fe80::2. */
export const TCP_IN_IPV6 = hex(`
  60 00 00 00  00 14 06 40                             # payload of 20, TCP, hop limit 64
  fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01
  fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 02
  00 87 c2 24  00 00 00 64  00 00 00 c8
  50 12 20 00  00 00 00 00
`);

/** What every test expects of those two, wherever they are wrapped. */
export const SEEN_IPV4 = { source: "10.1.2.3", destination: "192.168.0.9", sourcePort: 135, destinationPort: 49700 };
export const SEEN_IPV6 = { source: "fe80::1", destination: "fe80::2", sourcePort: 135, destinationPort: 49700 };

/** An Ethernet frame from 02:00:00:00:00:02 to 02:00:00:00:00:01. */
export function ethernet(type: number, ...payload: Uint8Array[]): Uint8Array {
  return concat(hex("020000000001 020000000002"), Uint8Array.of(type >> 8, type & 255), ...payload);
}

/** An IPv4 packet from 10.0.0.1 to 10.0.0.2; `flags` are the two bytes of flags and fragment offset. */
export function ipv4(protocol: number, payload: Uint8Array, { flags = 0, identification = 1 } = {}): Uint8Array {
  const header = hex("45000000 00000000 40000000 0a000001 0a000002");
  const view = new DataView(header.buffer);
  view.setUint16(2, header.length + payload.length);
  view.setUint16(4, identification);
  view.setUint16(6, flags);
  view.setUint8(9, protocol);
  return concat(header, payload);
}

/** An IPv6 packet from fe80::a to fe80::b. */
export function ipv6(next: number, payload: Uint8Array): Uint8Array {
  const header = hex("60000000 00000040 fe80000000000000000000000000000a fe80000000000000000000000000000b");
  const view = new DataView(header.buffer);
  view.setUint16(4, payload.length);
  view.setUint8(6, next);
  return concat(header, payload);
}
