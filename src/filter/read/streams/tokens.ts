// Security tokens in LDAP, HTTP, TDS and DNS messages over TCP.
import { context, element, elements, Tag } from '../../../dissect/security/asn1'
import { Reader } from '../../../dissect/reader'
import { token, type Token } from '../../../dissect/security/token'
import { headersOf } from './http-taker'

const read = (bytes: Uint8Array): Token => token(new Reader(bytes))

/** Bind request and response. RFC 4511 4.2. */
const [BIND_REQUEST, BIND_RESPONSE] = [0x60, 0x61]
/** SASL credentials of a request, MS-ADTS 5.1.1.1.3 (Sicily: negotiate and response), and of a response. */
const SASL = context(3)
const SICILY = [0x8a, 0x8b]
const SERVER_CREDENTIALS = 0x87

/** Tokens of an LDAP bind. */
export function ldapTokens(message: Uint8Array): Token[] {
  const whole = element(new Reader(message))
  if (whole?.tag !== Number(Tag.Sequence)) return []
  const [, operation] = [...elements(whole.contents)]
  if (operation?.tag !== BIND_REQUEST && operation?.tag !== BIND_RESPONSE) return []
  const parts = [...elements(operation.contents)]
  const tokens: Reader[] = []
  for (const { tag, contents } of parts) {
    if (tag === SASL) tokens.push(...[...elements(contents)].slice(1).map((part) => part.contents))
    else if (SICILY.includes(tag) || tag === SERVER_CREDENTIALS) tokens.push(contents)
  }
  // The server's part of Sicily is in the place of the matched name.
  const matched = operation.tag === BIND_RESPONSE ? parts[1]?.contents : undefined
  if (matched && isNtlm(matched.bytes.subarray(matched.at))) tokens.push(matched)
  return tokens.map((reader) => token(reader))
}

const SIGNATURE = 'NTLMSSP\0'

function isNtlm(bytes: Uint8Array): boolean {
  return Array.from(SIGNATURE).every((letter, i) => bytes[i] === letter.charCodeAt(0))
}

const HEADERS = ['authorization', 'www-authenticate', 'proxy-authorization', 'proxy-authenticate']
const SCHEME = /^(?:NTLM|Negotiate|Kerberos)\s+([A-Za-z0-9+/]+=*)/

/** Tokens of HTTP authentication: RFC 4559, MS-NTHT. */
export function httpTokens(head: Uint8Array): Token[] {
  const headers = headersOf(head)
  return HEADERS.flatMap((name) => {
    const [, base64] = SCHEME.exec(headers.get(name) ?? '') ?? []
    const bytes = base64 === undefined ? undefined : decoded(base64)
    return bytes ? [read(bytes)] : []
  })
}

function decoded(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
  } catch {
    return undefined
  }
}

const TDS_HEADER = 8
/** Packet types: MS-TDS 2.2.3.1.1. */
const [TABULAR_RESULT, LOGIN7, SSPI] = [0x04, 0x10, 0x11]
/** The SSPI token of a result, MS-TDS 2.2.7.21; where a login has the place and length of its own, 2.2.6.4. */
const SSPI_TOKEN = 0xed
const LOGIN_SSPI = 78

/** Tokens of a logon to SQL Server. */
export function tdsTokens(message: Uint8Array): Token[] {
  const body = message.subarray(TDS_HEADER)
  const u16 = (at: number) => (body[at] ?? 0) | ((body[at + 1] ?? 0) << 8)
  if (message[0] === SSPI) return [read(body)]
  if (message[0] === LOGIN7) {
    const at = u16(LOGIN_SSPI)
    return at === 0 ? [] : [read(body.subarray(at, at + u16(LOGIN_SSPI + 2)))]
  }
  return message[0] === TABULAR_RESULT && body[0] === SSPI_TOKEN ? [read(body.subarray(3, 3 + u16(1)))] : []
}

const [TCP_LENGTH, DNS_HEADER] = [2, 12]
const TKEY = 249
const MOST_RECORDS = 32

/** Tokens of a key exchange in DNS (GSS-TSIG). RFC 2930 2, RFC 3645. */
export function dnsTokens(message: Uint8Array): Token[] {
  const dns = message.subarray(TCP_LENGTH)
  const u16 = (at: number) => ((dns[at] ?? 0) << 8) | (dns[at + 1] ?? 0)
  const questions = u16(4)
  const records = u16(6) + u16(8) + u16(10)
  if (questions > MOST_RECORDS || records > MOST_RECORDS) return []
  let at = DNS_HEADER
  for (let i = 0; i < questions; i++) at = nameEnd(dns, at) + 4
  const found: Token[] = []
  for (let i = 0; i < records; i++) {
    at = nameEnd(dns, at)
    const [type, data] = [u16(at), at + 10]
    at = data + u16(at + 8)
    if (at > dns.length) break
    if (type !== TKEY) continue
    // Algorithm, two times, mode and error, then the key.
    const key = nameEnd(dns, data) + 12
    found.push(read(dns.subarray(key + 2, key + 2 + u16(key))))
  }
  return found
}

function nameEnd(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length) {
    const length = bytes[at]!
    if (length === 0) return at + 1
    if (length >= 0xc0) return at + 2
    at += 1 + length
  }
  return bytes.length
}
