// Full-size segments get lost, small ones pass. RFC 2923 2.1, RFC 4821.
import { trafficOf } from '../../signs/traffic'
import { Stream } from '../../../../asm/layout'
import { addressText, endpointText } from '../../../capture/text'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import { icmpMessages, isTooBig } from '../../signs/icmp-messages'
import type { Rule } from '../../rule'
import { type Stuck, stuckSegments } from '../../signs/stuck-segments'
import { evidence, frameNumber, plural } from '../../text/wording'

/** So often and so long a segment is sent again before it means more than loss. */
const WORTH_SAYING = 3
const WORTH_SECONDS = 1

export const mtuBlackHole: Rule = {
  id: 'mtu-black-hole',
  title: 'Large packets do not get through',
  meaning:
    'The handshake and small PDUs pass, and the first full-size segment is sent again and again without being acknowledged: a tunnel or link on the ' +
    'way takes less than 1500 bytes and the message that says so is dropped. When small segments are lost too it is plain packet loss.',
  covers: ['R30'],
  *find(theCase) {
    const tooBig = [...icmpMessages(theCase)].filter(({ message }) => isTooBig(message))
    for (const stuck of stuckSegments(theCase)) {
      const { stream, sent, repeated, stalled } = stuck
      const connection = theCase.connectionsOn(stream)[0]
      if (!isTooLarge(theCase, stuck)) continue
      theCase.explainEnd(stream, mtuBlackHole.id)
      for (const call of connection?.calls ?? [])
        if (theCase.frameOf(call) >= (sent ?? stalled.first)) theCase.explainCall(call, mtuBlackHole.id)
      const ends = endsOf(theCase, stream)
      const [client, server] = ends.map(({ address, port }) => endpointText(address, port))
      const said = tooBig.find(({ message: { quoted } }) => {
        const named = quoted && [
          `${quoted.source} ${quoted.sourcePort}`,
          `${quoted.destination} ${quoted.destinationPort}`,
        ]
        return named !== undefined && ends.every(({ address, port }) => named.includes(`${address} ${port}`))
      })
      yield {
        severity: connection ? 'error' : 'warning',
        confidence: said || repeated !== undefined ? 'high' : 'medium',
        title: `Large packets between ${client} and ${server} do not get through`,
        explanation: `Small packets of this connection arrive, but a full-size segment was sent again ${plural(stalled.count, 'time')} from frame ${frameNumber(stalled.first)} on and never acknowledged; no other of that size had come through before. ${repeated === undefined ? '' : `A smaller one that was sent after it did arrive: in frame ${frameNumber(repeated)} the other side says once more that it lacks just this one. `}A link on the way takes less than Ethernet's 1500 bytes, ${said ? `as ICMP says in frame ${frameNumber(said.frame)}${said.message.nextHopMtu ? ` (it takes ${said.message.nextHopMtu})` : ''}; the sender does not act on it` : 'and the ICMP message that would say so does not come back'}. Logons with large Kerberos tickets are often the first to fail.`,
        evidence: [
          ...evidence(sent, `full-size segment, ${stalled.bytes} bytes`),
          ...evidence(repeated, 'what was sent after it has arrived, this one has not'),
          ...evidence(stalled.first, 'full-size segment, sent again'),
          ...evidence(said?.frame, said?.message.text ?? ''),
          ...evidence(stalled.last, 'and the last time'),
        ],
        advice: [
          `Test with "ping -f -l 1472 ${ends[1].address}" and smaller sizes until it passes.`,
          said
            ? 'Path MTU discovery is off at the sender (EnablePMTUDiscovery), or its firewall drops the message: let ICMP type 3 code 4 (ICMPv6 type 2) in, or clamp the MSS on the tunnel.'
            : 'Let ICMP type 3 code 4 ("fragmentation needed"; ICMPv6 type 2) through, or clamp the MSS on the tunnel.',
        ],
        references: [{ title: 'KB314825: path MTU black holes' }],
        streams: [stream],
        filter: `tcp.stream == ${stream} && tcp.analysis.retransmission && tcp.len > 1300`,
      }
    }
  },
}

/** Whether it is by their size that segments get lost: none so large had ever arrived, smaller ones do. */
function isTooLarge(theCase: Examination, { stream, stalled, largePassed, smallPassed, repeated }: Stuck): boolean {
  const { first, last, count, heard } = stalled
  if (largePassed || !smallPassed || count < WORTH_SAYING) return false
  if (secondsBetween(theCase.capture.frames, first, last) < WORTH_SECONDS) return false
  const { retransmissions, fullSizeRetransmissions } = trafficOf(theCase).byStream.get(stream)!
  // A smaller one may probe the way; with the other side silent since, smaller ones may be lost as well.
  return repeated !== undefined || heard || fullSizeRetransmissions === retransmissions
}

interface End {
  address: string
  port: number
}

/** Client and server: RPC tells them best, and SMB that has come to no RPC yet by who asked for the connection. */
function endsOf(theCase: Examination, stream: number): [client: End, server: End] {
  const connection = theCase.connectionsOn(stream)[0]
  if (connection)
    return [
      { address: connection.client.text, port: connection.client.port },
      { address: connection.server.text, port: connection.server.port },
    ]
  const end = (address: Stream, port: Stream): End => ({
    address: addressText(theCase.capture.addresses, theCase.streamValue(address, stream)),
    port: theCase.streamValue(port, stream),
  })
  return [end(Stream.AddressA, Stream.PortA), end(Stream.AddressB, Stream.PortB)]
}
