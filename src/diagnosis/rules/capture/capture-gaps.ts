// Limit: the sniffer missed packets that the hosts did exchange.
import { trafficOf } from '../../signs/network/traffic'
import type { Rule } from '../../rule'
import { clientText, evidence, plural, serverText } from '../../text/wording'
import { ofCapture } from '../../text/of-kind'

const SHOWN = 5

export const captureGaps: Rule = {
  id: 'capture-gaps',
  title: 'Packets are missing in the capture',
  meaning:
    'One side acknowledges bytes that are not in the capture: they were sent and received, only the sniffer missed them. An answer that seems to be ' +
    'missing on such a connection may be among them.',
  *find(theCase) {
    const holed = theCase.conversation.connections.filter(
      ({ gaps, stream }) => gaps > 0 && (trafficOf(theCase).byStream.has(stream) || gaps > 0),
    )
    const { firstMissing, cut } = trafficOf(theCase)
    if (holed.length === 0 || cut > 0) return
    yield {
      ...ofCapture('the capture point, which missed packets'),
      kind: 'limit',
      severity: 'note',
      confidence: 'high',
      title: `Packets of ${plural(holed.length, 'RPC connection')} are missing in the capture`,
      effect: 'An answer that seems to be missing there may only not have been captured.',
      explanation: `The first is ${clientText(holed[0]!)} to ${serverText(holed[0]!)}. Behind each hole decoding goes on. Where an answer is missing on such a connection, it may be in a hole; findings about missing answers leave these connections out or say so.`,
      evidence: [
        ...evidence(firstMissing, 'bytes before this frame, or those it acknowledges, are not in the capture'),
        ...holed.slice(0, SHOWN).flatMap(({ firstFrame }) => evidence(firstFrame, 'connection with missing packets')),
      ],
      advice: [
        'Capture on the host itself rather than at a mirror port; use a larger buffer ("dumpcap -B 64") and a capture filter.',
      ],
      streams: holed.map(({ stream }) => stream),
      filter: 'tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment',
    }
  },
}
