// Normal: of several transfer syntaxes the server takes one and refuses the others. MS-RPCE 3.3.1.5.6, C706 12.6.4.4.
import type { Rule } from '../../rule'
import { connectionTraits } from '../../signs/connection-traits'
import { evidence, frameNumber, interfaceName, plural } from '../../text/wording'
import { BY_DESIGN } from '../../text/of-kind'

const SYNTAXES_NOT_SUPPORTED = 2
const FRAMES_SHOWN = 20

export const refusedTransferSyntax: Rule = {
  id: 'refused-transfer-syntax',
  title: 'A second transfer syntax was offered and refused',
  meaning:
    'A client offers an interface several times, once for each encoding (NDR, NDR64), and the server accepts one of them. The refusal of ' +
    'the other is part of choosing and harms nothing, as long as one offer for the same interface was accepted.',
  *find(theCase) {
    if (!connectionTraits(theCase).refusalReasons.has(SYNTAXES_NOT_SUPPORTED)) return
    const frames = new Map<number, string>()
    const streams = new Set<number>()
    for (const connection of theCase.conversation.connections) {
      if (!connection.contexts.some(({ state, reason }) => state === 'refused' && reason === SYNTAXES_NOT_SUPPORTED))
        continue
      const accepted = new Set(
        connection.contexts.filter(({ state }) => state === 'accepted').map((context) => context.interface),
      )
      for (const { state, reason, answeredFrame, interface: uuid } of connection.contexts) {
        if (state !== 'refused' || reason !== SYNTAXES_NOT_SUPPORTED || !accepted.has(uuid)) continue
        frames.set(answeredFrame!, interfaceName(theCase, uuid))
        streams.add(connection.stream)
      }
    }
    if (frames.size === 0) return
    const [first] = frames.keys()
    yield {
      ...BY_DESIGN,
      kind: 'normal',
      severity: 'note',
      confidence: 'high',
      title: '"Provider rejection, transfer syntaxes not supported" is harmless here',
      explanation: `In frame ${frameNumber(first!)} the server refuses one encoding of ${frames.get(first!)} and accepts another for the same interface. Every call that follows uses the accepted one. ${plural(frames.size, 'frame')} in all.`,
      evidence: [...frames]
        .slice(0, FRAMES_SHOWN)
        .flatMap(([frame, name]) => evidence(frame, `one encoding of ${name} refused, another accepted`)),
      streams: [...streams],
      filter: 'dcerpc.cn_ack_result == 2',
    }
  },
}
