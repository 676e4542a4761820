// The ticket is for another account than the one the server runs as. RFC 4120 7.5.9: KRB_AP_ERR_MODIFIED.
import { isTicketGranting, kerberosErrors } from '../../signs/logon/kerberos-errors'
import { correctedBy } from '../../signs/logon/kerberos-corrections'
import { eventLayer, hresultLayer } from '../../text/layers'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { evidence, frameNumber } from '../../text/wording'
import { BY_DESIGN } from '../../text/of-kind'
import { shortService } from '../../text/identities'

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
    'registered twice or on the wrong account, or a computer whose password is out of step. An error when no logon with Kerberos to this server works afterwards; ' +
    'a note when a new ticket was accepted, as after a change of the server’s password.',
  *find(theCase) {
    for (const error of kerberosErrors(theCase)) {
      const name = NAMES[error.code]
      // From a KDC it concerns the ticket-granting ticket, not a server's.
      if (name === undefined || isTicketGranting(error.service)) continue
      const spn = error.service
      const about = spn ?? 'its service'
      const correction = correctedBy(theCase, error)
      if (correction) {
        yield {
          ...BY_DESIGN,
          effect: 'None that lasted: the next ticket was accepted.',
          kind: 'normal',
          severity: 'note',
          confidence: 'high',
          title: 'The server refused a Kerberos ticket, and then accepted another',
          explanation: `${error.from} refused the ticket for ${about} that ${error.to} showed (frame ${frameNumber(error.frame)}: ${name}). In frame ${frameNumber(correction.frame)} ${correction.note}: ordinary after the server’s password has changed.`,
          evidence: [...evidence(error.frame, `${name} for ${about}`), ...evidence(correction.frame, correction.note)],
          streams: [error.stream],
          fold: `corrected|${error.from}|${about}`,
        }
        continue
      }
      yield {
        severity: error.inLogon ? 'error' : 'warning',
        confidence: 'high',
        title: `The server cannot decrypt the Kerberos ticket${spn === undefined ? '' : ` for ${shortService(spn)}`}`,
        symptom:
          'error 0x80090322 (SEC_E_WRONG_PRINCIPAL): "The target principal name is incorrect", or 0x80070005 (access denied)',
        atFault: {
          party: 'configuration',
          text: 'the SPN (wrong or duplicate), the name that leads to another host, or the server’s machine password',
        },
        effect: 'The logon failed; the client made no call with this ticket.',
        explanation: `In frame ${frameNumber(error.frame)} ${error.from} answered ${error.to} with ${name}. The ticket names ${about}; the host that received it does not have that account’s key.`,
        layers: [
          { layer: 'wire (Kerberos)', code: String(error.code), text: name },
          hresultLayer(theCase.names, SEC_E_WRONG_PRINCIPAL, 'COM client'),
          eventLayer('4', 'Security-Kerberos, System log of the client: KRB_AP_ERR_MODIFIED, with the SPN'),
        ],
        evidence: evidence(error.frame, `${name} for ${about}`),
        fix: [
          {
            text: 'Find the account that has the SPN. It must be the account that the service runs as, and only that one.',
            copy: `setspn -Q ${spn ?? 'SERVICE/HOST'}`,
          },
          { text: 'List duplicate SPNs.', copy: 'setspn -X -F' },
          {
            text: 'Check that DNS, HOSTS files and aliases lead to the host that the SPN means; then clear both caches.',
            copy: 'ipconfig /flushdns && klist purge',
          },
          {
            text: 'If it is the right host, its computer password may be out of step with the domain: repair it on the server.',
            copy: 'Test-ComputerSecureChannel -Repair -Credential (Get-Credential)',
          },
        ],
        references: [references.rfc4120],
        streams: [error.stream],
        filter: `kerberos.error_code == ${error.code} || tcp.stream == ${error.stream}`,
        fold: `${error.from}|${about}`,
      }
    }
  },
}
