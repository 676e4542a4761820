// A call without any authentication was denied. Windows: RestrictRemoteClients; MS-RPCE 3.3.1.5.4.
import { tellFaults } from '../../signs/fault'
import { references } from '../../text/references'
import type { Rule } from '../../rule'

const DENIED = new Set([0x5, 0x80070005])

export const unauthenticatedCall: Rule = {
  id: 'unauthenticated-call',
  title: 'A call without authentication was denied',
  meaning:
    'The client called without any logon, and the server’s policy forbids that. A call may lawfully lack a verifier where the connection has a logon at connect level; that is not meant here.',
  covers: ['R09'],
  *find(theCase) {
    yield* tellFaults(
      theCase,
      unauthenticatedCall.id,
      (status, call) =>
        DENIED.has(status) &&
        theCase.connectionOf(call).security.length === 0 &&
        theCase.connectionOf(call).pipe === undefined &&
        theCase.connectionOf(call).sawBind &&
        !theCase.isLogonHidden(call),
      (fault) => ({
        severity: 'error',
        confidence: 'medium',
        title: `${fault.server} denies ${fault.method} to callers without a logon`,
        explanation: `The bind offered no security, and the call was refused with ${fault.statusText} in frame ${fault.frame}. The policy "Restrict Unauthenticated RPC clients" (RestrictRemoteClients) refuses in this way, and so do interfaces that allow only known callers.`,
        advice: [
          'Let the client authenticate. For the endpoint mapper: policy "Enable RPC Endpoint Mapper Client Authentication" (EnableAuthEpResolution) on the clients.',
          'Or relax "Restrict Unauthenticated RPC clients" on the server; leave domain controllers alone.',
        ],
        references: [references.restrictRemote],
      }),
    )
  },
}
