// SMB 3 encryption over Node's ciphers: keys, pre-authentication hash, transform. MS-SMB2 3.1.4.2 to 3.1.4.4, 2.2.41.
import { createCipheriv, createHash, createHmac } from 'node:crypto'
import { ByteWriter, concatenate } from '../../bytes'
import { compressXpress } from '../etl/xpress-writer'
import type { Side } from '../network/tcp'

/** 1 AES-128-CCM, 2 AES-128-GCM, 3 AES-256-CCM, 4 AES-256-GCM. */
type Cipher = 1 | 2 | 3 | 4
type Dialect = 0x0300 | 0x0302 | 0x0311

export interface Smb3 {
  dialect: Dialect
  cipher: Cipher
  /** Each message is compressed (LZ77, not chained) before it is encrypted. MS-SMB2 2.2.42.1. */
  compressed?: boolean
}

export class SmbEncryption {
  #hash: Uint8Array = Buffer.alloc(64)
  #keys: Record<Side, Uint8Array> | undefined
  #nonce = 0

  constructor(
    private readonly smb3: Smb3,
    private readonly sessionId: bigint,
  ) {}

  /** Takes a message of negotiate or session setup into the hash. */
  hash(message: Uint8Array): void {
    this.#hash = createHash('sha512').update(this.#hash).update(message).digest()
  }

  start(sessionKey: Uint8Array): void {
    this.#keys = { client: this.#derive(sessionKey, 'client'), server: this.#derive(sessionKey, 'server') }
  }

  /** An encrypted message in place of a clear one; both without the length before them. */
  seal(from: Side, clear: Uint8Array): Uint8Array<ArrayBuffer> {
    const { cipher, compressed } = this.smb3
    const message = compressed
      ? concatenate(
          new ByteWriter().u8(0xfc).ascii('SMB').u32(clear.length).u16(2).u16(0).u32(0).take(),
          compressXpress(clear),
        )
      : clear
    const isCcm = cipher === 1 || cipher === 3
    const nonce = new ByteWriter()
      .u32(++this.#nonce)
      .fill(isCcm ? 7 : 8)
      .take()
    const rest = new ByteWriter()
      .bytes(nonce)
      .fill(16 - nonce.length)
      .u32(message.length)
      .u16(0)
      .u16(1)
      .u64(this.sessionId)
      .take()
    const key = this.#keys![from]
    const bits = cipher > 2 ? '256' : '128'
    let sealed: Uint8Array
    let tag: Uint8Array
    if (isCcm) {
      const state = createCipheriv(`aes-${bits}-ccm` as 'aes-128-ccm', key, nonce, { authTagLength: 16 })
      state.setAAD(rest, { plaintextLength: message.length })
      sealed = concatenate(state.update(message), state.final())
      tag = state.getAuthTag()
    } else {
      const state = createCipheriv(`aes-${bits}-gcm` as 'aes-128-gcm', key, nonce)
      state.setAAD(rest)
      sealed = concatenate(state.update(message), state.final())
      tag = state.getAuthTag()
    }
    return concatenate(new ByteWriter().u8(0xfd).ascii('SMB').bytes(tag).take(), rest, sealed)
  }

  #derive(sessionKey: Uint8Array, side: Side): Uint8Array {
    const bytes = this.smb3.cipher > 2 ? 32 : 16
    const is311 = this.smb3.dialect === 0x0311
    const label = is311 ? (side === 'client' ? 'SMBC2SCipherKey' : 'SMBS2CCipherKey') : 'SMB2AESCCM'
    const context = is311 ? this.#hash : Buffer.from(side === 'client' ? 'ServerIn \0' : 'ServerOut\0')
    const input = Buffer.concat([
      Buffer.from([0, 0, 0, 1]),
      Buffer.from(`${label}\0\0`),
      context,
      Buffer.from([0, 0, (8 * bytes) >> 8, (8 * bytes) & 0xff]),
    ])
    return createHmac('sha256', sessionKey).update(input).digest().subarray(0, bytes)
  }
}
