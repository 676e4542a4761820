// The server’s side of SPNEGO rejected it. RFC 4178 4.2.2.
import { SPNEGO_REJECT } from '../../../conversation/model'
import { overcomeBy, userKey } from '../../signs/call/afterwards'
import { references } from '../../text/references'
import { NTLM_POLICY, USE_KERBEROS } from '../../text/steps'
import type { Rule } from '../../rule'
import { connectionTraits } from '../../signs/connection-traits'
import { clientText, evidence, frameNumber, serverText } from '../../text/wording'

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
    'In Negotiate (SPNEGO) the server answered "reject": none of the offered packages will do, or the chosen one failed. NTLM may be blocked by policy while Kerberos cannot be used. ' +
    'An error when the client did not get in afterwards, a note when it did. The rules about Kerberos report a reject that carries a Kerberos error.',
  *find(theCase) {
    if (!connectionTraits(theCase).negotiationStates.has(SPNEGO_REJECT)) return
    for (const connection of theCase.conversation.connections)
      for (let index = 0; index < connection.security.length; index++) {
        const security = connection.security[index]!
        if (security.negotiationState !== SPNEGO_REJECT || security.provenFrame !== undefined) continue
        if (security.kerberosError !== undefined) continue
        const offered = security.offeredMechanisms?.map((identifier) => NAMES[identifier] ?? identifier) ?? []
        const frame = security.tokenFrames.at(-1)!
        const { client, server } = connection
        const overcome = overcomeBy(theCase, {
          client: client.text,
          server: server.text,
          user: userKey(security),
          frame,
        })
        yield {
          severity: overcome ? 'note' : 'error',
          confidence: 'high',
          title: overcome
            ? 'The server rejected the first offer of logon packages; a later logon worked'
            : 'The server rejected the logon: no offered security package was accepted',
          symptom: 'error 0x80090302 or 0x80070721: "A security package specific error occurred"',
          atFault: { party: 'configuration', text: 'the policies for NTLM and Kerberos of client and server' },
          effect: overcome ? 'None that lasted: the client got in.' : 'The logon failed; no call was made.',
          explanation: `${clientText(connection)} offered ${offered.join(', ') || 'packages that are not in the capture'}; ${serverText(connection)} answered "reject" in frame ${frameNumber(frame)}.${overcome ? ` In frame ${frameNumber(overcome.frame)} ${overcome.name} got in.` : ''}`,
          evidence: [
            ...evidence(security.tokenFrames[0], `offered: ${offered.join(', ')}`),
            ...evidence(frame, 'negState reject'),
            ...evidence(overcome?.frame, 'a later logon works'),
          ],
          fix: [USE_KERBEROS, NTLM_POLICY],
          references: [references.rfc4178],
          streams: [connection.stream],
          filter: `spnego.negResult == 2 || tcp.stream == ${connection.stream}`,
          explains: { calls: theCase.faultsUnder(connection, index) },
          fold: `${client.text}|${server.text}|${overcome !== undefined}`,
        }
      }
  },
}
