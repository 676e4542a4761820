// DCOM hardening: activation below packet integrity is refused. KB5004442, CVE-2021-26414.
import { ACCESS_DENIED } from '../../../names/statuses'
import { AuthLevel, Frame } from '../../../../asm/layout'
import { Call, type Connection, Outcome } from '../../../conversation/model'
import { groupCalls, occurrences, describeFaults, type FaultGroup, type Description } from '../../signs/call/fault'
import { eventLayer, faultLayers, win32Symptom } from '../../text/layers'
import { isActivation } from '../../signs/call/activation'
import { references } from '../../text/references'
import { RAISE_TO_INTEGRITY } from '../../text/steps'
import type { Examination } from '../../examination'
import type { Occurrence, Rule } from '../../rule'
import { callEvidence, evidence, levelName, serverText } from '../../text/wording'
import { who } from '../../text/identities'
import { symptoms } from '../../text/symptoms'

/** The first update that hardens: 8 June 2021. The one that no switch turns off: 14 March 2023. Seconds since the epoch. */
const FIRST_PHASE = Date.UTC(2021, 5, 8) / 1000
const LAST_PHASE = Date.UTC(2023, 2, 14) / 1000

export const hardening: Rule = {
  id: 'hardening',
  title: 'Activation below packet integrity',
  meaning:
    'Since the DCOM hardening of June 2021 to March 2023 (KB5004442) Windows servers refuse to activate objects for clients that log on but do not ask for packet integrity. ' +
    'An error when such an activation was denied, in a capture of that time or later, by a server that grants none at that level to this client; where it succeeds, one note.',
  *find(theCase) {
    const granted = new Set(grantedLow(theCase).map((call) => pairOf(theCase, call)))
    const denied = (status: number, call: number) =>
      ACCESS_DENIED.has(status) &&
      isActivation(theCase, call) &&
      isLow(theCase.securityOf(call)?.level) &&
      secondsOf(theCase, call) >= FIRST_PHASE &&
      !granted.has(pairOf(theCase, call))
    yield* describeFaults(theCase, denied, (fault) => describe(theCase, fault))
    for (const group of groupCalls(theCase, theCase.unexplained(theCase.errorReturns), denied))
      yield* occurrences(theCase, group, {
        ...describe(theCase, group),
        executed: undefined,
        explains: { calls: group.calls, streams: [group.connection.stream] },
      })
    yield* futureRejections(theCase)
  },
}

function secondsOf(theCase: Examination, call: number): number {
  return theCase.capture.frames.get(Frame.Seconds, theCase.frameOf(call))
}

function pairOf(theCase: Examination, call: number): string {
  const { client, server } = theCase.connectionOf(call)
  return `${client.text} ${server.text}`
}

function describe(theCase: Examination, fault: FaultGroup): Description {
  const security = theCase.securityOf(fault.call)!
  const isLast = secondsOf(theCase, fault.call) >= LAST_PHASE
  return {
    severity: 'error',
    confidence: 'medium',
    title: `DCOM hardening likely refused the activation: level ${levelName(security.level)} is too low`,
    symptom: win32Symptom(theCase.names, 5),
    atFault: {
      party: 'client',
      text: `the client: it asks for level ${levelName(security.level)}, not packet integrity`,
    },
    effect: 'The COM object was not created.',
    explanation: `${fault.user} asked for ${fault.method} with authentication level ${levelName(security.level)} and got ${fault.statusText} in frame ${fault.frame}. A server with KB5004442 refuses every authenticated activation below packet integrity ${isLast ? '(since March 2023 no setting turns this off)' : '(by default since June 2022)'}. A missing right to activate would look the same; event 10036 on the server decides.`,
    layers: [
      ...faultLayers(theCase.names, fault.status),
      eventLayer(
        '10036',
        'System log of the server: raise the activation authentication level at least to RPC_C_AUTHN_LEVEL_PKT_INTEGRITY (client: 10037, 10038)',
      ),
    ],
    evidence: evidence(security.tokenFrames[0], `the client offers level ${levelName(security.level)}`),
    fix: [
      {
        text: 'Update the client: Windows clients with the updates of November 2022 and later raise the level themselves (RaiseActivationAuthenticationLevel).',
      },
      RAISE_TO_INTEGRITY,
      {
        text: 'Linux wmic and its relatives: ask for signing, and update impacket, j-Interop and OPC libraries.',
        copy: '//HOST[sign]',
      },
      {
        text: 'If event 10036 is missing on the server, look for the missing right instead: group Distributed COM Users, or Launch and Activation Permissions in dcomcnfg.',
      },
    ],
    references: [references.hardening],
    filter: 'isystemactivator.opnum == 4 || dcerpc.cn_status == 0x00000005',
    explains: { streams: [fault.connection.stream] },
  }
}

function isLow(level: number | undefined): boolean {
  return level !== undefined && level > 1 && level < AuthLevel.Integrity
}

/** Activations below integrity that succeeded: the first of each connection. */
function grantedLow(theCase: Examination): number[] {
  const { calls } = theCase.conversation
  const seen = new Set<Connection>()
  return theCase.activations.filter((call) => {
    const connection = theCase.connectionOf(call)
    const { level, anonymous } = theCase.securityOf(call) ?? {}
    if (calls.get(Call.Outcome, call) !== Outcome.Response || theCase.hasFailed(call)) return false
    if (!isLow(level) || anonymous || seen.has(connection)) return false
    seen.add(connection)
    return true
  })
}

/** One note for the capture: it works, and will not on a hardened server. */
function* futureRejections(theCase: Examination): Generator<Occurrence> {
  for (const call of grantedLow(theCase)) {
    const connection = theCase.connectionOf(call)
    const security = theCase.securityOf(call)!
    yield {
      severity: 'note',
      confidence: 'high',
      title: 'The client activates objects below packet integrity; hardened servers refuse this',
      symptom: symptoms.none,
      effect: 'None here: this server allowed it.',
      atFault: { party: 'client', text: `the client: it asks for level ${levelName(security.level)}` },
      explanation: `${who(security)} activated an object on ${serverText(connection)} at level ${levelName(security.level)}, and this server allowed it. Windows servers with KB5004442 refuse that.`,
      evidence: callEvidence(theCase, call, 'answered'),
      fix: [RAISE_TO_INTEGRITY],
      references: [references.hardening],
      streams: [connection.stream],
      filter: `tcp.stream == ${connection.stream}`,
      label: `${who(security)} on ${serverText(connection)}`,
      fold: 'granted',
    }
  }
}
