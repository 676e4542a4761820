// Normal: auth3 is never answered. MS-RPCE 2.2.2.9.
import type { SecurityContext } from '../../../conversation/model'
import type { Rule } from '../../rule'
import { connectionTraits } from '../../signs/connection-traits'
import { evidence, plural } from '../../text/wording'
import { who } from '../../text/identities'
import { BY_DESIGN } from '../../text/of-kind'

const FRAMES_SHOWN = 20

export const auth3WithoutAnswer: Rule = {
  id: 'auth3-without-answer',
  title: 'AUTH3 has no answer by design',
  meaning:
    'The last message of a three-leg handshake travels in an AUTH3 PDU, to which no answer exists. The first call after it shows ' +
    'if the server accepted the logon.',
  *find(theCase) {
    if (!connectionTraits(theCase).hasProvenLogon) return
    const proven: { context: SecurityContext; stream: number }[] = []
    for (const { security, stream } of theCase.conversation.connections)
      for (const context of security)
        // A last leg that travels in an alter_context is answered; after an AUTH3 no token comes.
        if (
          context.provenFrame !== undefined &&
          context.thirdLegFrame !== undefined &&
          context.thirdLegFrame === context.tokenFrames.at(-1)
        )
          proven.push({ context, stream })
    if (proven.length === 0) return
    yield {
      ...BY_DESIGN,
      kind: 'normal',
      severity: 'note',
      confidence: 'high',
      title: 'AUTH3 has no answer by design; later calls prove the logons',
      explanation: `The last message of the handshake (AUTH3) has no answer in RPC. A call under the same logon was answered afterwards, so the logon was good: ${plural(proven.length, 'logon')} in this capture.`,
      evidence: proven
        .slice(0, FRAMES_SHOWN)
        .flatMap(({ context }) =>
          evidence(context.thirdLegFrame, `${who(context)}; proven by frame ${context.provenFrame! + 1}`),
        ),
      streams: [...new Set(proven.map(({ stream }) => stream))],
      filter: 'dcerpc.pkt_type == 16',
    }
  },
}
