// Full-size segments get lost, small ones pass. RFC 2923 2.1, RFC 4821.
import { Stream } from '../../../asm/layout'
import { icmpMessages, isTooBig } from '../icmp-messages'
import type { Rule } from '../rule'
import { FULL_SEGMENT } from '../traffic'
import { clientText, evidence, frameNumber, plural, serverText } from '../wording'

const WORTH_SAYING = 3

export const mtuBlackHole: Rule = {
  id: 'mtu-black-hole',
  title: 'Large packets do not get through',
  meaning:
    'The handshake and small PDUs pass, and the first full-size segment is sent again and again without being acknowledged: a tunnel or link on the ' +
    'way takes less than 1500 bytes and the message that says so is dropped. When small segments are lost too it is plain packet loss.',
  covers: ['R30'],
  *find(theCase) {
    const tooBig = [...icmpMessages(theCase)].filter(({ message }) => isTooBig(message))
    for (const [
      stream,
      { retransmissions, fullSizeRetransmissions, firstRetransmission, lastRetransmission, stalled },
    ] of theCase.traffic.byStream) {
      const connection = theCase.connectionsOn(stream)[0]
      if (!connection || fullSizeRetransmissions < WORTH_SAYING) continue
      // A smaller one may probe the way once: what is stuck is the full-size one, and the other side is heard.
      const isStuck =
        stalled !== undefined && stalled.heard && stalled.bytes >= FULL_SEGMENT && stalled.count >= WORTH_SAYING
      if (fullSizeRetransmissions < retransmissions && !isStuck) continue
      if (theCase.streamValue(Stream.LastFrame, stream) - lastRetransmission! > 20) continue
      theCase.explainEnd(stream, mtuBlackHole.id)
      for (const call of connection.calls)
        if (theCase.frameOf(call) >= firstRetransmission!) theCase.explainCall(call, mtuBlackHole.id)
      const { client, server } = connection
      const said = tooBig.find(({ message: { quoted } }) => {
        const ends = quoted && [
          `${quoted.source} ${quoted.sourcePort}`,
          `${quoted.destination} ${quoted.destinationPort}`,
        ]
        return ends?.includes(`${client.text} ${client.port}`) && ends.includes(`${server.text} ${server.port}`)
      })
      yield {
        severity: 'error',
        confidence: said ? 'high' : 'medium',
        title: `Large packets between ${clientText(connection)} and ${serverText(connection)} do not get through`,
        explanation: `Small packets of this connection arrive, but a full-size segment was sent again ${plural(fullSizeRetransmissions, 'time')} from frame ${frameNumber(firstRetransmission!)} on and never acknowledged. A link on the way takes less than Ethernet's 1500 bytes, ${said ? `as ICMP says in frame ${frameNumber(said.frame)}${said.message.nextHopMtu ? ` (it takes ${said.message.nextHopMtu})` : ''}; the sender does not act on it` : 'and the ICMP message that would say so does not come back'}. Logons with large Kerberos tickets are often the first to fail.`,
        evidence: [
          ...evidence(firstRetransmission, 'full-size segment, sent again'),
          ...evidence(said?.frame, said?.message.text ?? ''),
          ...evidence(lastRetransmission, 'and the last time'),
        ],
        advice: [
          `Test with "ping -f -l 1472 ${connection.server.text}" and smaller sizes until it passes.`,
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
