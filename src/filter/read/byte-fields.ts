// Fields of bytes: frames, headers, payloads. That a header is there, the tables know for some of them.
import { Protocol } from '../../../asm/layout'
import type { Field } from '../field'
import { listed } from '../sources'
import { type ByteField, payloadsOfLayers, rangesOfLayers } from './byte-test'
import type { FrameBytes } from './frame-bytes'

const RANGES: Record<string, ByteField['rangesIn']> = {
  frame: ({ bytes }) => [{ header: bytes, whole: bytes }],
  eth: (frame) => rangesOfLayers(frame, Protocol.Ethernet),
  arp: (frame) => rangesOfLayers(frame, Protocol.Arp),
  ip: (frame) => rangesOfLayers(frame, Protocol.Ipv4),
  ipv6: (frame) => rangesOfLayers(frame, Protocol.Ipv6),
  tcp: (frame) => rangesOfLayers(frame, Protocol.Tcp),
  udp: (frame) => rangesOfLayers(frame, Protocol.Udp),
  'tcp.payload': (frame) => payloadsOfLayers(frame, Protocol.Tcp),
  'udp.payload': (frame) => payloadsOfLayers(frame, Protocol.Udp),
}

/** A field as a range of bytes; undefined for one that is none. */
export function byteField(field: Field): ByteField | undefined {
  const rangesIn = RANGES[field.name]
  return rangesIn && { ...field, rangesIn }
}

function read(name: string, help: string): Field & { valuesIn(frame: FrameBytes): number[] } {
  const rangesIn = RANGES[name]!
  return {
    name,
    type: 'label',
    help,
    isRead: true,
    sources: [listed(({ readings }) => readings?.values(name) ?? { frames: [], values: [] })],
    valuesIn: (frame) => rangesIn(frame).map(() => 1),
  }
}

/** Those that no table knows of. */
export const BYTE_FIELDS = [
  read('eth', 'Ethernet; its bytes'),
  read('tcp.payload', 'Bytes that a TCP segment carries'),
  read('udp.payload', 'Bytes that a UDP datagram carries'),
]
