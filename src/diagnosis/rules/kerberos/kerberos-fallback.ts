// Kerberos was offered and NTLM used. RFC 4178 4.2.2, MS-SPNG.
import type { SecurityContext } from '../../../conversation/model'
import { references } from '../../text/references'
import { USE_KERBEROS } from '../../text/steps'
import type { Rule } from '../../rule'
import { clientText, evidence, frameNumber, serverText } from '../../text/wording'
import { who } from '../../text/identities'
import { symptoms } from '../../text/symptoms'

const KERBEROS = new Set(['1.2.840.113554.1.2.2', '1.2.840.48018.1.2.2', '1.2.840.113554.1.2.2.3'])
const NTLM = '1.3.6.1.4.1.311.2.2.10'

export const kerberosFallback: Rule = {
  id: 'kerberos-fallback',
  title: 'The logon fell back from Kerberos to NTLM',
  meaning:
    'The client offered Kerberos, and NTLM was used in the end. By itself this works; it fails where NTLM is restricted, and it loses mutual ' +
    'authentication and delegation. For local accounts and workgroups it is the only way. Always a note: the rules about logons report one that was refused.',
  *find(theCase) {
    for (const connection of theCase.conversation.connections)
      for (const security of connection.security) {
        if (!fellBack(security)) continue
        yield {
          severity: 'note',
          confidence: 'high',
          title: 'The client offered Kerberos and logged on with NTLM',
          symptom: symptoms.none,
          effect: 'None by itself: NTLM works where it is allowed.',
          atFault: { party: 'configuration', text: 'the server’s name or SPN, or the way to a domain controller' },
          explanation: `The offer in frame ${frameNumber(security.tokenFrames[0]!)} of ${clientText(connection)} to ${serverText(connection)} names Kerberos, the logon of ${who(security)} was made with NTLM. The client had no ticket for this server: no SPN for the name it used (an IP address has none), or the KDC could not be reached.`,
          evidence: security.tokenFrames
            .slice(0, 4)
            .flatMap((frame, i) =>
              evidence(frame, i === 0 ? 'Kerberos and NTLM are offered' : 'the logon goes on with NTLM'),
            ),
          fix: [USE_KERBEROS],
          references: [references.rfc4120],
          streams: [connection.stream],
          filter: 'ntlmssp',
          fold: `${connection.client.text}|${connection.server.text}`,
        }
      }
  },
}

/** Kerberos was preferred, and it came to NTLM. A client that names NTLM first chose it. */
function fellBack({ offeredMechanisms, chosenMechanism, mechanism }: SecurityContext): boolean {
  const preferred = KERBEROS.has(offeredMechanisms?.[0] ?? '')
  return preferred && (chosenMechanism === NTLM || mechanism === 'ntlm')
}
