// Puts IP fragments together while the file is read: headers behind IP are in the frame that completes their datagram.
// RFC 791 3.2, RFC 8200 4.5.
import { Protocol } from '../../../asm/layout'
import type { FrameBytes, Layer } from './frame-bytes'

/** Datagrams under way; then the oldest goes. */
const MOST_DATAGRAMS = 64
const MOST_BYTES = 0x10000
const IPV6_HEADER = 40
const [HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION] = [0, 43, 44, 60]
const [TCP, UDP] = [6, 17]

interface Fragment {
  key: string
  /** IP protocol number of what the datagram carries. */
  protocol: number
  offset: number
  isLast: boolean
  bytes: Uint8Array
}

interface Datagram {
  protocol: number
  parts: { offset: number; bytes: Uint8Array }[]
  /** Known once the last fragment is there. */
  length?: number
}

/** The layers of a frame, and with the last fragment of a datagram that of its transport. */
export class Fragments {
  readonly #open = new Map<string, Datagram>()

  /** Layers of a protocol that the frame has or completes, each with its bytes from the header on. */
  layers(frame: FrameBytes, protocol: Protocol): { layer: Layer; bytes: Uint8Array }[] {
    const own = frame
      .layers()
      .filter((layer) => layer.protocol === protocol)
      .map((layer) => ({ layer, bytes: frame.bytes.subarray(layer.at, layer.end) }))
    const fragment = fragmentIn(frame)
    const whole = fragment && this.#add(fragment)
    if (!whole || whole.protocol !== (protocol === Protocol.Tcp ? TCP : UDP)) return own
    const { bytes } = whole
    const header = protocol === Protocol.Udp ? 8 : ((bytes[12] ?? 0) >>> 4) * 4
    const layer = { protocol, at: 0, headerEnd: Math.min(header, bytes.length), end: bytes.length, isQuoted: false }
    return [...own, { layer, bytes }]
  }

  #add({ key, protocol, offset, isLast, bytes }: Fragment): { protocol: number; bytes: Uint8Array } | undefined {
    if (offset + bytes.length > MOST_BYTES) return undefined
    const datagram = this.#open.get(key) ?? { protocol, parts: [] }
    this.#open.delete(key)
    this.#open.set(key, datagram)
    if (this.#open.size > MOST_DATAGRAMS) this.#open.delete(this.#open.keys().next().value!)
    if (offset === 0) datagram.protocol = protocol
    if (isLast) datagram.length = offset + bytes.length
    datagram.parts.push({ offset, bytes: bytes.slice() })
    if (datagram.length === undefined) return undefined
    const whole = new Uint8Array(datagram.length)
    let filled = 0
    for (const part of datagram.parts.toSorted((a, b) => a.offset - b.offset)) {
      if (part.offset > filled) return undefined
      whole.set(part.bytes.subarray(0, Math.max(0, whole.length - part.offset)), part.offset)
      filled = Math.max(filled, part.offset + part.bytes.length)
    }
    if (filled < whole.length) return undefined
    this.#open.delete(key)
    return { protocol: datagram.protocol, bytes: whole }
  }
}

/** The fragment that the innermost IP header of a frame is of; undefined for one that is cut too. */
function fragmentIn(frame: FrameBytes): Fragment | undefined {
  const layer = frame.layers().findLast((one) => one.protocol === Protocol.Ipv4 || one.protocol === Protocol.Ipv6)
  if (!layer || layer.isQuoted) return undefined
  const { bytes } = frame
  const view = new DataView(bytes.buffer, bytes.byteOffset + layer.at, layer.end - layer.at)
  const part = (from: number, to: number) => bytes.subarray(layer.at + from, layer.at + to)
  if (layer.protocol === Protocol.Ipv6) return view.byteLength < IPV6_HEADER ? undefined : ipv6Fragment(view, part)
  if (view.byteLength < 20) return undefined
  const flags = view.getUint16(6)
  if (view.byteLength < view.getUint16(2)) return undefined
  if ((flags & 0x3fff) === 0) return undefined
  const protocol = view.getUint8(9)
  return {
    key: `${part(12, 20).join()} ${protocol} ${view.getUint16(4)}`,
    protocol,
    offset: (flags & 0x1fff) * 8,
    isLast: (flags & 0x2000) === 0,
    bytes: part((view.getUint8(0) & 15) * 4, view.byteLength),
  }
}

function ipv6Fragment(view: DataView, part: (from: number, to: number) => Uint8Array): Fragment | undefined {
  let next = view.getUint8(6)
  let at = IPV6_HEADER
  while ([HOP_BY_HOP, ROUTING, DESTINATION].includes(next) && at + 8 <= view.byteLength) {
    next = view.getUint8(at)
    at += 8 * (view.getUint8(at + 1) + 1)
  }
  if (next !== FRAGMENT || at + 8 > view.byteLength || view.byteLength < IPV6_HEADER + view.getUint16(4))
    return undefined
  const offsetAndMore = view.getUint16(at + 2)
  return {
    key: `${part(8, 40).join()} ${view.getUint32(at + 4)}`,
    protocol: view.getUint8(at),
    offset: offsetAndMore & 0xfff8,
    isLast: (offsetAndMore & 1) === 0,
    bytes: part(at + 8, view.byteLength),
  }
}
