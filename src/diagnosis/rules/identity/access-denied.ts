// Access denied on one call while the same user's other calls succeed. MS-RPCE: status 5 where an authorization policy refuses.
import { AuthLevel } from '../../../../asm/layout'
import { ACCESS_DENIED } from '../../../names/statuses'
import { DRSUAPI } from '../../../names/well-known'
import { describeFaults } from '../../signs/call/fault'

import type { Examination } from '../../examination'
import { succeededAfter } from '../../signs/call/afterwards'
import { win32Symptom } from '../../text/layers'
import { EXTENDED_ERRORS } from '../../text/steps'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { logonEvidence, shortName } from '../../text/identities'
import { callEvidence, evidence, levelName, firstMethod, shortMethod, UNREQUESTED } from '../../text/wording'

export const accessDenied: Rule = {
  id: 'access-denied',
  title: 'Access denied on a call',
  meaning:
    'The server refused a call with access denied. When other calls of the same logon succeeded, the user is known and has no right for just ' +
    'this method or object; when none did, the capture does not show whether the logon or the right is at fault. An error, unless the same user’s call of the same method succeeded later: then a note.',
  *find(theCase) {
    yield* describeFaults(
      theCase,
      (status) => ACCESS_DENIED.has(status),
      (fault) => {
        const security = theCase.securityOf(fault.call)
        const proven = security?.provenFrame
        const later = laterSuccess(theCase, fault.calls.at(-1)!)
        const isReplication = theCase.interfaceOf(fault.call) === DRSUAPI
        return {
          severity: later === undefined ? 'error' : 'note',
          confidence: proven === undefined ? 'medium' : 'high',
          title:
            later !== undefined
              ? `${firstMethod(fault.method)} was denied at first; a later call succeeded`
              : proven === undefined
                ? fault.method === UNREQUESTED
                  ? 'The server denied a call whose request is not in the capture'
                  : `The server denied ${shortName(fault.user)} ${shortMethod(fault.method)}`
                : `${shortName(fault.user, 'The user')} may not call ${shortMethod(fault.method)}`,
          symptom: win32Symptom(theCase.names, 5),
          atFault:
            proven === undefined
              ? { party: 'account', text: 'the logon or a missing right; the capture does not show which' }
              : { party: 'configuration', text: `a missing right of ${fault.user} on the server; the logon is good` },
          effect: later === undefined ? 'The call did not run.' : 'None that lasted: a later call was answered.',
          method: fault.method,
          explanation:
            `${fault.method} on ${fault.server} was refused with ${fault.statusText} in frame ${fault.frame}; the caller was ${fault.user}. ` +
            (proven === undefined
              ? 'No other call of this logon is answered in the capture, so the refusal may concern the user as a whole or this call only.'
              : `Another call of the same logon (${levelName(security!.level)}) was answered in frame ${proven + 1}: the user is known and accepted, but may not do this.`),
          evidence: [
            ...logonEvidence(security ?? fault.connection.smbLogon),
            ...evidence(proven, 'another call of the same logon, answered'),
            ...(later === undefined ? [] : callEvidence(theCase, later, 'the same method is answered')),
          ],
          fix: [
            ...(isReplication
              ? [
                  {
                    text: 'For replication give the account "Replicating Directory Changes" (and "... All" for secrets) on the naming context.',
                    copy: 'dsacls "DC=DOMAIN" /G "ACCOUNT:CA;Replicating Directory Changes"',
                  },
                ]
              : []),
            {
              text: `Give the account the right that ${fault.method.split('::')[0]} asks for, or use one that has it; for COM objects that is the access permission (dcomcnfg, Security tab), not the launch permission.`,
            },
            ...(security !== undefined && security.level < Number(AuthLevel.Privacy)
              ? [
                  {
                    text: 'If the interface demands a higher authentication level, the refusal looks the same: try packet privacy.',
                  },
                ]
              : []),
            {
              text: 'RPC filters and the interface’s own security callback refuse in this way too.',
              copy: 'netsh rpc filter show filter',
            },
          ],
          references: [references.eerrLocations],
          wouldHelp: `${EXTENDED_ERRORS} Detection location 40 means that the interface’s security callback refused.`,
        }
      },
    )
  },
}

/** A later success of the same method by the same user; another user’s success shows nothing about this one. */
function laterSuccess(theCase: Examination, call: number): number | undefined {
  const later = succeededAfter(theCase, call)
  if (later === undefined || theCase.callerOf(later) !== theCase.callerOf(call)) return undefined
  return later
}
