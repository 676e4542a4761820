// Files of secrets: a keytab, the JSON of `inspect --secrets`, or lines as Wireshark writes them (its preferences and its list of SMB
// session keys) and as tools print NT hashes.
import { fromHex, toHex } from '../bytes'
import { Etype, keyBytes } from '../kerberos/kerberos-crypto'
import {
  keytabSecrets,
  ntHashFrom,
  type Owner,
  ownerNamed,
  passwordSecret,
  type PrincipalKey,
  type Secrets,
  type SmbSecret,
  WrongSecrets,
} from './secrets'

/** What a file holds, and keytabs that it names and that are read where files can be read. */
export interface SecretsFile {
  secrets: Secrets
  keytabs: string[]
}

const ETYPE_NAMES: Readonly<Record<string, number>> = {
  'aes128-cts-hmac-sha1-96': Etype.Aes128Sha1,
  'aes256-cts-hmac-sha1-96': Etype.Aes256Sha1,
  'aes128-cts-hmac-sha256-128': Etype.Aes128Sha2,
  'aes256-cts-hmac-sha384-192': Etype.Aes256Sha2,
  'arcfour-hmac': Etype.Rc4Hmac,
  'arcfour-hmac-md5': Etype.Rc4Hmac,
  'rc4-hmac': Etype.Rc4Hmac,
}
const LISTS = ['passwords', 'ntHashes', 'kerberosKeys', 'smbSessionKeys', 'keytabs']
const SESSION_BYTES = 8
/** A larger file is none of secrets. */
const MAX_SECRETS_FILE_BYTES = 16 << 20
/** Passwords and NT hashes of one file: those of accounts that the user owns are few. */
const MAX_ACCOUNTS = 1000
const MAX_SMB_KEYS = 10_000

type Item = Record<string, unknown>

/** Reads a file of secrets, whichever form it has. Throws WrongSecrets, whose message holds no secret. */
export function secretsFile(bytes: Uint8Array, name: string): SecretsFile {
  if (bytes.length > MAX_SECRETS_FILE_BYTES)
    throw new WrongSecrets(`${name} is larger than ${MAX_SECRETS_FILE_BYTES >> 20} MB: it is not a file of secrets`)
  if (bytes[0] === 5 && (bytes[1] === 1 || bytes[1] === 2))
    return { secrets: { accounts: [], keys: keytabSecrets(bytes, name), smbKeys: [] }, keytabs: [] }
  const text = decoded(bytes)
  const file = /^\s*(\/[/*]|\{|\[)/.test(text) ? fromJson(text, name) : fromLines(text, name)
  const { accounts, smbKeys } = file.secrets
  if (accounts.length > MAX_ACCOUNTS || smbKeys.length > MAX_SMB_KEYS) throw tooMany(name)
  return file
}

function tooMany(name: string): WrongSecrets {
  return new WrongSecrets(
    `${name} holds more than ${MAX_ACCOUNTS} passwords and NT hashes, or ${MAX_SMB_KEYS} session keys: give those of accounts that you own`,
  )
}

/** UTF-8, or UTF-16 where a byte order mark or the first character, which is ASCII, says so; without the mark. */
function decoded(bytes: Uint8Array): string {
  const [first = 1, second = 1] = bytes
  const isLittle = (first === 0xff && second === 0xfe) || (first !== 0 && second === 0)
  const isBig = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0)
  const encoding = isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding).decode(bytes)
}

/** JSON with comments and trailing commas taken out, which people leave in files that they write by hand. Each character is looked at once. */
function plainJson(text: string): string {
  const parts: string[] = []
  let from = 0
  // Where a comma that may be the last of its list is in `parts`.
  let comma: number | undefined
  const keep = (to: number) => {
    if (to > from) parts.push(text.slice(from, to))
    from = to
  }
  for (let at = 0; at < text.length;) {
    const character = text[at]!
    if (character === '/' && (text[at + 1] === '/' || text[at + 1] === '*')) {
      keep(at)
      const isLine = text[at + 1] === '/'
      const end = text.indexOf(isLine ? '\n' : '*/', at + 2)
      from = at = end < 0 ? text.length : isLine ? end : end + 2
    } else if (character === ',') {
      keep(at)
      comma = parts.push(',') - 1
      from = ++at
    } else if (character === '"') {
      comma = undefined
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++
      at++
    } else {
      if ((character === ']' || character === '}') && comma !== undefined) parts[comma] = ''
      if (!/\s/.test(character)) comma = undefined
      at++
    }
  }
  keep(text.length)
  return parts.join('')
}

function fromJson(text: string, name: string): SecretsFile {
  let json: unknown
  try {
    json = JSON.parse(plainJson(text))
  } catch {
    throw new WrongSecrets(`${name} is not JSON: check quotes, brackets and commas`)
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new WrongSecrets(`${name} is not a JSON object with lists: ${LISTS.join(', ')}`)
  const lists = new Map(Object.entries(json).map(([key, value]) => [key.toLowerCase(), value as unknown]))
  if (lists.size > 0 && !LISTS.some((list) => lists.has(list.toLowerCase())))
    throw new WrongSecrets(`${name} has none of the lists ${LISTS.join(', ')}`)
  const items = (list: string): Item[] => {
    const value = lists.get(list.toLowerCase()) ?? []
    return (Array.isArray(value) ? value : [value]).map((item: unknown) =>
      typeof item === 'object' && item !== null ? (item as Item) : { '': item },
    )
  }
  const secrets: Secrets = { accounts: [], keys: [], smbKeys: [] }
  if (items('passwords').length + items('ntHashes').length > MAX_ACCOUNTS) throw tooMany(name)
  for (const item of items('passwords')) {
    const password = item['password'] ?? item['']
    if (typeof password !== 'string') throw new WrongSecrets('an item of "passwords" has no "password"')
    secrets.accounts.push(passwordSecret(password, ownerOf(item)))
  }
  for (const item of items('ntHashes')) secrets.accounts.push(ntHashSecret(item))
  for (const item of items('kerberosKeys')) secrets.keys.push(kerberosKey(item))
  for (const item of items('smbSessionKeys'))
    secrets.smbKeys.push({
      session: toHex(hexOf(item['session'], 'smbSessionKeys', [SESSION_BYTES])),
      key: hexOf(item['key'], 'smbSessionKeys', [16, 32]),
    })
  const keytabs = items('keytabs').map((item) => {
    const path = item['path'] ?? item['']
    if (typeof path !== 'string') throw new WrongSecrets('an item of "keytabs" is not a path')
    return path
  })
  return { secrets, keytabs }
}

function ownerOf(item: Item): Owner {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  return ownerNamed(text(item['user']), text(item['domain']))
}

function ntHashSecret(item: Item) {
  const text = item['hash'] ?? item['']
  const found = typeof text === 'string' ? ntHashFrom(text) : undefined
  if (!found) throw new WrongSecrets('an item of "ntHashes" is not hexadecimal of 16 bytes, alone or after an LM hash')
  return { ...ownerNamed(found.user), ...ownerOf(item), ntHash: found.hash }
}

function kerberosKey(item: Item): PrincipalKey {
  const { principal, etype } = item
  const number =
    typeof etype === 'number'
      ? etype
      : typeof etype === 'string'
        ? (ETYPE_NAMES[etype.toLowerCase()] ?? Number(etype))
        : NaN
  if (keyBytes(number) === 0)
    throw new WrongSecrets('an item of "kerberosKeys" has an encryption type that is not supported')
  const key = hexOf(item['key'], 'kerberosKeys', [keyBytes(number)])
  return { principal: typeof principal === 'string' ? principal.trim() : '', etype: number, key }
}

function hexOf(value: unknown, list: string, lengths: number[]): Uint8Array<ArrayBuffer> {
  const bytes = typeof value === 'string' ? fromHex(value.trim()) : undefined
  if (!bytes || !lengths.includes(bytes.length))
    throw new WrongSecrets(`an item of "${list}" is not hexadecimal of ${lengths.join(' or ')} bytes`)
  return bytes
}

/** Preferences `name: value`, also as options of tshark (`-o name:value`), lines of smb2_seskey_list, and NT hashes. */
function fromLines(text: string, name: string): SecretsFile {
  const secrets: Secrets = { accounts: [], keys: [], smbKeys: [] }
  const keytabs: string[] = []
  let i = 0
  for (const raw of lines(text)) {
    i++
    if (secrets.accounts.length > MAX_ACCOUNTS) throw tooMany(name)
    const line = raw.trim().replace(/^-o\s*(['"]?)(.*)\1$/, '$2')
    if (line === '' || line.startsWith('#')) continue
    const [, preference, value = ''] = /^([a-z0-9_]+\.[a-z0-9_.]+)\s*:\s?(.*)$/.exec(line) ?? []
    const smb = smbLine(line.replace(/^uat:smb2_seskey_list:/, ''))
    const hash = ntHashFrom(line)
    if (preference === 'ntlmssp.nt_password') secrets.accounts.push(passwordSecret(value))
    else if (preference === 'kerberos.file') keytabs.push(value.trim())
    else if (preference !== undefined) continue
    else if (smb) secrets.smbKeys.push(smb)
    else if (hash) secrets.accounts.push({ ...ownerNamed(hash.user), ntHash: hash.hash })
    else throw new WrongSecrets(`line ${i} of ${name} is no secret in a form that is known`)
  }
  if (secrets.accounts.length + secrets.smbKeys.length + keytabs.length === 0)
    throw new WrongSecrets(`${name} holds no secret`)
  return { secrets, keytabs }
}

/** Lines one by one: millions of them are never held at once. */
function* lines(text: string): Generator<string> {
  for (let from = 0; from <= text.length;) {
    const end = nextEnd(text, from)
    yield text.slice(from, end)
    from = end + (text[end] === '\r' && text[end + 1] === '\n' ? 2 : 1)
  }
}

function nextEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) if (text[at] === '\n' || text[at] === '\r') return at
  return text.length
}

/** SessionId, session key, key of the server's messages, key of the client's. epan/dissectors/packet-smb2.c of Wireshark. */
function smbLine(line: string): SmbSecret | undefined {
  const fields = line.split(',', 5).map((field) => fromHex(field.trim().replace(/^"(.*)"$/, '$1')))
  const [session, key, fromServer, fromClient] = fields
  if (fields.length < 2 || fields.length > 4 || session?.length !== SESSION_BYTES) return undefined
  const keys = [key, fromServer, fromClient].map((one) => (one?.length === 16 || one?.length === 32 ? one : undefined))
  if (keys.every((one) => one === undefined)) return undefined
  return { session: toHex(session), key: keys[0], fromServer: keys[1], fromClient: keys[2] }
}
