// A Kerberos logon whose ticket, authenticator and seals are real, under a service key that the test knows. RFC 4120 5.3, 5.5.
import { concatenate } from '../../bytes'
import { Random } from '../../random'
import type { Side } from '../network/tcp'
import { type CallPdu, TRAILER, type Verifier } from '../rpc/pdu'
import { AUTH_KERBEROS, AUTH_SPNEGO, LEVEL, type Level, type SecurityContext } from './context'
import { der, generalizedTime, generalString, integer, OCTET_STRING, sequence, tagged } from './der'
import { application, encryptedPart, head, type Principal, principal, ticketAround } from './kerberos'
import { type Key, mic, seal, tokenLength, wrap } from './kerberos-cipher'
import {
  ACCEPT_COMPLETED,
  ACCEPT_INCOMPLETE,
  negTokenInit,
  negTokenResp,
  OID_KERBEROS,
  OID_MS_KERBEROS,
} from './spnego'

export interface SealedKerberosOptions {
  service: Principal
  serviceKey: Key
  client: string
  level: Level
  spnego?: boolean
  contextId: number
  seed: string
  /** Microseconds since the epoch. */
  time: number
  /** The server answers with a subkey of its own, as Windows does. */
  acceptorSubkey?: boolean
}

export class SealedKerberos implements SecurityContext {
  signsHeaders = false
  readonly #random: Random
  readonly #session: Key
  readonly #subkey: Key
  readonly #acceptor: Key | undefined
  #ticket: Uint8Array<ArrayBuffer> | undefined
  readonly #sent: Record<Side, number> = { client: 0, server: 0 }

  constructor(readonly options: SealedKerberosOptions) {
    this.#random = new Random(`sealed kerberos ${options.seed} ${options.contextId}`)
    const { etype, key } = options.serviceKey
    const fresh = (): Key => ({ etype, key: this.#random.bytes(key.length) })
    this.#session = fresh()
    this.#subkey = fresh()
    this.#acceptor = (options.acceptorSubkey ?? true) ? fresh() : undefined
  }

  get legs(): 3 | 4 {
    return this.options.spnego ? 4 : 3
  }

  get protection(): Omit<Verifier, 'value'> {
    const { spnego, level, contextId } = this.options
    return { type: spnego ? AUTH_SPNEGO : AUTH_KERBEROS, level: LEVEL[level], contextId }
  }

  get valueLength(): number {
    return tokenLength(this.#session, this.options.level === 'privacy')
  }

  negotiate(): Verifier {
    const token = this.#request()
    return this.#verifier(this.options.spnego ? negTokenInit([OID_MS_KERBEROS, OID_KERBEROS], token) : token)
  }

  challenge(): Verifier {
    const token = this.#reply(this.#acceptor)
    const answer = { state: ACCEPT_INCOMPLETE, mechanism: OID_MS_KERBEROS, token }
    return this.#verifier(this.options.spnego ? negTokenResp(answer) : token)
  }

  authenticate(): Verifier {
    const token = this.#reply(undefined)
    return this.#verifier(this.options.spnego ? negTokenResp({ state: ACCEPT_INCOMPLETE, token }) : token)
  }

  complete(): Verifier {
    return this.#verifier(negTokenResp({ state: ACCEPT_COMPLETED }))
  }

  protect(from: Side, pdu: CallPdu): Uint8Array<ArrayBuffer> {
    const sent = pdu.bytes.slice()
    const nothing = new Uint8Array(0)
    const message = {
      key: this.#acceptor ?? this.#subkey,
      fromClient: from === 'client',
      sequence: this.#sent[from]++,
      before: this.signsHeaders ? sent.slice(0, pdu.stubAt) : nothing,
      part: sent.slice(pdu.stubAt, pdu.stubEnd),
      after: this.signsHeaders ? sent.slice(sent.length - TRAILER) : nothing,
      random: (length: number) => this.#random.bytes(length),
    }
    if (this.options.level !== 'privacy') return concatenate(sent, mic(message))
    const { part, token } = wrap(message)
    sent.set(part, pdu.stubAt)
    return concatenate(sent, token)
  }

  #seal(key: Key, usage: number, text: Uint8Array): Uint8Array<ArrayBuffer> {
    return encryptedPart(
      key.etype,
      seal(key, usage, text, (length) => this.#random.bytes(length)),
    )
  }

  /** The ticket, under the service's key. */
  get ticket(): Uint8Array<ArrayBuffer> {
    const { service, serviceKey, client, time } = this.options
    return (this.#ticket ??= sealedTicket(service, serviceKey, client, this.#session, time, this.#random))
  }

  /** The session key in the ticket. */
  get session(): Key {
    return this.#session
  }

  /** What protects messages: SMB derives its keys from it. */
  get exportedSessionKey(): Uint8Array {
    return (this.#acceptor ?? this.#subkey).key
  }

  #request(): Uint8Array<ArrayBuffer> {
    const { service, client, time } = this.options
    // DCE style and mutual authentication, in the checksum of RFC 4121 4.1.1.
    const checksum = concatenate(Uint8Array.of(16, 0, 0, 0), new Uint8Array(16), Uint8Array.of(0x3e, 0x10, 0, 0))
    const authenticator = application(
      2,
      tagged(0, integer(5)),
      tagged(1, generalString(service.realm)),
      tagged(2, principal(client)),
      tagged(3, sequence(tagged(0, integer(0x8003)), tagged(1, der(OCTET_STRING, checksum)))),
      tagged(4, integer(0)),
      tagged(5, generalizedTime(time)),
      tagged(6, encryptionKey(this.#subkey)),
      tagged(7, integer(0)),
    )
    return application(
      14,
      ...head(14, 0),
      tagged(2, der(0x03, Uint8Array.of(0, 0x20, 0, 0, 0))),
      tagged(3, this.ticket),
      tagged(4, this.#seal(this.#session, 11, authenticator)),
    )
  }

  #reply(subkey: Key | undefined): Uint8Array<ArrayBuffer> {
    const part = application(
      27,
      tagged(0, generalizedTime(this.options.time)),
      tagged(1, integer(0)),
      ...(subkey ? [tagged(2, encryptionKey(subkey))] : []),
      tagged(3, integer(0)),
    )
    return application(15, ...head(15, 0), tagged(2, this.#seal(this.#session, 12, part)))
  }

  #verifier(value: Uint8Array): Verifier {
    return { ...this.protection, value }
  }
}

/** A ticket of `client` for a service, with a session key, under the service's key. RFC 4120 5.3. */
export function sealedTicket(
  service: Principal,
  serviceKey: Key,
  client: string,
  session: Key,
  time: number,
  random: Random,
): Uint8Array<ArrayBuffer> {
  const part = application(
    3,
    tagged(0, der(0x03, Uint8Array.of(0, 0x40, 0xa1, 0, 0))),
    tagged(1, encryptionKey(session)),
    tagged(2, generalString(service.realm)),
    tagged(3, principal(client)),
    tagged(4, sequence(tagged(0, integer(1)), tagged(1, der(OCTET_STRING)))),
    tagged(5, generalizedTime(time)),
    tagged(7, generalizedTime(time + 36e9)),
  )
  const cipher = seal(serviceKey, 2, part, (length) => random.bytes(length))
  return ticketAround(service, encryptedPart(serviceKey.etype, cipher))
}

export function encryptionKey({ etype, key }: Key): Uint8Array<ArrayBuffer> {
  return sequence(tagged(0, integer(etype)), tagged(1, der(OCTET_STRING, key)))
}
