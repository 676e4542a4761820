// Values of fields that security tokens have, whatever carries the token.
import type { Token } from '../../dissect/security/token'

type Authenticate = Extract<NonNullable<Token['ntlm']>, { type: 3 }>
type Value = number | string | undefined

/** draft-swift-win2k-krb-user2user-03, 2. */
const [TGT_REQUEST, TGT_REPLY] = [16, 17]

/** Wireshark's word for a name that is there and empty. */
const named = (text: string | undefined) => (text === '' ? 'NULL' : text)
const ofLogon =
  (pick: (ntlm: Authenticate) => Value) =>
  ({ ntlm }: Token): Value =>
    ntlm?.type === 3 ? pick(ntlm) : undefined

/** By field; a label has the value 1. */
export const TOKEN_VALUES: Readonly<Record<string, (token: Token) => Value>> = {
  ntlmssp: ({ ntlm }) => ntlm && 1,
  'ntlmssp.messagetype': ({ ntlm }) => ntlm?.type,
  'ntlmssp.auth.ntresponse': ofLogon(({ ntResponse }) => (ntResponse ? 1 : undefined)),
  'ntlmssp.auth.username': ofLogon(({ user }) => named(user)),
  'ntlmssp.auth.domain': ofLogon(({ domain }) => named(domain)),
  'ntlmssp.auth.hostname': ofLogon(({ workstation }) => named(workstation)),
  'spnego.supportedMech': ({ spnego }) => (spnego?.chosen === undefined ? undefined : 1),
  'spnego.negResult': ({ spnego }) => spnego?.state,
  // Requests for a ticket-granting ticket are part of the user-to-user mechanism, not messages of Kerberos itself.
  kerberos: ({ kerberos }) =>
    kerberos && kerberos.type !== TGT_REQUEST && kerberos.type !== TGT_REPLY ? 1 : undefined,
  'kerberos.error_code': ({ kerberos }) => kerberos?.errorCode,
}
