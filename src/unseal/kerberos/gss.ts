// Kerberos per-message tokens: RFC 4121 4.2 (AES), RFC 4757 7.2 and 7.3 (RC4), MS-KILE 3.4.5.4.1 (DCE style, header signing).
import { concatenate, equalBytes, little32, maskBytes, utf8 } from '../bytes'
import { aesChecksum, checksumBytes, Etype, keyBytes, type KerberosKey, openAes, Usage } from './kerberos-crypto'
import { hmacMd5, md5 } from '../primitives/hash'
import { rc4 } from '../primitives/rc4'
import { type OpenedPdu, type ProtectedPdu, type Protection, signedParts } from '../protection'

const HEADER_BYTES = 16
const WRAP = 0x0504
const MIC = 0x0404
const CONFOUNDER_BYTES = 16
const RC4_TOKEN_BYTES = 32
const RC4_MIC_BYTES = 24

type Cover = 'whole' | 'stub'
const COVERS: Cover[] = ['whole', 'stub']

/** Per-message protection with the keys of one Kerberos context. No state between PDUs, so gaps do not matter. */
export class GssProtection implements Protection {
  /** Which key and cover were right the last time: tried first. */
  #cover: Cover | undefined
  #key: KerberosKey | undefined

  /** `keys`: those that may be in use, the likeliest first (acceptor's subkey, initiator's subkey, session key). */
  constructor(private readonly keys: readonly KerberosKey[]) {}

  open(pdu: ProtectedPdu): OpenedPdu | undefined {
    let unverified: OpenedPdu | undefined
    for (const key of this.#key ? [this.#key] : this.keys)
      for (const cover of this.#cover ? [this.#cover] : COVERS) {
        const opened = key.etype === Etype.Rc4Hmac ? openRc4(key, pdu, cover) : openAesToken(key, pdu, cover)
        if (!opened) continue
        if (!opened.verified) {
          unverified ??= opened
          continue
        }
        this.#cover = cover
        this.#key = key
        return opened
      }
    // Until a signature was right nothing shows that the keys are those of this context.
    return this.#key ? unverified : undefined
  }

  lose(): void {
    // Each message is protected by itself: none depends on one before it.
  }
}

function openAesToken(key: KerberosKey, pdu: ProtectedPdu, cover: Cover): OpenedPdu | undefined {
  const { token } = pdu
  if (token.length < HEADER_BYTES || keyBytes(key.etype) !== key.key.length) return undefined
  const id = (token[0]! << 8) | token[1]!
  if (!pdu.isSealed) return id === MIC ? verifyMic(key, pdu, cover) : undefined
  if (id !== WRAP) return undefined
  const header = token.slice(0, HEADER_BYTES)
  const extra = (header[4]! << 8) | header[5]!
  const rotation = (header[6]! << 8) | header[7]!
  const stub = pdu.bytes.subarray(pdu.stubAt, pdu.stubEnd)
  const body = concatenate(token.subarray(HEADER_BYTES), stub)
  const fixed = CONFOUNDER_BYTES + HEADER_BYTES + checksumBytes(key.etype)
  if (body.length !== stub.length + extra + fixed) return undefined
  // In DCE style the rotation leaves the stub where it was: by the count and the filler. MS-KILE 3.4.5.4.1.
  const turn = (rotation + extra) % body.length
  const sealed = concatenate(body.subarray(turn), body.subarray(0, turn))
  // The header goes in with no rotation. RFC 4121 4.2.4.
  const end = CONFOUNDER_BYTES + stub.length
  const signed = (bytes: Uint8Array): Uint8Array[] => {
    if (cover === 'stub') return [bytes]
    const { whole } = signedParts(pdu, bytes.subarray(CONFOUNDER_BYTES, end))
    return [bytes.subarray(0, CONFOUNDER_BYTES), ...whole, bytes.subarray(end)]
  }
  const usage = pdu.fromClient ? Usage.InitiatorSeal : Usage.AcceptorSeal
  const opened = openAes(key, usage, sealed, signed)
  if (!opened) return undefined
  const copied = opened.clear.subarray(stub.length + extra)
  const isSameHeader =
    equalBytes(copied.subarray(0, 6), header.subarray(0, 6)) && equalBytes(copied.subarray(8), header.subarray(8))
  return { clear: opened.clear.slice(0, stub.length), verified: opened.isRight && isSameHeader }
}

function verifyMic(key: KerberosKey, pdu: ProtectedPdu, cover: Cover): OpenedPdu | undefined {
  const bytes = checksumBytes(key.etype)
  if (pdu.token.length !== HEADER_BYTES + bytes) return undefined
  const parts = signedParts(pdu, pdu.bytes.subarray(pdu.stubAt, pdu.stubEnd))[cover]
  const usage = pdu.fromClient ? Usage.InitiatorSign : Usage.AcceptorSign
  const checksum = aesChecksum(key, usage, [...parts, pdu.token.subarray(0, HEADER_BYTES)])
  return { verified: equalBytes(checksum, pdu.token.subarray(HEADER_BYTES)) }
}

/** The part of an RC4 token after GSS-API's framing (0x60, length, object identifier). RFC 2743 3.1. */
function innerToken(token: Uint8Array): Uint8Array | undefined {
  if (token[0] !== 0x60) return token
  const lengthBytes = (token[1] ?? 0) < 0x80 ? 1 : 1 + (token[1]! & 0x7f)
  const oidAt = 1 + lengthBytes
  if (lengthBytes > 5 || token[oidAt] !== 0x06) return undefined
  return token.subarray(oidAt + 2 + (token[oidAt + 1] ?? 0))
}

function openRc4(key: KerberosKey, pdu: ProtectedPdu, cover: Cover): OpenedPdu | undefined {
  const token = innerToken(pdu.token)
  const bytes = pdu.isSealed ? RC4_TOKEN_BYTES : RC4_MIC_BYTES
  if (!token || token.length < bytes || key.key.length !== 16) return undefined
  if (token[0] !== (pdu.isSealed ? 2 : 1) || token[1] !== 1) return undefined
  const checksum = token.subarray(16, 24)
  const zero = new Uint8Array(4)
  const sequence = rc4(hmacMd5(hmacMd5(key.key, zero), checksum), token.subarray(8, 16))
  let clear: Uint8Array = pdu.bytes.subarray(pdu.stubAt, pdu.stubEnd)
  let confounder: Uint8Array = new Uint8Array(0)
  if (pdu.isSealed) {
    const sealKey = hmacMd5(hmacMd5(maskBytes(key.key, 0xf0), zero), sequence.subarray(0, 4))
    const opened = rc4(sealKey, concatenate(token.subarray(24, 32), clear))
    confounder = opened.subarray(0, 8)
    clear = opened.subarray(8)
  }
  const usage = little32(pdu.isSealed ? 13 : 15)
  const signKey = hmacMd5(key.key, utf8('signaturekey\0'))
  const parts = signedParts(pdu, clear)[cover]
  const hash = md5(usage, token.subarray(0, 8), confounder, ...parts)
  const verified = equalBytes(hmacMd5(signKey, hash), checksum, 8)
  return { verified, ...(pdu.isSealed && { clear }) }
}
