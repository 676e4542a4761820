// A frame's bytes as filters see them: whole, and by the headers in them.
import { FieldKey, Protocol } from '../../../asm/layout'
import type { RecordedField } from '../../capture/field'

/** A header and what it carries. */
export interface Layer {
  protocol: Protocol
  /** First byte of the header, and one past its last. */
  at: number
  headerEnd: number
  /** One past the last byte that it carries: padding behind an IP packet is not part of it. */
  end: number
  /** True within a packet that an ICMP error quotes. */
  isQuoted: boolean
  /** True of the transport header of such a packet of IPv6: ICMPv6 quotes as much of it as fits. RFC 4443 2.4. */
  isQuotedOfIpv6?: boolean
}

export interface FrameBytes {
  bytes: Uint8Array
  /** Outermost first. */
  layers(): readonly Layer[]
}

const [IPV4_TOTAL_LENGTH, IPV4_FRAGMENT] = [2, 6]
const IPV6_PAYLOAD_LENGTH = 4
const IPV6_HEADER = 40
const [UDP_LENGTH, UDP_HEADER] = [4, 8]
const [IPV4_PROTOCOL, IPV6_NEXT_HEADER] = [9, 6]
const [ICMP, TCP, UDP, ICMPV6] = [1, 6, 17, 58]

/** The headers that the parser records of a frame, and those of a packet that an ICMP error quotes. */
export function layersOf(fields: readonly RecordedField[], bytes: Uint8Array): Layer[] {
  const layers: Layer[] = []
  let end = bytes.length
  for (const { key, protocol, at, length, depth } of fields) {
    const quoted = QUOTED[key]
    if ((depth !== 0 && quoted === undefined) || at > bytes.length) continue
    const layer = {
      protocol: quoted ?? protocol,
      at,
      headerEnd: Math.min(at + length, bytes.length),
      end,
      isQuoted: depth !== 0,
    }
    const stated = statedLength(layer.protocol, bytes, at)
    if (stated !== undefined) layer.end = end = Math.min(end, at + stated)
    layers.push(layer)
    const transport = depth === 0 ? undefined : quotedTransport(layer, bytes)
    if (transport) layers.push(transport)
  }
  return layers
}

const QUOTED: Partial<Record<FieldKey, Protocol>> = {
  [FieldKey.Ipv4]: Protocol.Ipv4,
  [FieldKey.Ipv6]: Protocol.Ipv6,
}

/** The header behind a quoted network header: at least its ports are there, as a rule no more than 8 bytes. */
function quotedTransport({ protocol, at, headerEnd, end, isQuoted }: Layer, bytes: Uint8Array): Layer | undefined {
  const number = bytes[at + (protocol === Protocol.Ipv6 ? IPV6_NEXT_HEADER : IPV4_PROTOCOL)]
  const isLater = protocol === Protocol.Ipv4 && ((wordAt(bytes, at + IPV4_FRAGMENT) ?? 0) & 0x1fff) !== 0
  if (headerEnd + 8 > end || isLater) return undefined
  const message = number === ICMP ? Protocol.Icmp : number === ICMPV6 ? Protocol.Icmpv6 : undefined
  if (message !== undefined) return { protocol: message, at: headerEnd, headerEnd: headerEnd + 8, end, isQuoted }
  if (number === UDP) return { protocol: Protocol.Udp, at: headerEnd, headerEnd: headerEnd + 8, end, isQuoted }
  if (number !== TCP) return undefined
  const stated = (bytes[headerEnd + 12] ?? 0x50) >>> 4
  const tcpEnd = Math.min(headerEnd + stated * 4, end)
  const isQuotedOfIpv6 = protocol === Protocol.Ipv6
  return { protocol: Protocol.Tcp, at: headerEnd, headerEnd: tcpEnd, end, isQuoted, isQuotedOfIpv6 }
}

/** Bytes of an IP packet or datagram, as its header says; undefined where it does not (segmentation by the network card leaves 0). */
function statedLength(protocol: Protocol, bytes: Uint8Array, at: number): number | undefined {
  if (protocol === Protocol.Udp) {
    const stated = wordAt(bytes, at + UDP_LENGTH)
    return stated === undefined || stated < UDP_HEADER ? undefined : stated
  }
  const isV6 = protocol === Protocol.Ipv6
  if (!isV6 && protocol !== Protocol.Ipv4) return undefined
  const length = wordAt(bytes, at + (isV6 ? IPV6_PAYLOAD_LENGTH : IPV4_TOTAL_LENGTH))
  return length === undefined || length === 0 ? undefined : length + (isV6 ? IPV6_HEADER : 0)
}

/** A number of two bytes; undefined beyond the end. */
function wordAt(bytes: Uint8Array, at: number): number | undefined {
  return at + 2 <= bytes.length ? bytes[at]! * 256 + bytes[at + 1]! : undefined
}
