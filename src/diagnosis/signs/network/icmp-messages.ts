// What routers and hosts say by ICMP of packets that did not arrive. RFC 792, RFC 4443.
import { Message, Protocol } from '../../../../asm/layout'
import { messageBytes } from '../../../capture/messages'
import { icmp, icmpv6, type IcmpMessage } from '../../../dissect/network/icmp'
import { Reader } from '../../../dissect/reader'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'

/** Destination unreachable, and its code for a packet that is too big; for IPv6 that is a type of its own. */
export const UNREACHABLE_V4 = 3
export const FRAGMENTATION_NEEDED = 4
const TOO_BIG_V6 = 2

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

/** True if a message says that a packet was too big for the next link. */
export function isTooBig({ type, code, text }: IcmpMessage): boolean {
  if (type === UNREACHABLE_V4) return code === FRAGMENTATION_NEEDED
  return type === TOO_BIG_V6 && text.includes('big')
}
