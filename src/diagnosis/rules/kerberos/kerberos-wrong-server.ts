// The ticket is for another account than the one the server runs as. RFC 4120 7.5.9: KRB_AP_ERR_MODIFIED.
import { correctedBy, kerberosErrors } from '../../signs/kerberos-errors'
import { eventLayer, hresultLayer } from '../../text/layers'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { evidence, frameNumber } from '../../text/wording'

const NAMES: Record<number, string> = {
  41: 'KRB_AP_ERR_MODIFIED',
  35: 'KRB_AP_ERR_NOT_US',
  31: 'KRB_AP_ERR_BAD_INTEGRITY',
}
const SEC_E_WRONG_PRINCIPAL = 0x80090322

export const kerberosWrongServer: Rule = {
  id: 'kerberos-wrong-server',
  title: 'The Kerberos ticket is for another server',
  meaning:
    'The server could not decrypt the client’s ticket: it was made for another account. A stale DNS record that leads to another host, an SPN ' +
    'registered twice or on the wrong account, or a computer whose password is out of step.',
  covers: ['R15'],
  *find(theCase) {
    for (const error of kerberosErrors(theCase)) {
      const name = NAMES[error.code]
      // From a KDC it concerns the ticket-granting ticket, not a server's.
      if (name === undefined || error.service?.startsWith('krbtgt/')) continue
      const spn = error.service ?? 'its service'
      const corrected = correctedBy(theCase, error)
      if (corrected !== undefined) {
        yield {
          kind: 'normal',
          severity: 'note',
          confidence: 'high',
          title: `${error.from} refused a ticket for ${spn}, and took the next one`,
          explanation: `The ticket that ${error.to} held was made with an old key (frame ${frameNumber(error.frame)}: ${name}). The client fetched a new one, and the server answered it in frame ${frameNumber(corrected)}: ordinary after the server's password has changed.`,
          evidence: [
            ...evidence(error.frame, `${name} for ${spn}`),
            ...evidence(corrected, 'Kerberos works with a new ticket'),
          ],
          streams: [error.stream],
          fold: `corrected|${error.from}|${spn}`,
        }
        continue
      }
      yield {
        severity: error.inRpc ? 'error' : 'warning',
        confidence: 'high',
        title: `${error.from} cannot decrypt the ticket for ${spn}: wrong or duplicate SPN, or the wrong host`,
        explanation: `In frame ${frameNumber(error.frame)} ${error.from} answered ${error.to} with ${name}. The ticket names ${spn}; the host that got it does not have that account's key.`,
        layers: [
          { layer: 'wire (Kerberos)', code: String(error.code), text: name },
          hresultLayer(theCase.names, SEC_E_WRONG_PRINCIPAL, 'COM client'),
          eventLayer('4', 'Kerberos, System log of the client: KRB_AP_ERR_MODIFIED, with the SPN'),
        ],
        evidence: evidence(error.frame, `${name} for ${spn}`),
        advice: [
          `Look for the SPN twice: "setspn -Q ${spn}" and "setspn -X".`,
          'Check that DNS, HOSTS and aliases lead to the host that the SPN means; flush caches after a correction.',
          'If it is the right host, its computer password may be out of step: "Test-ComputerSecureChannel -Repair".',
        ],
        references: [references.rfc4120, references.replication1753],
        streams: [error.stream],
        filter: `kerberos.error_code == ${error.code}`,
        fold: `${error.from}|${spn}`,
      }
    }
  },
}
