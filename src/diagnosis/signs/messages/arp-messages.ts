// Who asks for whose link address, and who answers. RFC 826; RFC 5227 (probes and announcements).
import { Message, Protocol } from '../../../../asm/layout'
import { messageBytes } from '../../../capture/messages'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'

export interface ArpMessage {
  frame: number
  isReply: boolean
  senderMac: string
  /** IPv4 addresses; `0.0.0.0` is the sender of a probe. */
  sender: string
  target: string
}

/** Header, and two link addresses of 6 bytes and two of IPv4. */
const LENGTH = 28
const ETHERNET_AND_IPV4 = [0, 1, 8, 0, 6, 4]
const REQUEST = 1
const REPLY = 2

/** ARP for IPv4 on Ethernet, in order of frames. */
export const arpMessages = perCase((theCase: Examination): readonly ArpMessage[] => {
  const { messages } = theCase.capture
  const all: ArpMessage[] = []
  for (let row = 0; row < messages.rows; row++) {
    if (messages.get(Message.Protocol, row) !== Protocol.Arp) continue
    const bytes = messageBytes(theCase.capture, row)
    if (bytes.length < LENGTH || ETHERNET_AND_IPV4.some((byte, at) => bytes[at] !== byte)) continue
    const operation = bytes[6]! * 256 + bytes[7]!
    if (operation !== REQUEST && operation !== REPLY) continue
    all.push({
      frame: messages.get(Message.Frame, row),
      isReply: operation === REPLY,
      senderMac: Array.from(bytes.subarray(8, 14), (byte) => byte.toString(16).padStart(2, '0')).join(':'),
      sender: bytes.subarray(14, 18).join('.'),
      target: bytes.subarray(24, 28).join('.'),
    })
  }
  return all
})
