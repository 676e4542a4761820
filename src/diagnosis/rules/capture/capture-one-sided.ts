// Limit: of some connections only one direction was captured.
import type { Rule } from '../../rule'
import { clientText, evidence, plural, serverText } from '../../text/wording'
import { ofCapture } from '../../text/of-kind'

const SHOWN = 5

export const captureOneSided: Rule = {
  id: 'capture-one-sided',
  title: 'Only one direction was captured',
  meaning:
    'Of a connection only what one side sent is in the capture: asymmetric routing, or a mirror port for one direction. Missing answers then mean nothing. A server that accepts a connection and then sends nothing was captured: that is not this.',
  *find(theCase) {
    const oneSided = theCase.conversation.connections.filter((connection) => theCase.isOneSided(connection))
    if (oneSided.length === 0) return
    const streams = new Set(oneSided.map(({ stream }) => stream))
    const unanswered = [...theCase.lost, ...theCase.open].filter((call) =>
      streams.has(theCase.connectionOf(call).stream),
    )
    yield {
      ...ofCapture('the capture point, which sees one direction'),
      kind: 'limit',
      severity: 'note',
      confidence: 'high',
      title: `Only one direction of ${plural(oneSided.length, 'connection')} was captured`,
      effect: 'The capture does not show if calls there were answered.',
      explanation: `Of ${clientText(oneSided[0]!)} to ${serverText(oneSided[0]!)} only one side's bytes were captured. The capture does not show if calls there were answered, so no finding is about it.`,
      evidence: oneSided
        .slice(0, SHOWN)
        .flatMap(({ firstFrame }) => evidence(firstFrame, 'connection of which one direction is missing')),
      advice: ['Capture on one of the two hosts, or mirror both directions of its port.'],
      streams: [...streams],
      explains: { calls: unanswered, streams: unanswered.map((call) => theCase.connectionOf(call).stream) },
    }
  },
}
