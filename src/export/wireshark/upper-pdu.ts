// Packets of link type 252 (WIRESHARK_UPPER_PDU): tags that name a dissector, addresses and ports, then a PDU without the layers below.
// Tag numbers: epan/exported_pdu.h of Wireshark.

export const LINK_UPPER_PDU = 252

/** Names under which Wireshark registers the dissectors of DCE/RPC that recognise a PDU by itself. */
type UpperDissector = 'dcerpc_tcp' | 'dcerpc_udp'

enum Tag {
  End = 0,
  HeuristicDissector = 13,
  Ipv4Source = 20,
  Ipv4Destination = 21,
  Ipv6Source = 22,
  Ipv6Destination = 23,
  PortType = 24,
  SourcePort = 25,
  DestinationPort = 26,
  OriginalFrame = 30,
}

const PORT_TYPE: Record<UpperDissector, number> = { dcerpc_tcp: 2, dcerpc_udp: 3 }
const IPV4_BYTES = 4

/** One end of a conversation: an address of 4 or 16 bytes. Ports may exceed 16 bits: the tag has 32. */
export interface UpperEnd {
  address: Uint8Array
  port: number
}

export interface UpperPdu {
  dissector: UpperDissector
  source: UpperEnd
  destination: UpperEnd
  /** Number of the frame in the original capture, from 1. */
  frame: number
  bytes: Uint8Array
}

/** The packet's bytes: the tags in network byte order, each padded to four bytes, then the PDU. */
export function upperPdu({ dissector, source, destination, frame, bytes }: UpperPdu): Uint8Array<ArrayBuffer> {
  const address = (v4: Tag, v6: Tag, value: Uint8Array) => tag(value.length === IPV4_BYTES ? v4 : v6, value)
  const parts = [
    tag(Tag.HeuristicDissector, new TextEncoder().encode(dissector)),
    address(Tag.Ipv4Source, Tag.Ipv6Source, source.address),
    address(Tag.Ipv4Destination, Tag.Ipv6Destination, destination.address),
    tag(Tag.PortType, u32(PORT_TYPE[dissector])),
    tag(Tag.SourcePort, u32(source.port)),
    tag(Tag.DestinationPort, u32(destination.port)),
    tag(Tag.OriginalFrame, u32(frame)),
    tag(Tag.End, new Uint8Array(0)),
    bytes,
  ]
  const packet = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    packet.set(part, at)
    at += part.length
  }
  return packet
}

function tag(type: Tag, value: Uint8Array): Uint8Array {
  const length = (value.length + 3) & ~3
  const bytes = new Uint8Array(4 + length)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, type)
  view.setUint16(2, length)
  bytes.set(value, 4)
  return bytes
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}
