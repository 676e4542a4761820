// A call without any authentication was denied. Windows: RestrictRemoteClients; MS-RPCE 3.3.1.5.4.
import { ACCESS_DENIED } from '../../../names/statuses'
import { describeFaults } from '../../signs/call/fault'
import { succeededAfter } from '../../signs/call/afterwards'
import { win32Symptom } from '../../text/layers'
import { EXTENDED_ERRORS } from '../../text/steps'
import { callEvidence, shortMethod } from '../../text/wording'
import { references } from '../../text/references'
import type { Rule } from '../../rule'

export const unauthenticatedCall: Rule = {
  id: 'unauthenticated-call',
  title: 'A call without authentication was denied',
  meaning:
    'The client called without any logon, and the server’s policy forbids that. An error when the method was not answered to this client afterwards; a note when it was, with a logon. ' +
    'A call may lawfully have no verifier where the connection has a logon at connect level; that is not meant here.',
  *find(theCase) {
    yield* describeFaults(
      theCase,
      (status, call) =>
        ACCESS_DENIED.has(status) &&
        theCase.connectionOf(call).security.length === 0 &&
        theCase.connectionOf(call).pipe === undefined &&
        theCase.connectionOf(call).sawBind &&
        !theCase.isLogonHidden(call),
      (fault) => {
        const later = succeededAfter(theCase, fault.calls.at(-1)!)
        return {
          severity: later === undefined ? 'error' : 'note',
          confidence: later === undefined ? 'medium' : 'high',
          title:
            later === undefined
              ? `The server denies ${shortMethod(fault.method)} to callers without a logon`
              : `The server denied ${shortMethod(fault.method)} without a logon; with one it answered`,
          symptom: win32Symptom(theCase.names, 5),
          atFault: { party: 'client', text: 'the client, which did not log on (or the server’s policy against that)' },
          effect: later === undefined ? 'The call did not run.' : 'None that lasted: a later call was answered.',
          method: fault.method,
          explanation: `The bind to ${fault.server} offered no security, and the call was refused with ${fault.statusText} in frame ${fault.frame}. The policy "Restrict Unauthenticated RPC clients" (RestrictRemoteClients) refuses in this way, and so do interfaces that allow only known callers.`,
          evidence: later === undefined ? [] : callEvidence(theCase, later, 'the same method is answered'),
          fix: [
            {
              text: 'Let the client authenticate: credentials and a level of packet integrity or privacy in its binding.',
            },
            {
              text: 'For the endpoint mapper set "Enable RPC Endpoint Mapper Client Authentication" on the clients (Group Policy: System, Remote Procedure Call; value EnableAuthEpResolution).',
            },
            {
              text: 'If old clients must stay, relax "Restrict Unauthenticated RPC clients" on the server; do not do so on domain controllers.',
            },
          ],
          references: [references.restrictRemote],
          wouldHelp: EXTENDED_ERRORS,
        }
      },
    )
  },
}
