// The Netlogon secure channel: session key, credential, and the protection of PDUs. MS-NRPC 3.1.4.3, 3.1.4.4, 3.3.4.2.
import { concatenate, equalBytes, maskBytes } from './bytes'
import { cfb8 } from './primitives/aes-blocks'
import { desBlock } from './primitives/des'
import { hmacMd5, hmacSha256, md5 } from './primitives/hash'
import { rc4 } from './primitives/rc4'
import { type OpenedPdu, type ProtectedPdu, type Protection, signedParts } from './protection'

/** NegotiateFlags. MS-NRPC 3.1.4.2. */
const NETLOGON_STRONG_KEYS = 0x00004000
const NETLOGON_AES = 0x01000000

const ZERO_4 = new Uint8Array(4)
/** NL_AUTH_SIGNATURE and NL_AUTH_SHA2_SIGNATURE. MS-NRPC 2.2.1.3.2, 2.2.1.3.3. */
const SEQUENCE_AT = 8
const CHECKSUM_AT = 16
const CONFOUNDER_AT = 24
const CONFOUNDER_BYTES = 8
const SIGNATURE_AES = 0x0013

/** The key of a secure channel from the machine account's NT hash and the two challenges. MS-NRPC 3.1.4.3. */
export function netlogonSessionKey(
  ntHash: Uint8Array,
  client: Uint8Array,
  server: Uint8Array,
  flags: number,
): Uint8Array | undefined {
  if (flags & NETLOGON_AES) return hmacSha256(ntHash, client, server).slice(0, 16)
  if (flags & NETLOGON_STRONG_KEYS) return hmacMd5(ntHash, md5(ZERO_4, client, server))
  return undefined
}

/** The credential that a side sends to prove its key. MS-NRPC 3.1.4.4. */
export function netlogonCredential(sessionKey: Uint8Array, challenge: Uint8Array, flags: number): Uint8Array {
  if (flags & NETLOGON_AES) return cfb8(sessionKey, new Uint8Array(16), challenge, false)
  return desBlock(sessionKey.subarray(7, 14), desBlock(sessionKey.subarray(0, 7), challenge))
}

/** Protection under one session key. No state between PDUs: each token carries its sequence number. */
export class NetlogonProtection implements Protection {
  /** What the signatures of this context cover, once one was right. */
  #covers: 'whole' | 'stub' | undefined

  readonly #sealKey: Uint8Array

  constructor(private readonly sessionKey: Uint8Array) {
    this.#sealKey = maskBytes(sessionKey, 0xf0)
  }

  open(pdu: ProtectedPdu): OpenedPdu | undefined {
    const { token } = pdu
    if (token.length < (pdu.isSealed ? CONFOUNDER_AT + CONFOUNDER_BYTES : CONFOUNDER_AT)) return undefined
    const isAes = (token[0]! | (token[1]! << 8)) === SIGNATURE_AES
    const checksum = token.slice(CHECKSUM_AT, CHECKSUM_AT + 8)
    const sequence = this.#sequence(isAes, checksum, token.slice(SEQUENCE_AT, SEQUENCE_AT + 8))
    const stub = pdu.bytes.subarray(pdu.stubAt, pdu.stubEnd)
    if (!pdu.isSealed) return { verified: this.#isSigned(isAes, pdu, checksum, new Uint8Array(0), stub) }
    // Windows puts the confounder behind eight bytes of checksum, whatever the length that the signature has room for.
    let opened: OpenedPdu | undefined
    for (const at of new Set([CONFOUNDER_AT, token.length - CONFOUNDER_BYTES])) {
      const { confounder, clear } = this.#unseal(isAes, sequence, token.slice(at, at + CONFOUNDER_BYTES), stub)
      const verified = this.#isSigned(isAes, pdu, checksum, confounder, clear)
      if (verified || !opened) opened = { clear, verified }
      if (verified) break
    }
    return opened
  }

  lose(): void {
    // Each message is protected by itself: none depends on one before it.
  }

  #sequence(isAes: boolean, checksum: Uint8Array, sealed: Uint8Array): Uint8Array {
    if (isAes) return cfb8(this.sessionKey, concatenate(checksum, checksum), sealed, true)
    return rc4(hmacMd5(hmacMd5(this.sessionKey, ZERO_4), checksum), sealed)
  }

  #unseal(isAes: boolean, sequence: Uint8Array, confounder: Uint8Array, stub: Uint8Array) {
    if (isAes) {
      const clear = cfb8(this.#sealKey, concatenate(sequence, sequence), concatenate(confounder, stub), true)
      return { confounder: clear.subarray(0, CONFOUNDER_BYTES), clear: clear.subarray(CONFOUNDER_BYTES) }
    }
    // RC4 begins again for the stub.
    const key = hmacMd5(hmacMd5(this.#sealKey, ZERO_4), sequence)
    return { confounder: rc4(key, confounder), clear: rc4(key, stub) }
  }

  #isSigned(
    isAes: boolean,
    pdu: ProtectedPdu,
    checksum: Uint8Array,
    confounder: Uint8Array,
    clear: Uint8Array,
  ): boolean {
    const header = pdu.token.subarray(0, 8)
    const parts = signedParts(pdu, clear)
    for (const cover of this.#covers ? [this.#covers] : (['whole', 'stub'] as const)) {
      const digest = isAes
        ? hmacSha256(this.sessionKey, header, confounder, ...parts[cover])
        : hmacMd5(this.sessionKey, md5(ZERO_4, header, confounder, ...parts[cover]))
      if (!equalBytes(digest, checksum, 8)) continue
      this.#covers = cover
      return true
    }
    return false
  }
}
