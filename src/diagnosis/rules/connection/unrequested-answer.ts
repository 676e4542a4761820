// Answers whose requests are not in the capture.
import type { Rule } from '../../rule'
import { evidence, plural } from '../../text/wording'
import { ofCapture } from '../../text/of-kind'

const SHOWN = 5

export const unrequestedAnswer: Rule = {
  id: 'unrequested-answer',
  title: 'Answers whose request is not in the capture',
  meaning:
    'An answer without its request: the capture began in between, packets are missing, or only one direction was captured. Only what is left after these may be a fault of the peer. Always a note.',
  *find(theCase) {
    const odd = theCase.unexplained(theCase.unrequested)
    if (odd.length === 0) return
    const strange = odd.filter((call) => {
      const { sawBind, gaps, transport } = theCase.connectionOf(call)
      return sawBind && gaps === 0 && transport !== 'udp'
    })
    const shown = strange.length > 0 ? strange : odd
    yield {
      ...ofCapture('the capture, which holds connections in part'),
      kind: 'limit',
      severity: 'note',
      confidence: 'low',
      title: `${plural(odd.length, 'answer has', 'answers have')} no request in the capture`,
      explanation:
        strange.length > 0
          ? `${plural(strange.length, 'of them is', 'of them are')} on connections that seem complete; the peer may use call ids in an unusual way.`
          : 'They belong to connections that the capture shows only in part, so nothing follows from it.',
      effect: 'What was called there is not visible.',
      fix: [{ text: 'Start the capture before the program, and capture on one of the two hosts.' }],
      evidence: shown.slice(0, SHOWN).flatMap((call) => evidence(theCase.frameOf(call), 'answer without its request')),
      streams: [...new Set(shown.map((call) => theCase.connectionOf(call).stream))],
    }
  },
}
