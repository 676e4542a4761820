// DCOM activation refused with access denied. MS-DCOM 3.1.2.5.2.3.
import { groupCalls, occurrence, tellFaults, type FaultGroup, type Telling } from '../../signs/fault'
import { eventLayer, faultLayers } from '../../text/layers'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import type { Examination } from '../../examination'
import { isActivation } from '../../signs/activation'

const DENIED = new Set([0x5, 0x80070005])

export const activationRefused: Rule = {
  id: 'activation-refused',
  title: 'The server refused to activate the object: access denied',
  meaning:
    'The logon worked, and the call that creates the COM object was denied. The right that lacks is remote launch or activation, in the ' +
    'machine-wide limits or in the permissions of the application.',
  covers: ['R04'],
  *find(theCase) {
    const denied = (status: number, call: number) => DENIED.has(status) && isActivation(theCase, call)
    yield* tellFaults(theCase, activationRefused.id, denied, (fault) => tell(theCase, fault, false))
    for (const group of groupCalls(theCase, theCase.unexplained(theCase.refusals), denied)) {
      for (const call of group.calls) theCase.explainCall(call, activationRefused.id)
      yield occurrence(theCase, group, { ...tell(theCase, group, true), executed: undefined })
    }
  },
}

function tell(theCase: Examination, fault: FaultGroup, answered: boolean): Telling {
  const security = theCase.securityOf(fault.call)
  const proven = answered || security?.provenFrame !== undefined
  const nobody = security === undefined && fault.connection.sawBind && !theCase.isLogonHidden(fault.call)
  return {
    severity: 'error',
    confidence: proven ? 'high' : 'medium',
    title: `${fault.server} denied ${fault.user} the activation of a COM object`,
    explanation:
      `${fault.method} was ${answered ? 'answered with' : 'refused with'} ${fault.statusText} in frame ${fault.frame}. ` +
      (nobody
        ? 'The caller had not logged on: servers let nobody activate whom they do not know.'
        : proven
          ? 'The logon itself was good, so it is a missing right: to launch or activate remotely.'
          : 'It is either a missing right to launch or activate remotely, or the logon itself failed; the capture does not decide that.'),
    layers: [
      ...faultLayers(theCase.names, fault.status),
      eventLayer(
        '10016',
        'System log of the server: DCOM permission missing (10015 and 10019: the machine-wide limits)',
      ),
    ],
    advice: [
      ...(nobody ? ['Give the client credentials, and a level of at least packet integrity.'] : []),
      'On the server add the account to the local group "Distributed COM Users".',
      'Or run dcomcnfg there: Component Services, My Computer, Properties, COM Security, Launch and Activation Permissions, Edit Limits, allow Remote Launch and Remote Activation; then the same on the application itself (DCOM Config, its Security tab).',
      'For WMI, also Computer Management, WMI Control, Security: "Remote Enable" on the namespace.',
    ],
    references: [references.wmiAccess, references.dcomActivation],
    filter: 'isystemactivator.opnum == 4 || dcerpc.cn_status == 0x00000005',
  }
}
