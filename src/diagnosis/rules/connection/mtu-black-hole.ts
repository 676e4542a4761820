// Full-size segments get lost, small ones pass. RFC 2923 2.1, RFC 4821.
import { Stream, StreamFlag } from '../../../../asm/layout'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import { icmpMessages, isTooBig } from '../../signs/messages/icmp-messages'
import type { Rule } from '../../rule'
import { type Stuck, stuckSegments } from '../../signs/network/stuck-segments'
import { trafficOf } from '../../signs/network/traffic'
import { symptoms } from '../../text/symptoms'
import { evidence, frameNumber, plural, type Side, sidesOf, sidesText } from '../../text/wording'
import type { QuotedPacket } from '../../../dissect/network/icmp'
import { references } from '../../text/references'

/** So often and so long a segment is sent again before it means more than loss. */
const WORTH_SAYING = 3
const WORTH_SECONDS = 1

export const mtuBlackHole: Rule = {
  id: 'mtu-black-hole',
  title: 'Large packets do not get through',
  meaning:
    'The handshake and small PDUs pass, and the first full-size segment is sent again and again without being acknowledged: a tunnel or link on the ' +
    'way takes less than 1500 bytes and the message that says so is dropped. When small segments are lost too it is plain packet loss. An error where RPC, or SMB that may carry it, stops; a warning for other SMB; likely where neither ICMP nor a repeated acknowledgement shows it.',
  *find(theCase) {
    const tooBig = [...icmpMessages(theCase)].filter(({ message }) => isTooBig(message))
    for (const stuck of stuckSegments(theCase)) {
      const { stream, sent, repeated, stalled } = stuck
      const connection = theCase.connectionsOn(stream)[0]
      if (!isTooLarge(theCase, stuck)) continue
      const { client, server } = sidesOf(theCase, stream)
      const said = tooBig.find(({ message: { quoted } }) => quoted !== undefined && isBetween(quoted, client, server))
      const isCertain = said !== undefined || repeated !== undefined
      const calls = connection?.calls.filter((call) => theCase.frameOf(call) >= (sent ?? stalled.first)) ?? []
      yield {
        severity: connection || isEncrypted(theCase, stream) ? 'error' : 'warning',
        confidence: isCertain ? 'high' : 'medium',
        title: isCertain
          ? 'Large packets are lost on the path; small ones arrive'
          : 'Large packets are likely lost on the path; small ones arrive',
        explanation: `On ${sidesText({ client, server })} small packets arrive, but a full-size segment was sent again ${plural(stalled.count, 'time')} from frame ${frameNumber(stalled.first)} on and never acknowledged; no other of that size had come through before. ${repeated === undefined ? '' : `A smaller one that was sent after it did arrive: in frame ${frameNumber(repeated)} the other side reports once more that only this one is missing. `}A link on the path takes less than Ethernet's 1500 bytes, ${said ? `as ICMP reports in frame ${frameNumber(said.frame)}${said.message.nextHopMtu ? ` (it takes ${said.message.nextHopMtu})` : ''}; the sender does not act on it` : 'and the ICMP message that would report it does not come back'}. Logons with large Kerberos tickets are often the first to fail.`,
        symptom: `${symptoms.hangs} After minutes ${symptoms.callFailed}`,
        atFault: {
          party: 'network',
          text: said
            ? 'the sender’s firewall or stack, which ignores ICMP "too big"'
            : 'a tunnel or link with a small MTU, whose ICMP message is dropped',
        },
        effect: `${calls.length > 0 ? plural(calls.length, 'call') : 'What the segment carries'} never arrived.`,
        evidence: [
          ...evidence(sent, `full-size segment, ${stalled.bytes} bytes`),
          ...evidence(repeated, 'what was sent after it has arrived, this one has not'),
          ...evidence(stalled.first, 'full-size segment, sent again'),
          ...evidence(said?.frame, said?.message.text ?? ''),
          ...evidence(stalled.last, 'and the last time'),
        ],
        fix: [
          {
            text: 'Find the largest packet that passes: start with this size and lower it until the ping is answered. The MTU is that size plus 28.',
            copy: `ping -f -l 1472 ${server.address}`,
          },
          {
            text: said
              ? 'Let ICMP type 3 code 4 (ICMPv6 type 2) in at the sender’s firewall, switch path MTU discovery on there (EnablePMTUDiscovery), or clamp the MSS on the tunnel.'
              : 'Let ICMP type 3 code 4 ("fragmentation needed"; ICMPv6 type 2) through the firewalls on the path, or clamp the MSS on the tunnel.',
          },
          {
            text: 'Until then, lower the MTU of the network card that sends the large packets.',
            copy: 'netsh interface ipv4 set subinterface "Ethernet" mtu=1300 store=persistent',
          },
        ],
        references: [references.blackHoles],
        streams: [stream],
        filter: `tcp.stream == ${stream} && tcp.len > 1300`,
        explains: { calls, streams: [stream] },
      }
    }
  },
}

function isEncrypted(theCase: Examination, stream: number): boolean {
  return (theCase.streamValue(Stream.Flags, stream) & StreamFlag.SmbEncrypted) !== 0
}

/** True if a quoted packet belongs to the connection of two ends, in either direction. */
function isBetween(quoted: QuotedPacket, one: Side, other: Side): boolean {
  const is = (address: string, port: number | undefined, side: Side) => address === side.address && port === side.port
  const { source, sourcePort, destination, destinationPort } = quoted
  return (
    (is(source, sourcePort, one) && is(destination, destinationPort, other)) ||
    (is(source, sourcePort, other) && is(destination, destinationPort, one))
  )
}

/** True if it is by their size that segments get lost: none so large had ever arrived, smaller ones do. */
function isTooLarge(theCase: Examination, { stream, stalled, largePassed, smallPassed, repeated }: Stuck): boolean {
  const { first, last, count, receiverSent } = stalled
  if (largePassed || !smallPassed || count < WORTH_SAYING) return false
  if (secondsBetween(theCase.capture.frames, first, last) < WORTH_SECONDS) return false
  const { retransmissions, fullSizeRetransmissions } = trafficOf(theCase).byStream.get(stream)!
  // A smaller one may probe the way; with the other side silent since, smaller ones may be lost as well.
  return repeated !== undefined || receiverSent || fullSizeRetransmissions === retransmissions
}
