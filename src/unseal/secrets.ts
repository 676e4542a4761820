// The secrets that a user gives: what they are, and how the file of `inspect --secrets` writes them.
import { fromHex, toHex } from './bytes'
import { Etype, keyBytes, type KerberosKey } from './kerberos-crypto'
import { keytabEntries } from './keytab'
import { ntHash } from './ntlm-keys'

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
  /** SMB session keys by SessionId: 16 hexadecimal digits, in either byte order. */
  smbKeys: { session: string; key: Uint8Array }[]
}

export const NO_SECRETS: Readonly<Secrets> = { accounts: [], keys: [], smbKeys: [] }

/** What is wrong with a list of secrets, as a sentence without the secret itself. */
export class WrongSecrets extends Error {}

const ETYPE_NAMES: Readonly<Record<string, number>> = {
  'aes128-cts-hmac-sha1-96': Etype.Aes128Sha1,
  'aes256-cts-hmac-sha1-96': Etype.Aes256Sha1,
  'aes128-cts-hmac-sha256-128': Etype.Aes128Sha2,
  'aes256-cts-hmac-sha384-192': Etype.Aes256Sha2,
  'arcfour-hmac': Etype.Rc4Hmac,
  'arcfour-hmac-md5': Etype.Rc4Hmac,
  'rc4-hmac': Etype.Rc4Hmac,
}

/** A password as a secret. */
export function passwordSecret(password: string, owner: Owner = {}): AccountSecret {
  return { ...owner, password, ntHash: ntHash(password) }
}

/** The keys of a keytab file as secrets. Throws WrongSecrets when it is none. */
export function keytabSecrets(bytes: Uint8Array, name: string): PrincipalKey[] {
  const entries = keytabEntries(bytes)
  if (!entries) throw new WrongSecrets(`${name} is not a keytab file of MIT Kerberos`)
  return entries.map(({ principal, etype, key }) => ({ principal, etype, key }))
}

/** Reads the JSON of `inspect --secrets`; `keytab` gives the bytes of a keytab that it names. Throws WrongSecrets. */
export async function secretsFromJson(text: string, keytab: (path: string) => Promise<Uint8Array>): Promise<Secrets> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new WrongSecrets('the secrets are not JSON')
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new WrongSecrets('the secrets are not a JSON object')
  const list = (name: string): Record<string, unknown>[] => {
    const value = (json as Record<string, unknown>)[name]
    if (value === undefined) return []
    if (!Array.isArray(value)) throw new WrongSecrets(`"${name}" is not a list`)
    return value.map((item: unknown) =>
      typeof item === 'object' && item !== null ? (item as Record<string, unknown>) : { '': item },
    )
  }
  const secrets: Secrets = { accounts: [], keys: [], smbKeys: [] }
  for (const item of list('passwords')) {
    const password = item['password'] ?? item['']
    if (typeof password !== 'string') throw new WrongSecrets('an item of "passwords" has no "password"')
    secrets.accounts.push(passwordSecret(password, owner(item)))
  }
  for (const item of list('ntHashes'))
    secrets.accounts.push({ ...owner(item), ntHash: hexOf(item['hash'] ?? item[''], 'ntHashes', [16]) })
  for (const item of list('kerberosKeys')) secrets.keys.push(kerberosKey(item))
  for (const item of list('smbSessionKeys'))
    secrets.smbKeys.push({
      session: toHex(hexOf(item['session'], 'smbSessionKeys', [8])),
      key: hexOf(item['key'], 'smbSessionKeys', [16, 32]),
    })
  for (const item of list('keytabs')) {
    const path = item['path'] ?? item['']
    if (typeof path !== 'string') throw new WrongSecrets('an item of "keytabs" is not a path')
    secrets.keys.push(...keytabSecrets(await keytab(path), path))
  }
  return secrets
}

function owner(item: Record<string, unknown>): Owner {
  const { user, domain } = item
  return {
    ...(typeof user === 'string' && user !== '' && { user }),
    ...(typeof domain === 'string' && domain !== '' && { domain }),
  }
}

function kerberosKey(item: Record<string, unknown>): PrincipalKey {
  const { principal, etype } = item
  const number =
    typeof etype === 'number' ? etype : typeof etype === 'string' ? (ETYPE_NAMES[etype] ?? Number(etype)) : NaN
  if (keyBytes(number) === 0)
    throw new WrongSecrets('an item of "kerberosKeys" has an encryption type that is not supported')
  const key = hexOf(item['key'], 'kerberosKeys', [keyBytes(number)])
  return { principal: typeof principal === 'string' ? principal : '', etype: number, key }
}

function hexOf(value: unknown, list: string, lengths: number[]): Uint8Array<ArrayBuffer> {
  const bytes = typeof value === 'string' ? fromHex(value) : undefined
  if (!bytes || !lengths.includes(bytes.length))
    throw new WrongSecrets(`an item of "${list}" is not hexadecimal of ${lengths.join(' or ')} bytes`)
  return bytes
}

/** True if a secret may be that of an account: what the user said of it does not contradict. */
export function mayBelong(secret: Owner, user: string | undefined, domain: string | undefined): boolean {
  const same = (a: string, b: string | undefined) => b !== undefined && a.toLowerCase() === b.toLowerCase()
  const short = user?.split('@')[0]
  const isUser = secret.user === undefined || same(secret.user, user) || same(secret.user, short)
  return isUser && (secret.domain === undefined || !domain || sameDomain(secret.domain, domain))
}

/** A NetBIOS name and a DNS name of the same domain begin alike. */
function sameDomain(a: string, b: string): boolean {
  const first = (name: string) => name.toLowerCase().split('.')[0]
  return first(a) === first(b)
}
