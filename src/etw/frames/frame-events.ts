// Events that carry a frame: of NDIS-PacketCapture, PktMon, NdisWan and Pef-WFP. Microsoft publishes no layout but
// pktmon's (github.com/microsoft/NetMon_Parsers_for_PacketMon); the others are measured.
import { isLikeFrame, Link, linkOf, wireLength } from './link'
import { Role } from '../events/providers'
import { EVENT_HEADER_BYTES, type Records } from '../container/records'

/** A frame as one component of the network stack saw it. */
export interface Sighting {
  ticks: number
  link: Link
  bytes: Uint8Array
  /** Bytes on the wire. */
  length: number
  /** The interface index of the miniport (NDIS), or the component (pktmon). */
  component: number
  edge: number
  direction: number
  /** pktmon's number of the packet, and how many components had seen it; undefined for others. */
  group: number | undefined
  appearance: number
  /** Set where the component dropped it. */
  drop: { reason: number; location: number } | undefined
}

export interface FrameEvent {
  /** The frame; undefined for a fragment that does not complete one. */
  sighting: Sighting | undefined
  /** How many bytes of the event's data come before the frame. */
  header: number
}

/** Bytes of each event before the frame: they are what is shown of the event. */
const NDIS_HEADER = 12
const PKTMON_HEADER = 34

const NDIS_FRAME = 1001
const NDIS_SWITCH_FRAME = 1003
const PKTMON_FRAME = 160
const PKTMON_DROP = 170
const MAX_FRAME = 0x40000
/** Threads that are within a fragmented frame at a time. */
const MAX_OPEN = 256

/** EVENT_DESCRIPTOR.Keyword of NDIS-PacketCapture, low and high halves. */
const KEYWORD_WWAN = 0x200
const KEYWORD_WIRELESS = 0x10000
const KEYWORD_START = 0x40000000
const KEYWORD_END = 0x80000000

const DESCRIPTOR = 40
const KEYWORD = DESCRIPTOR + 8

/** Reads frames out of events; fragments are held until the last one of their packet. */
export class FrameEvents {
  readonly #open = new Map<string, { sighting: Sighting; pieces: Uint8Array[]; bytes: number }>()

  /** The frame of an event; undefined for an event that carries none, or whose data is broken. */
  read(records: Records, role: Role, id: number): FrameEvent | undefined {
    switch (role) {
      case Role.Ndis:
        if (id === NDIS_FRAME) return this.#ndis(records)
        return id === NDIS_SWITCH_FRAME ? switchFrame(records) : undefined
      case Role.PktMon:
        return id === PKTMON_FRAME || id === PKTMON_DROP ? pktmon(records, id === PKTMON_DROP) : undefined
      case Role.NdisWan:
        return id === 5001 || id === 5002 ? ndisWan(records) : undefined
      case Role.PefWfp:
        return pefWfp(records, id)
      default:
        return undefined
    }
  }

  #ndis(records: Records): FrameEvent | undefined {
    const { view, dataAt, dataEnd } = records
    if (dataAt + NDIS_HEADER > dataEnd) return undefined
    const size = Math.min(view.getUint32(dataAt + 8, true), dataEnd - dataAt - NDIS_HEADER, MAX_FRAME)
    const from = dataAt + NDIS_HEADER
    const keyword = view.getUint32(records.at + KEYWORD, true)
    const bytes = records.bytes.subarray(from, from + size)
    const isStart = (keyword & KEYWORD_START) !== 0
    const isEnd = (keyword & KEYWORD_END) !== 0
    if (isStart && isEnd && this.#open.size === 0)
      return { sighting: this.#ndisSighting(records, keyword, bytes), header: NDIS_HEADER }
    const thread = `${records.processId} ${records.threadId}`
    // Where neither mark is set the event may be a packet of its own, or the middle of one whose beginning was lost.
    if (isStart ? isEnd : !isEnd && !this.#open.has(thread) && isLikeFrame(bytes)) {
      this.#open.delete(thread)
      return { sighting: this.#ndisSighting(records, keyword, bytes), header: NDIS_HEADER }
    }
    if (isStart) {
      if (this.#open.size >= MAX_OPEN) this.#open.delete(this.#open.keys().next().value!)
      this.#open.set(thread, { sighting: this.#ndisSighting(records, keyword, bytes), pieces: [bytes], bytes: size })
      return { sighting: undefined, header: NDIS_HEADER }
    }
    const open = this.#open.get(thread)
    if (!open || open.bytes + size > MAX_FRAME) {
      this.#open.delete(thread)
      return { sighting: undefined, header: NDIS_HEADER }
    }
    open.pieces.push(bytes)
    open.bytes += size
    if (!isEnd) return { sighting: undefined, header: NDIS_HEADER }
    this.#open.delete(thread)
    const joined = join(open.pieces, open.bytes)
    const { link } = open.sighting
    return { sighting: { ...open.sighting, bytes: joined, length: wireLength(joined, link) }, header: NDIS_HEADER }
  }

  #ndisSighting(records: Records, keyword: number, bytes: Uint8Array): Sighting {
    let link = Link.Ethernet
    if (keyword & KEYWORD_WIRELESS) link = linkOf(bytes, Link.Ieee80211)
    else if (keyword & KEYWORD_WWAN) link = linkOf(bytes, Link.RawIp)
    return plainSighting(records, link, bytes, records.view.getUint32(records.dataAt, true))
  }
}

function plainSighting(records: Records, link: Link, bytes: Uint8Array, component: number): Sighting {
  return {
    ticks: records.ticks,
    link,
    bytes,
    length: wireLength(bytes, link),
    component,
    edge: 0,
    direction: 0,
    group: undefined,
    appearance: 0,
    drop: undefined,
  }
}

/** Two interface indices, the source port, three texts, a list of destinations of 8 bytes, then size and frame. */
function switchFrame(records: Records): FrameEvent | undefined {
  const { view, dataAt, dataEnd } = records
  let at = dataAt + 12
  for (let text = 0; text < 3; text++) at = afterText(records, at)
  if (at + 4 > dataEnd) return undefined
  at += 4 + view.getUint32(at, true) * 8
  if (at + 4 > dataEnd) return undefined
  const from = at + 4
  const size = Math.min(view.getUint32(at, true), dataEnd - from, MAX_FRAME)
  const bytes = records.bytes.subarray(from, from + size)
  return {
    sighting: plainSighting(records, Link.Ethernet, bytes, view.getUint32(dataAt, true)),
    header: from - dataAt,
  }
}

/** One past the zero that ends a UTF-16 text. */
function afterText({ view, dataEnd }: Records, at: number): number {
  while (at + 2 <= dataEnd && view.getUint16(at, true) !== 0) at += 2
  return at + 2
}

/** What pktmon calls Ethernet (1), Wi-Fi (2), IP (3); the others are protocols without a link. */
const PKTMON_LINKS: Readonly<Record<number, Link>> = { 1: Link.Ethernet, 2: Link.Ieee80211, 3: Link.RawIp }

function pktmon(records: Records, isDrop: boolean): FrameEvent | undefined {
  const { view, dataAt: at, dataEnd } = records
  if (at + PKTMON_HEADER > dataEnd) return undefined
  const original = view.getUint16(at + 30, true)
  const logged = Math.min(view.getUint16(at + 32, true), dataEnd - at - PKTMON_HEADER)
  const bytes = records.bytes.subarray(at + PKTMON_HEADER, at + PKTMON_HEADER + logged)
  const reason = view.getUint32(at + 22, true)
  const location = view.getUint32(at + 26, true)
  return {
    sighting: {
      ticks: records.ticks,
      link: linkOf(bytes, PKTMON_LINKS[view.getUint16(at + 14, true)] ?? Link.Unknown),
      bytes,
      length: Math.max(original, logged),
      component: view.getUint16(at + 16, true),
      edge: view.getUint16(at + 18, true),
      direction: view.getUint16(at + 12, true),
      // Group and number within it. The group's high half counts for little: packets of one number are compared as well.
      group: (view.getUint32(at, true) ^ view.getUint32(at + 4, true)) * 0x10000 + view.getUint16(at + 8, true),
      appearance: view.getUint16(at + 10, true),
      drop: isDrop || reason !== 0 ? { reason, location } : undefined,
    },
    header: PKTMON_HEADER,
  }
}

/** Two texts (routing domain, user), size, then an Ethernet frame. */
function ndisWan(records: Records): FrameEvent | undefined {
  const { view, dataAt, dataEnd } = records
  const at = afterText(records, afterText(records, dataAt))
  if (at + 4 > dataEnd) return undefined
  const from = at + 4
  const bytes = records.bytes.subarray(from, from + Math.min(view.getUint32(at, true), dataEnd - from, MAX_FRAME))
  return { sighting: plainSighting(records, linkOf(bytes, Link.Ethernet), bytes, 0), header: from - dataAt }
}

/** Addresses, protocol, then what IP carries: its header is made again, so that the payload can be read. */
function pefWfp(records: Records, id: number): FrameEvent | undefined {
  const isIpv6 = id === 60021 || id === 60022
  if (!isIpv6 && id !== 60011 && id !== 60012) return undefined
  const { view, dataAt, dataEnd } = records
  const addressBytes = isIpv6 ? 16 : 4
  const protocolAt = dataAt + 2 * addressBytes
  const sizeAt = protocolAt + 1 + (id === 60012 || id === 60022 ? 8 : 0)
  const from = sizeAt + 2
  if (from > dataEnd) return undefined
  const payload = records.bytes.subarray(from, from + Math.min(view.getUint16(sizeAt, true), dataEnd - from))
  const addresses = records.bytes.subarray(dataAt, protocolAt)
  const bytes = isIpv6
    ? ipv6Packet(addresses, view.getUint8(protocolAt), payload)
    : ipv4Packet(addresses, view.getUint8(protocolAt), payload)
  return { sighting: plainSighting(records, Link.RawIp, bytes, 0), header: from - dataAt }
}

const NO_FRAGMENT = 0x40
const HOPS = 128

function ipv4Packet(addresses: Uint8Array, protocol: number, payload: Uint8Array): Uint8Array {
  const packet = new Uint8Array(20 + payload.length)
  const total = packet.length & 0xffff
  packet.set([0x45, 0, total >>> 8, total & 0xff, 0, 0, NO_FRAGMENT, 0, HOPS, protocol])
  packet.set(addresses, 12)
  packet.set(payload, 20)
  return packet
}

function ipv6Packet(addresses: Uint8Array, protocol: number, payload: Uint8Array): Uint8Array {
  const packet = new Uint8Array(40 + payload.length)
  packet.set([0x60, 0, 0, 0, payload.length >>> 8, payload.length & 0xff, protocol, HOPS])
  packet.set(addresses, 8)
  packet.set(payload, 40)
  return packet
}

function join(pieces: Uint8Array[], length: number): Uint8Array {
  const joined = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    joined.set(piece, at)
    at += piece.length
  }
  return joined
}

/** What an event's extended items say (EVENT_HEADER_EXTENDED_DATA_ITEM). */
export interface EventItems {
  /** Related activity's GUID and TraceLogging schema: place and length in the buffer; 0 for none. */
  relatedAt: number
  schemaAt: number
  schemaLength: number
}

const HAS_ITEMS = 1
const ITEM_HEADER = 8
const RELATED_ACTIVITY = 1
const TRACE_LOGGING = 11
const MAX_ITEMS = 32

const NO_ITEMS: EventItems = { relatedAt: 0, schemaAt: 0, schemaLength: 0 }

/** Reads the extended items of an event and moves the record's data behind them. */
export function eventItems(records: Records): EventItems {
  const { view } = records
  if (!(view.getUint16(records.at + 4, true) & HAS_ITEMS)) return NO_ITEMS
  const items = { ...NO_ITEMS }
  let at = records.at + EVENT_HEADER_BYTES
  for (let item = 0; item < MAX_ITEMS && at + ITEM_HEADER <= records.dataEnd; item++) {
    const whole = view.getUint16(at, true)
    const length = view.getUint16(at + 6, true)
    if (whole < ITEM_HEADER || at + whole > records.dataEnd || length > whole - ITEM_HEADER) break
    const type = view.getUint16(at + 2, true)
    if (type === RELATED_ACTIVITY && length >= 16) items.relatedAt = at + ITEM_HEADER
    if (type === TRACE_LOGGING) {
      items.schemaAt = at + ITEM_HEADER
      items.schemaLength = length
    }
    const hasMore = (view.getUint16(at + 4, true) & 1) !== 0
    at += (whole + 7) & ~7
    if (!hasMore) break
  }
  records.dataAt = Math.min(at, records.dataEnd)
  return items
}

const PROVIDER_TRAITS = 12

/** Name of a TraceLogging provider, which its events carry (provider traits); empty where there is none. */
export function providerTraits(view: DataView, at: number): Uint8Array {
  const end = at + view.getUint16(at, true)
  let item = at + EVENT_HEADER_BYTES
  if (view.getUint8(at + 2) < 18 || !(view.getUint16(at + 4, true) & HAS_ITEMS)) return new Uint8Array(0)
  for (let count = 0; count < MAX_ITEMS && item + ITEM_HEADER <= end; count++) {
    const whole = view.getUint16(item, true)
    if (whole < ITEM_HEADER || item + whole > end) break
    if (view.getUint16(item + 2, true) === PROVIDER_TRAITS) {
      const from = item + ITEM_HEADER + 2
      let to = from
      while (to < item + whole && view.getUint8(to) !== 0) to++
      return new Uint8Array(view.buffer, view.byteOffset + from, Math.max(to - from, 0)).slice()
    }
    item += (whole + 7) & ~7
  }
  return new Uint8Array(0)
}
