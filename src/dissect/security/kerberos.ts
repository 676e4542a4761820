// Kerberos messages as far as they travel in the clear. RFC 4120 5.3 to 5.9; MS-KILE 2.2.2 (extended error).
import * as asn1 from './asn1'
import { context, members, Tag } from './asn1'
import type { Reader } from '../reader'
import { hex, named } from '../show'

/** Application tags, which are message types as well. RFC 4120 5.10. */
const KERBEROS_MESSAGES: Readonly<Record<number, string>> = {
  10: 'AS-REQ',
  11: 'AS-REP',
  12: 'TGS-REQ',
  13: 'TGS-REP',
  14: 'AP-REQ',
  15: 'AP-REP',
  16: 'TGT-REQ',
  17: 'TGT-REP',
  20: 'KRB-SAFE',
  21: 'KRB-PRIV',
  22: 'KRB-CRED',
  30: 'KRB-ERROR',
}

/** Encryption types. RFC 3961 8, RFC 4757, RFC 8009, RFC 6803. */
const KERBEROS_ETYPES: Readonly<Record<number, string>> = {
  1: 'des-cbc-crc',
  2: 'des-cbc-md4',
  3: 'des-cbc-md5',
  5: 'des3-cbc-md5',
  16: 'des3-cbc-sha1',
  17: 'aes128-cts-hmac-sha1-96',
  18: 'aes256-cts-hmac-sha1-96',
  19: 'aes128-cts-hmac-sha256-128',
  20: 'aes256-cts-hmac-sha384-192',
  23: 'arcfour-hmac-md5',
  24: 'arcfour-hmac-md5-56',
  25: 'camellia128-cts-cmac',
  26: 'camellia256-cts-cmac',
}

/** Pre-authentication data that explains a conversation. RFC 4120 5.2.7, RFC 6113, MS-KILE 2.2.10. */
const KERBEROS_PADATA: Readonly<Record<number, string>> = {
  1: 'PA-TGS-REQ',
  2: 'PA-ENC-TIMESTAMP',
  3: 'PA-PW-SALT',
  11: 'PA-ETYPE-INFO',
  16: 'PA-PK-AS-REQ',
  17: 'PA-PK-AS-REP',
  19: 'PA-ETYPE-INFO2',
  128: 'PA-PAC-REQUEST',
  129: 'PA-FOR-USER',
  130: 'PA-FOR-X509-USER',
  133: 'PA-FX-COOKIE',
  136: 'PA-FX-FAST',
  137: 'PA-FX-ERROR',
  138: 'PA-ENCRYPTED-CHALLENGE',
  149: 'PA-REQ-ENC-PA-REP',
  165: 'PA-SUPPORTED-ENCTYPES',
  167: 'PA-PAC-OPTIONS',
}

/** Name types of principals. RFC 4120 6.2. */
const KERBEROS_NAMES: Readonly<Record<number, string>> = {
  0: 'NT-UNKNOWN',
  1: 'NT-PRINCIPAL',
  2: 'NT-SRV-INST',
  3: 'NT-SRV-HST',
  4: 'NT-SRV-XHST',
  5: 'NT-UID',
  6: 'NT-X500-PRINCIPAL',
  10: 'NT-ENTERPRISE',
}

interface KerberosTicket {
  realm?: string | undefined
  /** The service as `HOST/server.domain`. */
  service?: string | undefined
  etype?: number | undefined
}

/** What a message shows without keys. */
export interface Kerberos {
  /** 10 to 30: KERBEROS_MESSAGES. */
  type: number
  /** Realm and name of the client, where the message names them. */
  clientRealm?: string | undefined
  client?: string | undefined
  /** Realm and name of the service asked for: of the request, of an error, or of the ticket. */
  realm?: string | undefined
  service?: string | undefined
  ticket?: KerberosTicket | undefined
  /** Encryption types that a client offers, best first. */
  etypes?: number[] | undefined
  /** Encryption of the part that only the receiver can read. */
  etype?: number | undefined
  /** Types of the pre-authentication data. */
  padata?: number[] | undefined
  /** Options as the message has them: kdc-options or ap-options, first bit highest. */
  options?: number | undefined
  /** Seconds since the epoch. */
  till?: number | undefined
  errorCode?: number | undefined
  errorText?: string | undefined
  /** The NTSTATUS that Windows adds to an error. */
  ntStatus?: number | undefined
  /** Seconds since the epoch by the client's and the server's clock, in an error. */
  clientTime?: number | undefined
  serverTime?: number | undefined
}

/** MS-KILE 2.2.1: KERB-ERROR-DATA with a KERB_EXT_ERROR. */
const EXTENDED_ERROR = 3

/** Messages of user-to-user Kerberos: they have no application tag. */
const TGT_REQUEST = 16
const TGT_REPLY = 17

/** The length that precedes a message over TCP. RFC 4120 7.2.2. */
const RECORD_MARK = 4

/** True if bytes begin with the application tag of a message that travels by itself or in a token. */
export function isKerberos(bytes: Uint8Array): boolean {
  const first = bytes[0] ?? 0
  return (first & 0xe0) === 0x60 && KERBEROS_MESSAGES[first & 0x1f] !== undefined
}

/** Reads one message, with or without the length that TCP puts before it. Undefined when it is none. */
export function kerberos(from: Reader): Kerberos | undefined {
  if (from.peek8() === 0 && isKerberos(from.bytes.subarray(from.at + RECORD_MARK))) from.skip(RECORD_MARK)
  if (!isKerberos(from.bytes.subarray(from.at))) return undefined
  return from.group(
    'Kerberos',
    () => {
      const found = asn1.element(from)
      if (!found) return undefined
      const message: Kerberos = { type: found.tag & 0x1f }
      const read = BODIES[message.type]
      read?.(members(found.contents), message)
      return message
    },
    (message) => KERBEROS_MESSAGES[message?.type ?? -1] ?? '',
  )
}

/** Reads what opens user-to-user Kerberos: a request for the other side's own ticket, or that ticket. draft-swift-win2k-krb-user2user. */
export function tgtMessage(from: Reader): Kerberos | undefined {
  return from.group('Kerberos user-to-user', () => {
    const member = members(from)
    const message: Kerberos = { type: asn1.integer(member.get(1), 'Message type', named(KERBEROS_MESSAGES)) ?? 0 }
    if (message.type === TGT_REPLY) ticket(member.get(2), message)
    else if (message.type === TGT_REQUEST) {
      message.service = principal(member.get(2), 'Service', 'kerberos.SNameString')
      message.realm = asn1.string(member.get(3), 'Realm', 'kerberos.realm')
    } else return undefined
    return message
  })
}

type Members = Map<number, Reader>

const BODIES: Record<number, (member: Members, message: Kerberos) => void> = {
  10: kdcRequest,
  11: kdcReply,
  12: kdcRequest,
  13: kdcReply,
  14: apRequest,
  15: (member, message) => {
    message.etype = encrypted(member.get(2))
  },
  30: krbError,
}

/** RFC 4120 5.4.1. */
function kdcRequest(member: Members, message: Kerberos): void {
  message.padata = padata(member.get(3))
  const body = members(member.get(4))
  message.options = options(body.get(0), 'KDC options')
  message.client = principal(body.get(1), 'Client', 'kerberos.CNameString')
  message.realm = asn1.string(body.get(2), 'Realm', 'kerberos.realm')
  message.service = principal(body.get(3), 'Service', 'kerberos.SNameString')
  message.till = asn1.time(body.get(5), 'Till')
  const list = body.get(8)
  const etypes = list && asn1.contentsOf(list, Tag.Sequence)
  if (!etypes) return
  message.etypes = []
  while (etypes.left > 0) {
    const etype = asn1.integer(etypes)
    if (etype === undefined) break
    message.etypes.push(etype)
  }
  if (list.lines) list.line('Encryption types', message.etypes.map(named(KERBEROS_ETYPES)).join(', '), 0)
}

/** RFC 4120 5.4.2. */
function kdcReply(member: Members, message: Kerberos): void {
  message.padata = padata(member.get(2))
  message.clientRealm = asn1.string(member.get(3), 'Client realm', 'kerberos.crealm')
  message.client = principal(member.get(4), 'Client', 'kerberos.CNameString')
  ticket(member.get(5), message)
  message.etype = encrypted(member.get(6))
}

/** RFC 4120 5.5.1. */
function apRequest(member: Members, message: Kerberos): void {
  message.options = options(member.get(2), 'AP options')
  ticket(member.get(3), message)
  message.etype = encrypted(member.get(4))
}

/** RFC 4120 5.9.1. */
function krbError(member: Members, message: Kerberos): void {
  message.clientTime = asn1.time(member.get(2), 'Client time')
  message.serverTime = asn1.time(member.get(4), 'Server time')
  message.errorCode = asn1.integer(member.get(6), 'Error code', String, 'kerberos.error_code')
  message.clientRealm = asn1.string(member.get(7), 'Client realm', 'kerberos.crealm')
  message.client = principal(member.get(8), 'Client', 'kerberos.CNameString')
  message.realm = asn1.string(member.get(9), 'Realm', 'kerberos.realm')
  message.service = principal(member.get(10), 'Service', 'kerberos.SNameString')
  message.errorText = asn1.string(member.get(11), 'Error text', 'kerberos.e_text')
  const data = asn1.octets(member.get(12))
  // A list of pre-authentication data begins with a SEQUENCE OF; what Windows adds with the SEQUENCE of typed data.
  if (!data || data.peek8() !== Tag.Sequence) return
  const typed = members(data.window(0, data.bytes.length))
  if (typed.has(1)) {
    const type = asn1.integer(typed.get(1))
    const value = asn1.octets(typed.get(2))
    if (type === EXTENDED_ERROR && value) message.ntStatus = value.u32('NT status', hex)
  } else message.padata = padata(data)
}

function padata(from: Reader | undefined): number[] | undefined {
  const list = from && asn1.contentsOf(from, Tag.Sequence)
  if (!list) return undefined
  const types: number[] = []
  for (const { contents } of asn1.elements(list))
    for (const { tag, contents: value } of asn1.elements(contents)) {
      const type = tag === context(1) ? asn1.integer(value) : undefined
      if (type !== undefined) types.push(type)
    }
  from.line('Pre-authentication data', types.map(named(KERBEROS_PADATA)).join(', '), 0)
  return types
}

/** The service's own part of a message: realm and name stand in the clear. RFC 4120 5.3. */
function ticket(from: Reader | undefined, message: Kerberos): void {
  const contents = from && asn1.contentsOf(from, asn1.application(1))
  if (!contents) return
  contents.group('Ticket', () => {
    const member = members(contents)
    message.ticket = {
      realm: asn1.string(member.get(1), 'Realm', 'kerberos.realm'),
      service: principal(member.get(2), 'Service', 'kerberos.SNameString'),
      etype: encrypted(member.get(3)),
    }
    message.realm ??= message.ticket.realm
    message.service ??= message.ticket.service
  })
}

/** A principal's name: its components joined by slashes; undefined where it is cut off. */
function principal(from: Reader | undefined, label: string, filter: string): string | undefined {
  if (!from) return undefined
  const member = members(from)
  const strings = member.get(1)
  const sequence = strings && asn1.element(strings)
  if (sequence?.tag !== Number(Tag.Sequence)) return undefined
  const components: string[] = []
  for (const { contents } of asn1.elements(sequence.contents)) components.push(contents.text(contents.left) ?? '')
  const type = asn1.integer(member.get(0))
  const name = components.join('/')
  if (from.lines) from.line(label, type === undefined ? name : `${name} (${KERBEROS_NAMES[type] ?? type})`, 0, filter)
  return sequence.isWhole ? name : undefined
}

/** The encryption type of an EncryptedData. */
function encrypted(from: Reader | undefined): number | undefined {
  return from && asn1.integer(members(from).get(0), 'Encryption type', named(KERBEROS_ETYPES), 'kerberos.etype')
}

function options(from: Reader | undefined, label: string): number | undefined {
  const contents = from && asn1.contentsOf(from, Tag.BitString)
  if (!contents) return undefined
  contents.skip(1)
  contents.little = false
  return contents.u32(label, hex)
}
