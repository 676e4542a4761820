// A logon by IAKERB: the client has no way to a KDC, and the server passes its messages on. draft-ietf-kitten-iakerb 3.
import type { CallPdu, Verifier } from '../rpc/pdu'
import { concatenate } from '../../bytes'
import type { Side } from '../network/tcp'
import { Random } from '../../random'
import { AUTH_SPNEGO, LEVEL, type SecurityContext } from './context'
import { der, oid, sequence, tagged } from './der'
import { errorMessage, kdcReply, kdcRequest, type Principal } from './kerberos'
import { ACCEPT_INCOMPLETE, negTokenInit, negTokenResp } from './spnego'

const OID_IAKERB = '1.3.6.1.5.2.5'
const APPLICATION = 0x60
const UTF8_STRING = 0x0c
const SIGNATURE_LENGTH = 28

/** What the KDC answers to each request in turn: an error by its code, or a ticket. */
export type RelayedAnswer = number | 'ticket'

export class IakerbLogon implements SecurityContext {
  signsHeaders = false
  readonly #random: Random
  #turn = 0

  constructor(
    readonly options: {
      user: string
      realm: string
      answers: readonly RelayedAnswer[]
      contextId: number
      /** Microseconds since the epoch. */
      serverTime: number
    },
  ) {
    this.#random = new Random(`iakerb ${options.user} ${options.contextId}`)
  }

  get legs(): 2 | 4 | 6 {
    const turns = this.options.answers.length
    return turns === 1 ? 2 : turns === 2 ? 4 : 6
  }

  get protection(): Omit<Verifier, 'value'> {
    return { type: AUTH_SPNEGO, level: LEVEL.integrity, contextId: this.options.contextId }
  }

  get valueLength(): number {
    return SIGNATURE_LENGTH
  }

  negotiate(): Verifier {
    const framed = der(APPLICATION, oid(OID_IAKERB), this.#proxy(this.#request()))
    return this.#verifier(negTokenInit([OID_IAKERB], framed))
  }

  challenge(): Verifier {
    return this.#verifier(
      negTokenResp({ state: ACCEPT_INCOMPLETE, mechanism: OID_IAKERB, token: this.#proxy(this.#answer()) }),
    )
  }

  authenticate(): Verifier {
    return this.#verifier(negTokenResp({ state: ACCEPT_INCOMPLETE, token: this.#proxy(this.#request()) }))
  }

  complete(): Verifier {
    return this.#verifier(negTokenResp({ state: ACCEPT_INCOMPLETE, token: this.#proxy(this.#answer()) }))
  }

  protect(_: Side, pdu: CallPdu): Uint8Array<ArrayBuffer> {
    return concatenate(pdu.bytes, this.#random.bytes(SIGNATURE_LENGTH))
  }

  get #service(): Principal {
    const { realm } = this.options
    return { name: `krbtgt/${realm}`, realm }
  }

  #request(): Uint8Array {
    return kdcRequest(this.#service, this.options.user, this.#random)
  }

  #answer(): Uint8Array {
    const answer = this.options.answers[this.#turn++]!
    if (answer === 'ticket') return kdcReply(this.#service, this.options.user, this.#random, true)
    return errorMessage({ code: answer, service: this.#service, serverTime: this.options.serverTime })
  }

  /** IAKERB-PROXY: token id, header, message. */
  #proxy(message: Uint8Array): Uint8Array<ArrayBuffer> {
    const realm = new TextEncoder().encode(this.options.realm)
    return concatenate(Uint8Array.of(5, 1), sequence(tagged(1, der(UTF8_STRING, realm))), message)
  }

  #verifier(value: Uint8Array): Verifier {
    return { ...this.protection, value }
  }
}
