// The secrets that a user gives: what they are, and whose.
import { fromHex } from '../bytes'
import type { KerberosKey } from '../kerberos/kerberos-crypto'
import { keytabEntries } from './keytab'
import { ntHash } from '../ntlm-keys'

/** Who a secret belongs to, as far as the user said. */
export interface Owner {
  user?: string | undefined
  domain?: string | undefined
}

/** A password, or its NT hash alone. */
export interface AccountSecret extends Owner {
  ntHash: Uint8Array
  password?: string | undefined
}

export interface PrincipalKey extends KerberosKey {
  /** `name@REALM`; empty when it is not known. */
  principal: string
}

export interface Secrets {
  accounts: AccountSecret[]
  keys: PrincipalKey[]
  smbKeys: SmbSecret[]
}

/** Keys of an SMB session: its session key, or what decrypts each direction. */
export interface SmbSecret {
  /** SessionId: 16 hexadecimal digits, in either byte order. */
  session: string
  key?: Uint8Array | undefined
  fromServer?: Uint8Array | undefined
  fromClient?: Uint8Array | undefined
}

export const NO_SECRETS: Readonly<Secrets> = { accounts: [], keys: [], smbKeys: [] }

const NT_HASH_BYTES = 16

/** What is wrong with a list of secrets, as a sentence without the secret itself. */
export class WrongSecrets extends Error {}

/** A password as a secret. */
export function passwordSecret(password: string, owner: Owner = {}): AccountSecret {
  return { ...ownerNamed(owner.user, owner.domain), password, ntHash: ntHash(password) }
}

/** The keys of a keytab file as secrets. Throws WrongSecrets when it is none. */
export function keytabSecrets(bytes: Uint8Array, name: string): PrincipalKey[] {
  const entries = keytabEntries(bytes)
  if (!entries) throw new WrongSecrets(`${name} is not a keytab file of MIT Kerberos`)
  return entries.map(({ principal, etype, key }) => ({ principal, etype, key }))
}

/** Whose account a name means: `DOMAIN\\user`, `DOMAIN/user`, `user@domain` or `user`. A domain of its own wins over that in the name. */
export function ownerNamed(name: string | undefined, domain?: string): Owner {
  const text = name?.trim() ?? ''
  const [, before, after] = /^([^\\/@]*)[\\/](.+)$/.exec(text) ?? []
  const [, local, realm] = /^(.+)@([^@]+)$/.exec(text) ?? []
  const user = after ?? local ?? text
  const of = domain?.trim() || before || realm
  // A dot is Windows' word for "this computer".
  return { ...(user && { user }), ...(of && of !== '.' && { domain: of }) }
}

/** The NT hash in its usual forms: 32 hexadecimal digits, `LM:NT`, or a line `user:rid:LM:NT:::`. Undefined for anything else. */
export function ntHashFrom(text: string): { hash: Uint8Array<ArrayBuffer>; user?: string } | undefined {
  const parts = text.trim().split(':')
  const isLine = parts.length >= 4 && parts.slice(4).every((part) => part === '')
  const digits = isLine ? parts[3]! : parts.length === 2 && parts[0]!.length !== 2 ? parts[1]! : text
  const hash = fromHex(digits.trim())
  if (hash?.length !== NT_HASH_BYTES) return undefined
  return { hash, ...(isLine && { user: parts[0]! }) }
}

/** True if a secret may be that of an account: what the user said of it does not contradict. */
export function mayBelong(secret: Owner, user: string | undefined, domain: string | undefined): boolean {
  const account = ownerNamed(user, domain)
  const isUser = secret.user === undefined || secret.user.toLowerCase() === account.user?.toLowerCase()
  return isUser && (!secret.domain || !account.domain || sameDomain(secret.domain, account.domain))
}

/** A NetBIOS name and a DNS name of the same domain begin alike. */
function sameDomain(a: string, b: string): boolean {
  const first = (name: string) => name.toLowerCase().split('.')[0]
  return first(a) === first(b)
}
