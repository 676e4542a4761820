// The server’s side of SPNEGO said no. RFC 4178 4.2.2.
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { clientText, evidence, frameNumber, serverText } from '../../text/wording'

const REJECT = 2
const NAMES: Record<string, string> = {
  '1.3.6.1.4.1.311.2.2.10': 'NTLM',
  '1.2.840.113554.1.2.2': 'Kerberos',
  '1.2.840.48018.1.2.2': 'Kerberos (Microsoft)',
  '1.3.6.1.4.1.311.2.2.30': 'NEGOEX',
}

export const packageRefused: Rule = {
  id: 'package-refused',
  title: 'The server refused every security package that was offered',
  meaning:
    'In Negotiate (SPNEGO) the server answered "reject": none of the offered packages will do, or the chosen one failed. NTLM may be blocked by policy while Kerberos cannot be used.',
  covers: ['R11'],
  *find(theCase) {
    for (const connection of theCase.conversation.connections)
      for (const security of connection.security) {
        if (security.negotiationState !== REJECT || security.provenFrame !== undefined) continue
        const offered = security.offeredMechanisms?.map((identifier) => NAMES[identifier] ?? identifier) ?? []
        const frame = security.tokenFrames.at(-1)!
        yield {
          severity: 'error',
          confidence: 'high',
          title: `${serverText(connection)} rejected the logon of ${clientText(connection)} in Negotiate`,
          explanation: `The client offered ${offered.join(', ') || 'packages that are not in the capture'}; the server answered "reject" in frame ${frameNumber(frame)}.`,
          evidence: [
            ...evidence(security.tokenFrames[0], `offered: ${offered.join(', ')}`),
            ...evidence(frame, 'negState reject'),
          ],
          advice: [
            'See the NTLM operational log (events 4001, 4002, 8001 to 8004) and "Network security: Restrict NTLM" policies; users in Protected Users cannot use NTLM.',
            'Make Kerberos work: full DNS name, registered SPN, a reachable domain controller.',
          ],
          references: [references.rfc4120],
          streams: [connection.stream],
          filter: 'spnego.negResult == 2',
          fold: `${connection.client.text}|${connection.server.text}`,
        }
      }
  },
}
