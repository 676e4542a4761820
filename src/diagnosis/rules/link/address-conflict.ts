// Two computers claim one address: what belongs to one connection goes to either. RFC 826, RFC 5227.
import { Stream } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import { FirstAbove } from '../../look-up'
import { perCase } from '../../per-case'
import { attempts } from '../../signs/network/attempts'
import { arpMessages, type ArpMessage } from '../../signs/messages/arp-messages'
import { symptoms } from '../../text/symptoms'
import type { Rule } from '../../rule'
import { evidence, frameNumber } from '../../text/wording'

/** Two claims this close are of the same time: an address that moves to a standby is claimed by one after the other. */
const TOGETHER_SECONDS = 5

export const addressConflict: Rule = {
  id: 'address-conflict',
  title: 'Two computers claim one IP address',
  meaning:
    'Two link addresses answer for the same IP address within seconds, and again for the first: packets of one connection reach either computer, and the wrong one resets what it does not know. ' +
    'A warning where a connection with that address was refused or reset; else a note, since proxies and load balancers answer for others by design.',
  *find(theCase) {
    for (const { address, one, other, again } of conflicts(theCase)) {
      const broken = brokenWith(theCase, address, one.frame)
      yield {
        severity: broken === undefined ? 'note' : 'warning',
        confidence: 'medium',
        title: 'Two computers likely claim one IP address',
        explanation:
          `${one.senderMac} (frame ${frameNumber(one.frame)}) and ${other.senderMac} (frame ${frameNumber(other.frame)}) both say that they have ${address}, and the first says so again in frame ${frameNumber(again.frame)}. ` +
          (broken === undefined
            ? 'No connection with this address was reset or refused; a proxy for ARP or a load balancer works in this way by design.'
            : `A connection with this address was reset or refused in frame ${frameNumber(broken.frame)}: likely by the computer that did not have it.`),
        symptom: broken === undefined ? symptoms.none : `${symptoms.unavailable} Or ${symptoms.callFailed}`,
        atFault: { party: 'configuration', text: `the computer that has ${address} without a right to it` },
        effect: broken === undefined ? 'None in this capture.' : 'Connections fail now and then.',
        evidence: [
          ...evidence(one.frame, `${one.senderMac} has ${address}`),
          ...evidence(other.frame, `${other.senderMac} has ${address}`),
          ...evidence(again.frame, `${again.senderMac} again`),
          ...evidence(broken?.frame, 'a connection is reset or refused'),
        ],
        fix: [
          {
            text: `Find both computers by their link addresses (the switch knows their ports), and give one of them another address.`,
          },
          { text: 'On Windows, event 4199 of Tcpip in the System log names the other computer’s link address.' },
        ],
        references: [],
        streams: broken === undefined ? [] : [broken.stream],
        filter: 'arp',
      }
    }
  },
}

interface Conflict {
  address: string
  one: ArpMessage
  other: ArpMessage
  /** The first computer claims the address once more. */
  again: ArpMessage
}

/** The first conflict of each address. */
function conflicts(theCase: Examination): Conflict[] {
  const { frames } = theCase.capture
  const claims = new Map<string, { last: ArpMessage; before?: ArpMessage | undefined }>()
  const found = new Map<string, Conflict>()
  for (const message of arpMessages(theCase)) {
    const { sender, senderMac, isReply, target, frame } = message
    // A claim is an answer or an announcement; what a host asks for itself may be sent through a relay.
    if (sender === '0.0.0.0' || (!isReply && sender !== target) || found.has(sender)) continue
    const known = claims.get(sender)
    if (!known) claims.set(sender, { last: message })
    else if (known.last.senderMac !== senderMac) {
      const { last, before } = known
      const isBack = before?.senderMac === senderMac && secondsBetween(frames, before.frame, frame) <= TOGETHER_SECONDS
      if (isBack) found.set(sender, { address: sender, one: before, other: last, again: message })
      claims.set(sender, { last: message, before: last })
    } else claims.set(sender, { ...known, last: message })
  }
  return [...found.values()]
}

interface Reset {
  frame: number
  stream: number
}

/** The first connection with an address that was refused or reset after a frame. */
function brokenWith(theCase: Examination, address: string, after: number): Reset | undefined {
  return resets(theCase).get(address)?.above(after)
}

/** Connections that were refused or reset, in order, by each of their addresses. */
const resets = perCase((theCase: Examination): ReadonlyMap<string, FirstAbove<Reset>> => {
  const found = new Map<string, FirstAbove<Reset>>()
  const learn = (address: string, reset: Reset) => {
    const known = found.get(address) ?? new FirstAbove<Reset>()
    found.set(address, known)
    known.add(reset.frame, reset)
  }
  for (const { server, client, stream, synFrame } of attempts(theCase)) {
    const frame = theCase.streamValue(Stream.RstFrame, stream)
    if (frame === NONE || synFrame > frame) continue
    learn(server, { frame, stream })
    learn(client, { frame, stream })
  }
  return found
})
