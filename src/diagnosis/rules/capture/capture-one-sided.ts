// Limit: of some connections only one direction was captured.
import type { Rule } from '../../rule'
import { clientText, evidence, plural, serverText } from '../../text/wording'

const SHOWN = 5

export const captureOneSided: Rule = {
  id: 'capture-one-sided',
  title: 'Only one direction was captured',
  meaning:
    'Of a connection only what one side sent is in the capture: asymmetric routing, or a mirror port for one direction. Missing answers then say nothing.',
  covers: ['R67'],
  *find(theCase) {
    const oneSided = theCase.conversation.connections.filter((connection) => theCase.isOneSided(connection))
    if (oneSided.length === 0) return
    const streams = new Set(oneSided.map(({ stream }) => stream))
    for (const call of [...theCase.lost, ...theCase.open]) {
      const { stream } = theCase.connectionOf(call)
      if (!streams.has(stream)) continue
      theCase.explainCall(call, captureOneSided.id)
      theCase.explainEnd(stream, captureOneSided.id)
    }
    yield {
      kind: 'limit',
      severity: 'note',
      confidence: 'high',
      title: `Of ${plural(oneSided.length, 'connection')} only one direction is in the capture`,
      explanation: `Of ${clientText(oneSided[0]!)} to ${serverText(oneSided[0]!)} only one side's bytes were captured. Whether calls were answered there cannot be seen, so nothing is said about it.`,
      evidence: oneSided
        .slice(0, SHOWN)
        .flatMap(({ firstFrame }) => evidence(firstFrame, 'connection of which one direction is missing')),
      advice: ['Capture on one of the two hosts, or mirror both directions of its port.'],
      streams: [...streams],
    }
  },
}
