// A Netlogon secure channel: the calls that agree on its key, and a security context under it. MS-NRPC 3.1.4, 3.3.4.2.
import { createCipheriv, createHmac } from 'node:crypto'
import { ByteWriter, concatenate, utf16 } from '../../bytes'
import { Random } from '../../random'
import { desBlock } from '../crypto/des'
import { md4 } from '../crypto/md4'
import { hmacMd5, md5 } from '../crypto/md5'
import { Rc4 } from '../crypto/rc4'
import type { Side } from '../network/tcp'
import type { CallPdu, Syntax, Verifier } from '../rpc/pdu'
import type { RpcSession } from '../rpc/session'
import { LEVEL, type Level, type SecurityContext } from './context'

export const NETLOGON: Syntax = { uuid: '12345678-1234-abcd-ef00-01234567cffb', version: '1.0' }
const AUTH_NETLOGON = 68
const REQ_CHALLENGE = 4
const AUTHENTICATE3 = 26
const STRONG_KEYS = 0x4000
const AES = 0x01000000

export interface Channel {
  computer: string
  domain: string
  /** Of the computer's account. */
  password: string
  aes: boolean
}

function cfb8(key: Uint8Array, iv: Uint8Array, bytes: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-128-cfb8', key, iv)
  return concatenate(cipher.update(bytes), cipher.final())
}

const hmacSha256 = (key: Uint8Array, ...parts: Uint8Array[]) =>
  createHmac('sha256', key)
    .update(concatenate(...parts))
    .digest()

function text(stub: ByteWriter, value: string): void {
  const units = value.length + 1
  stub
    .align(4)
    .u32(units)
    .u32(0)
    .u32(units)
    .bytes(utf16(`${value}\0`))
}

/** NetrServerReqChallenge and NetrServerAuthenticate3 on a session without protection; gives the key of the channel. */
export function agreeOnKey(session: RpcSession, { computer, password, aes }: Channel): Uint8Array {
  const random = new Random(`netlogon ${computer}`)
  const client = random.bytes(8)
  const server = random.bytes(8)
  const hash = md4(utf16(password))
  const key = aes
    ? hmacSha256(hash, client, server).subarray(0, 16)
    : hmacMd5(hash, md5(new Uint8Array(4), client, server))
  const credential = (challenge: Uint8Array) =>
    aes
      ? cfb8(key, new Uint8Array(16), challenge)
      : desBlock(key.subarray(7, 14), desBlock(key.subarray(0, 7), challenge))
  const flags = 0x212fffff | (aes ? AES : 0) | STRONG_KEYS
  const binding = session.bind(NETLOGON)
  const asked = new ByteWriter().u32(0x20000)
  text(asked, '\\\\SERVER1')
  text(asked, computer)
  session.call(
    binding,
    { opnum: REQ_CHALLENGE, stub: asked.bytes(client).take() },
    concatenate(server, new Uint8Array(4)),
  )
  const proved = new ByteWriter().u32(0x20000)
  text(proved, '\\\\SERVER1')
  text(proved, `${computer}$`)
  proved.align(2).u16(2)
  text(proved, computer)
  proved
    .bytes(credential(client))
    .align(4)
    .u32(flags & (aes ? -1 : ~AES))
  const answer = new ByteWriter()
    .bytes(credential(server))
    .u32(flags & (aes ? -1 : ~AES))
    .u32(1000)
    .u32(0)
  session.call(binding, { opnum: AUTHENTICATE3, stub: proved.take() }, answer.take())
  return key
}

export class NetlogonContext implements SecurityContext {
  readonly legs = 2
  signsHeaders = false
  readonly #random: Random
  readonly #sent: Record<Side, number> = { client: 0, server: 0 }

  constructor(
    private readonly channel: Channel,
    private readonly key: Uint8Array,
    private readonly level: Level,
    private readonly contextId: number,
  ) {
    this.#random = new Random(`netlogon channel ${channel.computer}`)
  }

  get protection(): Omit<Verifier, 'value'> {
    return { type: AUTH_NETLOGON, level: LEVEL[this.level], contextId: this.contextId }
  }

  get valueLength(): number {
    return this.channel.aes ? 56 : 32
  }

  negotiate(): Verifier {
    const { domain, computer } = this.channel
    return this.#verifier(new ByteWriter().u32(0).u32(3).ascii(`${domain}\0${computer}\0`).take())
  }

  challenge(): Verifier {
    return this.#verifier(new ByteWriter().u32(1).u32(0).u32(0).take())
  }

  authenticate(): Verifier {
    throw new Error('a secure channel has two legs')
  }

  complete(): Verifier {
    throw new Error('a secure channel has two legs')
  }

  protect(from: Side, pdu: CallPdu): Uint8Array<ArrayBuffer> {
    const { aes } = this.channel
    const seals = this.level === 'privacy'
    const sent = pdu.bytes.slice()
    const stub = sent.slice(pdu.stubAt, pdu.stubEnd)
    const signed = this.signsHeaders ? pdu.bytes.slice() : stub
    const head = new ByteWriter()
      .u16(aes ? 0x13 : 0x77)
      .u16(seals ? (aes ? 0x1a : 0x7a) : 0xffff)
      .u16(0xffff)
      .u16(0)
      .take()
    const sequence = new ByteWriter(false)
      .u32(this.#sent[from]++)
      .u32(from === 'client' ? 0x80000000 : 0)
      .take()
    const confounder = seals ? this.#random.bytes(8) : new Uint8Array(0)
    const digest = aes
      ? hmacSha256(this.key, head, confounder, signed)
      : hmacMd5(this.key, md5(new Uint8Array(4), head, confounder, signed))
    const checksum = Uint8Array.from(digest.subarray(0, 8))
    let sealedConfounder: Uint8Array = confounder
    if (seals) {
      const other = Uint8Array.from(this.key, (byte) => byte ^ 0xf0)
      if (aes) {
        const sealed = cfb8(other, concatenate(sequence, sequence), concatenate(confounder, stub))
        sealedConfounder = sealed.subarray(0, 8)
        sent.set(sealed.subarray(8), pdu.stubAt)
      } else {
        const keyed = hmacMd5(hmacMd5(other, new Uint8Array(4)), sequence)
        sealedConfounder = new Rc4(keyed).apply(confounder)
        sent.set(new Rc4(keyed).apply(stub), pdu.stubAt)
      }
    }
    const sealedSequence = aes
      ? cfb8(this.key, concatenate(checksum, checksum), sequence)
      : new Rc4(hmacMd5(hmacMd5(this.key, new Uint8Array(4)), checksum)).apply(sequence)
    const token = concatenate(head, sealedSequence, checksum, sealedConfounder)
    return concatenate(sent, token, new Uint8Array(this.valueLength - token.length))
  }

  #verifier(value: Uint8Array): Verifier {
    return { ...this.protection, value }
  }
}
