// The KDC refused a ticket; RPC logons that need it fail afterwards. RFC 4120 7.5.9.
import { failedLogonAfter, failedLogons, kerberosErrors } from '../kerberos-errors'
import { win32Layer } from '../layers'
import { references } from '../references'
import type { Rule } from '../rule'
import { evidence, frameNumber } from '../wording'

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

export const kerberosRefusal: Rule = {
  id: 'kerberos-refusal',
  title: 'The domain controller refused a Kerberos ticket',
  meaning:
    'Before a logon with Kerberos the client asks the KDC for a ticket. The KDC refused, and says why in clear. An RPC logon of the same host that ' +
    'fails shortly after is most likely its consequence.',
  covers: ['R17'],
  *find(theCase) {
    const logons = failedLogons(theCase)
    for (const error of kerberosErrors(theCase)) {
      const refused = CODES[error.code]
      if (!refused || error.inRpc) continue
      const failed = failedLogonAfter(theCase, logons, error)
      yield {
        severity: failed ? 'error' : 'note',
        confidence: failed ? 'medium' : 'high',
        title: `The KDC refused ${error.client ?? error.to} a ticket${error.service ? ` for ${error.service}` : ''}: ${refused.text}`,
        explanation: `${error.from} answered in frame ${frameNumber(error.frame)} with ${refused.name} (${error.code}): ${refused.text}.${failed ? ` Within seconds a logon of ${error.to} over RPC failed (frame ${frameNumber(failed.frame)}).` : ' No RPC logon of that host fails shortly after it in this capture.'}`,
        layers: [
          { layer: 'wire (Kerberos)', code: String(error.code), text: `${refused.name}: ${refused.text}` },
          win32Layer(theCase.names, refused.win32),
        ],
        evidence: [
          ...evidence(error.frame, refused.name),
          ...evidence(failed?.frame, 'the RPC logon that failed after it'),
        ],
        advice: [refused.advice],
        references: [references.rfc4120],
        streams: [error.stream, ...(failed ? [failed.stream] : [])],
        filter: `kerberos.error_code == ${error.code}`,
        fold: `${error.from}|${error.to}|${error.code}|${error.service ?? ''}`,
      }
    }
  },
}
