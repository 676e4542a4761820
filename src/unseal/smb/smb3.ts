// SMB 3 encryption: keys of a session and the transform. MS-SMB2 3.1.4.2 (keys), 3.1.4.3 (encryption), 2.2.41 (transform header).
import { TRANSFORM_HEADER } from '../../dissect/smb'
import { big32, concatenate, utf8 } from '../bytes'
import { ccmDecrypt, gcmDecrypt } from '../primitives/aes'
import { hmacSha256, sha512 } from '../primitives/hash'

/** Cipher identifiers. MS-SMB2 2.2.3.1.2. */
export enum SmbCipher {
  Aes128Ccm = 1,
  Aes128Gcm = 2,
  Aes256Ccm = 3,
  Aes256Gcm = 4,
}

const SIGNATURE_AT = 4
const NONCE_AT = 20
const SIZE_AT = 36
const SESSION_AT = 44
const CCM_NONCE_BYTES = 11
const GCM_NONCE_BYTES = 12
export const SMB_DIALECT_311 = 0x0311

/** SP 800-108 in counter mode with HMAC-SHA256. MS-SMB2 3.1.4.2. */
function smbKdf(key: Uint8Array, label: string, context: Uint8Array, bytes: number): Uint8Array {
  return hmacSha256(key, big32(1), utf8(`${label}\0`), Uint8Array.of(0), context, big32(bytes * 8)).slice(0, bytes)
}

/** Bytes of a cipher's key. */
export function cipherKeyBytes(cipher: SmbCipher): 16 | 32 {
  return cipher === SmbCipher.Aes256Ccm || cipher === SmbCipher.Aes256Gcm ? 32 : 16
}

/** The key that encrypts one direction. `preauthHash` is the session's hash value: it counts for 3.1.1 only. */
export function smbCipherKey(
  sessionKey: Uint8Array,
  dialect: number,
  cipher: SmbCipher,
  fromClient: boolean,
  preauthHash: Uint8Array,
): Uint8Array {
  const bytes = cipherKeyBytes(cipher)
  if (dialect !== SMB_DIALECT_311)
    return smbKdf(sessionKey, 'SMB2AESCCM', utf8(fromClient ? 'ServerIn \0' : 'ServerOut\0'), bytes)
  return smbKdf(sessionKey, fromClient ? 'SMBC2SCipherKey' : 'SMBS2CCipherKey', preauthHash, bytes)
}

/** The next pre-authentication integrity hash value after a message. MS-SMB2 3.1.4.4.1. */
export function preauthHash(previous: Uint8Array, message: Uint8Array): Uint8Array {
  return sha512(previous, message)
}

export interface SmbTransform {
  /** The SessionId's eight bytes in hexadecimal, as they are on the wire. */
  session: string
  size: number
}

/** The session and size that a transform header names; undefined where it ends early. */
export function smbTransform(message: Uint8Array): SmbTransform | undefined {
  if (message.length < TRANSFORM_HEADER) return undefined
  const view = new DataView(message.buffer, message.byteOffset, message.length)
  let session = ''
  for (let i = 0; i < 8; i++) session += message[SESSION_AT + i]!.toString(16).padStart(2, '0')
  return { session, size: view.getUint32(SIZE_AT, true) }
}

/** The SMB messages inside an encrypted one (from its transform header); undefined when the key is not the right one. */
export function openSmb(message: Uint8Array, key: Uint8Array, cipher: SmbCipher): Uint8Array | undefined {
  const size = smbTransform(message)?.size ?? 0
  if (size === 0 || TRANSFORM_HEADER + size > message.length) return undefined
  const tag = message.slice(SIGNATURE_AT, NONCE_AT)
  const associated = message.slice(NONCE_AT, TRANSFORM_HEADER)
  const sealed = message.subarray(TRANSFORM_HEADER, TRANSFORM_HEADER + size)
  const isCcm = cipher === SmbCipher.Aes128Ccm || cipher === SmbCipher.Aes256Ccm
  const nonce = message.slice(NONCE_AT, NONCE_AT + (isCcm ? CCM_NONCE_BYTES : GCM_NONCE_BYTES))
  return (isCcm ? ccmDecrypt : gcmDecrypt)(key, nonce, associated, sealed, tag)
}

/** A SessionId as a user writes it (Wireshark: bytes as on the wire; else a number), as it may stand in `SmbTransform.session`. */
export function sessionForms(hex: string): string[] {
  const reversed = hex.match(/../g)?.reverse().join('') ?? ''
  return [...new Set([hex, reversed])]
}

/** First 16 bytes of a key, which is what SMB makes of a security package's session key. MS-SMB2 3.2.5.3. */
export function smbSessionKey(key: Uint8Array): Uint8Array {
  return key.length >= 16 ? key.slice(0, 16) : concatenate(key, new Uint8Array(16 - key.length))
}
