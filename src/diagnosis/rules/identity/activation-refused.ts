// DCOM activation refused with access denied. MS-DCOM 3.1.2.5.2.3.
import { ACCESS_DENIED } from '../../../names/statuses'
import {
  groupCalls,
  laterEvidence,
  laterText,
  occurrences,
  describeFaults,
  type FaultGroup,
  type Description,
} from '../../signs/call/fault'
import { eventLayer, faultLayers, programShows } from '../../text/layers'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import type { Examination } from '../../examination'
import { isActivation } from '../../signs/call/activation'

/** Error: the object was not created. Note: a later activation by the same client succeeded. */
export const activationRefused: Rule = {
  id: 'activation-refused',
  title: 'The server refused to activate the object: access denied',
  meaning:
    'The logon worked, and the call that creates the COM object was denied. The missing right is remote launch or activation, in the ' +
    'machine-wide limits or in the permissions of the application.',
  *find(theCase) {
    const denied = (status: number, call: number) => ACCESS_DENIED.has(status) && isActivation(theCase, call)
    yield* describeFaults(theCase, denied, (fault) => describe(theCase, fault, false))
    for (const group of groupCalls(theCase, theCase.unexplained(theCase.errorReturns), denied)) {
      yield* occurrences(theCase, group, { ...describe(theCase, group, true), executed: undefined })
    }
  },
}

function describe(theCase: Examination, fault: FaultGroup, answered: boolean): Description {
  const security = theCase.securityOf(fault.call)
  const proven = answered || security?.provenFrame !== undefined
  const nameless =
    security?.anonymous === true ||
    (security === undefined && fault.connection.sawBind && !theCase.isLogonHidden(fault.call))
  return {
    severity: fault.later === undefined ? 'error' : 'note',
    confidence: proven ? 'high' : 'medium',
    title: nameless
      ? 'Activation was denied to a caller without a logon'
      : proven
        ? 'The account has no right to activate the COM object remotely'
        : 'The account likely has no right to activate COM objects remotely',
    explanation:
      `${fault.method} by ${fault.user} was ${answered ? 'answered with' : 'refused with'} ${fault.statusText} in frame ${fault.frame}. ` +
      (nameless
        ? 'The caller had not logged on: servers let no unknown caller activate objects.'
        : proven
          ? 'The logon itself was good, so a right is missing: to launch or activate remotely.'
          : 'Either the right to launch or activate remotely is missing, or the logon itself failed; the capture does not decide that.') +
      laterText(theCase, fault),
    layers: [
      ...faultLayers(theCase.names, fault.status),
      eventLayer(
        '10016',
        'System log of the server: DCOM permission missing (10015: the machine-wide limits of launch and activation; 10019: those of access)',
      ),
    ],
    symptom: programShows(theCase.names, fault.status),
    atFault: nameless
      ? { party: 'client', text: 'the client, which did not log on' }
      : { party: 'account', text: `the rights of ${fault.user} on the server` },
    effect: 'The object was not created; nothing that needs it works',
    evidence: laterEvidence(theCase, fault),
    fix: nameless
      ? [
          {
            text: 'Give the client credentials, and an authentication level of at least packet integrity (RPC_C_AUTHN_LEVEL_PKT_INTEGRITY).',
          },
        ]
      : [
          {
            text: 'On the server, add the account to the local group "Distributed COM Users":',
            copy: `net localgroup "Distributed COM Users" /add ${security?.user && security.domain ? `${security.domain}\\${security.user}` : 'DOMAIN\\user'}`,
          },
          {
            text: 'If that is not enough, run dcomcnfg on the server: Component Services, My Computer, Properties, COM Security, Launch and Activation Permissions, Edit Limits: allow Remote Launch and Remote Activation; then the same on the application itself (DCOM Config, its Security tab).',
          },
          {
            text: 'For WMI also allow "Remote Enable" on the namespace: wmimgmt.msc, WMI Control, Properties, Security.',
          },
        ],
    references: [references.wmiAccess, references.dcomActivation],
    filter: 'isystemactivator.opnum == 4 || dcerpc.cn_status == 0x00000005',
  }
}
