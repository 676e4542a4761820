// Access denied on one call while the same user's other calls succeed. MS-RPCE: status 5 where an authorization policy refuses.
import { DRSUAPI } from '../../../names/well-known'
import { tellFaults } from '../../signs/fault'

import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { evidence, levelName } from '../../text/wording'

const DENIED = new Set([0x5, 0x80070005])

export const accessDenied: Rule = {
  id: 'access-denied',
  title: 'Access denied on a call',
  meaning:
    'The server refused a call with access denied. When other calls of the same logon succeeded, the user is known and lacks a right for just ' +
    'this method or object; when none did, whether the logon or the right is at fault cannot be told.',
  covers: ['R05'],
  *find(theCase) {
    yield* tellFaults(
      theCase,
      accessDenied.id,
      (status) => DENIED.has(status),
      (fault) => {
        const security = theCase.securityOf(fault.call)
        const proven = security?.provenFrame
        return {
          severity: 'error',
          confidence: proven === undefined ? 'medium' : 'high',
          title: `${fault.server} denied ${fault.user} the call ${fault.method}`,
          explanation:
            `${fault.method} was refused with ${fault.statusText} in frame ${fault.frame}. ` +
            (proven === undefined
              ? 'No other call of this logon is answered in the capture, so the refusal may concern the user as a whole or this call only.'
              : `Another call of the same logon (${levelName(security!.level)}) was answered in frame ${proven + 1}: the user is known and accepted, but may not do this.`),
          evidence: evidence(proven, 'another call of the same logon, answered'),
          advice: [
            ...(theCase.interfaceOf(fault.call) === DRSUAPI
              ? [
                  'For replication the account needs "Replicating Directory Changes" (and "... All" for secrets) on the naming context: dsacls, or ADSI Edit, Security tab.',
                ]
              : []),
            `Give the account the right that ${fault.method.split('::')[0]} asks for, or use one that has it; for COM objects that is the access permission (dcomcnfg, Security tab), not the launch permission.`,
            'If the interface demands a higher authentication level, the refusal looks the same: try packet privacy.',
            'RPC filters (netsh rpc filter show filter) and the interface’s own security callback refuse in this way too.',
          ],
          references: [references.eerrLocations],
          wouldHelp:
            'Extended error information in the fault: detection location 40 means that the interface’s security callback refused.',
        }
      },
    )
  },
}
