// Fields of the network and transport layers: protocols, addresses, ports, TCP.
import { Address, AddressKind, Analysis, Frame, Protocol, Status, Stream } from '../../../asm/layout'
import { NONE } from '../../capture/table'
import { addressText } from '../../capture/text'
import type { Entries, Field, FieldType, Source } from '../field'
import { frameColumn, frameTimes, frameWords } from '../sources'
import type { Subject } from '../subject'
import type { Bits } from '../bits'
import { nanosecondsBetween } from './frames'
import {
  fullWindows,
  relativeAcknowledgement,
  relativeSequence,
  scaledWindow,
  STREAM_FIELDS,
  tcpFrames,
  udpFrames,
} from './streams'

const BYTES: Record<AddressKind, number> = { [AddressKind.Mac]: 6, [AddressKind.Ipv4]: 4, [AddressKind.Ipv6]: 16 }

/** The capture's addresses, of which a field knows those of its kind. */
function addresses(kind: AddressKind): (subject: Subject) => Entries {
  return ({ capture: { addresses: table } }) => ({
    length: table.rows,
    text: (row) => addressText(table, row),
    bytes: (row) => {
      if (table.get(Address.Kind, row) !== kind) return undefined
      return Uint8Array.from({ length: BYTES[kind] }, (_, i) => {
        const word = table.get(Address.Word0 + (i >>> 2), row)
        return (word >>> (24 - 8 * (i & 3))) & 255
      })
    },
  })
}

const timeInStream = frameTimes((subject, first, rows, out) => {
  const { frames, streams } = subject.capture
  const known = streams.rows
  for (let row = 0; row < rows; row++) {
    const stream = frames.get(Frame.Stream, first + row)
    out[row] = stream < known ? nanosecondsBetween(subject, streams.get(Stream.FirstFrame, stream), first + row) : NaN
  }
}, tcpFrames)

const ANALYSES: [name: string, bits: number, help: string][] = [
  ['retransmission', Analysis.Retransmission, 'The segment was sent before'],
  ['out_of_order', Analysis.OutOfOrder, 'The segment came later than one behind it'],
  ['lost_segment', Analysis.PreviousNotCaptured, 'Bytes before the segment are not in the capture'],
  ['ack_lost_segment', Analysis.AckedUnseen, 'Acknowledges bytes that are not in the capture'],
  ['duplicate_ack', Analysis.DuplicateAck, 'Acknowledges the same bytes once more'],
  ['zero_window', Analysis.ZeroWindow, 'The receiver has no room'],
  ['zero_window_probe', Analysis.ZeroWindowProbe, 'Asks whether the receiver has room again'],
  ['window_update', Analysis.WindowUpdate, 'The receiver has more room'],
  ['keep_alive', Analysis.KeepAlive, 'Asks whether the other side is still there'],
  ['keep_alive_ack', Analysis.KeepAliveAck, 'Answers a keep-alive'],
  ['reused_ports', Analysis.ReusedPorts, 'A new connection on the ports of an old one'],
]
/** All but what merely repeats the sniffer. */
const PROBLEMS = ANALYSES.reduce((bits, [, bit]) => bits | bit, 0)

const FLAGS: [name: string, bit: number, help: string][] = [
  ['fin', 0x001, 'No more data from the sender'],
  ['syn', 0x002, 'Opens a connection'],
  ['reset', 0x004, 'Breaks the connection off'],
  ['push', 0x008, 'Hand the data on at once'],
  ['ack', 0x010, 'Acknowledges'],
  ['urg', 0x020, 'Urgent data'],
  ['ece', 0x040, 'Congestion was seen'],
  ['cwr', 0x080, 'The congestion window was made smaller'],
  ['ae', 0x100, 'Accurate ECN (once a nonce)'],
]

/** Frames whose deepest protocol is one of these. */
function deepest(...protocols: Protocol[]): Source {
  return frameWords((subject, first, rows, out) => {
    const column = subject.capture.frames.column(Frame.Protocol, first >>> 16)
    for (let row = 0; row < rows; row++) out[row] = protocols.includes(column[row]!) ? 1 : NONE
  })
}

function addressFields(prefix: string, type: FieldType, kind: AddressKind, help: string): Field[] {
  const entries = addresses(kind)
  const [source, destination] = [frameColumn(Frame.Source), frameColumn(Frame.Destination)]
  return [
    { name: `${prefix}.addr`, type, help: `${help}, of sender or receiver`, sources: [source, destination], entries },
    { name: `${prefix}.src`, type, help: `${help} of the sender`, sources: [source], entries },
    { name: `${prefix}.dst`, type, help: `${help} of the receiver`, sources: [destination], entries },
  ]
}

/** 1 for frames that a host with such an address sent. */
function addressed(kind: AddressKind): Source {
  return frameWords((subject, first, rows, out) => {
    const kinds = subject.of(addressKinds)
    const sources = subject.capture.frames.column(Frame.Source, first >>> 16)
    for (let row = 0; row < rows; row++) {
      const source = sources[row]!
      out[row] = source < kinds.length && kinds[source] === kind ? 1 : NONE
    }
  })
}

function addressKinds({ capture: { addresses } }: Subject): Uint8Array {
  return Uint8Array.from({ length: addresses.rows }, (_, row) => addresses.get(Address.Kind, row))
}

function portFields(prefix: string, among: (subject: Subject) => Bits): Field[] {
  const [source, destination] = [
    frameColumn(Frame.SourcePort, { among }),
    frameColumn(Frame.DestinationPort, { among }),
  ]
  const field = { type: 'number' as const, most: 0xffff }
  return [
    { name: prefix, type: 'label', help: prefix.toUpperCase(), sources: [source] },
    { ...field, name: `${prefix}.port`, help: 'Port of sender or receiver', sources: [source, destination] },
    { ...field, name: `${prefix}.srcport`, help: 'Port of the sender', sources: [source] },
    { ...field, name: `${prefix}.dstport`, help: 'Port of the receiver', sources: [destination] },
  ]
}

/** A number of TCP segments in a column of its own. */
function segmentNumber(name: string, help: string, column: Frame, most?: number): Field {
  const sources = [frameColumn(column, { among: tcpFrames })]
  return { name: `tcp.${name}`, type: 'number', help, sources, ...(most !== undefined && { most }) }
}

const fillsWindow = frameWords((subject, first, rows, out) => {
  const found = subject.of(fullWindows)
  for (let row = 0; row < rows; row++) out[row] = (found[(first + row) >>> 5]! >>> (row & 31)) & 1 ? 1 : NONE
}, tcpFrames)

/** What the capture says of a segment beyond its header: there or not there. */
function analysis(name: string, bits: number, help: string): Field {
  const source = frameWords(({ capture }, first, rows, out) => {
    const flags = capture.frames.column(Frame.TcpFlags, first >>> 16)
    for (let row = 0; row < rows; row++) out[row] = flags[row]! & bits ? 1 : NONE
  }, tcpFrames)
  return { name: `tcp.analysis.${name}`, type: 'label', help, sources: [source] }
}

const withFullWindows = (field: Field): Field => ({ ...field, sources: [...field.sources, fillsWindow] })

const udpLength = frameWords(({ capture }, first, rows, out) => {
  const payload = capture.frames.column(Frame.PayloadLength, first >>> 16)
  for (let row = 0; row < rows; row++) out[row] = payload[row]! + 8
}, udpFrames)

/** ICMP's type and code lie in one column; of a header that is cut it has what IP left there. */
function icmp(protocol: Protocol, change: (extra: number) => number): Source {
  return frameWords((subject, first, rows, out) => {
    const { frames } = subject.capture
    const page = first >>> 16
    const [protocols, extra] = [frames.column(Frame.Protocol, page), frames.column(Frame.Extra, page)]
    const statuses = frames.column(Frame.Status, page)
    for (let row = 0; row < rows; row++) {
      const isThere = protocols[row] === protocol && statuses[row] === Number(Status.Ok)
      out[row] = isThere ? change(extra[row]!) : NONE
    }
  })
}

function icmpFields(name: string, protocol: Protocol): Field[] {
  const field = { type: 'number' as const, most: 255 }
  return [
    { ...field, name: `${name}.type`, help: 'Type of the message', sources: [icmp(protocol, (extra) => extra >>> 8)] },
    { ...field, name: `${name}.code`, help: 'Code of the message', sources: [icmp(protocol, (extra) => extra & 255)] },
  ]
}

const PROTOCOLS: [name: string, help: string, ...protocols: Protocol[]][] = [
  ['arp', 'Address resolution', Protocol.Arp],
  ['icmp', 'Control messages of IPv4', Protocol.Icmp],
  ['icmpv6', 'Control messages of IPv6', Protocol.Icmpv6],
  ['dns', 'Domain names', Protocol.Dns],
  ['nbns', 'NetBIOS names', Protocol.Nbns],
  ['llmnr', 'Link-local names', Protocol.Llmnr],
  ['http', 'HTTP', Protocol.Http],
  ['tls', 'TLS', Protocol.Tls],
  ['ldap', 'Directory access', Protocol.Ldap],
]

export const NETWORK_FIELDS: Field[] = [
  ...PROTOCOLS.map(([name, help, ...protocols]): Field => ({
    name,
    type: 'label',
    help,
    sources: [deepest(...protocols)],
  })),
  ...addressFields('ip', 'ipv4', AddressKind.Ipv4, 'IPv4 address'),
  ...addressFields('ipv6', 'ipv6', AddressKind.Ipv6, 'IPv6 address'),
  { name: 'ip', type: 'label', help: 'IPv4', sources: [addressed(AddressKind.Ipv4)] },
  { name: 'ipv6', type: 'label', help: 'IPv6', sources: [addressed(AddressKind.Ipv6)] },
  ...portFields('tcp', tcpFrames),
  ...portFields('udp', udpFrames),
  {
    name: 'udp.length',
    type: 'number',
    most: 0xffff,
    help: 'Bytes of header and payload',
    sources: [udpLength],
  },
  segmentNumber('len', 'Bytes of payload', Frame.PayloadLength),
  segmentNumber('seq_raw', 'Sequence number as sent', Frame.Seq),
  segmentNumber('ack_raw', 'Acknowledged as sent', Frame.Ack),
  segmentNumber('window_size_value', 'Window as sent', Frame.Window, 0xffff),
  { name: 'tcp.seq', type: 'number', help: 'Sequence number, from the stream’s first', sources: [relativeSequence] },
  {
    name: 'tcp.ack',
    type: 'number',
    help: 'Acknowledged up to, from the stream’s first',
    sources: [relativeAcknowledgement],
  },
  { name: 'tcp.window_size', type: 'number', help: 'Window after scaling', sources: [scaledWindow] },
  { name: 'tcp.time_relative', type: 'time', help: 'Seconds since the stream’s first frame', sources: [timeInStream] },
  {
    name: 'tcp.flags',
    type: 'number',
    most: 0xfff,
    help: 'The flags as a number',
    sources: [frameColumn(Frame.TcpFlags, { mask: 0xfff, among: tcpFrames })],
  },
  ...FLAGS.map(([name, mask, help]): Field => ({
    name: `tcp.flags.${name}`,
    type: 'boolean',
    help,
    sources: [frameColumn(Frame.TcpFlags, { mask, among: tcpFrames })],
  })),
  ...STREAM_FIELDS,
  withFullWindows(analysis('flags', PROBLEMS, 'Anything that is wrong with TCP')),
  {
    name: 'tcp.analysis.window_full',
    type: 'label',
    help: 'The segment fills the window of the receiver',
    sources: [fillsWindow],
  },
  ...ANALYSES.map((one) => analysis(...one)),
  ...icmpFields('icmp', Protocol.Icmp),
  ...icmpFields('icmpv6', Protocol.Icmpv6),
]
