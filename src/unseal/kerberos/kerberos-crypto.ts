// Encryption types of Kerberos: RFC 3961 and 3962 (AES with SHA-1), RFC 8009 (AES with SHA-2), RFC 4757 (RC4-HMAC).
import { pbkdf2 } from '@noble/hashes/pbkdf2.js'
import { sha256, sha384 } from '@noble/hashes/sha2.js'
import { big32, concatenate, equalBytes, little32, utf8 } from '../bytes'
import { cbcEncrypt, ctsDecrypt } from '../primitives/aes'
import { hmacMd5, hmacSha1, hmacSha256, hmacSha384 } from '../primitives/hash'
import { rc4 } from '../primitives/rc4'
import { pbkdf2Sha1 } from '../primitives/sha1'
import { ntHash } from '../ntlm-keys'

/** Encryption types that can be opened. RFC 3961 8, RFC 8009 7. */
export enum Etype {
  Aes128Sha1 = 17,
  Aes256Sha1 = 18,
  Aes128Sha2 = 19,
  Aes256Sha2 = 20,
  Rc4Hmac = 23,
}

export interface KerberosKey {
  etype: number
  key: Uint8Array
}

/** Key usage numbers. RFC 4120 7.5.1, RFC 4121 2. */
export enum Usage {
  PaEncTimestamp = 1,
  Ticket = 2,
  AsReply = 3,
  TgsAuthenticator = 7,
  TgsReplySession = 8,
  TgsReplySubkey = 9,
  Authenticator = 11,
  ApReply = 12,
  AcceptorSeal = 22,
  AcceptorSign = 23,
  InitiatorSeal = 24,
  InitiatorSign = 25,
  FastReply = 52,
}

const CONFOUNDER_BYTES = 16
const ITERATIONS: Partial<Record<number, number>> = { 17: 4096, 18: 4096, 19: 32768, 20: 32768 }
const RC4_CHECKSUM_BYTES = 16
const RC4_CONFOUNDER_BYTES = 8
const SHA2_NAME: Partial<Record<number, string>> = {
  19: 'aes128-cts-hmac-sha256-128',
  20: 'aes256-cts-hmac-sha384-192',
}

/** Bytes of a key; 0 for an encryption type that is not read. */
export function keyBytes(etype: number): number {
  switch (etype) {
    case Etype.Aes128Sha1:
    case Etype.Aes128Sha2:
    case Etype.Rc4Hmac:
      return 16
    case Etype.Aes256Sha1:
    case Etype.Aes256Sha2:
      return 32
    default:
      return 0
  }
}

/** Bytes of the checksum after a ciphertext. */
export function checksumBytes(etype: number): number {
  if (etype === Etype.Aes128Sha2) return 16
  return etype === Etype.Aes256Sha2 ? 24 : 12
}

/** How often a password is hashed where the KDC does not say. RFC 3962 4, RFC 8009 4. */
export function usualIterations(etype: number): number {
  return ITERATIONS[etype] ?? 4096
}

/** The key of a password. The salt counts for AES only. RFC 3962 4, RFC 8009 4, RFC 4757 2. */
export function stringToKey(
  etype: number,
  password: string,
  salt: string,
  iterations = usualIterations(etype),
): Uint8Array {
  if (etype === Etype.Rc4Hmac) return ntHash(password)
  const dkLen = keyBytes(etype)
  if (etype === Etype.Aes128Sha1 || etype === Etype.Aes256Sha1) {
    const random = pbkdf2Sha1(utf8(password), utf8(salt), iterations, dkLen)
    return deriveSha1(random, utf8('kerberos'))
  }
  const salted = concatenate(utf8(SHA2_NAME[etype] ?? ''), Uint8Array.of(0), utf8(salt))
  const hash = etype === Etype.Aes128Sha2 ? sha256 : sha384
  const random = pbkdf2(hash, utf8(password), salted, { c: iterations, dkLen })
  return deriveSha2(etype, random, utf8('kerberos'), dkLen)
}

/** n-fold: RFC 3961 5.1. */
export function nFold(input: Uint8Array, outBytes: number): Uint8Array {
  const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b))
  const total = (input.length * outBytes) / common(input.length, outBytes)
  const out = new Uint8Array(outBytes)
  const bits = input.length * 8
  let carry = 0
  for (let i = total - 1; i >= 0; i--) {
    // Copy number i / length is rotated right by 13 bits for each copy before it.
    const start =
      (((bits - 1 + (bits + 13) * Math.floor(i / input.length)) % bits) + (input.length - (i % input.length)) * 8) %
      bits
    const high = input[(input.length - 1 - (start >>> 3) + input.length) % input.length]!
    const low = input[(input.length - (start >>> 3)) % input.length]!
    carry += (((high << 8) | low) >> ((start & 7) + 1)) & 0xff
    carry += out[i % outBytes]!
    out[i % outBytes] = carry & 0xff
    carry >>>= 8
  }
  for (let i = outBytes - 1; carry && i >= 0; i--) {
    carry += out[i]!
    out[i] = carry & 0xff
    carry >>>= 8
  }
  return out
}

/** DK(base, constant) with AES. RFC 3961 5.1. */
export function deriveSha1(base: Uint8Array, constant: Uint8Array): Uint8Array {
  const out = new Uint8Array(base.length)
  let block = constant.length === 16 ? constant : nFold(constant, 16)
  for (let at = 0; at < out.length; at += 16) {
    block = cbcEncrypt(base, new Uint8Array(16), block.slice())
    out.set(block, at)
  }
  return out
}

/** KDF-HMAC-SHA2. RFC 8009 3. */
function deriveSha2(etype: number, key: Uint8Array, label: Uint8Array, bytes: number): Uint8Array {
  const keyed = etype === Etype.Aes128Sha2 ? hmacSha256 : hmacSha384
  return keyed(key, big32(1), label, Uint8Array.of(0), big32(bytes * 8)).slice(0, bytes)
}

interface Derived {
  encryption: Uint8Array
  integrity: Uint8Array
  checksum: Uint8Array
}

/** Keys of a usage, kept by the key that they were derived from. */
const derived = new WeakMap<Uint8Array, Map<number, Derived>>()

function derive({ etype, key }: KerberosKey, usage: number): Derived {
  let byUsage = derived.get(key)
  if (!byUsage) derived.set(key, (byUsage = new Map<number, Derived>()))
  let keys = byUsage.get(usage)
  if (keys) return keys
  const constant = (last: number) => concatenate(big32(usage), Uint8Array.of(last))
  const isSha2 = etype === Etype.Aes128Sha2 || etype === Etype.Aes256Sha2
  const one = (last: number, bytes: number) =>
    isSha2 ? deriveSha2(etype, key, constant(last), bytes) : deriveSha1(key, constant(last))
  const tag = isSha2 ? checksumBytes(etype) : key.length
  keys = { encryption: one(0xaa, key.length), integrity: one(0x55, tag), checksum: one(0x99, tag) }
  byUsage.set(usage, keys)
  return keys
}

function tagOf(etype: number, key: Uint8Array, parts: Uint8Array[]): Uint8Array {
  const keyed = etype === Etype.Aes128Sha2 ? hmacSha256 : etype === Etype.Aes256Sha2 ? hmacSha384 : hmacSha1
  return keyed(key, ...parts).subarray(0, checksumBytes(etype))
}

/** A confounder, then the clear text, as decrypted; `isRight` tells by which signed parts the checksum fits. */
export interface OpenedCipher {
  clear: Uint8Array
  isRight: boolean
}

/**
 * Opens an AES ciphertext (confounder and text, then the checksum). `signed` gives the parts that the checksum covers, from the
 * decrypted bytes with their confounder (or, with SHA-2, from the encrypted ones); without it these are all. RFC 3961 5.3, RFC 8009 5.
 */
export function openAes(
  key: KerberosKey,
  usage: number,
  sealed: Uint8Array,
  signed: (body: Uint8Array) => Uint8Array[] = (body) => [body],
): OpenedCipher | undefined {
  const tagBytes = checksumBytes(key.etype)
  if (key.key.length !== keyBytes(key.etype) || sealed.length < CONFOUNDER_BYTES + tagBytes) return undefined
  const body = sealed.subarray(0, sealed.length - tagBytes)
  const keys = derive(key, usage)
  const clear = ctsDecrypt(keys.encryption, body)
  if (!clear) return undefined
  const isSha2 = key.etype === Etype.Aes128Sha2 || key.etype === Etype.Aes256Sha2
  // With SHA-2 the checksum covers the initial vector and the ciphertext. RFC 8009 5.
  const parts = isSha2 ? [new Uint8Array(16), ...signed(body)] : signed(clear)
  const isRight = equalBytes(tagOf(key.etype, keys.integrity, parts), sealed.subarray(body.length))
  return { clear: clear.subarray(CONFOUNDER_BYTES), isRight }
}

/** The checksum of a message with AES. RFC 3961 5.4, RFC 8009 6. */
export function aesChecksum(key: KerberosKey, usage: number, parts: Uint8Array[]): Uint8Array {
  return tagOf(key.etype, derive(key, usage).checksum, parts)
}

/** Usage numbers that Windows changes for RC4. RFC 4757 3. */
function rc4Usage(usage: number): number {
  if (usage === Usage.AsReply) return 8
  return usage === Usage.AcceptorSign ? 13 : usage
}

function openRc4({ key }: KerberosKey, usage: number, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < RC4_CHECKSUM_BYTES + RC4_CONFOUNDER_BYTES) return undefined
  const usageKey = hmacMd5(key, little32(rc4Usage(usage)))
  const checksum = sealed.subarray(0, RC4_CHECKSUM_BYTES)
  const clear = rc4(hmacMd5(usageKey, checksum), sealed.subarray(RC4_CHECKSUM_BYTES))
  return equalBytes(hmacMd5(usageKey, clear), checksum) ? clear.subarray(RC4_CONFOUNDER_BYTES) : undefined
}

/** The clear text of an EncryptedData if the key is right; undefined if it is not. */
export function decrypt(key: KerberosKey, usage: number, sealed: Uint8Array): Uint8Array | undefined {
  if (key.etype === Etype.Rc4Hmac) return key.key.length === 16 ? openRc4(key, usage, sealed) : undefined
  if (keyBytes(key.etype) === 0) return undefined
  const opened = openAes(key, usage, sealed)
  return opened?.isRight ? opened.clear : undefined
}
