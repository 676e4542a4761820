// The machine's own log says that an activation was refused for its authentication level: DistributedCOM 10036 to 10038.
import { ACCESS_DENIED } from '../../../names/statuses'
import type { LowLevel } from '../../../etw/events/machine-model'
import { Call } from '../../../conversation/model'
import type { Examination } from '../../examination'
import type { Occurrence, Rule } from '../../rule'
import { secondsOf } from '../../signs/network/machine-events'
import { references } from '../../text/references'
import { callEvidence, evidence } from '../../text/wording'

const NEAR_SECONDS = 2
const AT_SERVER = 10036

export const activationLevel: Rule = {
  id: 'activation-level',
  title: 'The server logged that the activation level was too low',
  meaning:
    'Since the DCOM hardening Windows refuses activations below packet integrity and writes event 10036 on the server, 10037 or 10038 on the client. The event is proof; the refusal on the wire alone could also come from missing rights.',
  *find(theCase) {
    for (const event of theCase.machine?.lowLevels ?? []) yield describe(theCase, event)
  },
}

function describe(theCase: Examination, { id, texts, seconds }: LowLevel): Occurrence {
  const refused = theCase
    .unexplained(theCase.activations)
    .filter(
      (call) =>
        ACCESS_DENIED.has(theCase.statusOf(call)) &&
        Math.abs(secondsOf(theCase, theCase.frameOf(call)) - seconds) <= NEAR_SECONDS,
    )
  const isServer = id === AT_SERVER
  const [first = '', second = '', third = '', fourth = ''] = texts
  const { calls } = theCase.conversation
  return {
    severity: 'error',
    confidence: 'high',
    title: 'The server’s DCOM hardening refused the client’s authentication level',
    explanation: isServer
      ? `The server logged event 10036: its policy does not let the user ${first}\\${second} (SID ${third}) at ${fourth} activate DCOM objects at such a low authentication level.`
      : `The client logged event ${id}: ${first} (process ${second}) asked ${fourth || 'a server'} to activate the class ${third} with an authentication level below packet integrity.`,
    symptom: 'Access denied (0x80070005) when the object is created.',
    atFault: {
      party: 'client',
      text: 'the client program, whose activation authentication level is below packet integrity',
    },
    fix: [
      {
        text: 'Raise the level in the client: CoInitializeSecurity or the proxy’s settings with RPC_C_AUTHN_LEVEL_PKT_INTEGRITY or higher; in System.Management AuthenticationLevel.PacketPrivacy.',
      },
      { text: 'Update the client’s Windows: since November 2022 it raises the level by itself.' },
    ],
    layers: [{ layer: 'DistributedCOM', code: String(id), text: 'authentication level too low for activation' }],
    evidence: refused.flatMap((call) => [
      ...callEvidence(theCase, call, 'refused'),
      ...evidence(calls.get(Call.ResponseFrame, call), 'access denied'),
    ]),
    references: [references.hardening],
    streams: [...new Set(refused.map((call) => theCase.connectionOf(call).stream))],
    executed: 'no',
    fold: texts.join('|'),
    explains: { calls: refused },
  }
}
