// Client and server have no encoding in common. C706 12.6.4.4, provider reason 2.
import { NDR, NDR64 } from '../../../names/well-known'
import { references } from '../../text/references'
import { grouped } from '../../look-up'
import type { Rule } from '../../rule'
import { connectionTraits } from '../../signs/connection-traits'
import { clientText, evidence, frameNumber, interfaceName, list, serverText } from '../../text/wording'
import { hresultLayer, win32Layer, win32Symptom } from '../../text/layers'

const TRANSFER_SYNTAXES = 2
const NAMES: Record<string, string> = {
  [NDR]: 'NDR (32 bit)',
  [NDR64]: 'NDR64',
}

export const noTransferSyntax: Rule = {
  id: 'no-transfer-syntax',
  title: 'No encoding in common',
  meaning:
    'Every encoding that the client offered for an interface was refused and none accepted, so it cannot be called. When one of several ' +
    'offers was accepted the refusal of the others is normal and reported as such.',
  *find(theCase) {
    if (!connectionTraits(theCase).refusalReasons.has(TRANSFER_SYNTAXES)) return
    for (const connection of theCase.conversation.connections) {
      const { contexts } = connection
      if (!contexts.some(({ state, reason }) => state === 'refused' && reason === TRANSFER_SYNTAXES)) continue
      // Of a bind that is cut, or missed in part, the offer that was accepted may be the one that is not seen.
      if (theCase.isIncomplete(connection) && connection.calls.length > 0) continue
      const live = new Set(
        contexts.filter(({ state }) => state === 'accepted' || state === 'offered').map((context) => context.interface),
      )
      const refused = contexts.filter(
        ({ state, reason, interface: uuid }) => state === 'refused' && reason === TRANSFER_SYNTAXES && !live.has(uuid),
      )
      for (const [uuid, own] of grouped(refused, (context) => context.interface)) {
        const offered = [...new Set(own.flatMap((context) => context.offered))].map((syntax) => NAMES[syntax] ?? syntax)
        const name = interfaceName(theCase, uuid)
        yield {
          severity: 'error',
          confidence: theCase.confidenceOn(connection, 'high'),
          title: `Client and server have no encoding in common for ${name}`,
          symptom: win32Symptom(theCase.names, 1730),
          atFault: { party: 'client', text: 'the client, which does not offer plain NDR (or an unusual server)' },
          effect: `No call of ${name} was possible.`,
          explanation: `${clientText(connection)} offered ${serverText(connection)} ${list(offered)} for ${name}; the server refused all of it in frame ${frameNumber(own[0]!.answeredFrame!)}.`,
          layers: [
            {
              layer: 'wire (bind_ack)',
              code: '2, 2',
              text: 'provider rejection: proposed transfer syntaxes not supported',
            },
            win32Layer(theCase.names, 1730),
            hresultLayer(theCase.names, 0x800706c2, 'COM client'),
          ],
          evidence: own.flatMap((context) => [
            ...evidence(
              context.offeredFrame,
              `offered: ${list(context.offered.map((syntax) => NAMES[syntax] ?? syntax))}`,
            ),
            ...evidence(context.answeredFrame, 'refused'),
          ]),
          fix: [
            {
              text: 'Let the client offer plain NDR as well; every Windows server accepts it for its own interfaces.',
            },
          ],
          references: [references.c706],
          streams: [connection.stream],
          filter: 'dcerpc.cn_ack_result == 2 && dcerpc.cn_ack_reason == 2',
          fold: `${connection.server.text}|${uuid}`,
        }
      }
    }
  },
}
