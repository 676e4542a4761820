// NTLM session security with extended session security: signing and sealing, each direction with its own keys, RC4 stream
// and sequence number. MS-NLMP 3.4.
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

/** Keys of 128 bits only: what every Windows since 2000 negotiates. */
export class NtlmSession {
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

  /** Starts both key streams anew and keeps the sequence numbers, as SPNEGO does after mechListMIC. MS-SPNG 3.3.5.1. */
  restartStreams(): void {
    for (const direction of Object.values(this.#directions)) direction.stream = new Rc4(direction.sealingKey)
  }
}

function direction(key: Uint8Array, way: string): Direction {
  const signingKey = md5(key, ascii(`session key to ${way} signing key magic constant\0`))
  const sealingKey = md5(key, ascii(`session key to ${way} sealing key magic constant\0`))
  return { signingKey, sealingKey, stream: new Rc4(sealingKey), sequence: 0 }
}
