// NTLM's three messages, with real NTLMv2 responses, session keys and MICs. MS-NLMP 2.2.1, 3.3.2.
import { ByteWriter, concatenate, utf16 } from '../../bytes'
import { md4 } from '../crypto/md4'
import { desLong } from '../crypto/des'
import { hmacMd5, md5 } from '../crypto/md5'
import { Rc4 } from '../crypto/rc4'
import { clientPairs, endOfPairs } from './av-pairs'

const NEGOTIATE_UNICODE = 0x00000001
const NEGOTIATE_OEM = 0x00000002
const REQUEST_TARGET = 0x00000004
const NEGOTIATE_SIGN = 0x00000010
const NEGOTIATE_SEAL = 0x00000020
const NEGOTIATE_LM_KEY = 0x00000080
const NEGOTIATE_NTLM = 0x00000200
const NEGOTIATE_ANONYMOUS = 0x00000800
const NEGOTIATE_ALWAYS_SIGN = 0x00008000
const TARGET_TYPE_DOMAIN = 0x00010000
const TARGET_TYPE_SERVER = 0x00020000
export const NEGOTIATE_EXTENDED_SESSION_SECURITY = 0x00080000
const NEGOTIATE_TARGET_INFO = 0x00800000
const NEGOTIATE_VERSION = 0x02000000
const NEGOTIATE_128 = 0x20000000
export const NEGOTIATE_KEY_EXCHANGE = 0x40000000
const NEGOTIATE_56 = 0x80000000

const SIGNATURE = 'NTLMSSP\0'
const AUTHENTICATE_HEADER = 88
const MIC_AT = 72

/** Major, minor and build as Windows states them. MS-NLMP 2.2.2.10. */
export interface WindowsVersion {
  major: number
  minor: number
  build: number
}

const WINDOWS_7: WindowsVersion = { major: 6, minor: 1, build: 7600 }

/** Who logs on. The domain is what the client states, right or wrong. */
export interface Account {
  domain: string
  user: string
  password: string
  workstation: string
}

/** How much the caller asks for: nothing beyond the logon, signatures, or sealing too. */
export type Protection = 'none' | 'sign' | 'seal'

/** The flags that Windows 7 offers for a level of protection. */
export function offeredFlags(protection: Protection): number {
  const always =
    NEGOTIATE_UNICODE |
    NEGOTIATE_OEM |
    REQUEST_TARGET |
    NEGOTIATE_NTLM |
    NEGOTIATE_ALWAYS_SIGN |
    NEGOTIATE_EXTENDED_SESSION_SECURITY |
    NEGOTIATE_VERSION |
    NEGOTIATE_128 |
    NEGOTIATE_56
  const sign = NEGOTIATE_SIGN | NEGOTIATE_LM_KEY | NEGOTIATE_KEY_EXCHANGE
  if (protection === 'none') return always >>> 0
  return (always | sign | (protection === 'seal' ? NEGOTIATE_SEAL : 0)) >>> 0
}

/** The flags with which a server answers an offer: its kind, target information, neither OEM text nor LM key. */
export function answeredFlags(offered: number, isDomain: boolean): number {
  const kind = isDomain ? TARGET_TYPE_DOMAIN : TARGET_TYPE_SERVER
  return ((offered & ~(NEGOTIATE_OEM | NEGOTIATE_LM_KEY)) | kind | NEGOTIATE_TARGET_INFO) >>> 0
}

export function negotiateMessage(flags: number, version = WINDOWS_7): Uint8Array<ArrayBuffer> {
  return message(1).u32(flags).fill(16).bytes(versionBytes(version)).take()
}

export interface Challenge {
  flags: number
  /** 8 bytes. */
  serverChallenge: Uint8Array
  targetName: string
  /** From serverPairs(). */
  pairs: Uint8Array
  version?: WindowsVersion
}

export function challengeMessage(challenge: Challenge): Uint8Array<ArrayBuffer> {
  const name = utf16(challenge.targetName)
  const information = concatenate(challenge.pairs, endOfPairs())
  const header = 56
  const bytes = message(2)
  payloadField(bytes, name, header)
  bytes.u32(challenge.flags).bytes(challenge.serverChallenge).fill(8)
  payloadField(bytes, information, header + name.length)
  return bytes
    .bytes(versionBytes(challenge.version ?? WINDOWS_7))
    .bytes(name)
    .bytes(information)
    .take()
}

export interface Authentication {
  account: Account
  negotiate: Uint8Array
  challenge: Challenge
  /** The two sides' earlier messages are covered by the MIC: this is the server's, as sent. */
  challengeBytes: Uint8Array
  /** 8 bytes. */
  clientChallenge: Uint8Array
  /** FILETIME that goes into the response; the server's own where it stated one. */
  fileTime: bigint
  /** 32 bytes that identify the client's machine. */
  machineId: Uint8Array
  targetName: string
  /** The key that the client proposes; used only where key exchange was negotiated. 16 bytes. */
  randomKey: Uint8Array
  version?: WindowsVersion
}

export interface Authenticated {
  message: Uint8Array<ArrayBuffer>
  /** What both sides derive signing and sealing keys from. */
  exportedSessionKey: Uint8Array
  flags: number
}

/** The third message with an NTLMv2 response and a MIC. */
export function authenticateMessage(authentication: Authentication): Authenticated {
  const { account, challenge } = authentication
  const pairs = concatenate(
    challenge.pairs,
    clientPairs(authentication.machineId, authentication.targetName),
    endOfPairs(),
  )
  const response = ntlmV2Response({
    key: ntlmV2Key(account),
    serverChallenge: challenge.serverChallenge,
    clientChallenge: authentication.clientChallenge,
    fileTime: authentication.fileTime,
    pairs,
  })
  const exchanges = (challenge.flags & NEGOTIATE_KEY_EXCHANGE) !== 0
  const exportedSessionKey = exchanges ? authentication.randomKey : response.sessionBaseKey
  const encryptedKey = exchanges ? new Rc4(response.sessionBaseKey).apply(exportedSessionKey) : new Uint8Array(0)
  const flags = challenge.flags & ~(TARGET_TYPE_DOMAIN | TARGET_TYPE_SERVER)
  const bytes = layOut(account, new Uint8Array(24), response.ntResponse, encryptedKey, flags, authentication.version)
  bytes.set(hmacMd5(exportedSessionKey, authentication.negotiate, authentication.challengeBytes, bytes), MIC_AT)
  return { message: bytes, exportedSessionKey, flags: flags >>> 0 }
}

/** The third message of an anonymous logon: no user, an empty NT response, one zero byte of LM. MS-NLMP 3.1.5.1.2. */
export function anonymousMessage(
  workstation: string,
  challenge: Challenge,
  version?: WindowsVersion,
): Uint8Array<ArrayBuffer> {
  const anonymous = { domain: '', user: '', password: '', workstation }
  const flags =
    (challenge.flags | NEGOTIATE_ANONYMOUS) & ~(TARGET_TYPE_DOMAIN | TARGET_TYPE_SERVER | NEGOTIATE_KEY_EXCHANGE)
  return layOut(anonymous, new Uint8Array(1), new Uint8Array(0), new Uint8Array(0), flags, version)
}

/** The third message of an old client: a 24-byte NT response, given as it is, no target information, no key. */
export function version1Message(
  account: Account,
  challenge: Challenge,
  ntResponse: Uint8Array,
  version?: WindowsVersion,
): Uint8Array<ArrayBuffer> {
  const flags =
    challenge.flags & ~(TARGET_TYPE_DOMAIN | TARGET_TYPE_SERVER | NEGOTIATE_TARGET_INFO | NEGOTIATE_KEY_EXCHANGE)
  return layOut(account, new Uint8Array(24), ntResponse, new Uint8Array(0), flags, version)
}

/** The third message of an old client that can seal: real NTLMv1 responses and session key. MS-NLMP 3.3.1, 3.4.5.1. */
export function version1Authentication(
  account: Account,
  challenge: Challenge,
  clientChallenge: Uint8Array,
  randomKey: Uint8Array,
): Authenticated {
  const hash = md4(utf16(account.password))
  const both = concatenate(challenge.serverChallenge, clientChallenge)
  const extended = (challenge.flags & NEGOTIATE_EXTENDED_SESSION_SECURITY) !== 0
  const asked = extended ? md5(both).slice(0, 8) : challenge.serverChallenge
  const ntResponse = desLong(hash, asked)
  const base = extended ? hmacMd5(md4(hash), both) : md4(hash)
  const exchanges = (challenge.flags & NEGOTIATE_KEY_EXCHANGE) !== 0
  const encryptedKey = exchanges ? new Rc4(base).apply(randomKey) : new Uint8Array(0)
  const flags = challenge.flags & ~(TARGET_TYPE_DOMAIN | TARGET_TYPE_SERVER | NEGOTIATE_TARGET_INFO)
  const lmResponse = extended ? concatenate(clientChallenge, new Uint8Array(16)) : ntResponse
  const message = layOut(account, lmResponse, ntResponse, encryptedKey, flags)
  return { message, exportedSessionKey: exchanges ? randomKey : base, flags: flags >>> 0 }
}

/** NTOWFv2: what is known of a password. MS-NLMP 3.3.2. */
export function ntlmV2Key(account: Pick<Account, 'domain' | 'user' | 'password'>): Uint8Array<ArrayBuffer> {
  return hmacMd5(md4(utf16(account.password)), utf16(account.user.toUpperCase() + account.domain))
}

export interface ResponseInput {
  key: Uint8Array
  serverChallenge: Uint8Array
  clientChallenge: Uint8Array
  fileTime: bigint
  /** Including the end of the list. */
  pairs: Uint8Array
}

export function ntlmV2Response(input: ResponseInput): { ntResponse: Uint8Array; sessionBaseKey: Uint8Array } {
  const blob = new ByteWriter().u8(1).u8(1).fill(6).u64(input.fileTime)
  blob.bytes(input.clientChallenge).fill(4).bytes(input.pairs).fill(4)
  const proof = hmacMd5(input.key, input.serverChallenge, blob.take())
  return { ntResponse: concatenate(proof, blob.take()), sessionBaseKey: hmacMd5(input.key, proof) }
}

/** A FILETIME: 100 ns since 1601. */
export function fileTime(microsecondsSinceEpoch: number): bigint {
  return (BigInt(Math.round(microsecondsSinceEpoch)) + 11644473600000000n) * 10n
}

function layOut(
  account: Account,
  lmResponse: Uint8Array,
  ntResponse: Uint8Array,
  encryptedKey: Uint8Array,
  flags: number,
  version = WINDOWS_7,
): Uint8Array<ArrayBuffer> {
  const domain = utf16(account.domain)
  const user = utf16(account.user)
  const workstation = utf16(account.workstation)
  let at = AUTHENTICATE_HEADER
  const offsets = [domain, user, workstation, lmResponse, ntResponse, encryptedKey].map((field) => {
    at += field.length
    return at - field.length
  })
  const bytes = message(3)
  payloadField(bytes, lmResponse, offsets[3]!)
  payloadField(bytes, ntResponse, offsets[4]!)
  payloadField(bytes, domain, offsets[0]!)
  payloadField(bytes, user, offsets[1]!)
  payloadField(bytes, workstation, offsets[2]!)
  payloadField(bytes, encryptedKey, offsets[5]!)
  bytes.u32(flags).bytes(versionBytes(version)).fill(16)
  bytes.bytes(domain).bytes(user).bytes(workstation)
  return bytes.bytes(lmResponse).bytes(ntResponse).bytes(encryptedKey).take()
}

function message(type: number): ByteWriter {
  return new ByteWriter().ascii(SIGNATURE).u32(type)
}

function payloadField(bytes: ByteWriter, value: Uint8Array, offset: number): void {
  bytes.u16(value.length).u16(value.length).u32(offset)
}

function versionBytes(version: WindowsVersion): Uint8Array<ArrayBuffer> {
  return new ByteWriter().u8(version.major).u8(version.minor).u16(version.build).fill(3).u8(15).take()
}
