// A logon as the list of secrets shows it: who, whether a secret is right for it, and how much was opened.
import type { SecretVerdict } from './keyring'

type LogonPackage = 'ntlm' | 'kerberos' | 'netlogon' | 'smb'

export interface Logon {
  /** Row of the frame whose message names the user, or opens the session. */
  frame: number
  stream: number
  /** Row of Pipe, undefined outside SMB pipes. */
  pipe?: number | undefined
  package: LogonPackage
  /** True where it opens an SMB session, not an RPC security context. */
  isSmb: boolean
  user?: string | undefined
  domain?: string | undefined
  /** Kerberos: the service that the ticket is for, `name@REALM`. */
  service?: string | undefined
  /** Why no secret could be tried, where that is not for the user's choice of secrets. */
  untried?: 'no challenge' | 'too many accounts' | 'armored' | 'anonymous' | undefined
  secret: SecretVerdict
  /** True where not a secret of the account was right, but a session key that was given for the session. */
  isOpenedByKey?: boolean | undefined
  /** PDUs, or SMB messages, that were encrypted under it; and how many of these were opened. */
  sealed: number
  opened: number
  /** Signatures that were checked; and how many of these were wrong. */
  checked: number
  failed: number
}

export function newLogon(place: Pick<Logon, 'frame' | 'stream' | 'pipe' | 'package' | 'isSmb'>): Logon {
  return { ...place, secret: 'none', sealed: 0, opened: 0, checked: 0, failed: 0 }
}

const RIGHT: Record<LogonPackage, string> = {
  ntlm: 'The secret is right: it gives the response that the client sent.',
  kerberos: 'The secret is right: it opens the ticket.',
  netlogon: 'The secret is right: it gives the credential that the computer sent.',
  smb: 'The session key is right: it opens messages of the session.',
}
const WRONG: Record<LogonPackage, string> = {
  ntlm: 'A secret that may be this account’s does not give the response that the client sent. Check the password, and that it was this one at the time.',
  kerberos:
    'A secret that may be this account’s or this service’s does not open the ticket. Check it, and that it was this one at the time.',
  netlogon:
    'A secret that may be this computer’s does not give the credential that it sent. Computers change their passwords, usually every 30 days.',
  smb: 'The session key given for this session does not open its messages.',
}

/** What the secrets made of a logon, and what would open it, in sentences. */
export function logonExplanation(logon: Logon): string {
  const { secret, sealed, opened, untried } = logon
  if (untried === 'anonymous') return 'An anonymous logon: it is opened without a secret.'
  if (untried === 'no challenge')
    return 'The server’s challenge is not in the capture, so no secret can be proven right for this logon.'
  if (secret === 'right') {
    const missing =
      opened < sealed ? ' What was not opened follows on messages that are not in the capture, or was changed.' : ''
    return RIGHT[logon.isOpenedByKey ? 'smb' : logon.package] + missing
  }
  if (untried === 'too many accounts')
    return 'A password without an account was not tried on this one: the capture has too many accounts. Give the account with the password.'
  if (untried === 'armored')
    return `The KDC’s replies are armored, mostly by a key of the client’s computer: with the secret of the computer account beside it, the password of ${logon.user ?? 'the user'} opens them. ${wanted({ ...logon, user: undefined })}`
  return secret === 'wrong' ? WRONG[logon.package] : `No secret is for this account. ${wanted(logon)}`
}

function wanted({ package: name, user, domain, service }: Logon): string {
  const account = user ? (domain ? `${domain}\\${user}` : user) : 'the account'
  switch (name) {
    case 'ntlm':
      return `The password or NT hash of ${account} opens it.`
    case 'kerberos': {
      const others = user ? ` So does the password of ${user}, where the capture has the requests for the ticket.` : ''
      return `The key of ${service ?? 'the service'} opens it, from a keytab or the password of its account.${others}`
    }
    case 'netlogon':
      return `The NT hash of the computer account ${account} opens it, where the capture has the channel’s negotiation.`
    case 'smb':
      return 'Its logon is not in the capture: the session key opens it.'
  }
}
