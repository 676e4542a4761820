// NTLM session security with extended session security: signing and sealing, each direction with its own keys, RC4 stream
// and sequence number. MS-NLMP 3.4.
import { crc32 } from 'node:zlib'
import { ByteWriter, ascii } from '../../bytes'
import { hmacMd5, md5 } from '../crypto/md5'
import { Rc4 } from '../crypto/rc4'
import type { Side } from '../network/tcp'
import { NEGOTIATE_KEY_EXCHANGE } from './ntlm'

interface Direction {
  signingKey: Uint8Array
  sealingKey: Uint8Array
  stream: Rc4
  sequence: number
}

/** What a logon's messages are protected with. */
export interface MessageSecurity {
  /** Encrypts a message; call sign() next, since checksum and message share one key stream. */
  seal(from: Side, message: Uint8Array): Uint8Array<ArrayBuffer>
  /** The 16-byte signature of a plaintext message. */
  sign(from: Side, message: Uint8Array): Uint8Array<ArrayBuffer>
  restartStreams(): void
}

/** Without extended session security: one key stream and one count for both sides, CRC-32 as checksum. MS-NLMP 3.4.4.1. */
export class OldNtlmSession implements MessageSecurity {
  #stream: Rc4
  #sequence = 0

  constructor(private readonly key: Uint8Array) {
    this.#stream = new Rc4(key)
  }

  seal(_from: Side, message: Uint8Array): Uint8Array<ArrayBuffer> {
    return this.#stream.apply(message)
  }

  sign(_from: Side, message: Uint8Array): Uint8Array<ArrayBuffer> {
    const clear = new ByteWriter().u32(0).u32(crc32(message)).u32(this.#sequence++).take()
    const sealed = this.#stream.apply(clear)
    // The random pad is sent as zeros, whatever the stream made of it.
    return new ByteWriter().u32(1).u32(0).bytes(sealed.subarray(4)).take()
  }

  restartStreams(): void {
    this.#stream = new Rc4(this.key)
  }
}

/** Keys of 128 bits only: what every Windows since 2000 negotiates. */
export class NtlmSession implements MessageSecurity {
  readonly #directions: Record<Side, Direction>
  readonly #encryptsChecksum: boolean

  constructor(exportedSessionKey: Uint8Array, flags: number) {
    this.#encryptsChecksum = (flags & NEGOTIATE_KEY_EXCHANGE) !== 0
    this.#directions = {
      client: direction(exportedSessionKey, 'client-to-server'),
      server: direction(exportedSessionKey, 'server-to-client'),
    }
  }

  /** Encrypts a message; call sign() next, since checksum and message share one key stream. */
  seal(from: Side, message: Uint8Array): Uint8Array<ArrayBuffer> {
    return this.#directions[from].stream.apply(message)
  }

  /** The 16-byte signature of a plaintext message; counts the sequence number up. */
  sign(from: Side, message: Uint8Array): Uint8Array<ArrayBuffer> {
    const direction = this.#directions[from]
    const sequence = new ByteWriter().u32(direction.sequence++).take()
    const digest = hmacMd5(direction.signingKey, sequence, message).slice(0, 8)
    const checksum = this.#encryptsChecksum ? direction.stream.apply(digest) : digest
    return new ByteWriter().u32(1).bytes(checksum).bytes(sequence).take()
  }

  /** Starts both key streams again and keeps the sequence numbers, as SPNEGO does after mechListMIC. MS-SPNG 3.3.5.1. */
  restartStreams(): void {
    for (const direction of Object.values(this.#directions)) direction.stream = new Rc4(direction.sealingKey)
  }
}

function direction(key: Uint8Array, way: string): Direction {
  const signingKey = md5(key, ascii(`session key to ${way} signing key magic constant\0`))
  const sealingKey = md5(key, ascii(`session key to ${way} sealing key magic constant\0`))
  return { signingKey, sealingKey, stream: new Rc4(sealingKey), sequence: 0 }
}
