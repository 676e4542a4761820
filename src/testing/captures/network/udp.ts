// UDP datagrams. RFC 768.
import { ByteWriter } from '../../bytes'
import { internetChecksum } from './checksum'
import type { Host } from './host'
import { type Destination, ipFrame, PROTOCOL_UDP, pseudoHeaderSum } from './ip'

/** A datagram in an Ethernet frame. */
export function udpFrame(
  source: Host,
  sourcePort: number,
  destination: Destination,
  destinationPort: number,
  payload: Uint8Array,
  vlans?: readonly number[],
): Uint8Array<ArrayBuffer> {
  const datagram = new ByteWriter(false)
    .u16(sourcePort)
    .u16(destinationPort)
    .u16(8 + payload.length)
    .u16(0)
    .bytes(payload)
  const initial = pseudoHeaderSum(source.ip, destination.ip, PROTOCOL_UDP, datagram.length)
  datagram.setU16(6, internetChecksum(datagram.take(), initial) || 0xffff)
  return ipFrame(source, destination, PROTOCOL_UDP, datagram.take(), vlans)
}
