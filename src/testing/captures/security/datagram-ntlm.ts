// NTLM without a connection: the server's challenge comes first, the client chooses the key, and each message has a key stream of its own.
// MS-NLMP 1.3.1.3, 3.4.3, 3.4.4.
import { ByteWriter, ascii, concatenate } from '../../bytes'
import { Random } from '../../random'
import { hmacMd5, md5 } from '../crypto/md5'
import { Rc4 } from '../crypto/rc4'
import type { Side } from '../network/tcp'
import type { CallPdu } from '../rpc/pdu'
import { serverPairs } from './av-pairs'
import { LEVEL } from './context'
import {
  type Account,
  answeredFlags,
  authenticateMessage,
  type Challenge,
  challengeMessage,
  offeredFlags,
} from './ntlm'

const NEGOTIATE_DATAGRAM = 0x40

export class DatagramNtlm {
  readonly serverToken: Uint8Array<ArrayBuffer>
  readonly clientToken: Uint8Array<ArrayBuffer>
  readonly #key: Uint8Array
  readonly #sent: Record<Side, number> = { client: 0, server: 0 }

  constructor(
    account: Account,
    readonly level: 'privacy' | 'integrity',
    seed: string,
    fileTime: bigint,
  ) {
    const random = new Random(`datagram ntlm ${seed}`)
    const names = { netbiosComputer: 'SERVER1', netbiosDomain: 'CORP', dnsComputer: 'server1', dnsDomain: 'corp' }
    const flags = answeredFlags(offeredFlags('seal'), false) | NEGOTIATE_DATAGRAM
    const challenge: Challenge = {
      flags: flags >>> 0,
      serverChallenge: random.bytes(8),
      targetName: 'SERVER1',
      pairs: serverPairs(names, fileTime),
    }
    this.serverToken = challengeMessage(challenge)
    const { message, exportedSessionKey } = authenticateMessage({
      account,
      negotiate: new Uint8Array(0),
      challenge,
      challengeBytes: this.serverToken,
      clientChallenge: random.bytes(8),
      fileTime,
      machineId: random.bytes(32),
      targetName: 'host/server1',
      randomKey: random.bytes(16),
    })
    this.clientToken = message
    this.#key = exportedSessionKey
  }

  get protection() {
    return { type: 10, level: LEVEL[this.level] }
  }

  protect(from: Side, { bytes, stubAt, stubEnd }: CallPdu): Uint8Array<ArrayBuffer> {
    const way = from === 'client' ? 'client-to-server' : 'server-to-client'
    const keyFor = (purpose: string) => md5(this.#key, ascii(`session key to ${way} ${purpose} key magic constant\0`))
    const sequence = new ByteWriter().u32(this.#sent[from]++).take()
    const stream = new Rc4(md5(keyFor('sealing'), sequence))
    const message = bytes.slice(stubAt, stubEnd)
    const sent = bytes.slice()
    if (this.level === 'privacy') sent.set(stream.apply(message), stubAt)
    const checksum = stream.apply(hmacMd5(keyFor('signing'), sequence, message).slice(0, 8))
    return concatenate(sent, new ByteWriter().u32(1).bytes(checksum).bytes(sequence).take())
  }
}
