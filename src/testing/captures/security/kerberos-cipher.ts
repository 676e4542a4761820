// Kerberos encryption over Node's ciphers, written apart from what it tests: RFC 3961, 3962, 8009, 4757; per-message tokens of
// RFC 4121 and RFC 4757 7 as RPC uses them (DCE style, header signing).
import { createCipheriv, createHash, createHmac } from 'node:crypto'
import { concatenate } from '../../bytes'
import { Rc4 } from '../crypto/rc4'

export interface Key {
  /** 17, 18 AES with SHA-1; 19, 20 AES with SHA-2; 23 RC4-HMAC. */
  etype: number
  key: Uint8Array
}

const RC4 = 23
const isSha2 = (etype: number) => etype === 19 || etype === 20
const tagLength = (etype: number) => (etype === 19 ? 16 : etype === 20 ? 24 : 12)
const number32 = (value: number, little = false) => {
  const bytes = Buffer.alloc(4)
  if (little) bytes.writeUInt32LE(value)
  else bytes.writeUInt32BE(value)
  return bytes
}
const hmac = (name: string, key: Uint8Array, ...parts: Uint8Array[]) => {
  const state = createHmac(name, key)
  for (const part of parts) state.update(part)
  return state.digest()
}
const md5 = (...parts: Uint8Array[]) => createHash('md5').update(Buffer.concat(parts)).digest()
const rc4 = (key: Uint8Array, bytes: Uint8Array) => new Rc4(key).apply(bytes)

/** RFC 3961 5.1, on bits. */
function fold(input: Uint8Array, length: number): Uint8Array {
  const bits = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const one = bits(input)
  let all = ''
  for (let copy = 0; copy === 0 || all.length % (8 * length) !== 0 || all.length % one.length !== 0; copy++) {
    const turn = (13 * copy) % one.length
    all += one.slice(one.length - turn) + one.slice(0, one.length - turn)
  }
  let sum = 0n
  const ones = (1n << BigInt(8 * length)) - 1n
  for (let at = 0; at < all.length; at += 8 * length) sum += BigInt(`0b${all.slice(at, at + 8 * length)}`)
  while (sum > ones) sum = (sum & ones) + (sum >> BigInt(8 * length))
  return Buffer.from(sum.toString(16).padStart(2 * length, '0'), 'hex')
}

function cbc(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const cipher = createCipheriv(
    key.length === 16 ? 'aes-128-cbc' : 'aes-256-cbc',
    key,
    Buffer.alloc(16),
  ).setAutoPadding(false)
  return Buffer.concat([cipher.update(bytes), cipher.final()])
}

function derive({ etype, key }: Key, usage: number, last: number, length: number): Uint8Array {
  const constant = concatenate(number32(usage), Uint8Array.of(last))
  if (isSha2(etype)) {
    const name = etype === 19 ? 'sha256' : 'sha384'
    return hmac(name, key, number32(1), constant, Uint8Array.of(0), number32(8 * length)).subarray(0, length)
  }
  let block: Uint8Array = fold(constant, 16)
  const blocks: Uint8Array[] = []
  while (16 * blocks.length < key.length) blocks.push((block = cbc(key, block)))
  return Buffer.concat(blocks)
}

/** RFC 3962 5: the last block goes before the one that filled it. */
function steal(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const short = -bytes.length & 15
  const sealed = cbc(key, Buffer.concat([bytes, Buffer.alloc(short)]))
  const last = sealed.subarray(sealed.length - 16)
  const before = sealed.subarray(sealed.length - 32, sealed.length - 16)
  return Buffer.concat([sealed.subarray(0, sealed.length - 32), last, before.subarray(0, 16 - short)])
}

/** An AES ciphertext of confounder and text; `cover` gives what its checksum covers. */
function sealAes(key: Key, usage: number, body: Uint8Array, cover: (body: Uint8Array) => Uint8Array[]): Uint8Array {
  const { etype } = key
  const sealed = steal(derive(key, usage, 0xaa, key.key.length), body)
  if (isSha2(etype)) {
    const integrity = derive(key, usage, 0x55, tagLength(etype))
    const name = etype === 19 ? 'sha256' : 'sha384'
    return concatenate(sealed, hmac(name, integrity, Buffer.alloc(16), ...cover(sealed)).subarray(0, tagLength(etype)))
  }
  const integrity = derive(key, usage, 0x55, key.key.length)
  return concatenate(sealed, hmac('sha1', integrity, ...cover(body)).subarray(0, 12))
}

/** An EncryptedData's ciphertext. */
export function seal(key: Key, usage: number, text: Uint8Array, random: (length: number) => Uint8Array): Uint8Array {
  if (key.etype !== RC4) return sealAes(key, usage, concatenate(random(16), text), (body) => [body])
  const usageKey = hmac('md5', key.key, number32(usage === 3 || usage === 9 ? 8 : usage, true))
  const body = concatenate(random(8), text)
  const checksum = hmac('md5', usageKey, body)
  return concatenate(checksum, rc4(hmac('md5', usageKey, checksum), body))
}

/** The pseudo-random function of an encryption type. RFC 3961 5.3, RFC 4757, RFC 8009 5. */
function pseudoRandom({ etype, key }: Key, input: Uint8Array): Uint8Array {
  if (etype === RC4) return hmac('sha1', key, input)
  const name = Buffer.from('prf')
  if (isSha2(etype)) {
    const [hash, bits] = etype === 19 ? (['sha256', 256] as const) : (['sha384', 384] as const)
    return hmac(hash, key, number32(1), name, Uint8Array.of(0), input, number32(bits))
  }
  const blocks = [cbc(key, fold(name, 16))]
  if (key.length === 32) blocks.push(cbc(key, blocks[0]!))
  return cbc(Buffer.concat(blocks), createHash('sha1').update(input).digest().subarray(0, 16))
}

/** A key of two keys: KRB-FX-CF2. RFC 6113 5.1. */
export function combine(first: Key, firstPepper: string, second: Key, secondPepper: string): Key {
  const stream = (key: Key, pepper: string) =>
    concatenate(...[1, 2, 3].map((count) => pseudoRandom(key, Buffer.from(`${String.fromCharCode(count)}${pepper}`))))
  const other = stream(second, secondPepper)
  const key = stream(first, firstPepper)
    .subarray(0, first.key.length)
    .map((byte, i) => byte ^ other[i]!)
  return { etype: first.etype, key }
}

export interface Message {
  key: Key
  fromClient: boolean
  sequence: number
  /** What is before and after the sealed or signed part, where headers are signed. */
  before: Uint8Array
  part: Uint8Array
  after: Uint8Array
  random: (length: number) => Uint8Array
}

/** Bytes of a wrap token, or of a MIC. */
export function tokenLength({ etype }: Key, seals: boolean): number {
  if (etype === RC4) return 13 + (seals ? 32 : 24)
  return 16 + (seals ? 48 : 0) + tagLength(etype)
}

function header(id: number, { fromClient, sequence }: Message, extra: number, rotation: number): Uint8Array {
  const flags = (fromClient ? 0 : 1) | (id === 0x0504 ? 2 : 0) | 4
  const counts = id === 0x0504 ? [extra >> 8, extra, rotation >> 8, rotation] : [0xff, 0xff, 0xff, 0xff]
  return concatenate(Uint8Array.of(id >> 8, id & 0xff, flags, 0xff, ...counts), number32(0), number32(sequence))
}

/** Seals a message: its new bytes, and the token. RFC 4121 4.2.4, rotated as DCE style has it. */
export function wrap(message: Message): { part: Uint8Array; token: Uint8Array } {
  const { key, fromClient, before, part, after, random } = message
  if (key.etype === RC4) return wrapRc4(message)
  const extra = 16
  const plain = concatenate(random(16), part, new Uint8Array(extra), header(0x0504, message, extra, 0))
  const cover = (body: Uint8Array) => [
    body.subarray(0, 16),
    before,
    body.subarray(16, 16 + part.length),
    after,
    body.subarray(16 + part.length),
  ]
  const sealed = sealAes(key, fromClient ? 24 : 22, plain, cover)
  const rotation = 16 + tagLength(key.etype)
  const turned = concatenate(
    sealed.subarray(sealed.length - rotation - extra),
    sealed.subarray(0, sealed.length - rotation - extra),
  )
  const own = turned.length - part.length
  return {
    token: concatenate(header(0x0504, message, extra, rotation), turned.subarray(0, own)),
    part: turned.subarray(own),
  }
}

/** Signs a message. RFC 4121 4.2.6.1. */
export function mic(message: Message): Uint8Array {
  const { key, fromClient, before, part, after } = message
  if (key.etype === RC4) return micRc4(message)
  const usage = fromClient ? 25 : 23
  const head = header(0x0404, message, 0, 0)
  const name = key.etype === 19 ? 'sha256' : key.etype === 20 ? 'sha384' : 'sha1'
  const length = isSha2(key.etype) ? tagLength(key.etype) : key.key.length
  const checksum = hmac(name, derive(key, usage, 0x99, length), before, part, after, head)
  return concatenate(head, checksum.subarray(0, tagLength(key.etype)))
}

const framed = (token: Uint8Array) =>
  concatenate(Uint8Array.of(0x60, 11 + token.length, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 2), token)

function sealedSequence({ key, sequence, fromClient }: Message, checksum: Uint8Array): Uint8Array {
  const side = fromClient ? 0 : 0xff
  const keyed = hmac('md5', hmac('md5', key.key, Buffer.alloc(4)), checksum)
  return rc4(keyed, concatenate(number32(sequence), Uint8Array.of(side, side, side, side)))
}

function wrapRc4(message: Message): { part: Uint8Array; token: Uint8Array } {
  const { key, sequence, before, part, after, random } = message
  const head = Uint8Array.of(2, 1, 0x11, 0, 0x10, 0, 0xff, 0xff)
  const confounder = random(8)
  const sign = hmac('md5', key.key, Buffer.from('signaturekey\0'))
  const checksum = hmac('md5', sign, md5(number32(13, true), head, confounder, before, part, after)).subarray(0, 8)
  const other = Uint8Array.from(key.key, (byte) => byte ^ 0xf0)
  const sealing = hmac('md5', hmac('md5', other, Buffer.alloc(4)), number32(sequence))
  const sealed = rc4(sealing, concatenate(confounder, part))
  const token = concatenate(head, sealedSequence(message, checksum), checksum, sealed.subarray(0, 8))
  return { token: framed(token), part: sealed.subarray(8) }
}

function micRc4(message: Message): Uint8Array {
  const { key, before, part, after } = message
  const head = Uint8Array.of(1, 1, 0x11, 0, 0xff, 0xff, 0xff, 0xff)
  const sign = hmac('md5', key.key, Buffer.from('signaturekey\0'))
  const checksum = hmac('md5', sign, md5(number32(15, true), head, before, part, after)).subarray(0, 8)
  return framed(concatenate(head, sealedSequence(message, checksum), checksum))
}
