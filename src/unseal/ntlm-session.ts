// Sealing and signing with an NTLM session key: one state for each security context. MS-NLMP 3.4.3 to 3.4.5.
import { NtlmFlag } from '../dissect/security/ntlmssp'
import { concatenate, equalBytes, little32, readLittle32, utf8 } from './bytes'
import { crc32 } from './primitives/crc32'
import { md5 } from './primitives/hash'
import { HmacMd5 } from './primitives/md5'
import { Rc4 } from './primitives/rc4'
import { type OpenedPdu, type ProtectedPdu, type Protection, signedParts } from './protection'

const SIGNATURE_BYTES = 16
const CHECKSUM_BYTES = 8
/** The encrypted part of a signature without extended session security: random pad, CRC and sequence number. */
const OLD_SEALED_BYTES = 12
const CHECKSUM_AT = 4
const SEQUENCE_AT = 12
/** How far the place in a key stream is searched, and how many bytes are hashed for that: in one context, and in one capture. */
const MAX_DISTANCE_BYTES = 1 << 20
/** Where the lost PDUs are likely all of one size, they may be further away. */
const MAX_LIKELY_DISTANCE_BYTES = 64 << 20
const MAX_CONTEXT_WORK_BYTES = 32 << 20
/** A large PDU costs much at each place: it leaves work for the small ones after it. */
const MAX_LARGE_PDU_WORK_BYTES = 4 << 20
const LARGE_PDU_BYTES = 1024
/** Passing over the key stream costs less than hashing by this factor. */
const SKIP_BYTES_PER_WORK_BYTE = 2
const MAX_WORK_BYTES = 512 << 20
/** Before the first right signature, only what SPNEGO may have taken from the stream is skipped. MS-SPNG 3.3.5.1. */
const MAX_FIRST_DISTANCE_BYTES = 64
/** Sealed parts and checksums have lengths that are multiples of this. MS-RPCE 2.2.2.11. */
const DISTANCE_STEP = 4
/** Windows and Samba fill sealed parts up to this. */
const USUAL_STEP = 16
/** A sequence number further ahead is no gap. */
const MAX_LOST_PDUS = 1 << 16

/** How much searching a capture has cost so far: it is shared by all its contexts. */
export interface SearchWork {
  bytes: number
}

/** What one side sends. */
interface Direction {
  signer: HmacMd5
  sealKey: Uint8Array
  stream: Rc4
  sequence: number
  /** True once a signature was right: the place in the stream is known. */
  isPlaced: boolean
  /** What the PDU before took from the stream. */
  spentBytes: number
  /** PDUs since then that are in the capture in part: their lengths are known. */
  missed: { pdus: number; bytes: number }
}

/** SIGNKEY of one side. MS-NLMP 3.4.5.2. */
function ntlmSignKey(sessionKey: Uint8Array, fromClient: boolean): Uint8Array {
  return md5(sessionKey, magic(fromClient, 'signing'))
}

/** SEALKEY of one side; the flags say how much of the session key counts. MS-NLMP 3.4.5.3. */
function ntlmSealKey(sessionKey: Uint8Array, flags: number, fromClient: boolean): Uint8Array {
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

const NOTHING_MISSED: Direction['missed'] = { pdus: 0, bytes: 0 }

export class NtlmSession implements Protection {
  readonly #client: Direction
  readonly #server: Direction
  /** Without extended session security: one stream for both sides, as implementations have it; MS-NLMP 3.4.3 gives each its own. */
  readonly #shared: Direction
  #isShared: boolean | undefined
  readonly #extended: boolean
  readonly #exchange: boolean
  /** What the signatures of this context cover, once one was right. */
  #covers: 'whole' | 'stub' | undefined
  #workBytes = 0

  constructor(
    sessionKey: Uint8Array,
    flags: number,
    private readonly work: SearchWork = { bytes: 0 },
    private readonly isDatagram = (flags & NtlmFlag.Datagram) !== 0,
  ) {
    this.#extended = (flags & NtlmFlag.ExtendedSessionSecurity) !== 0
    this.#exchange = (flags & NtlmFlag.KeyExchange) !== 0
    const direction = (fromClient: boolean): Direction => {
      const sealKey = ntlmSealKey(sessionKey, flags, fromClient)
      const signer = new HmacMd5(ntlmSignKey(sessionKey, fromClient))
      return {
        signer,
        sealKey,
        stream: new Rc4(sealKey),
        sequence: 0,
        isPlaced: false,
        spentBytes: 0,
        missed: { pdus: 0, bytes: 0 },
      }
    }
    this.#client = direction(true)
    this.#server = direction(false)
    this.#shared = direction(true)
  }

  open(pdu: ProtectedPdu): OpenedPdu | undefined {
    if (pdu.token.length !== SIGNATURE_BYTES || readLittle32(pdu.token, 0) !== 1) return undefined
    const direction = pdu.fromClient ? this.#client : this.#server
    // Without extended session security the sequence number is only known to the two sides.
    if (this.isDatagram) return this.#extended ? this.#openDatagram(direction, pdu) : undefined
    return this.#extended ? this.#openExtended(direction, pdu) : this.#openOld(direction, pdu)
  }

  lose(fromClient: boolean, protectedBytes: number, isSealed: boolean): void {
    const bytes = (isSealed ? protectedBytes : 0) + this.#signatureStreamBytes
    if (this.#extended) {
      // The next sequence number shows if it counts: what is cut may also be the rest of something else.
      const { missed } = fromClient ? this.#client : this.#server
      missed.pdus++
      missed.bytes += bytes
      return
    }
    for (const direction of [fromClient ? this.#client : this.#server, this.#shared]) {
      direction.sequence++
      direction.stream.skip(bytes)
    }
  }

  get #signatureStreamBytes(): number {
    return this.#extended ? (this.#exchange ? CHECKSUM_BYTES : 0) : OLD_SEALED_BYTES
  }

  #openExtended(direction: Direction, pdu: ProtectedPdu): OpenedPdu | undefined {
    const sequence = readLittle32(pdu.token, SEQUENCE_AT)
    const lost = (sequence - direction.sequence) >>> 0
    if (lost > MAX_LOST_PDUS) return undefined
    const missed = lost < direction.missed.pdus ? NOTHING_MISSED : direction.missed
    if (missed.bytes > MAX_LIKELY_DISTANCE_BYTES || (missed.bytes > 0 && !this.#work(0))) return undefined
    const after = direction.stream.copy()
    after.skip(missed.bytes)
    const clear = this.#clear(after, pdu)
    const verified = this.#isSigned(direction, pdu, clear, this.#checksum(after, pdu.token))
    if (!verified && missed.bytes > 0) this.#work(missed.bytes / SKIP_BYTES_PER_WORK_BYTE)
    if (!verified && (lost > 0 || !direction.isPlaced)) {
      const found = this.#likely(direction, pdu, lost, missed) ?? this.#search(direction, pdu, lost)
      if (found || lost > missed.pdus) return found
    }
    const opened = { verified, ...(pdu.isSealed && { clear }), ...(lost > 0 && { afterGap: true }) }
    // Of a PDU that takes nothing from the key stream the signature does not say where the stream is: the gap stays open.
    if (verified && lost > 0 && this.#spentBytes(pdu) === 0) return opened
    this.#place(direction, after, pdu)
    direction.isPlaced ||= verified && this.#spentBytes(pdu) > 0
    return opened
  }

  /** `stream` is behind that PDU. */
  #place(direction: Direction, stream: Rc4, pdu: ProtectedPdu): void {
    direction.stream = stream
    direction.sequence = readLittle32(pdu.token, SEQUENCE_AT) + 1
    direction.spentBytes = this.#spentBytes(pdu)
    direction.missed = { pdus: 0, bytes: 0 }
  }

  #spentBytes(pdu: ProtectedPdu): number {
    return (pdu.isSealed ? pdu.stubEnd - pdu.stubAt : 0) + this.#signatureStreamBytes
  }

  /** PDUs are missing: finds the place in the key stream where the signature is right, within a bound. */
  #search(direction: Direction, pdu: ProtectedPdu, lost: number): OpenedPdu | undefined {
    const first = lost * this.#signatureStreamBytes
    const most = lost === 0 ? MAX_FIRST_DISTANCE_BYTES : MAX_DISTANCE_BYTES
    return this.#searchFrom(
      direction,
      direction.stream.copy(),
      pdu,
      this.#distances(first, most, pdu.bytes.length),
      most,
    )
  }

  /** Fragments of one message are of one size, except for the last: the places that follow if the lost PDUs are such fragments. */
  #likely(direction: Direction, pdu: ProtectedPdu, lost: number, missed: Direction['missed']): OpenedPdu | undefined {
    const unknown = lost - missed.pdus
    if (unknown <= 0) return undefined
    for (const size of new Set([direction.spentBytes, this.#spentBytes(pdu)])) {
      const skipped = missed.bytes + (unknown - 1) * size
      if (size < this.#signatureStreamBytes || skipped > MAX_LIKELY_DISTANCE_BYTES) continue
      if (!this.#work(skipped / SKIP_BYTES_PER_WORK_BYTE)) return undefined
      const stream = direction.stream.copy()
      stream.skip(skipped)
      const found = this.#searchFrom(direction, stream, pdu, this.#rests(size, pdu.bytes.length), size)
      if (found) return found
    }
    return undefined
  }

  /** What the last of the lost PDUs may have taken: as much as the others, or less. */
  *#rests(size: number, pduBytes: number): Generator<number> {
    if (this.#work(pduBytes)) yield size
    for (let rest = this.#signatureStreamBytes; rest < size && this.#work(pduBytes); rest += USUAL_STEP) yield rest
  }

  #searchFrom(direction: Direction, stream: Rc4, pdu: ProtectedPdu, distances: Iterable<number>, most: number) {
    if ((!pdu.isSealed && !this.#exchange) || !this.#work(0)) return undefined
    const sealedBytes = pdu.isSealed ? pdu.stubEnd - pdu.stubAt : 0
    const key = stream.copy().apply(new Uint8Array(most + sealedBytes + CHECKSUM_BYTES))
    const clear = new Uint8Array(pdu.stubEnd - pdu.stubAt)
    for (const distance of distances) {
      for (let i = 0; i < clear.length; i++)
        clear[i] = pdu.bytes[pdu.stubAt + i]! ^ (pdu.isSealed ? key[distance + i]! : 0)
      const checksum = pdu.token.slice(CHECKSUM_AT, SEQUENCE_AT)
      if (this.#exchange) for (let i = 0; i < CHECKSUM_BYTES; i++) checksum[i]! ^= key[distance + sealedBytes + i]!
      if (!this.#isSigned(direction, pdu, clear, checksum)) continue
      stream.skip(distance + this.#spentBytes(pdu))
      this.#place(direction, stream, pdu)
      direction.isPlaced = true
      return { verified: true, afterGap: true, ...(pdu.isSealed && { clear }) }
    }
    return undefined
  }

  /** Counts work; false once the context, or the capture, has cost too much. */
  #work(bytes: number): boolean {
    this.#workBytes += bytes
    this.work.bytes += bytes
    return this.#workBytes <= MAX_CONTEXT_WORK_BYTES && this.work.bytes <= MAX_WORK_BYTES
  }

  /** Distances to try, the likely ones first, until the bounds are reached. Lost PDUs took at least their signatures from the stream. */
  *#distances(first: number, most: number, pduBytes: number): Generator<number> {
    let left = pduBytes > LARGE_PDU_BYTES ? MAX_LARGE_PDU_WORK_BYTES : MAX_CONTEXT_WORK_BYTES
    for (const isUsual of [true, false])
      for (let distance = first; distance <= most; distance += isUsual ? USUAL_STEP : DISTANCE_STEP) {
        if (!isUsual && (distance - first) % USUAL_STEP === 0) continue
        const bytes = pduBytes + 2 * 64
        left -= bytes
        if (left < 0 || !this.#work(bytes)) return
        yield distance
      }
  }

  /** The signature is encrypted as a whole. MS-NLMP 3.4.4.1. */
  #openOld(own: Direction, pdu: ProtectedPdu): OpenedPdu | undefined {
    const sealedBytes = pdu.isSealed ? pdu.stubEnd - pdu.stubAt : 0
    const spentBytes = sealedBytes + OLD_SEALED_BYTES
    const ways = this.#isShared === undefined ? [this.#shared, own] : [this.#isShared ? this.#shared : own]
    const tries = ways.map((way) => this.#tryOld(pdu, way.stream.copy().apply(new Uint8Array(spentBytes)), 0))
    if (tries.length === 2 && tries[0]!.isSigned !== tries[1]!.isSigned) this.#isShared = tries[0]!.isSigned
    const at = tries.findIndex(({ isSigned }) => isSigned)
    if (at >= 0) {
      for (const way of ways) {
        way.stream.skip(spentBytes)
        way.sequence++
      }
      return { verified: true, ...(pdu.isSealed && { clear: tries[at]!.clear }) }
    }
    for (const [i, way] of ways.entries()) {
      const found = this.#searchOld(way, pdu, spentBytes)
      if (!found) continue
      this.#isShared ??= i === 0
      return found
    }
    // The number that was to be expected shows that the place is right, and that the text was changed.
    const changed = ways.findIndex((way, i) => tries[i]!.sequence === way.sequence)
    if (changed < 0) return undefined
    for (const way of ways) {
      way.stream.skip(spentBytes)
      way.sequence++
    }
    return { verified: false, ...(pdu.isSealed && { clear: tries[changed]!.clear }) }
  }

  #searchOld(way: Direction, pdu: ProtectedPdu, spentBytes: number): OpenedPdu | undefined {
    const key = way.stream.copy().apply(new Uint8Array(MAX_DISTANCE_BYTES + spentBytes))
    for (const distance of this.#distances(OLD_SEALED_BYTES, MAX_DISTANCE_BYTES, pdu.bytes.length)) {
      const tried = this.#tryOld(pdu, key, distance)
      if (!tried.isSigned || tried.sequence > way.sequence + MAX_LOST_PDUS) continue
      way.stream.skip(distance + spentBytes)
      way.sequence = tried.sequence + 1
      return { verified: true, afterGap: true, ...(pdu.isSealed && { clear: tried.clear }) }
    }
    return undefined
  }

  #tryOld(pdu: ProtectedPdu, key: Uint8Array, at: number) {
    const protectedBytes = pdu.stubEnd - pdu.stubAt
    const clear = new Uint8Array(protectedBytes)
    for (let i = 0; i < protectedBytes; i++) clear[i] = pdu.bytes[pdu.stubAt + i]! ^ (pdu.isSealed ? key[at + i]! : 0)
    const signatureAt = at + (pdu.isSealed ? protectedBytes : 0)
    const sealed = new Uint8Array(OLD_SEALED_BYTES)
    for (let i = 0; i < OLD_SEALED_BYTES; i++) sealed[i] = pdu.token[CHECKSUM_AT + i]! ^ key[signatureAt + i]!
    const parts = signedParts(pdu, clear)
    const crc = readLittle32(sealed, 4)
    const isSigned = (['stub', 'whole'] as const).some((cover) => crc32(concatenate(...parts[cover])) === crc)
    return { clear, sequence: readLittle32(sealed, 8), isSigned }
  }

  /** Over datagrams each message has a key of its own. MS-NLMP 3.4.4. */
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

  #isSigned({ signer }: Direction, pdu: ProtectedPdu, clear: Uint8Array, checksum: Uint8Array): boolean {
    const parts = signedParts(pdu, clear)
    const sequence = little32(readLittle32(pdu.token, SEQUENCE_AT))
    for (const cover of this.#covers ? [this.#covers] : (['whole', 'stub'] as const)) {
      if (!equalBytes(signer.code(sequence, ...parts[cover]), checksum, CHECKSUM_BYTES)) continue
      this.#covers = cover
      return true
    }
    return false
  }
}
