// Values of the headers around the innermost: of tunnels, and of the packets that ICMP errors quote. Wireshark's fields have
// them too; the tables hold the innermost only, so the frames that have more are read when a filter names such a field.
import { Analysis, Frame, Protocol } from '../../../asm/layout'
import { type Bits, invert, noBits, rowsOf, setBit, subtract } from '../bits'
import type { Field, Source } from '../field'
import type { Subject } from '../subject'
import type { FrameBytes, Layer } from './frame-bytes'
import type { HeaderValue } from './header-fields'
import { joinedTo } from './joined'
import { QUOTED_RPC_FIELDS, quotedRpc } from './nested-rpc'
import type { ReadField } from './readings'

/** Frames with more than one network header, or a length that no column has; undefined where no frame has. */
export function nestedFrames(subject: Subject): Bits | undefined {
  return subject.of(findNested)
}

/** Types of ICMP errors, which quote a packet. RFC 792, RFC 4443. */
const QUOTING = new Set([3, 4, 5, 11, 12])
const QUOTING_V6 = new Set([1, 2, 3, 4])

function findNested({ capture, frames }: Subject): Bits | undefined {
  let found: Bits | undefined
  for (let first = 0; first < frames; first += 0x10000) {
    const column = (which: Frame) => capture.frames.column(which, first >>> 16)
    const [flags, protocols, extra] = [column(Frame.TcpFlags), column(Frame.Protocol), column(Frame.Extra)]
    const end = Math.min(0x10000, frames - first)
    for (let row = 0; row < end; row++) {
      const protocol = protocols[row]
      const isNested =
        (flags[row]! & (Analysis.Nested | Analysis.OtherLength)) !== 0 ||
        (protocol === Protocol.Icmp && QUOTING.has(extra[row]! >>> 8)) ||
        (protocol === Protocol.Icmpv6 && QUOTING_V6.has(extra[row]! >>> 8))
      if (isNested) setBit((found ??= noBits(frames)), first + row)
    }
  }
  return found
}

type Read = (bytes: Uint8Array, layer: Layer) => HeaderValue | undefined

const u16 = (at: number) => (bytes: Uint8Array) =>
  at + 2 <= bytes.length ? (bytes[at]! << 8) | bytes[at + 1]! : undefined
const u32 = (at: number) => (bytes: Uint8Array) =>
  at + 4 <= bytes.length
    ? ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
    : undefined
const part = (at: number, length: number) => (bytes: Uint8Array) =>
  at + length <= bytes.length ? bytes.subarray(at, at + length) : undefined
const flag = (bit: number) => (bytes: Uint8Array) => {
  const flags = u16(12)(bytes)
  return flags === undefined ? undefined : Number((flags & bit) !== 0)
}
const there = () => 1

/** A message of at least a DNS header to or from its port. */
const isDns = (port: number) => (bytes: Uint8Array) =>
  (u16(0)(bytes) === port || u16(2)(bytes) === port) && bytes.length >= 8 + 12 ? 1 : undefined

/** First bytes of requests, answers and errors: RFC 4120 5.4.1 to 5.9.1. */
const KERBEROS_TAGS = new Set([0x6a, 0x6b, 0x6c, 0x6d, 0x7e])
const isKerberos = (bytes: Uint8Array) =>
  (u16(0)(bytes) === 88 || u16(2)(bytes) === 88) && KERBEROS_TAGS.has(bytes[8]!) ? 1 : undefined
/** Of a quote there is no conversation that numbers could be counted in: they are as sent. */
const quoted =
  (read: (bytes: Uint8Array) => number | undefined): Read =>
  (bytes, { isQuoted }) =>
    isQuoted ? read(bytes) : undefined

const u8 = (at: number) => (bytes: Uint8Array) => bytes[at]

const { Icmp, Icmpv6, Ipv4, Ipv6, Tcp, Udp } = Protocol
/** An ICMP error may quote another message. */
const QUOTED_MESSAGES = {
  'icmp.type': [Icmp, quoted(u8(0))],
  'icmp.code': [Icmp, quoted(u8(1))],
  'icmpv6.type': [Icmpv6, quoted(u8(0))],
  'icmpv6.code': [Icmpv6, quoted(u8(1))],
} as const
/** Fields that keep their own values beside those of the headers. */
const ADDED = new Set([
  ...QUOTED_RPC_FIELDS,
  ...Object.keys(QUOTED_MESSAGES),
  'dns',
  'nbns',
  'kerberos',
  'tcp.seq',
  'tcp.ack',
  'tcp.window_size',
])
const READS: Record<string, readonly [Protocol, Read]> = {
  ip: [Ipv4, there],
  'ip.src': [Ipv4, part(12, 4)],
  'ip.dst': [Ipv4, part(16, 4)],
  ipv6: [Ipv6, there],
  'ipv6.src': [Ipv6, part(8, 16)],
  'ipv6.dst': [Ipv6, part(24, 16)],
  udp: [Udp, there],
  'udp.srcport': [Udp, u16(0)],
  'udp.dstport': [Udp, u16(2)],
  'udp.length': [Udp, u16(4)],
  dns: [Udp, isDns(53)],
  nbns: [Udp, isDns(137)],
  kerberos: [Udp, isKerberos],
  ...QUOTED_MESSAGES,
  ...Object.fromEntries(QUOTED_RPC_FIELDS.map((name) => [name, [Tcp, quotedRpc(name)] as const])),
  tcp: [Tcp, there],
  'tcp.seq': [Tcp, quoted(u32(4))],
  'tcp.ack': [Tcp, quoted(u32(8))],
  'tcp.window_size': [Tcp, quoted(u16(14))],
  'tcp.srcport': [Tcp, u16(0)],
  'tcp.dstport': [Tcp, u16(2)],
  // Wireshark knows it of a quote by ICMPv6 only.
  'tcp.seq_raw': [
    Tcp,
    (bytes, { isQuoted, isQuotedOfIpv6 }) => (isQuoted && !isQuotedOfIpv6 ? undefined : u32(4)(bytes)),
  ],
  'tcp.ack_raw': [Tcp, u32(8)],
  'tcp.flags': [Tcp, (bytes) => ((flags) => (flags === undefined ? undefined : flags & 0xfff))(u16(12)(bytes))],
  'tcp.window_size_value': [Tcp, u16(14)],
  ...Object.fromEntries(
    ['fin', 'syn', 'reset', 'push', 'ack', 'urg', 'ece', 'cwr', 'ae'].map(
      (name, bit) => [`tcp.flags.${name}`, [Tcp, flag(1 << bit)]] as const,
    ),
  ),
}
/** Fields of both directions. */
const BOTH: Record<string, readonly string[]> = {
  'ip.addr': ['ip.src', 'ip.dst'],
  'ipv6.addr': ['ipv6.src', 'ipv6.dst'],
  'tcp.port': ['tcp.srcport', 'tcp.dstport'],
  'udp.port': ['udp.srcport', 'udp.dstport'],
}

/** The field with the values of all headers, and what has to be read for it; the field itself where there are no more. */
export function withNested(subject: Subject, field: Field): { field: Field; reads: ReadField[] } {
  const names = BOTH[field.name] ?? [field.name]
  const among = names.every((name) => READS[name]) ? nestedFrames(subject) : undefined
  if (!among) return { field, reads: [] }
  const reads = names.map((name) => readOf(name, among))
  if (reads.some(({ name }) => !subject.readings?.values(name))) return { field, reads }
  const sources = ADDED.has(field.name) ? field.sources : field.sources.map((source) => outside(source, among))
  return {
    reads,
    field: joinedTo(
      field,
      reads.map(({ name }) => subject.readings!.values(name)!),
      sources,
    ),
  }
}

/** A source without its values for some frames. */
export function outside(source: Source, without: Bits): Source {
  const { among: own } = source
  return {
    ...source,
    among: (of) => subtract(own ? own(of).slice() : invert(noBits(of.frames), of.frames), without),
  }
}

/** What is said of headers that have to be read where there is no file. */
export const UNREAD =
  'Headers of tunnels and of packets that ICMP errors quote are not indexed: Faultline reads them from the capture file, which is not open.'

function readOf(name: string, among: Bits): ReadField {
  const [protocol, read] = READS[name]!
  return {
    name: `all ${name}`,
    among,
    otherwise: UNREAD,
    valuesIn: (frame: FrameBytes) =>
      frame
        .layers()
        .filter((layer) => layer.protocol === protocol)
        .map((layer) => read(frame.bytes.subarray(layer.at, layer.end), layer))
        .filter((value) => value !== undefined),
  }
}

/** Rows that are read for these fields; undefined for all. */
export function rowsToRead(reads: readonly ReadField[]): Uint32Array | undefined {
  const [first] = reads
  return first?.among && reads.every(({ among }) => among === first.among) ? rowsOf(first.among) : undefined
}
