// The encrypted parts of Kerberos messages, and what they hold once opened. RFC 4120 5.3 to 5.5.
import * as asn1 from '../../dissect/security/asn1'
import { application, members, Tag } from '../../dissect/security/asn1'
import { Reader } from '../../dissect/reader'
import type { KerberosKey } from './kerberos-crypto'

export interface EncryptedData {
  etype: number
  kvno?: number | undefined
  cipher: Uint8Array
}

export interface Ticket {
  realm: string
  service: string
  encrypted: EncryptedData
}

/** What opens a session: a ticket, and the client's proof that it has the key in it. */
export interface ApRequest {
  ticket: Ticket
  authenticator: EncryptedData
}

/** How a KDC derives the key of a principal's password. RFC 4120 5.2.7.5. */
export interface EtypeInfo {
  etype: number
  salt?: string | undefined
  iterations?: number | undefined
}

export type KerberosMessage =
  | {
      type: 'kdc-request'
      isTgs: boolean
      realm?: string | undefined
      client?: string | undefined
      ap?: ApRequest | undefined
      /** What armors an AS exchange: a ticket of the computer, mostly. RFC 6113 5.4.1.1. */
      armor?: ApRequest | undefined
      timestamp?: EncryptedData | undefined
    }
  | {
      type: 'kdc-reply'
      isTgs: boolean
      realm?: string | undefined
      client?: string | undefined
      ticket?: Ticket | undefined
      encrypted?: EncryptedData | undefined
      /** What the armor of the exchange protects. RFC 6113 5.4.3. */
      armored?: EncryptedData | undefined
      info: EtypeInfo[]
    }
  | { type: 'ap-request'; ap: ApRequest }
  | { type: 'ap-reply'; encrypted: EncryptedData }
  | { type: 'error'; armored?: EncryptedData | undefined; info: EtypeInfo[] }

const PA_TGS_REQUEST = 1
const PA_ENC_TIMESTAMP = 2
const PA_ETYPE_INFO2 = 19
const PA_FX_FAST = 136
const RECORD_MARK_BYTES = 4

type Members = Map<number, Reader>

/** Reads one message, with or without the length before it that TCP adds. Undefined when it is none that has a key in it. */
export function kerberosMessage(bytes: Uint8Array): KerberosMessage | undefined {
  const from = new Reader(bytes)
  if (from.peek8() === 0) from.skip(RECORD_MARK_BYTES)
  if (((from.peek8() ?? 0) & 0xe0) !== 0x60) return undefined
  const found = asn1.element(from)
  if (!found) return undefined
  const body = members(found.contents)
  switch (found.tag & 0x1f) {
    case 10:
    case 12:
      return kdcRequest(body, (found.tag & 0x1f) === 12)
    case 11:
    case 13:
      return kdcReply(body, (found.tag & 0x1f) === 13)
    case 14: {
      const ap = apRequest(body)
      return ap && { type: 'ap-request', ap }
    }
    case 15: {
      const encrypted = encryptedData(body.get(2))
      return encrypted && { type: 'ap-reply', encrypted }
    }
    case 30: {
      const data = asn1.octets(body.get(12))
      const found = padata(data)
      return { type: 'error', armored: armored(found), info: etypeInfo(found) }
    }
    default:
      return undefined
  }
}

function kdcRequest(body: Members, isTgs: boolean): KerberosMessage {
  const data = padata(body.get(3))
  const request = members(body.get(4))
  const ap = apRequestIn(data.find(({ type }) => type === PA_TGS_REQUEST)?.value)
  const armor = apRequestIn(asn1.octets(members(armoredPart(data).get(0)).get(1))?.bytes)
  const timestamp = data.find(({ type }) => type === PA_ENC_TIMESTAMP)?.value
  return {
    type: 'kdc-request',
    isTgs,
    client: principal(request.get(1)),
    realm: asn1.string(request.get(2)),
    ...(ap && { ap }),
    ...(armor && { armor }),
    ...(timestamp && { timestamp: encryptedData(new Reader(timestamp)) }),
  }
}

function kdcReply(body: Members, isTgs: boolean): KerberosMessage {
  const data = padata(body.get(2))
  return {
    type: 'kdc-reply',
    isTgs,
    realm: asn1.string(body.get(3)),
    client: principal(body.get(4)),
    ticket: ticket(body.get(5)),
    encrypted: encryptedData(body.get(6)),
    armored: armored(data),
    info: etypeInfo(data),
  }
}

/** The AP-REQ that bytes are, if they are one. */
function apRequestIn(bytes: Uint8Array | undefined): ApRequest | undefined {
  const found = bytes && asn1.contentsOf(new Reader(bytes), application(14))
  if (!found) return undefined
  return apRequest(members(found))
}

function apRequest(body: Members): ApRequest | undefined {
  const inner = ticket(body.get(3))
  const authenticator = encryptedData(body.get(4))
  return inner && authenticator && { ticket: inner, authenticator }
}

function ticket(from: Reader | undefined): Ticket | undefined {
  const contents = from && asn1.contentsOf(from, application(1))
  const body = members(contents)
  const encrypted = encryptedData(body.get(3))
  if (!encrypted) return undefined
  return { realm: asn1.string(body.get(1)) ?? '', service: principal(body.get(2)) ?? '', encrypted }
}

function encryptedData(from: Reader | undefined): EncryptedData | undefined {
  const body = members(from)
  const etype = asn1.integer(body.get(0))
  const cipher = asn1.octets(body.get(2))?.bytes
  if (etype === undefined || !cipher) return undefined
  const kvno = asn1.integer(body.get(1))
  return { etype, cipher, ...(kvno !== undefined && { kvno }) }
}

function padata(from: Reader | undefined): { type: number; value: Uint8Array }[] {
  const list = from && asn1.contentsOf(from, Tag.Sequence)
  const found: { type: number; value: Uint8Array }[] = []
  if (!list) return found
  for (const { contents } of asn1.elements(list)) {
    const one = new Map<number, Reader>()
    for (const { tag, contents: value } of asn1.elements(contents))
      if ((tag & 0xe0) === 0xa0) one.set(tag & 0x1f, value)
    const type = asn1.integer(one.get(1))
    const value = asn1.octets(one.get(2))
    if (type !== undefined && value) found.push({ type, value: value.bytes })
  }
  return found
}

/** KrbFastArmoredReq, or KrbFastArmoredRep, inside of its choice. RFC 6113 5.4.2, 5.4.3. */
function armoredPart(data: { type: number; value: Uint8Array }[]): Members {
  const value = data.find(({ type }) => type === PA_FX_FAST)?.value
  return members(value && asn1.contentsOf(new Reader(value), asn1.context(0)))
}

function armored(data: { type: number; value: Uint8Array }[]): EncryptedData | undefined {
  return encryptedData(armoredPart(data).get(0))
}

function etypeInfo(data: { type: number; value: Uint8Array }[]): EtypeInfo[] {
  const value = data.find(({ type }) => type === PA_ETYPE_INFO2)?.value
  const list = value && asn1.contentsOf(new Reader(value), Tag.Sequence)
  const found: EtypeInfo[] = []
  if (!list) return found
  for (const { contents } of asn1.elements(list)) {
    const one = new Map<number, Reader>()
    for (const { tag, contents: part } of asn1.elements(contents)) one.set(tag & 0x1f, part)
    const etype = asn1.integer(one.get(0))
    if (etype === undefined) continue
    const salt = asn1.string(one.get(1))
    const parameters = asn1.octets(one.get(2))?.bytes
    const iterations = parameters?.length === 4 ? new DataView(parameters.slice().buffer).getUint32(0) : undefined
    found.push({ etype, ...(salt !== undefined && { salt }), ...(iterations !== undefined && { iterations }) })
  }
  return found
}

function principal(from: Reader | undefined): string | undefined {
  const strings = members(from).get(1)
  const sequence = strings && asn1.contentsOf(strings, Tag.Sequence)
  if (!sequence) return undefined
  return [...asn1.elements(sequence)].map(({ contents }) => contents.text(contents.left) ?? '').join('/')
}

function encryptionKey(from: Reader | undefined): KerberosKey | undefined {
  const body = members(from)
  const etype = asn1.integer(body.get(0))
  const key = asn1.octets(body.get(1))?.bytes
  return etype === undefined || !key ? undefined : { etype, key: key.slice() }
}

function opened(bytes: Uint8Array, tags: number[]): Members {
  const found = asn1.element(new Reader(bytes))
  return found && tags.some((tag) => found.tag === application(tag))
    ? members(found.contents)
    : new Map<number, Reader>()
}

/** EncTicketPart: the session key and the client that it was issued to. RFC 4120 5.3. */
export function ticketPart(bytes: Uint8Array): {
  key?: KerberosKey | undefined
  realm?: string | undefined
  client?: string | undefined
} {
  const body = opened(bytes, [3])
  return { key: encryptionKey(body.get(1)), realm: asn1.string(body.get(2)), client: principal(body.get(3)) }
}

/** EncKDCRepPart: the session key for the ticket beside it. RFC 4120 5.4.2. */
export function kdcReplyPart(bytes: Uint8Array): KerberosKey | undefined {
  return encryptionKey(opened(bytes, [25, 26]).get(0))
}

/** KrbFastResponse: the key that strengthens the reply's, and the client's name, which the reply itself may hide. RFC 6113 5.4.3. */
export function fastReplyPart(bytes: Uint8Array): {
  strengthen?: KerberosKey | undefined
  realm?: string | undefined
  client?: string | undefined
  info: EtypeInfo[]
} {
  const body = members(new Reader(bytes))
  const finished = members(body.get(2))
  return {
    strengthen: encryptionKey(body.get(1)),
    realm: asn1.string(finished.get(2)),
    client: principal(finished.get(3)),
    info: etypeInfo(padata(body.get(0))),
  }
}

/** Authenticator: the client, and the subkey that it proposes. RFC 4120 5.5.1. */
export function authenticatorPart(bytes: Uint8Array): {
  realm?: string | undefined
  client?: string | undefined
  subkey?: KerberosKey | undefined
} {
  const body = opened(bytes, [2])
  return { realm: asn1.string(body.get(1)), client: principal(body.get(2)), subkey: encryptionKey(body.get(6)) }
}

/** EncAPRepPart: the subkey that the server chose. RFC 4120 5.5.2. */
export function apReplyPart(bytes: Uint8Array): KerberosKey | undefined {
  return encryptionKey(opened(bytes, [27]).get(2))
}
