// Normal: "Negotiate ACK" answers an offer of bind-time features, not of an interface. MS-RPCE 2.2.2.14, 3.3.1.5.3.
import type { Rule } from '../../rule'
import { connectionTraits } from '../../signs/connection-traits'
import { evidence, list, plural } from '../../text/wording'
import { BY_DESIGN } from '../../text/of-kind'

const FRAMES_SHOWN = 10
const FEATURES: [bit: number, name: string][] = [
  [1, 'several security contexts on one connection'],
  [2, 'the connection survives an orphaned call'],
]

export const bindTimeFeatures: Rule = {
  id: 'bind-time-features',
  title: 'Bind-time features were negotiated',
  meaning:
    'Windows offers an extra presentation context that is no interface but a list of features; the server answers it with result 3, ' +
    '"negotiate ack". It looks like a refusal and is none.',
  *find(theCase) {
    if (!connectionTraits(theCase).hasFeatures) return
    const frames: number[] = []
    const streams: number[] = []
    let bits = 0
    for (const { contexts, stream, features } of theCase.conversation.connections) {
      const answered = contexts.find(({ state }) => state === 'negotiated')?.answeredFrame
      if (answered === undefined) continue
      frames.push(answered)
      streams.push(stream)
      bits |= features ?? 0
    }
    if (frames.length === 0) return
    const names = FEATURES.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name)
    yield {
      ...BY_DESIGN,
      kind: 'normal',
      severity: 'note',
      confidence: 'high',
      title: '"Negotiate ACK" is not a refusal',
      explanation: `The client offered features beside its interfaces, and the server answered which of them it knows${names.length > 0 ? `: ${list(names)}` : ''}; ${plural(frames.length, 'connection')} in all.`,
      evidence: frames
        .slice(0, FRAMES_SHOWN)
        .flatMap((frame) => evidence(frame, 'features answered with result 3 (negotiate ack)')),
      streams,
      filter: 'dcerpc.cn_ack_result == 3',
    }
  },
}
