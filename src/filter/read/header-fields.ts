// Fields of headers that no table holds: they are read from the file when a filter names them.
import { Protocol } from '../../../asm/layout'
import type { Field, FieldType } from '../field'
import { listed } from '../sources'
import { Fragments } from './fragments'
import type { FrameBytes, Layer } from './frame-bytes'

/** A value in a header or message: a number, the bytes of an address, or a text. */
export type HeaderValue = number | Uint8Array | string

/** A field with the way to read its values from a frame. */
export interface HeaderField extends Field {
  start(): (row: number, frame: FrameBytes) => HeaderValue[]
}

/** Reads from a layer's bytes, whose first is its header's; undefined where the header has no such value. */
type Read = (bytes: Uint8Array, layer: Layer) => HeaderValue | undefined

const u8 = (at: number) => (bytes: Uint8Array) => bytes[at]
const u16 = (at: number) => (bytes: Uint8Array) =>
  at + 2 <= bytes.length ? (bytes[at]! << 8) | bytes[at + 1]! : undefined
const bits = (read: (bytes: Uint8Array) => number | undefined, shift: number, mask: number) => (bytes: Uint8Array) => {
  const value = read(bytes)
  return value === undefined ? undefined : (value >>> shift) & mask
}
const part = (at: number, length: number) => (bytes: Uint8Array) =>
  at + length <= bytes.length ? bytes.subarray(at, at + length) : undefined

/** Below this a type field is a length. IEEE 802.3. */
const LEAST_ETHERTYPE = 0x600
/** ARP for IPv4, whose addresses lie behind hardware addresses of any length; over Ethernet these are MACs. RFC 826. */
const isArpOfIpv4 = (bytes: Uint8Array) => u16(2)(bytes) === 0x800 && bytes[5] === 4
const isArpOfMacs = (bytes: Uint8Array) => u16(0)(bytes) === 1 && bytes[4] === 6

function field(
  name: string,
  type: FieldType,
  help: string,
  protocol: Protocol,
  reads: Read[],
  { isOf, ...more }: Partial<Field> & { isOf?: (layer: Layer, frame: FrameBytes) => boolean } = {},
): HeaderField {
  return {
    name,
    type,
    help,
    ...more,
    sources: [listed(({ readings }) => readings?.values(name) ?? { frames: [], values: [] })],
    ...(['mac', 'ipv4'].includes(type) && {
      entries: ({ readings }) => readings?.values(name)?.entries ?? { length: 0, bytes: () => undefined },
    }),
    isRead: true,
    start: () => {
      const layersIn = layersOf(protocol, isOf)
      return (_, frame) =>
        layersIn(frame).flatMap(({ layer, bytes }) =>
          reads.map((read) => read(bytes, layer)).filter((value) => value !== undefined),
        )
    },
  }
}

/** Layers of a protocol in each frame; of what IP carries, those of datagrams that came in fragments too. */
function layersOf(
  protocol: Protocol,
  isOf: (layer: Layer, frame: FrameBytes) => boolean = () => true,
): (frame: FrameBytes) => { layer: Layer; bytes: Uint8Array }[] {
  if (protocol === Protocol.Tcp || protocol === Protocol.Udp) {
    const fragments = new Fragments()
    return (frame) => fragments.layers(frame, protocol)
  }
  return (frame) =>
    frame
      .layers()
      .filter((layer) => layer.protocol === protocol && isOf(layer, frame))
      .map((layer) => ({ layer, bytes: frame.bytes.subarray(layer.at, layer.end) }))
}

/** Reads a TCP option of a kind and length: RFC 9293 3.1. */
function option(kind: number, length: number, read: (bytes: Uint8Array) => number | undefined): Read {
  return (bytes, { at, headerEnd }) => {
    const end = Math.min(headerEnd - at, bytes.length)
    for (let place = 20; place < end && bytes[place] !== 0;) {
      const step = bytes[place] === 1 ? 1 : (bytes[place + 1] ?? 0)
      if (bytes[place] === kind && step === length && place + length <= end) return read(bytes.subarray(place))
      if (step < 1 || (bytes[place] !== 1 && step < 2)) return undefined
      place += step
    }
    return undefined
  }
}

/** Tags of 802.1ad, and numbers from before it that Wireshark does not know: vlan.id and vlan.priority are of 802.1Q. */
const PROVIDER_TAG = 0x88a8
const OTHER_TAGS = new Set([PROVIDER_TAG, 0x9200, 0x9300])
const [TAG_TYPE, TAG] = [2, 4]
const TAG_ID = bits(u16(0), 0, 0xfff)
const typeAt = ({ bytes }: FrameBytes, at: number) => u16(at)(bytes)
/** The type of a tag is the last field of the header before it, but in cooked captures (SLL2), where no provider is met. */
const isCustomer = ({ at }: Layer, frame: FrameBytes) => !OTHER_TAGS.has(typeAt(frame, at - 2) ?? 0)
const isProvider = ({ at }: Layer, frame: FrameBytes) => typeAt(frame, at - 2) === PROVIDER_TAG
const isOfTwo = ({ at }: Layer, frame: FrameBytes) =>
  typeAt(frame, at + TAG_TYPE) === PROVIDER_TAG || typeAt(frame, at - TAG - 2) === PROVIDER_TAG

const [DESTINATION, SOURCE] = [part(0, 6), part(6, 6)]

export const HEADER_FIELDS: HeaderField[] = [
  field('eth.addr', 'mac', 'Ethernet address of sender or receiver', Protocol.Ethernet, [DESTINATION, SOURCE]),
  field('eth.src', 'mac', 'Ethernet address of the sender', Protocol.Ethernet, [SOURCE]),
  field('eth.dst', 'mac', 'Ethernet address of the receiver', Protocol.Ethernet, [DESTINATION]),
  field(
    'eth.type',
    'number',
    'Protocol that an Ethernet header names, such as 0x800',
    Protocol.Ethernet,
    [(bytes) => [u16(12)(bytes)].find((type) => type !== undefined && type >= LEAST_ETHERTYPE)],
    { most: 0xffff },
  ),
  field('vlan.id', 'number', 'Number of the virtual network', Protocol.Vlan, [TAG_ID], {
    most: 0xfff,
    isOf: isCustomer,
  }),
  field('vlan.priority', 'number', 'Priority in the virtual network', Protocol.Vlan, [bits(u16(0), 13, 7)], {
    most: 7,
    isOf: isCustomer,
  }),
  field('ieee8021ad.id', 'number', 'Number in a provider’s only tag', Protocol.Vlan, [TAG_ID], {
    most: 0xfff,
    isOf: (layer, frame) => isProvider(layer, frame) && !isOfTwo(layer, frame),
  }),
  field('ieee8021ad.svid', 'number', 'Number in the first of two provider tags', Protocol.Vlan, [TAG_ID], {
    most: 0xfff,
    isOf: (layer, frame) => isProvider(layer, frame) && typeAt(frame, layer.at + TAG_TYPE) === PROVIDER_TAG,
  }),
  field('ieee8021ad.cvid', 'number', 'Number in the second of two provider tags', Protocol.Vlan, [TAG_ID], {
    most: 0xfff,
    isOf: (layer, frame) => isProvider(layer, frame) && typeAt(frame, layer.at - TAG - 2) === PROVIDER_TAG,
  }),
  field('ip.hdr_len', 'number', 'Bytes of the IPv4 header', Protocol.Ipv4, [
    (bytes) => (bytes.length > 0 ? (bytes[0]! & 15) * 4 : undefined),
  ]),
  field('ip.dsfield.dscp', 'number', 'Class of service', Protocol.Ipv4, [bits(u8(1), 2, 63)], { most: 63 }),
  field('ip.dsfield.ecn', 'number', 'Congestion notification', Protocol.Ipv4, [bits(u8(1), 0, 3)], { most: 3 }),
  field('ip.dsfield', 'number', 'Differentiated services', Protocol.Ipv4, [u8(1)], { most: 255 }),
  field(
    'ip.len',
    'number',
    'Bytes of the IPv4 packet',
    Protocol.Ipv4,
    // The network card cuts the packet into segments: until then its length is 0.
    [(bytes) => u16(2)(bytes) || bytes.length],
    { most: 0xffff },
  ),
  field('ip.id', 'number', 'Identification of the IPv4 packet', Protocol.Ipv4, [u16(4)], { most: 0xffff }),
  field('ip.flags.df', 'boolean', 'Must not be fragmented', Protocol.Ipv4, [bits(u8(6), 6, 1)]),
  field('ip.flags.mf', 'boolean', 'More fragments follow', Protocol.Ipv4, [bits(u8(6), 5, 1)]),
  field('ip.flags.rb', 'boolean', 'The reserved flag', Protocol.Ipv4, [bits(u8(6), 7, 1)]),
  field(
    'ip.frag_offset',
    'number',
    'Place of a fragment in its packet, in units of 8 bytes',
    Protocol.Ipv4,
    [bits(u16(6), 0, 0x1fff)],
    { most: 0x1fff },
  ),
  field('ip.ttl', 'number', 'Routers that the packet may still pass', Protocol.Ipv4, [u8(8)], { most: 255 }),
  field('ip.proto', 'number', 'Protocol that an IPv4 header names: 6 for TCP, 17 for UDP', Protocol.Ipv4, [u8(9)], {
    most: 255,
  }),
  field('ip.checksum', 'number', 'Checksum of the IPv4 header', Protocol.Ipv4, [u16(10)], { most: 0xffff }),
  field('ipv6.flow', 'number', 'Flow label', Protocol.Ipv6, [
    (bytes) => (bytes.length < 4 ? undefined : ((bytes[1]! & 15) << 16) | (bytes[2]! << 8) | bytes[3]!),
  ]),
  field('ipv6.plen', 'number', 'Bytes behind the IPv6 header', Protocol.Ipv6, [u16(4)], { most: 0xffff }),
  field('ipv6.nxt', 'number', 'Protocol that an IPv6 header names', Protocol.Ipv6, [u8(6)], { most: 255 }),
  field('ipv6.hlim', 'number', 'Routers that the packet may still pass', Protocol.Ipv6, [u8(7)], { most: 255 }),
  field('tcp.hdr_len', 'number', 'Bytes of the TCP header', Protocol.Tcp, [
    (bytes) => (bytes.length > 12 ? (bytes[12]! >>> 4) * 4 : undefined),
  ]),
  field('tcp.checksum', 'number', 'Checksum of the TCP segment', Protocol.Tcp, [u16(16)], { most: 0xffff }),
  field('tcp.urgent_pointer', 'number', 'Urgent pointer', Protocol.Tcp, [u16(18)], { most: 0xffff }),
  field(
    'tcp.options.mss_val',
    'number',
    'Largest segment that the sender takes',
    Protocol.Tcp,
    [option(2, 4, u16(2))],
    {
      most: 0xffff,
    },
  ),
  field('tcp.options.wscale.shift', 'number', 'Shift of the sender’s windows', Protocol.Tcp, [option(3, 3, u8(2))], {
    most: 255,
  }),
  field('udp.checksum', 'number', 'Checksum of the UDP datagram', Protocol.Udp, [u16(6)], { most: 0xffff }),
  field('arp.opcode', 'number', '1 asks for an address, 2 answers', Protocol.Arp, [u16(6)], {
    most: 0xffff,
    words: { 1: 'request', 2: 'reply' },
  }),
  ...(
    [
      ['arp.src.hw_mac', 'Ethernet address of the asker', 0],
      ['arp.dst.hw_mac', 'Ethernet address that is asked for', 1],
    ] as const
  ).map(([name, help, which]) =>
    field(name, 'mac', help, Protocol.Arp, [
      (bytes) => (isArpOfMacs(bytes) ? part(8 + which * (6 + bytes[5]!), 6)(bytes) : undefined),
    ]),
  ),
  ...(
    [
      ['arp.src.proto_ipv4', 'IPv4 address of the asker', 1],
      ['arp.dst.proto_ipv4', 'IPv4 address that is asked for', 2],
    ] as const
  ).map(([name, help, before]) =>
    field(name, 'ipv4', help, Protocol.Arp, [
      (bytes) => (isArpOfIpv4(bytes) ? part(8 + before * bytes[4]! + (before - 1) * 4, 4)(bytes) : undefined),
    ]),
  ),
]
