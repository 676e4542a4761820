// Fields of bytes: frames, headers, payloads. That a header is there, the tables know for some of them.
import { Protocol } from '../../../asm/layout'
import type { Field } from '../field'
import { listed } from '../sources'
import { type ByteField, payloadsOfLayers, rangesOfLayers } from './byte-test'
import { Fragments } from './fragments'
import type { HeaderField } from './header-fields'

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

function label(name: string, help: string, start: HeaderField['start']): HeaderField {
  const sources = [listed(({ readings }) => readings?.values(name) ?? { frames: [], values: [] })]
  return { name, type: 'label', help, isRead: true, sources, start }
}

/** What a transport carries, which may come in fragments. */
function payload(name: string, help: string, protocol: Protocol): HeaderField {
  return label(name, help, () => {
    const fragments = new Fragments()
    return (_, frame) =>
      fragments
        .layers(frame, protocol)
        .filter(({ layer, bytes }) => layer.headerEnd - layer.at < bytes.length)
        .map(() => 1)
  })
}

/** Those that no table knows of. */
export const BYTE_FIELDS = [
  label('eth', 'Ethernet; its bytes', () => (_, frame) => rangesOfLayers(frame, Protocol.Ethernet).map(() => 1)),
  payload('tcp.payload', 'Bytes that a TCP segment carries', Protocol.Tcp),
  payload('udp.payload', 'Bytes that a UDP datagram carries', Protocol.Udp),
]
