// IPv4 (RFC 791) and IPv6 (RFC 8200) packets, in Ethernet frames.
import { ByteWriter } from '../../bytes'
import { internetChecksum, sumWords } from './checksum'
import { BROADCAST, ETHERTYPE_IPV4, ETHERTYPE_IPV6, ethernet } from './ethernet'
import type { Host } from './host'

export const PROTOCOL_ICMP = 1
export const PROTOCOL_TCP = 6
export const PROTOCOL_UDP = 17
export const PROTOCOL_ICMPV6 = 58

/** Where a packet goes: a host, or a group or broadcast address that has an IP and a MAC anyway. */
export type Destination = Pick<Host, 'ip' | 'mac'>

/** An IP packet of either version, as the two addresses have it. Don't-fragment is set, as Windows sets it. */
function ipPacket(
  source: Host,
  destination: Destination,
  protocol: number,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const packet = new ByteWriter(false)
  if (source.version === 6) {
    packet.u32(0x60000000).u16(payload.length).u8(protocol).u8(source.timeToLive)
    return packet.bytes(source.ip).bytes(destination.ip).bytes(payload).take()
  }
  packet
    .u8(0x45)
    .u8(0)
    .u16(20 + payload.length)
  packet.u16(source.nextIdentification()).u16(0x4000)
  packet.u8(source.timeToLive).u8(protocol).u16(0)
  packet.bytes(source.ip).bytes(destination.ip)
  packet.setU16(10, internetChecksum(packet.take()))
  return packet.bytes(payload).take()
}

/** The same in an Ethernet frame. */
export function ipFrame(
  source: Host,
  destination: Destination,
  protocol: number,
  payload: Uint8Array,
  vlans?: readonly number[],
): Uint8Array<ArrayBuffer> {
  const etherType = source.version === 6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4
  return ethernet(source.mac, destination.mac, etherType, ipPacket(source, destination, protocol, payload), vlans)
}

/** Sum of the pseudo header that TCP, UDP and ICMPv6 checksums start from. RFC 9293 3.1, RFC 8200 8.1. */
export function pseudoHeaderSum(source: Uint8Array, destination: Uint8Array, protocol: number, length: number): number {
  return sumWords(source) + sumWords(destination) + protocol + length
}

/** The subnet's broadcast as a destination. */
export function broadcastTo(ip: Uint8Array<ArrayBuffer>): Destination {
  return { ip, mac: BROADCAST.slice() }
}

/** An IPv4 group as a destination. RFC 1112 6.4. */
export function multicastTo(ip: Uint8Array<ArrayBuffer>): Destination {
  return { ip, mac: Uint8Array.from([0x01, 0x00, 0x5e, ip[1]! & 0x7f, ip[2]!, ip[3]!]) }
}
