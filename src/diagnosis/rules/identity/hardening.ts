// DCOM hardening: activation below packet integrity is refused. KB5004442, CVE-2021-26414.
import { AuthLevel } from '../../../../asm/layout'
import { Call, type Connection, Outcome } from '../../../conversation/model'
import { groupCalls, occurrence, tellFaults, type FaultGroup, type Telling } from '../../signs/fault'
import { eventLayer, faultLayers } from '../../text/layers'
import { isActivation } from '../../signs/activation'
import { references } from '../../text/references'
import type { Examination } from '../../examination'
import type { Occurrence, Rule } from '../../rule'
import { callEvidence, evidence, levelName, serverText } from '../../text/wording'
import { who } from '../../text/identities'

const DENIED = new Set([0x5, 0x80070005])

export const hardening: Rule = {
  id: 'hardening',
  title: 'Activation below packet integrity',
  meaning:
    'Since the DCOM hardening of 2021 to 2023 Windows servers refuse to activate objects for clients that do not ask for packet integrity. ' +
    'Old clients and non-Windows ones ask for less. Where such an activation still succeeds it is reported as a warning: it will fail once the server is hardened.',
  covers: ['R07'],
  *find(theCase) {
    const denied = (status: number, call: number) =>
      DENIED.has(status) && isActivation(theCase, call) && isLow(theCase.securityOf(call)?.level)
    yield* tellFaults(theCase, hardening.id, denied, (fault) => tell(theCase, fault))
    for (const group of groupCalls(theCase, theCase.unexplained(theCase.refusals), denied)) {
      for (const call of group.calls) theCase.explainCall(call, hardening.id)
      yield occurrence(theCase, group, { ...tell(theCase, group), confidence: 'medium', executed: undefined })
    }
    yield* warnings(theCase)
  },
}

function tell(theCase: Examination, fault: FaultGroup): Telling {
  const security = theCase.securityOf(fault.call)!
  theCase.explainEnd(fault.connection.stream, hardening.id)
  return {
    severity: 'error',
    confidence: 'high',
    title: `${fault.server} refused activation at level ${levelName(security.level)}: DCOM hardening asks for packet integrity`,
    explanation: `${fault.user} asked for ${fault.method} with authentication level ${levelName(security.level)} and got ${fault.statusText} in frame ${fault.frame}. A server with KB5004442 (enforced since March 2023) refuses every authenticated activation below packet integrity. The same refusal could come from missing rights; event 10036 on the server decides.`,
    layers: [
      ...faultLayers(theCase.names, fault.status),
      eventLayer(
        '10036',
        'System log of the server: raise the activation authentication level at least to RPC_C_AUTHN_LEVEL_PKT_INTEGRITY (client: 10037, 10038)',
      ),
    ],
    evidence: evidence(security.tokenFrames[0], `the client offers level ${levelName(security.level)}`),
    advice: [
      'Raise the level in the client: CoInitializeSecurity or the proxy blanket with RPC_C_AUTHN_LEVEL_PKT_INTEGRITY or higher; in System.Management AuthenticationLevel.PacketPrivacy.',
      'Linux wmic and its relatives: ask for signing (//host[sign]); update impacket, j-Interop and OPC libraries.',
      'Windows clients patched since November 2022 raise the level by themselves (RaiseActivationAuthenticationLevel). The server’s switch RequireIntegrityActivationAuthenticationLevel has had no effect since March 2023.',
    ],
    references: [references.hardening],
    filter: 'dcerpc.auth_level < 5 && isystemactivator.opnum == 4',
  }
}

function isLow(level: number | undefined): boolean {
  return level !== undefined && level > 1 && level < AuthLevel.Integrity
}

/** Activations below integrity that succeeded: one a client and server. */
function* warnings(theCase: Examination): Generator<Occurrence> {
  const { calls } = theCase.conversation
  const told = new Set<Connection>()
  for (const call of theCase.activations) {
    const connection = theCase.connectionOf(call)
    const { level, anonymous } = theCase.securityOf(call) ?? {}
    if (calls.get(Call.Outcome, call) !== Outcome.Response || theCase.hasFailed(call)) continue
    if (!isLow(level) || anonymous || told.has(connection)) continue
    told.add(connection)
    const security = theCase.securityOf(call)!
    yield {
      severity: 'warning',
      confidence: 'high',
      title: `${connection.client.text} activates objects at level ${levelName(security.level)}: a hardened server would refuse it`,
      explanation: `${who(security)} activated an object on ${serverText(connection)} below packet integrity, and this server allowed it. Servers with KB5004442 refuse that.`,
      evidence: callEvidence(theCase, call, 'answered'),
      advice: ['Raise the client’s authentication level to packet integrity before the server is updated.'],
      references: [references.hardening],
      streams: [connection.stream],
      filter: 'dcerpc.auth_level < 5 && isystemactivator.opnum == 4',
      fold: `${connection.client.text}|${connection.server.text}|${security.level}`,
    }
  }
}
