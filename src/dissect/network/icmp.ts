// Errors that routers and hosts send back: ICMP (RFC 792, RFC 1191, RFC 1812), ICMPv6 (RFC 4443). They quote the packet
// that they are about, so that its sender can tell which connection they mean.
import { IpProtocol } from '../../../asm/layout'
import { endpointText, ipv6Text } from '../../capture/text'
import type { Reader } from '../reader'
import { named } from '../show'

export interface IcmpMessage {
  type: number
  code: number
  /** Type and code in words: `destination unreachable: port unreachable`. */
  text: string
  /** The largest packet that fits the next link, in bytes; undefined where the message gives none. */
  nextHopMtu?: number | undefined
  /** The router that a redirect names. */
  gateway?: string | undefined
  /** The packet that the message is about. */
  quoted?: QuotedPacket | undefined
}

/** Head of a packet that did not arrive; its source is whom the error is for. */
export interface QuotedPacket {
  source: string
  destination: string
  /** IP protocol number. */
  protocol: number
  /** IpProtocol.Tcp or IpProtocol.Udp ports; undefined for other protocols, and for a fragment that is not the first. */
  sourcePort?: number | undefined
  destinationPort?: number | undefined
  /** IpProtocol.Tcp sequence number, raw. */
  sequence?: number | undefined
}

/** Types of IPv4's ICMP, each with its codes. RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7. */
const TYPES: Readonly<Record<number, { name: string; codes?: readonly string[] }>> = {
  0: { name: 'echo reply' },
  3: {
    name: 'destination unreachable',
    codes: [
      'network unreachable',
      'host unreachable',
      'protocol unreachable',
      'port unreachable',
      'fragmentation needed',
      'source route failed',
      'destination network unknown',
      'destination host unknown',
      'source host isolated',
      'network administratively prohibited',
      'host administratively prohibited',
      'network unreachable for this type of service',
      'host unreachable for this type of service',
      'communication administratively prohibited',
      'host precedence violation',
      'precedence cutoff',
    ],
  },
  4: { name: 'source quench' },
  5: { name: 'redirect', codes: ['for the network', 'for the host'] },
  8: { name: 'echo request' },
  9: { name: 'router advertisement' },
  10: { name: 'router solicitation' },
  11: { name: 'time exceeded', codes: ['in transit', 'fragment reassembly'] },
  12: { name: 'parameter problem' },
  13: { name: 'timestamp request' },
  14: { name: 'timestamp reply' },
}

/** RFC 4443 3 and 4, RFC 4861 4. */
const TYPES_V6: Readonly<Record<number, { name: string; codes?: readonly string[] }>> = {
  1: {
    name: 'destination unreachable',
    codes: [
      'no route',
      'administratively prohibited',
      'beyond scope of source address',
      'address unreachable',
      'port unreachable',
      'source address failed policy',
      'route rejected',
    ],
  },
  2: { name: 'packet too big' },
  3: { name: 'time exceeded', codes: ['in transit', 'fragment reassembly'] },
  4: { name: 'parameter problem' },
  128: { name: 'echo request' },
  129: { name: 'echo reply' },
  133: { name: 'router solicitation' },
  134: { name: 'router advertisement' },
  135: { name: 'neighbor solicitation' },
  136: { name: 'neighbor advertisement' },
  137: { name: 'redirect' },
}

const UNREACHABLE = 3
const FRAGMENTATION_NEEDED = 4
const REDIRECT = 5
const PACKET_TOO_BIG_V6 = 2
/** Types that quote a packet. Those of ICMPv6 are all below 128. */
const QUOTING = new Set([3, 4, 5, 11, 12])
const FIRST_INFORMATIONAL_V6 = 128

/** Words for a type and code; the numbers where there are none. */
export function icmpText(type: number, code: number, version: 4 | 6): string {
  const known = (version === 4 ? TYPES : TYPES_V6)[type]
  if (!known) return `type ${type}, code ${code}`
  const detail = known.codes ? (known.codes[code] ?? `code ${code}`) : ''
  return detail === '' ? known.name : `${known.name}: ${detail}`
}

/** Reads an ICMP message of IPv4. Undefined when there is no header. */
export function icmp(from: Reader): IcmpMessage | undefined {
  return from.group('ICMP', () => message(from), icmpMessageText)
}

function message(from: Reader): IcmpMessage | undefined {
  const found = head(from, 4)
  if (!found) return undefined
  if (found.type === REDIRECT) {
    found.gateway = address(from, 4, 'Gateway')
  } else {
    from.skip(2)
    const fragmentation = found.type === UNREACHABLE && found.code === FRAGMENTATION_NEEDED
    const mtu = from.u16(fragmentation ? 'Next-hop MTU' : undefined, undefined, 'icmp.mtu')
    // Routers older than RFC 1191 leave it zero.
    if (fragmentation && mtu) found.nextHopMtu = mtu
  }
  if (QUOTING.has(found.type) && from.left > 0)
    found.quoted = from.group('Quoted packet', () => packetV4(from), packetText)
  return found
}

/** Reads an ICMPv6 message. Undefined when there is no header. */
export function icmpv6(from: Reader): IcmpMessage | undefined {
  return from.group('ICMPv6', () => messageV6(from), icmpMessageText)
}

function messageV6(from: Reader): IcmpMessage | undefined {
  const found = head(from, 6)
  if (!found) return undefined
  const tooBig = found.type === PACKET_TOO_BIG_V6
  const mtu = from.u32(tooBig ? 'MTU' : undefined, undefined, 'icmpv6.mtu')
  if (tooBig) found.nextHopMtu = mtu
  const quotes = found.type < FIRST_INFORMATIONAL_V6 && from.left > 0
  if (quotes) found.quoted = from.group('Quoted packet', () => packetV6(from), packetText)
  return found
}

function head(from: Reader, version: 4 | 6): IcmpMessage | undefined {
  from.little = false
  const names = version === 4 ? TYPES : TYPES_V6
  const prefix = version === 4 ? 'icmp' : 'icmpv6'
  const type = from.u8(
    'Type',
    (value) => (names[value] ? `${names[value].name} (${value})` : String(value)),
    `${prefix}.type`,
  )
  const code = from.u8(
    'Code',
    (value) => named(Object.fromEntries((names[type ?? -1]?.codes ?? []).entries()))(value),
    `${prefix}.code`,
  )
  from.skip(2)
  if (type === undefined || code === undefined) return undefined
  return { type, code, text: icmpText(type, code, version) }
}

/** RFC 791 3.1. */
function packetV4(from: Reader): QuotedPacket | undefined {
  const start = from.at
  const headerWords = (from.u8() ?? 0) & 15
  from.skip(5)
  const fragment = from.u16()
  from.skip(1)
  const protocol = from.u8('Protocol')
  from.skip(2)
  const source = address(from, 4, 'Source')
  const destination = address(from, 4, 'Destination')
  if (destination === undefined) return undefined
  const packet: QuotedPacket = { source: source!, destination, protocol: protocol! }
  from.skip(Math.max(0, start + headerWords * 4 - from.at))
  if ((fragment! & 0x1fff) === 0) ports(from, packet)
  return packet
}

/** RFC 8200 3 and 4. */
function packetV6(from: Reader): QuotedPacket | undefined {
  from.skip(6)
  let next = from.u8()
  from.skip(1)
  const source = address(from, 16, 'Source')
  const destination = address(from, 16, 'Destination')
  if (destination === undefined) return undefined
  let first = true
  // Hop-by-hop options, routing, destination options and fragment headers stand before the protocol itself.
  while (next !== undefined && [0, 43, 44, 60].includes(next) && from.left > 0) {
    const fragment = next === 44
    next = from.u8()
    const length = from.u8()
    if (fragment) first = ((from.u16() ?? 0) & 0xfff8) === 0
    from.skip(fragment ? 4 : (length ?? 0) * 8 + 6)
  }
  const packet: QuotedPacket = { source: source!, destination, protocol: next ?? 0 }
  if (first) ports(from, packet)
  return packet
}

/** The sender of the error quotes at least 8 bytes behind the IP header, but they may be cut away. */
function ports(from: Reader, packet: QuotedPacket): void {
  if ((packet.protocol !== IpProtocol.Tcp && packet.protocol !== IpProtocol.Udp) || from.left < 4) return
  const filter = packet.protocol === IpProtocol.Tcp ? 'tcp' : 'udp'
  packet.sourcePort = from.u16('Source port', undefined, `${filter}.srcport`)
  packet.destinationPort = from.u16('Destination port', undefined, `${filter}.dstport`)
  if (packet.protocol === IpProtocol.Tcp && from.left >= 4)
    packet.sequence = from.u32('Sequence number', undefined, 'tcp.seq_raw')
}

function address(from: Reader, length: 4 | 16, label: string): string | undefined {
  const show = (bytes: Uint8Array) => (length === 16 ? ipv6Text(bytes) : bytes.join('.'))
  const bytes = from.take(length, label, show)
  return bytes && show(bytes)
}

function packetText(packet: QuotedPacket | undefined): string {
  if (!packet) return ''
  const { source, destination, sourcePort, destinationPort, protocol } = packet
  if (sourcePort === undefined || destinationPort === undefined)
    return `${source} to ${destination}, protocol ${protocol}`
  const transport = protocol === IpProtocol.Tcp ? 'TCP' : 'UDP'
  return `${transport} ${endpointText(source, sourcePort)} to ${endpointText(destination, destinationPort)}`
}

/** An ICMP message in a line: its type and code in words, and the packet that it quotes. */
export function icmpMessageText(found: IcmpMessage | undefined): string {
  return [found?.text, found?.quoted && packetText(found.quoted)].filter(Boolean).join('; ')
}
