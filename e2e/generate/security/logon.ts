// One logon on one RPC connection: its tokens leg by leg, then the protection of every PDU under it. MS-RPCE 3.3.1.5.2.
import { concatenate } from '../bytes'
import type { Side } from '../network/tcp'
import { Random } from '../random'
import type { CallPdu, Verifier } from '../rpc/pdu'
import { type ServerNames, serverPairs } from './av-pairs'
import {
  type Account,
  type Challenge,
  answeredFlags,
  anonymousMessage,
  authenticateMessage,
  challengeMessage,
  negotiateMessage,
  offeredFlags,
  type Protection,
  version1Message,
} from './ntlm'
import { NtlmSession } from './ntlm-session'
import { ACCEPT_COMPLETED, ACCEPT_INCOMPLETE, mechanismList, negTokenInit, negTokenResp, OID_NTLM } from './spnego'

export const AUTH_SPNEGO = 9
export const AUTH_NTLM = 10

export const LEVEL = { connect: 2, call: 3, packet: 4, integrity: 5, privacy: 6 } as const
export type Level = keyof typeof LEVEL

/** At connect level a PDU carries a verifier, but it proves nothing: version 1 and zeros. */
const EMPTY_SIGNATURE = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
const SIGNATURE_LENGTH = 16

export interface LogonOptions {
  /** Who; undefined logs on as nobody. */
  account?: Account
  level: Level
  package: 'ntlm' | 'spnego'
  contextId: number
  server: ServerNames
  /** Server principal name that the client puts into its response. */
  targetName: string
  /** The server's clock. */
  fileTime: bigint
  seed: string
  /** What the server's machine is: a member of a domain says so in its challenge. */
  serverIsDomain?: boolean
  /** The old 24-byte response instead of NTLMv2. */
  version1?: boolean
}

export class Logon {
  readonly options: LogonOptions
  /** Sign the whole PDU, not only its stub: set when both sides offered it. */
  signsHeaders = false
  readonly #random: Random
  readonly #negotiate: Uint8Array<ArrayBuffer>
  readonly #challenge: Challenge
  readonly #challengeBytes: Uint8Array<ArrayBuffer>
  #session: NtlmSession | undefined

  constructor(options: LogonOptions) {
    this.options = options
    this.#random = new Random(`logon ${options.seed} ${options.contextId}`)
    const offered = offeredFlags(protectionOf(options.level))
    this.#negotiate = negotiateMessage(offered)
    this.#challenge = {
      flags: answeredFlags(offered, options.serverIsDomain ?? false),
      serverChallenge: this.#random.bytes(8),
      targetName: options.serverIsDomain ? options.server.netbiosDomain : options.server.netbiosComputer,
      pairs: serverPairs(options.server, options.fileTime),
    }
    this.#challengeBytes = challengeMessage(this.#challenge)
  }

  get authType(): number {
    return this.options.package === 'spnego' ? AUTH_SPNEGO : AUTH_NTLM
  }

  get authLevel(): number {
    return LEVEL[this.options.level]
  }

  /** The client's first token. */
  negotiate(): Verifier {
    return this.#verifier(this.#spnego() ? negTokenInit([OID_NTLM], this.#negotiate) : this.#negotiate)
  }

  /** The server's answer to it. */
  challenge(): Verifier {
    const answer = { state: ACCEPT_INCOMPLETE, mechanism: OID_NTLM, token: this.#challengeBytes }
    return this.#verifier(this.#spnego() ? negTokenResp(answer) : this.#challengeBytes)
  }

  /** The client's second token; from here on the session has keys. */
  authenticate(): Verifier {
    const message = this.#thirdMessage()
    if (!this.#spnego()) return this.#verifier(message)
    const mic = this.#session?.sign('client', mechanismList([OID_NTLM]))
    return this.#verifier(negTokenResp({ state: ACCEPT_INCOMPLETE, token: message, ...(mic && { mic }) }))
  }

  /** SPNEGO only: the server says that it is done. */
  complete(): Verifier {
    const mic = this.#session?.sign('server', mechanismList([OID_NTLM]))
    this.#session?.restartStreams()
    return this.#verifier(negTokenResp({ state: ACCEPT_COMPLETED, ...(mic && { mic }) }))
  }

  /** sec_trailer of a request or response under this logon. */
  get protection(): Omit<Verifier, 'value'> {
    return { type: this.authType, level: this.authLevel, contextId: this.options.contextId }
  }

  get valueLength(): number {
    return SIGNATURE_LENGTH
  }

  /** Seals and signs as the level asks; `pdu` was built with this.protection and this.valueLength. */
  protect(from: Side, pdu: CallPdu): Uint8Array<ArrayBuffer> {
    const session = this.#session
    if (!session || this.authLevel < LEVEL.packet) return concatenate(pdu.bytes, EMPTY_SIGNATURE)
    const stub = pdu.bytes.slice(pdu.stubAt, pdu.stubEnd)
    const signed = this.signsHeaders ? pdu.bytes.slice() : stub
    const sent = pdu.bytes.slice()
    if (this.options.level === 'privacy') sent.set(session.seal(from, stub), pdu.stubAt)
    return concatenate(sent, session.sign(from, signed))
  }

  #thirdMessage(): Uint8Array<ArrayBuffer> {
    const { account, version1, fileTime, targetName } = this.options
    if (!account) return anonymousMessage('', this.#challenge)
    if (version1) return version1Message(account, this.#challenge, this.#random.bytes(24))
    const authenticated = authenticateMessage({
      account,
      negotiate: this.#negotiate,
      challenge: this.#challenge,
      challengeBytes: this.#challengeBytes,
      clientChallenge: this.#random.bytes(8),
      fileTime,
      machineId: new Random(`machine ${account.workstation}`).bytes(32),
      targetName,
      randomKey: this.#random.bytes(16),
    })
    this.#session = new NtlmSession(authenticated.exportedSessionKey, authenticated.flags)
    return authenticated.message
  }

  #spnego(): boolean {
    return this.options.package === 'spnego'
  }

  #verifier(value: Uint8Array): Verifier {
    return { ...this.protection, value }
  }
}

function protectionOf(level: Level): Protection {
  if (level === 'privacy') return 'seal'
  return level === 'packet' || level === 'integrity' ? 'sign' : 'none'
}
