// The KDC refused a ticket; RPC logons that need it fail afterwards. RFC 4120 7.5.9.
import { endpointText } from '../../../capture/text'
import {
  correctedBy,
  failedLogonAfter,
  failedLogons,
  givenUp,
  givenUpAfter,
  kerberosErrors,
} from '../../signs/kerberos-errors'
import { win32Layer } from '../../text/layers'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { evidence, frameNumber } from '../../text/wording'

interface Refused {
  name: string
  text: string
  advice: string
  win32: number
}

const CODES: Record<number, Refused> = {
  6: {
    name: 'KDC_ERR_C_PRINCIPAL_UNKNOWN',
    text: 'the user is not known',
    advice: 'Check the user name and the realm it is looked for in.',
    win32: 1317,
  },
  7: {
    name: 'KDC_ERR_S_PRINCIPAL_UNKNOWN',
    text: 'the service is not known',
    advice:
      'Register the SPN ("setspn -S"), or address the server by the name that has one: an IP address has none. Clients fall back to NTLM.',
    win32: 1396,
  },
  12: {
    name: 'KDC_ERR_POLICY',
    text: 'a policy forbids it',
    advice: 'Look at logon hours, workstations and authentication policies of the account.',
    win32: 1328,
  },
  14: {
    name: 'KDC_ERR_ETYPE_NOSUPP',
    text: 'no encryption type in common',
    advice:
      'Allow AES for the account (msDS-SupportedEncryptionTypes) and renew its password; RC4 may be disabled since CVE-2022-37966.',
    win32: 1326,
  },
  18: {
    name: 'KDC_ERR_CLIENT_REVOKED',
    text: 'the account is locked, disabled or expired',
    advice: 'Unlock or enable the account; find what locks it.',
    win32: 1909,
  },
  23: { name: 'KDC_ERR_KEY_EXPIRED', text: 'the password has expired', advice: 'Set a new password.', win32: 1330 },
  24: {
    name: 'KDC_ERR_PREAUTH_FAILED',
    text: 'the password is wrong',
    advice: 'Correct the password; services and tasks keep old ones.',
    win32: 1326,
  },
  68: {
    name: 'KDC_ERR_WRONG_REALM',
    text: 'the account belongs to another realm',
    advice: 'Check the realm that the client uses and the trusts between.',
    win32: 1326,
  },
}

/** Errors that say nothing against the user: NTLM would do. */
const NEEDS_NTLM = new Set([7, 14])

export const kerberosRefusal: Rule = {
  id: 'kerberos-refusal',
  title: 'The domain controller refused a Kerberos ticket',
  meaning:
    'Before a logon with Kerberos the client asks the KDC for a ticket. The KDC refused, and says why in clear. An RPC logon of the same host that ' +
    'fails shortly after is most likely its consequence; where no logon follows at all, the client gave up instead of trying NTLM.',
  covers: ['R17', 'R11'],
  *find(theCase) {
    const logons = failedLogons(theCase)
    const quiet = givenUp(theCase)
    for (const error of kerberosErrors(theCase)) {
      const refused = CODES[error.code]
      if (!refused || error.inRpc) continue
      const failed = failedLogonAfter(theCase, logons, error)
      const left =
        failed || !NEEDS_NTLM.has(error.code) || correctedBy(theCase, error) !== undefined
          ? undefined
          : givenUpAfter(theCase, quiet, error)
      if (left) theCase.explainEnd(left.attempt.stream, kerberosRefusal.id)
      yield {
        severity: failed ? 'error' : left ? 'warning' : 'note',
        confidence: failed || left ? 'medium' : 'high',
        title: `The KDC refused ${error.client ?? error.to} a ticket${error.service ? ` for ${error.service}` : ''}: ${refused.text}${left ? '; the client gave up without trying NTLM' : ''}`,
        explanation: `${error.from} answered in frame ${frameNumber(error.frame)} with ${refused.name} (${error.code}): ${refused.text}.${failed ? ` Within seconds a logon of ${error.to} over RPC failed (frame ${frameNumber(failed.frame)}).` : left ? ` The client had reached ${endpointText(left.attempt.server, left.attempt.port)} and left in frame ${frameNumber(left.frame)} without a logon, and no other of its logons follows in the capture. Clients usually try NTLM now; that this one did not suggests that a policy or the account (Protected Users) forbids it.` : ' No RPC logon of that host fails shortly after it in this capture.'}`,
        layers: [
          { layer: 'wire (Kerberos)', code: String(error.code), text: `${refused.name}: ${refused.text}` },
          win32Layer(theCase.names, refused.win32),
        ],
        evidence: [
          ...evidence(error.frame, refused.name),
          ...evidence(failed?.frame, 'the RPC logon that failed after it'),
          ...evidence(left?.frame, 'the client leaves without a logon'),
        ],
        advice: [
          refused.advice,
          ...(left
            ? [
                'Or let the client use NTLM for this server: see its NTLM operational log (event 4001) and "Network security: Restrict NTLM: Outgoing NTLM traffic"; users in Protected Users cannot use NTLM at all.',
              ]
            : []),
        ],
        references: [references.rfc4120],
        streams: [error.stream, ...(failed ? [failed.stream] : left ? [left.attempt.stream] : [])],
        filter: `kerberos.error_code == ${error.code}`,
        fold: `${error.from}|${error.to}|${error.code}|${error.service ?? ''}`,
      }
    }
  },
}
