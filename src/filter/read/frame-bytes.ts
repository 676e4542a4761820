// A frame's bytes as filters see them: whole, and by the headers in them.
import { Protocol } from '../../../asm/layout'
import type { RecordedField } from '../../capture/field'

/** A header and what it carries. */
export interface Layer {
  protocol: Protocol
  /** First byte of the header, and one past its last. */
  at: number
  headerEnd: number
  /** One past the last byte that it carries: padding behind an IP packet is not part of it. */
  end: number
}

export interface FrameBytes {
  bytes: Uint8Array
  /** Outermost first. */
  layers(): readonly Layer[]
}

const IPV4_TOTAL_LENGTH = 2
const IPV6_PAYLOAD_LENGTH = 4
const IPV6_HEADER = 40

/** The headers that the parser records of a frame. */
export function layersOf(fields: readonly RecordedField[], bytes: Uint8Array): Layer[] {
  const layers: Layer[] = []
  let end = bytes.length
  for (const { protocol, at, length, depth } of fields) {
    if (depth !== 0 || at > bytes.length) continue
    const layer = { protocol, at, headerEnd: Math.min(at + length, bytes.length), end }
    const stated = statedLength(protocol, bytes, at)
    if (stated !== undefined) layer.end = end = Math.min(end, at + stated)
    layers.push(layer)
  }
  return layers
}

/** Bytes of an IP packet, as its header says; undefined where it does not (segmentation by the network card leaves 0). */
function statedLength(protocol: Protocol, bytes: Uint8Array, at: number): number | undefined {
  const isV6 = protocol === Protocol.Ipv6
  if (!isV6 && protocol !== Protocol.Ipv4) return undefined
  const length = wordAt(bytes, at + (isV6 ? IPV6_PAYLOAD_LENGTH : IPV4_TOTAL_LENGTH))
  return length === undefined || length === 0 ? undefined : length + (isV6 ? IPV6_HEADER : 0)
}

/** A number of two bytes; undefined beyond the end. */
function wordAt(bytes: Uint8Array, at: number): number | undefined {
  return at + 2 <= bytes.length ? bytes[at]! * 256 + bytes[at + 1]! : undefined
}
