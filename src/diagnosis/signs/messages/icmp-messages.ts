// What routers and hosts say by ICMP of packets that did not arrive. RFC 792, RFC 4443.
import { IpProtocol, Message, Protocol } from '../../../../asm/layout'
import { messageBytes } from '../../../capture/messages'
import { icmp, icmpv6, type IcmpMessage } from '../../../dissect/network/icmp'
import { Reader } from '../../../dissect/reader'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'

/** Destination unreachable, and its code for a packet that is too big; for IPv6 that is a type of its own. */
export const UNREACHABLE_V4 = 3
const FRAGMENTATION_NEEDED = 4
const TOO_BIG_V6 = 2
const UNREACHABLE_V6 = 1
/** ICMP for IPv4: the time to live ran out, as it does where two routers send a packet to each other. */
const TIME_EXCEEDED_V4 = 11

/** One end of a connection. */
interface End {
  address: string
  port: number
}

export interface Received {
  /** Row of Frame. */
  frame: number
  message: IcmpMessage
}

/** Every ICMP message of the capture, in order. */
export const icmpMessages = perCase(({ capture }: Examination): readonly Received[] => {
  const { messages: table } = capture
  const { rows } = table
  const found: Received[] = []
  for (let row = 0; row < rows; row++) {
    const protocol = table.get(Message.Protocol, row)
    if (protocol !== Protocol.Icmp && protocol !== Protocol.Icmpv6) continue
    const reader = new Reader(messageBytes(capture, row))
    const message = protocol === Protocol.Icmp ? icmp(reader) : icmpv6(reader)
    if (message) found.push({ frame: table.get(Message.Frame, row), message })
  }
  return found
})

/** True if a message says that a packet did not arrive, for another reason than its size. */
export function isUnreachable({ type, code }: IcmpMessage): boolean {
  return (
    (type === UNREACHABLE_V4 && code !== FRAGMENTATION_NEEDED) || type === UNREACHABLE_V6 || type === TIME_EXCEEDED_V4
  )
}

/** Messages about segments that did not arrive, by the ends of the segment. */
const undeliverable = perCase((theCase: Examination): ReadonlyMap<string, readonly Received[]> => {
  const found = new Map<string, Received[]>()
  for (const received of icmpMessages(theCase)) {
    const { quoted } = received.message
    if (quoted?.protocol !== IpProtocol.Tcp || !isUnreachable(received.message)) continue
    const key = `${quoted.source} ${quoted.sourcePort} ${quoted.destination} ${quoted.destinationPort}`
    const known = found.get(key)
    if (known) known.push(received)
    else found.set(key, [received])
  }
  return found
})

/** The first message from a frame on that reports a segment from one end to another as undeliverable. */
export function undeliverableFrom(
  theCase: Examination,
  source: End,
  destination: End,
  from: number,
): Received | undefined {
  const key = `${source.address} ${source.port} ${destination.address} ${destination.port}`
  return undeliverable(theCase)
    .get(key)
    ?.find(({ frame }) => frame >= from)
}

/** `host unreachable` of `destination unreachable: host unreachable`. */
export function icmpReason(text: string): string {
  if (text.startsWith('time exceeded')) return 'packets go in circles (time to live exceeded)'
  return text.split(': ').at(-1)!
}

/** True if a message says that a packet was too big for the next link. */
export function isTooBig({ type, code, text }: IcmpMessage): boolean {
  if (type === UNREACHABLE_V4) return code === FRAGMENTATION_NEEDED
  return type === TOO_BIG_V6 && text.includes('big')
}
