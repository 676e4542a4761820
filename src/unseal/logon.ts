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
  secret: SecretVerdict
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
