// Names asked for and answered, ICMP errors, ARP: what the neighbours of RPC say, in a line and field by field.
import { Message, Protocol } from '../../asm/layout'
import { messageBytes } from '../capture/messages'
import type { Capture } from '../capture/capture'
import type { FieldLine } from '../capture/field'
import { arp } from '../dissect/network/arp'
import { dns, llmnr, nameMessageText, nbns } from '../dissect/network/dns'
import { icmp, icmpMessageText, icmpv6 } from '../dissect/network/icmp'
import { Reader } from '../dissect/reader'

/** Readers over UDP, whose messages begin where the payload does. */
const OVER_UDP: Partial<Record<Protocol, (from: Reader) => unknown>> = {
  [Protocol.Dns]: dns,
  [Protocol.Llmnr]: llmnr,
  [Protocol.Nbns]: nbns,
}

/** One line on the message that a frame carries; undefined when no such message was kept of it. */
export function messageInfo(capture: Capture, frame: number): string | undefined {
  const row = messageOf(capture, frame)
  if (row === undefined) return undefined
  const from = new Reader(messageBytes(capture, row))
  switch (capture.messages.get(Message.Protocol, row) as Protocol) {
    case Protocol.Dns:
      return nameText(dns(from))
    case Protocol.Llmnr:
      return nameText(llmnr(from))
    case Protocol.Nbns:
      return nameText(nbns(from), true)
    case Protocol.Icmp:
      return icmpMessageText(icmp(from)) || undefined
    case Protocol.Icmpv6:
      return icmpMessageText(icmpv6(from)) || undefined
    case Protocol.Arp:
      return arpText(arp(from))
    default:
      return undefined
  }
}

/** Lines of the message over UDP that a frame carries; `payloadAt` is where its payload begins. */
export function messageLines(capture: Capture, frame: number, payloadAt: number): FieldLine[] {
  const row = messageOf(capture, frame)
  const lines: FieldLine[] = []
  const read = row === undefined ? undefined : OVER_UDP[capture.messages.get(Message.Protocol, row) as Protocol]
  if (row !== undefined && read) read(new Reader(messageBytes(capture, row), lines, payloadAt))
  return lines
}

function nameText(found: ReturnType<typeof dns>, netbios = false): string | undefined {
  return found && nameMessageText(found, netbios)
}

function arpText(found: ReturnType<typeof arp>): string | undefined {
  if (!found) return undefined
  const { meaning, senderAddress, senderHardware, targetAddress } = found
  if (meaning === 'request') return `Who has ${targetAddress}? Tell ${senderAddress}`
  if (meaning === 'probe') return `Is ${targetAddress} free?`
  return `${senderAddress} is at ${senderHardware}`
}

/** The message row of a frame; rows never go back in frame order. */
function messageOf({ messages }: Capture, frame: number): number | undefined {
  let low = 0
  let high = messages.rows
  while (low < high) {
    const middle = (low + high) >>> 1
    if (messages.get(Message.Frame, middle) < frame) low = middle + 1
    else high = middle
  }
  return low < messages.rows && messages.get(Message.Frame, low) === frame ? low : undefined
}
