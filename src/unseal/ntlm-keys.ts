// From an account's secret to the session key of an NTLM logon, proving the secret on the way. MS-NLMP 3.3.1, 3.3.2, 3.4.5.1.
import { NtlmFlag, type NtlmAuthenticate, type NtlmChallenge } from '../dissect/security/ntlmssp'
import { concatenate, equalBytes, utf16 } from './bytes'
import { desBlock, desLong } from './primitives/des'
import { hmacMd5, md5 } from './primitives/hash'
import { md4 } from './primitives/md4'
import { rc4 } from './primitives/rc4'

/** The two messages of a logon that its keys depend on. */
export interface NtlmLogon {
  challenge: NtlmChallenge
  authenticate: NtlmAuthenticate
}

export interface NtlmSecret {
  /** MD4 of the password in UTF-16LE. */
  ntHash: Uint8Array
  /** The password itself, where it is known: old logons may need its LM hash. */
  password?: string | undefined
}

const NTLMV1_BYTES = 24
const PROOF_BYTES = 16
const LM_PASSWORD_BYTES = 14

/** NTOWFv1: what Windows stores of a password. MS-NLMP 3.3.1. */
export function ntHash(password: string): Uint8Array<ArrayBuffer> {
  return md4(utf16(password))
}

/** The flags that hold for the session. */
export function ntlmFlags({ challenge, authenticate }: NtlmLogon): number {
  return (authenticate.flags ?? challenge.flags ?? 0) >>> 0
}

/** The exported session key if the secret is the account's; undefined if it is not. */
export function ntlmSessionKey(logon: NtlmLogon, secret: NtlmSecret): Uint8Array | undefined {
  const { challenge, authenticate } = logon
  const response = authenticate.ntResponse
  if (!challenge.serverChallenge || !response) return undefined
  const base = response.length > NTLMV1_BYTES ? version2(logon, secret, response) : version1(logon, secret, response)
  return base && exportedKey(logon, base)
}

/** The exported session key of an anonymous logon, which has no secret. MS-NLMP 3.3.1. */
export function anonymousSessionKey(logon: NtlmLogon): Uint8Array {
  return exportedKey(logon, new Uint8Array(16))
}

function exportedKey(logon: NtlmLogon, exchange: Uint8Array): Uint8Array {
  const encrypted = logon.authenticate.encryptedSessionKey
  const exchanges = (ntlmFlags(logon) & NtlmFlag.KeyExchange) !== 0 && encrypted?.length === 16
  return exchanges ? rc4(exchange, encrypted) : exchange
}

/** NTLMv2: the proof is keyed with hash, user in upper case and domain as sent. MS-NLMP 3.3.2. */
function version2({ challenge, authenticate }: NtlmLogon, secret: NtlmSecret, response: Uint8Array) {
  const blob = response.subarray(PROOF_BYTES)
  for (const user of upperCases(authenticate.user ?? '')) {
    const key = hmacMd5(secret.ntHash, utf16(user + (authenticate.domain ?? '')))
    const proof = hmacMd5(key, challenge.serverChallenge!, blob)
    if (equalBytes(proof, response, PROOF_BYTES)) return hmacMd5(key, proof)
  }
  return undefined
}

/** Windows changes one UTF-16 unit at a time and has its own table, so letters that become several may go either way. */
function upperCases(user: string): Set<string> {
  let byUnit = ''
  for (let i = 0; i < user.length; i++) {
    const upper = user[i]!.toUpperCase()
    byUnit += upper.length === 1 ? upper : user[i]!
  }
  return new Set([byUnit, user.toUpperCase(), user])
}

/** NTLMv1, with or without extended session security. MS-NLMP 3.3.1, 3.4.5.1. */
function version1(logon: NtlmLogon, secret: NtlmSecret, response: Uint8Array): Uint8Array | undefined {
  const { challenge, authenticate } = logon
  const flags = ntlmFlags(logon)
  const server = challenge.serverChallenge!
  const base = md4(secret.ntHash)
  if (flags & NtlmFlag.ExtendedSessionSecurity) {
    const client = (authenticate.lmResponse ?? new Uint8Array(0)).subarray(0, 8)
    if (!equalBytes(desLong(secret.ntHash, md5(server, client).slice(0, 8)), response)) return undefined
    return hmacMd5(base, server, client)
  }
  if (!equalBytes(desLong(secret.ntHash, server), response)) return undefined
  const lmHash = secret.password === undefined ? undefined : lmOwf(secret.password)
  if (flags & NtlmFlag.LanManagerKey) {
    const lmResponse = authenticate.lmResponse
    if (!lmHash || !lmResponse || lmResponse.length < 8) return base
    const second = new Uint8Array(7).fill(0xbd)
    second[0] = lmHash[7]!
    const block = lmResponse.subarray(0, 8)
    return concatenate(desBlock(lmHash.subarray(0, 7), block), desBlock(second, block))
  }
  if (flags & NtlmFlag.RequestNonNtSessionKey && lmHash) return concatenate(lmHash.subarray(0, 8), new Uint8Array(8))
  return base
}

/** LMOWFv1. Undefined for passwords that have no LM hash. MS-NLMP 3.3.1. */
function lmOwf(password: string): Uint8Array | undefined {
  if (password.length > LM_PASSWORD_BYTES || !/^[\x20-\x7e]*$/.test(password)) return undefined
  const key = new Uint8Array(LM_PASSWORD_BYTES)
  for (let i = 0; i < password.length; i++) key[i] = password.toUpperCase().charCodeAt(i)
  const magic = Uint8Array.from('KGS!@#$%', (letter) => letter.charCodeAt(0))
  return concatenate(desBlock(key.subarray(0, 7), magic), desBlock(key.subarray(7), magic))
}
