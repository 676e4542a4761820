// Sealing and signing with an NTLM session key: one state for each security context. MS-NLMP 3.4.3 to 3.4.5.
import { NtlmFlag } from '../dissect/security/ntlmssp'
import { concatenate, equalBytes, little32, readLittle32, utf8 } from './bytes'
import { crc32 } from './primitives/crc32'
import { hmacMd5, md5 } from './primitives/hash'
import { Rc4 } from './primitives/rc4'
import { type OpenedPdu, type ProtectedPdu, type Protection, signedParts } from './protection'

const SIGNATURE_BYTES = 16
const CHECKSUM_BYTES = 8
/** The encrypted part of a signature without extended session security: random pad, CRC and sequence number. */
const OLD_SEALED_BYTES = 12
const CHECKSUM_AT = 4
const SEQUENCE_AT = 12
/** How far the place in a key stream is searched, and how many bytes are hashed for that in one context in all. */
const MAX_DISTANCE_BYTES = 1 << 20
const MAX_SEARCH_WORK_BYTES = 48 << 20
/** Sealed parts and checksums have lengths that are multiples of this. MS-RPCE 2.2.2.11. */
const DISTANCE_STEP = 4
/** A sequence number further ahead is no gap. */
const MAX_LOST_PDUS = 1 << 16

/** What one side sends. Without extended session security both sides use the same one. */
interface Direction {
  signKey: Uint8Array
  sealKey: Uint8Array
  stream: Rc4
  sequence: number
  /** True once a signature was right: the place in the stream is known. */
  isPlaced: boolean
}

/** SIGNKEY of one side. MS-NLMP 3.4.5.2. */
export function ntlmSignKey(sessionKey: Uint8Array, fromClient: boolean): Uint8Array {
  return md5(sessionKey, magic(fromClient, 'signing'))
}

/** SEALKEY of one side; the flags say how much of the session key counts. MS-NLMP 3.4.5.3. */
export function ntlmSealKey(sessionKey: Uint8Array, flags: number, fromClient: boolean): Uint8Array {
  if (flags & NtlmFlag.ExtendedSessionSecurity) {
    const bytes = flags & NtlmFlag.Key128 ? 16 : flags & NtlmFlag.Key56 ? 7 : 5
    return md5(sessionKey.subarray(0, bytes), magic(fromClient, 'sealing'))
  }
  if ((flags & (NtlmFlag.LanManagerKey | NtlmFlag.Datagram)) === 0) return sessionKey
  return flags & NtlmFlag.Key56
    ? concatenate(sessionKey.subarray(0, 7), Uint8Array.of(0xa0))
    : concatenate(sessionKey.subarray(0, 5), Uint8Array.of(0xe5, 0x38, 0xb0))
}

function magic(fromClient: boolean, purpose: 'signing' | 'sealing'): Uint8Array {
  const way = fromClient ? 'client-to-server' : 'server-to-client'
  return utf8(`session key to ${way} ${purpose} key magic constant\0`)
}

export class NtlmSession implements Protection {
  readonly #client: Direction
  readonly #server: Direction
  readonly #extended: boolean
  readonly #exchange: boolean
  /** What the signatures of this context cover, once one was right. */
  #covers: 'whole' | 'stub' | undefined
  #searchedBytes = 0

  constructor(
    sessionKey: Uint8Array,
    private readonly flags: number,
  ) {
    this.#extended = (flags & NtlmFlag.ExtendedSessionSecurity) !== 0
    this.#exchange = (flags & NtlmFlag.KeyExchange) !== 0
    const direction = (fromClient: boolean): Direction => {
      const sealKey = ntlmSealKey(sessionKey, flags, fromClient)
      return {
        signKey: ntlmSignKey(sessionKey, fromClient),
        sealKey,
        stream: new Rc4(sealKey),
        sequence: 0,
        isPlaced: false,
      }
    }
    this.#client = direction(true)
    this.#server = this.#extended ? direction(false) : this.#client
  }

  open(pdu: ProtectedPdu): OpenedPdu | undefined {
    if (pdu.token.length !== SIGNATURE_BYTES || readLittle32(pdu.token, 0) !== 1) return undefined
    const direction = pdu.fromClient ? this.#client : this.#server
    if (this.flags & NtlmFlag.Datagram) return this.#openDatagram(direction, pdu)
    return this.#extended ? this.#openExtended(direction, pdu) : this.#openOld(direction, pdu)
  }

  lose(fromClient: boolean, protectedBytes: number, isSealed: boolean): void {
    const direction = fromClient ? this.#client : this.#server
    direction.sequence++
    direction.stream.skip((isSealed ? protectedBytes : 0) + this.#signatureStreamBytes)
  }

  get #signatureStreamBytes(): number {
    return this.#extended ? (this.#exchange ? CHECKSUM_BYTES : 0) : OLD_SEALED_BYTES
  }

  #openExtended(direction: Direction, pdu: ProtectedPdu): OpenedPdu | undefined {
    const sequence = readLittle32(pdu.token, SEQUENCE_AT)
    const lost = (sequence - direction.sequence) >>> 0
    const after = direction.stream.copy()
    const clear = this.#clear(after, pdu)
    const verified = lost <= MAX_LOST_PDUS && this.#isSigned(direction, pdu, clear, this.#checksum(after, pdu.token))
    if (!verified && (lost > 0 || !direction.isPlaced)) {
      const found = lost <= MAX_LOST_PDUS ? this.#search(direction, pdu, sequence, lost) : undefined
      if (found || lost > 0) return found
    }
    direction.stream = after
    direction.sequence = sequence + 1
    direction.isPlaced ||= verified
    return { verified, ...(pdu.isSealed && { clear }), ...(lost > 0 && { afterGap: true }) }
  }

  /** PDUs are missing: finds the place in the key stream where the signature is right, within a bound. */
  #search(direction: Direction, pdu: ProtectedPdu, sequence: number, lost: number): OpenedPdu | undefined {
    const sealedBytes = pdu.isSealed ? pdu.stubEnd - pdu.stubAt : 0
    const work = pdu.bytes.length + 128
    const step = lost * this.#signatureStreamBytes
    const most = Math.min(
      MAX_DISTANCE_BYTES,
      Math.floor((MAX_SEARCH_WORK_BYTES - this.#searchedBytes) / work) * DISTANCE_STEP,
    )
    if (most <= 0 || (!pdu.isSealed && !this.#exchange)) return undefined
    const key = direction.stream.copy().apply(new Uint8Array(most + sealedBytes + CHECKSUM_BYTES))
    const clear = new Uint8Array(pdu.stubEnd - pdu.stubAt)
    // Lost PDUs took at least their signatures from the stream.
    for (let distance = step; distance <= most; distance += DISTANCE_STEP) {
      this.#searchedBytes += work
      for (let i = 0; i < clear.length; i++)
        clear[i] = pdu.bytes[pdu.stubAt + i]! ^ (pdu.isSealed ? key[distance + i]! : 0)
      const checksum = pdu.token.slice(CHECKSUM_AT, SEQUENCE_AT)
      if (this.#exchange) for (let i = 0; i < CHECKSUM_BYTES; i++) checksum[i]! ^= key[distance + sealedBytes + i]!
      if (!this.#isSigned(direction, pdu, clear, checksum)) continue
      direction.stream.skip(distance + sealedBytes + (this.#exchange ? CHECKSUM_BYTES : 0))
      direction.sequence = sequence + 1
      direction.isPlaced = true
      return { verified: true, afterGap: true, ...(pdu.isSealed && { clear }) }
    }
    return undefined
  }

  /** One stream and one count for both sides; the signature is encrypted as a whole. MS-NLMP 3.4.4.1. */
  #openOld(direction: Direction, pdu: ProtectedPdu): OpenedPdu | undefined {
    const sealedBytes = pdu.isSealed ? pdu.stubEnd - pdu.stubAt : 0
    const work = pdu.bytes.length
    const most = Math.min(
      MAX_DISTANCE_BYTES,
      Math.floor(Math.max(0, MAX_SEARCH_WORK_BYTES - this.#searchedBytes) / work) * DISTANCE_STEP,
    )
    const first = this.#tryOld(pdu, direction.stream.copy().apply(new Uint8Array(sealedBytes + OLD_SEALED_BYTES)), 0)
    if (first?.isSigned && first.sequence === direction.sequence) {
      direction.stream.skip(sealedBytes + OLD_SEALED_BYTES)
      direction.sequence++
      return { verified: true, ...(pdu.isSealed && { clear: first.clear }) }
    }
    const key = direction.stream.copy().apply(new Uint8Array(most + sealedBytes + OLD_SEALED_BYTES))
    for (let distance = OLD_SEALED_BYTES; distance <= most; distance += DISTANCE_STEP) {
      this.#searchedBytes += work
      const tried = this.#tryOld(pdu, key, distance)
      if (!tried.isSigned || (tried.sequence - direction.sequence) >>> 0 > MAX_LOST_PDUS) continue
      direction.stream.skip(distance + sealedBytes + OLD_SEALED_BYTES)
      direction.sequence = tried.sequence + 1
      return { verified: true, afterGap: true, ...(pdu.isSealed && { clear: tried.clear }) }
    }
    // The number that stands where it is expected shows that the place is right, and the text was changed.
    if (first?.sequence !== direction.sequence) return undefined
    direction.stream.skip(sealedBytes + OLD_SEALED_BYTES)
    direction.sequence++
    return { verified: false, ...(pdu.isSealed && { clear: first.clear }) }
  }

  #tryOld(pdu: ProtectedPdu, key: Uint8Array, at: number) {
    const protectedBytes = pdu.stubEnd - pdu.stubAt
    const clear = new Uint8Array(protectedBytes)
    for (let i = 0; i < protectedBytes; i++) clear[i] = pdu.bytes[pdu.stubAt + i]! ^ (pdu.isSealed ? key[at + i]! : 0)
    const signatureAt = at + (pdu.isSealed ? protectedBytes : 0)
    const sealed = new Uint8Array(OLD_SEALED_BYTES)
    for (let i = 0; i < OLD_SEALED_BYTES; i++) sealed[i] = pdu.token[CHECKSUM_AT + i]! ^ key[signatureAt + i]!
    const sequence = readLittle32(sealed, 8)
    const parts = signedParts(pdu, clear)
    const crc = readLittle32(sealed, 4)
    const isSigned = (['stub', 'whole'] as const).some((cover) => crc32(concatenate(...parts[cover])) === crc)
    return { clear, sequence, isSigned }
  }

  /** Over datagrams each message has a key of its own. MS-NLMP 3.4.4 */
  #openDatagram(direction: Direction, pdu: ProtectedPdu): OpenedPdu {
    const sequence = pdu.token.subarray(SEQUENCE_AT)
    const stream = new Rc4(md5(direction.sealKey, sequence))
    const clear = this.#clear(stream, pdu)
    const verified = this.#isSigned(direction, pdu, clear, this.#checksum(stream, pdu.token))
    return { verified, ...(pdu.isSealed && { clear }) }
  }

  #clear(stream: Rc4, pdu: ProtectedPdu): Uint8Array {
    const part = pdu.bytes.subarray(pdu.stubAt, pdu.stubEnd)
    return pdu.isSealed ? stream.apply(part) : part
  }

  #checksum(stream: Rc4, token: Uint8Array): Uint8Array {
    const checksum = token.subarray(CHECKSUM_AT, SEQUENCE_AT)
    return this.#exchange ? stream.apply(checksum) : checksum
  }

  #isSigned(direction: Direction, pdu: ProtectedPdu, clear: Uint8Array, checksum: Uint8Array): boolean {
    const parts = signedParts(pdu, clear)
    const sequence = little32(readLittle32(pdu.token, SEQUENCE_AT))
    for (const cover of this.#covers ? [this.#covers] : (['whole', 'stub'] as const)) {
      if (!equalBytes(hmacMd5(direction.signKey, sequence, ...parts[cover]), checksum, CHECKSUM_BYTES)) continue
      this.#covers = cover
      return true
    }
    return false
  }
}
