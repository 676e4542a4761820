// QUIC packets with long headers, Initial packets protected by the keys that their connection ID gives. RFC 9000 17.2, RFC 9001 5, RFC 9369 3.
import { createCipheriv, createHmac } from 'node:crypto'
import { ByteWriter } from '../../bytes'

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))

/** Versions, with the salt of their Initial keys, the word before their labels, and how they number packet types. */
const QUIC_VERSIONS = {
  v1: {
    number: 1,
    salt: hex('38762cf7f55934b34d179ae6a4c80cadccbb7f0a'),
    label: 'quic',
    types: { initial: 0, zeroRtt: 1, handshake: 2, retry: 3 },
  },
  v2: {
    number: 0x6b3343cf,
    salt: hex('0dede3def700a6db819381be6e269dcbf9bd2ed9'),
    label: 'quicv2',
    types: { initial: 1, zeroRtt: 2, handshake: 3, retry: 0 },
  },
  draft29: {
    number: 0xff00001d,
    salt: hex('afbfec289993d24c9e9786f19c6111e04390a899'),
    label: 'quic',
    types: { initial: 0, zeroRtt: 1, handshake: 2, retry: 3 },
  },
} as const
export type QuicVersion = keyof typeof QUIC_VERSIONS

export interface QuicPacket {
  version?: QuicVersion
  destination: Uint8Array
  source: Uint8Array
}

export interface QuicInitial extends QuicPacket {
  /** The connection ID that gives the keys: the first that the client chose. `destination` where it is not given. */
  keyedBy?: Uint8Array
  fromServer?: boolean
  packetNumber: number
  /** Bytes of the packet number. */
  numberLength?: number
  token?: Uint8Array
  frames: readonly Uint8Array[]
  /** Fills the packet with PADDING frames up to so many bytes. */
  paddedTo?: number
}

const TAG = 16

/** An Initial packet. */
export function quicInitial(packet: QuicInitial): Uint8Array<ArrayBuffer> {
  const { destination, keyedBy = destination, fromServer = false, packetNumber, numberLength = 2 } = packet
  const { frames, paddedTo = 0, token = new Uint8Array(0) } = packet
  const version = QUIC_VERSIONS[packet.version ?? 'v1']
  const payload = new ByteWriter(false)
  for (const frame of frames) payload.bytes(frame)
  payload.fill(Math.max(0, 4 - numberLength - payload.length))
  const head = longHeader(packet, version.types.initial, numberLength - 1)
    .bytes(varint(token.length))
    .bytes(token)
  payload.fill(Math.max(0, paddedTo - (head.length + 2 + numberLength + payload.length + TAG)))
  head.bytes(varint(numberLength + payload.length + TAG, 2))
  const numberAt = head.length
  for (let shift = numberLength - 1; shift >= 0; shift--) head.u8((packetNumber / 2 ** (8 * shift)) & 0xff)

  const { key, iv, headerKey } = initialKeys(packet.version ?? 'v1', keyedBy, fromServer)
  for (let at = 0; at < 6; at++) iv[11 - at] = iv[11 - at]! ^ (Math.floor(packetNumber / 2 ** (8 * at)) & 0xff)
  const cipher = createCipheriv('aes-128-gcm', key, iv).setAAD(head.take())
  head.bytes(cipher.update(payload.take())).bytes(cipher.final()).bytes(cipher.getAuthTag())
  const bytes = head.take()
  const sample = bytes.subarray(numberAt + 4, numberAt + 4 + 16)
  const mask = createCipheriv('aes-128-ecb', headerKey, null).setAutoPadding(false).update(sample)
  bytes[0]! ^= mask[0]! & 0x0f
  for (let at = 0; at < numberLength; at++) bytes[numberAt + at]! ^= mask[1 + at]!
  return bytes
}

/** Keys of Initial packets: RFC 9001 5.2. */
function initialKeys(name: QuicVersion, keyedBy: Uint8Array, fromServer: boolean) {
  const { salt, label } = QUIC_VERSIONS[name]
  const secret = hmac(salt, keyedBy)
  const own = expand(secret, fromServer ? 'server in' : 'client in', 32)
  return {
    key: expand(own, `${label} key`, 16),
    iv: expand(own, `${label} iv`, 12),
    headerKey: expand(own, `${label} hp`, 16),
  }
}

const hmac = (key: Uint8Array, bytes: Uint8Array) => createHmac('sha256', key).update(bytes).digest()

/** HKDF-Expand-Label without context, of at most one block: RFC 8446 7.1. */
function expand(secret: Uint8Array, label: string, length: number): Uint8Array {
  const name = new TextEncoder().encode(`tls13 ${label}`)
  const info = new ByteWriter(false).u16(length).u8(name.length).bytes(name).u8(0).u8(1)
  return new Uint8Array(hmac(secret, info.take()).subarray(0, length))
}

/** A Handshake or 0-RTT packet whose payload is only noise: its keys are secret. RFC 9000 17.2.3, 17.2.4. */
export function quicSealed(packet: QuicPacket, type: 'handshake' | 'zeroRtt', length = 64): Uint8Array<ArrayBuffer> {
  const version = QUIC_VERSIONS[packet.version ?? 'v1']
  return longHeader(packet, version.types[type], 0).bytes(varint(length, 2)).fill(length, 0xa5).take()
}

/** A Retry packet; its integrity tag is noise. RFC 9000 17.2.5. */
export function quicRetry(packet: QuicPacket, token: Uint8Array): Uint8Array<ArrayBuffer> {
  const version = QUIC_VERSIONS[packet.version ?? 'v1']
  return longHeader(packet, version.types.retry, 0).bytes(token).fill(TAG, 0x5a).take()
}

/** A packet with a short header whose payload is only noise. RFC 9000 17.3.1. */
export function quicShort(destination: Uint8Array, length = 40): Uint8Array<ArrayBuffer> {
  return new ByteWriter(false).u8(0x41).bytes(destination).fill(length, 0x3c).take()
}

function longHeader({ version = 'v1', destination, source }: QuicPacket, type: number, low: number): ByteWriter {
  return new ByteWriter(false)
    .u8(0xc0 | (type << 4) | low)
    .u32(QUIC_VERSIONS[version].number)
    .u8(destination.length)
    .bytes(destination)
    .u8(source.length)
    .bytes(source)
}

/** A variable-length integer, in at least so many bytes: RFC 9000 16. */
function varint(value: number, atLeast = 1): Uint8Array {
  const bytes = new ByteWriter(false)
  if (value < 0x40 && atLeast === 1) return bytes.u8(value).take()
  if (value < 0x4000 && atLeast <= 2) return bytes.u16(0x4000 | value).take()
  return bytes.u32((0x80000000 | value) >>> 0).take()
}

/** A CRYPTO frame: RFC 9000 19.6. */
export function quicCrypto(offset: number, data: Uint8Array): Uint8Array {
  return new ByteWriter(false).u8(6).bytes(varint(offset)).bytes(varint(data.length)).bytes(data).take()
}

/** An ACK frame of packet 0 alone: RFC 9000 19.3. */
export const QUIC_ACK = Uint8Array.of(2, 0, 0, 0, 0)
export const QUIC_PING = Uint8Array.of(1)
