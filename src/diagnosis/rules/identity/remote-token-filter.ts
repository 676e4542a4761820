// A hint: a local administrator account whose remote token has no administrator's rights. UAC remote restrictions.
import { ACCESS_DENIED, STATUS_ACCESS_DENIED } from '../../../names/statuses'
import { ATSVC, ISYSTEM_ACTIVATOR, SVCCTL, TASK_SCHEDULER_SERVICE, WINREG } from '../../../names/well-known'
import { Call } from '../../../conversation/model'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { callEvidence, methodName, serverText } from '../../text/wording'
import { logonEvidence, who, shortName } from '../../text/identities'
import { win32Symptom } from '../../text/layers'

const DENIED = new Set([...ACCESS_DENIED, STATUS_ACCESS_DENIED])
/** svcctl, winreg, ITaskSchedulerService, ISystemActivator, eventlog: for administrators only. */
const ADMINISTRATIVE = new Set([SVCCTL, WINREG, TASK_SCHEDULER_SERVICE, ISYSTEM_ACTIVATOR, ATSVC])

export const remoteTokenFilter: Rule = {
  id: 'remote-token-filter',
  title: 'A local account is denied what administrators may do',
  meaning:
    'Windows gives local administrators other than the built-in one a token without their rights when they come over the network. It is a question, not a conclusion: the account may not be an administrator.',
  *find(theCase) {
    const { calls } = theCase.conversation
    for (const call of [...theCase.faults, ...theCase.errorReturns]) {
      const security = theCase.securityOf(call)
      const { server } = theCase.connectionOf(call)
      if (!DENIED.has(calls.get(Call.Status, call)) || !ADMINISTRATIVE.has(theCase.interfaceOf(call) ?? '')) continue
      if (security?.provenFrame === undefined || !security.user || security.user.toLowerCase() === 'administrator')
        continue
      const domain = security.domain?.toLowerCase()
      if (domain !== security.target?.netbiosComputer?.toLowerCase() && domain !== server.text && domain !== '.')
        continue
      yield {
        severity: 'note',
        confidence: 'low',
        title: `User Account Control may be what denies the local account ${shortName(who(security))}`,
        explanation: `${methodName(theCase, call)} was denied although the logon of the local account ${who(security)} is good. If the account is an administrator of ${server.text}, this is the likely reason: over the network, Windows removes the administrator's rights of local accounts other than the built-in Administrator. The capture does not show which groups the account is in.`,
        symptom: win32Symptom(theCase.names, 5),
        atFault: { party: 'configuration', text: 'User Account Control remote restrictions on the server' },
        effect: 'The call was denied.',
        method: methodName(theCase, call),
        label: methodName(theCase, call),
        evidence: [...logonEvidence(security), ...callEvidence(theCase, call, 'access denied')],
        fix: [
          {
            text: 'On the server, see if the account is an administrator; if it is not, give it the right that the call needs instead.',
            copy: 'net localgroup Administrators',
          },
          { text: 'Use a domain account that is an administrator there, or the built-in Administrator.' },
          {
            text: 'Or set LocalAccountTokenFilterPolicy to 1 on the server: every local administrator then has full rights over the network, which weakens it.',
            copy: 'reg add HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System /v LocalAccountTokenFilterPolicy /t REG_DWORD /d 1 /f',
            url: references.uac.url,
          },
        ],
        references: [references.uac],
        streams: [theCase.connectionOf(call).stream],
        filter: `tcp.stream == ${theCase.connectionOf(call).stream}`,
        fold: `${serverText(theCase.connectionOf(call))}|${who(security)}`,
      }
    }
  },
}
