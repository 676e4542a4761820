// Frames as event traces carry them: netsh's packet capture driver, and pktmon, which logs a packet at every component.
import { ByteWriter, concatenate, utf16 } from '../../bytes'
import type { Frame } from '../file/frame'
import type { TraceRecord } from './trace-file'

const NDIS = '2ed6006e-4729-4609-b423-3ee7bcd678ef'
const NDISWAN = 'd84521f7-2235-4237-a7c0-14e3a9676286'
const PEF = 'c22d1b14-c242-49de-9f17-1d76b8b9c458'
const PKTMON = '4d4f80d9-c8bd-4d73-bb5b-19c90402c5ac'

const KEYWORD_START = 0x40000000n
const KEYWORD_END = 0x80000000n
const KEYWORD_ETHERNET = 1n
const KEYWORD_MOBILE = 0x200n
const KEYWORD_WIRELESS = 0x10000n
const FLOW_BYTES = 16

/** How a frame is logged by netsh. */
export interface NdisOptions {
  /** In so many bytes at most, as Windows 8 did. */
  fragmentBytes?: number
  /** Without the flow id and offload information that newer systems write behind the frame. */
  withoutTail?: boolean
  wireless?: boolean
  /** Mobile broadband: IP packets without a link. */
  mobile?: boolean
  /** Fragments of the packet lie on this thread. */
  threadId?: number
  interface?: number
}

/** A frame as the events of NDIS-PacketCapture. */
export function ndisEvents(frame: Frame, options: NdisOptions = {}): TraceRecord[] {
  const { fragmentBytes = Infinity, withoutTail = false, wireless = false } = options
  const events: TraceRecord[] = []
  const media = wireless ? KEYWORD_WIRELESS : options.mobile ? KEYWORD_MOBILE : KEYWORD_ETHERNET
  for (let at = 0; at < frame.bytes.length; at += fragmentBytes) {
    const piece = frame.bytes.subarray(at, Math.min(frame.bytes.length, at + fragmentBytes))
    const data = new ByteWriter()
      .u32(options.interface ?? 5)
      .u32(options.interface ?? 5)
      .u32(piece.length)
      .bytes(piece)
    if (!withoutTail) data.fill(FLOW_BYTES)
    const isLast = at + piece.length === frame.bytes.length
    events.push({
      microseconds: frame.microseconds,
      provider: NDIS,
      id: 1001,
      keyword: 0x8000000000000000n | media | (at === 0 ? KEYWORD_START : 0n) | (isLast ? KEYWORD_END : 0n),
      processor: 0,
      ...(options.threadId !== undefined && { threadId: options.threadId }),
      data: data.take(),
    })
    if (fragmentBytes === Infinity) break
  }
  return events
}

/** A frame at a port of a virtual switch: NDIS-PacketCapture 1003. */
export function switchEvent({ microseconds, bytes }: Frame, destinations = 2): TraceRecord {
  const data = new ByteWriter()
    .u32(7)
    .u32(7)
    .u32(3)
    .bytes(utf16('Port A\0VM 1\0Synthetic\0'))
    .u32(destinations)
    .fill(8 * destinations)
    .u32(bytes.length)
    .bytes(bytes)
    .u32(8)
    .fill(8)
  return { microseconds, provider: NDIS, id: 1003, keyword: 0xc1000001n, processor: 0, data: data.take() }
}

/** A frame of a dial-in or VPN connection: NdisWan 5001. */
export function wanEvent({ microseconds, bytes }: Frame): TraceRecord {
  const data = new ByteWriter().bytes(utf16('{domain}\0CORP\\u\0')).u32(bytes.length).bytes(bytes)
  return { microseconds, provider: NDISWAN, id: 5001, processor: 0, data: data.take() }
}

/** A packet without its IP header, as Message Analyzer's firewall provider logs it: Pef-WFP 60011 and 60021. */
export function firewallEvent({ microseconds, bytes }: Frame): TraceRecord {
  const isIpv6 = bytes[12] === 0x86
  // Without what pads a short frame.
  const total = isIpv6 ? 40 + ((bytes[18]! << 8) | bytes[19]!) : (bytes[16]! << 8) | bytes[17]!
  const ip = bytes.subarray(ETHERNET_HEADER, ETHERNET_HEADER + total)
  const [addresses, protocol, payload] = isIpv6
    ? [ip.subarray(8, 40), ip[6]!, ip.subarray(40)]
    : [ip.subarray(12, 20), ip[9]!, ip.subarray(20)]
  const data = new ByteWriter().bytes(addresses).u8(protocol).u16(payload.length).bytes(payload)
  return { microseconds, provider: PEF, id: isIpv6 ? 60021 : 60011, processor: 0, data: data.take() }
}

/** One component of the stack that pktmon watches, the lowest first. */
interface Component {
  id: number
  /** 2 miniport, 3 filter, 4 protocol, 11 TCP/IP. */
  type: number
  name: string
}

const COMPONENTS: readonly Component[] = [
  { id: 12, type: 2, name: 'netvsc.sys' },
  { id: 20, type: 3, name: 'wfplwfs.sys' },
  { id: 31, type: 4, name: 'tcpip.sys' },
]
/** What reports drops of the network and transport layers. */
const TCPIP_COMPONENT: Component = { id: 40, type: 11, name: 'TCPIP' }

export interface PktmonOptions {
  /** Bytes of a frame that are logged; 0 for all. */
  cut?: number
  /** Every copy has a group of its own and no appearance count, as on Windows 11. */
  separateGroups?: boolean
  /** True for frames that the traced machine sends. */
  isSent?: (frame: Frame) => boolean
  /** Says which frames are dropped where; the others are not. */
  drop?: (frame: Frame, index: number) => { reason: number; location: number } | undefined
  /** Frames that never reach the card, because they are dropped on their way out. */
  stays?: (frame: Frame, index: number) => boolean
}

const ETHERNET_HEADER = 14

/** Frames as pktmon logs them: one event for each component, and one for a drop. */
export function pktmonEvents(frames: readonly Frame[], options: PktmonOptions = {}): TraceRecord[] {
  const events: TraceRecord[] = []
  let group = 0x100000
  frames.forEach((frame, index) => {
    const isSent = options.isSent?.(frame) ?? false
    const path = isSent ? [...COMPONENTS].reverse() : COMPONENTS
    if (!options.separateGroups) group++
    const drop = options.drop?.(frame, index)
    const stays = options.stays?.(frame, index) ?? false
    path.forEach((component, step) => {
      if (stays) return
      if (options.separateGroups) group++
      events.push(
        sighting(frame, frame.bytes, {
          microseconds: frame.microseconds + (isSent ? step - path.length + 1 : step) * 3,
          group,
          appearance: options.separateGroups ? 0 : step + 1,
          direction: isSent ? 4 : 3,
          type: 1,
          component: component.id,
          edge: component.type === 2 ? 1 : isSent ? 1 : 2,
          cut: options.cut ?? 0,
        }),
      )
    })
    if (!drop) return
    if (options.separateGroups || stays) group++
    events.push(
      sighting(frame, frame.bytes.subarray(ETHERNET_HEADER), {
        microseconds: frame.microseconds + 20,
        group,
        appearance: options.separateGroups || stays ? 0 : path.length + 1,
        direction: isSent ? 4 : 3,
        type: 3,
        component: TCPIP_COMPONENT.id,
        edge: 1,
        cut: options.cut ?? 0,
        drop,
      }),
    )
  })
  return events
}

interface Sighting {
  microseconds: number
  group: number
  appearance: number
  direction: number
  type: number
  component: number
  edge: number
  cut: number
  drop?: { reason: number; location: number }
}

function sighting(frame: Frame, bytes: Uint8Array, where: Sighting): TraceRecord {
  const logged = where.cut > 0 ? bytes.subarray(0, where.cut) : bytes
  const original = (frame.wireLength ?? frame.bytes.length) - (frame.bytes.length - bytes.length)
  const data = new ByteWriter().u64(BigInt(where.group)).u16(1).u16(where.appearance).u16(where.direction)
  data.u16(where.type).u16(where.component).u16(where.edge).u16(1)
  data
    .u32(where.drop?.reason ?? 0)
    .u32(where.drop?.location ?? 0)
    .u16(original)
    .u16(logged.length)
    .bytes(logged)
  return {
    microseconds: where.microseconds,
    provider: PKTMON,
    id: where.drop ? 170 : 160,
    keyword: 0x10n,
    processId: 0,
    threadId: 0,
    processor: where.component,
    data: data.take(),
  }
}

/** What pktmon writes when it stops: its components. */
export function componentEvents(microseconds: number): TraceRecord[] {
  return [...COMPONENTS, TCPIP_COMPONENT].map(({ id, type, name }) => ({
    microseconds,
    provider: PKTMON,
    id: 20,
    keyword: 2n,
    processor: 0,
    data: concatenate(new ByteWriter().u16(id).u16(type).take(), utf16(`${name}\0${name}\0`)),
  }))
}
