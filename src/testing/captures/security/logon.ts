// An NTLM logon on an RPC connection, bare or in SPNEGO: its tokens leg by leg, then the protection of every PDU under it. MS-RPCE 3.3.1.5.2.
import { concatenate } from '../../bytes'
import type { Side } from '../network/tcp'
import { Random } from '../../random'
import type { CallPdu, Verifier } from '../rpc/pdu'
import { type ServerNames, serverPairs } from './av-pairs'
import { AUTH_NTLM, AUTH_SPNEGO, LEVEL, type Level, type SecurityContext } from './context'
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
  type Authenticated,
  NEGOTIATE_EXTENDED_SESSION_SECURITY,
  NEGOTIATE_KEY_EXCHANGE,
  version1Authentication,
  version1Message,
} from './ntlm'
import { type MessageSecurity, NtlmSession, OldNtlmSession } from './ntlm-session'
import {
  ACCEPT_COMPLETED,
  ACCEPT_INCOMPLETE,
  mechanismList,
  negTokenInit,
  negTokenResp,
  OID_KERBEROS,
  OID_MS_KERBEROS,
  OID_NTLM,
  REJECT,
} from './spnego'

/** At connect level a PDU carries a verifier, but it proves nothing: version 1 and zeros. */
const EMPTY_SIGNATURE = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
const SIGNATURE_LENGTH = 16

export interface LogonOptions {
  /** Who; undefined logs on anonymously. */
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
  /** Real NTLMv1 responses, with session key: it can seal. */
  sealedVersion1?: boolean
  /** The session key is what the response gives: no key exchange. */
  withoutKeyExchange?: boolean
  /** No extended session security: signatures of Windows NT. */
  oldSessionSecurity?: boolean
  /** SPNEGO: the client offers Kerberos before NTLM, and the server wants NTLM: two more legs. */
  offersKerberos?: boolean
  /** What the client's computer takes its machine identity from, where not its name: clones have the same. */
  machine?: string
  /** SPNEGO: the server answers the offer with "reject". */
  rejected?: boolean
}

export class Logon implements SecurityContext {
  readonly options: LogonOptions
  signsHeaders = false
  readonly #random: Random
  readonly #negotiate: Uint8Array<ArrayBuffer>
  readonly #challenge: Challenge
  readonly #challengeBytes: Uint8Array<ArrayBuffer>
  #session: MessageSecurity | undefined
  /** What both sides derive keys from; SMB too. */
  exportedSessionKey: Uint8Array | undefined
  /** The server has asked for NTLM and waits for its first token. */
  #falling = false

  constructor(options: LogonOptions) {
    this.options = options
    this.#random = new Random(`logon ${options.seed} ${options.contextId}`)
    const dropped =
      (options.withoutKeyExchange ? NEGOTIATE_KEY_EXCHANGE : 0) |
      (options.oldSessionSecurity ? NEGOTIATE_EXTENDED_SESSION_SECURITY : 0)
    const offered = (offeredFlags(protectionOf(options.level)) & ~dropped) >>> 0
    this.#negotiate = negotiateMessage(offered)
    this.#challenge = {
      flags: answeredFlags(offered, options.serverIsDomain ?? false),
      serverChallenge: this.#random.bytes(8),
      targetName: options.serverIsDomain ? options.server.netbiosDomain : options.server.netbiosComputer,
      pairs: serverPairs(options.server, options.fileTime),
    }
    this.#challengeBytes = challengeMessage(this.#challenge)
  }

  get legs(): 3 | 4 | 6 {
    if (!this.#spnego()) return 3
    return this.options.offersKerberos ? 6 : 4
  }

  negotiate(): Verifier {
    if (this.options.offersKerberos) return this.#verifier(negTokenInit(this.#mechanisms))
    return this.#verifier(this.#spnego() ? negTokenInit(this.#mechanisms, this.#negotiate) : this.#negotiate)
  }

  challenge(): Verifier {
    if (this.options.rejected) return this.#verifier(negTokenResp({ state: REJECT }))
    if (this.options.offersKerberos) {
      this.#falling = true
      return this.#verifier(negTokenResp({ state: ACCEPT_INCOMPLETE, mechanism: OID_NTLM }))
    }
    return this.#challenged()
  }

  #challenged(): Verifier {
    const answer = { state: ACCEPT_INCOMPLETE, mechanism: OID_NTLM, token: this.#challengeBytes }
    return this.#verifier(this.#spnego() ? negTokenResp(answer) : this.#challengeBytes)
  }

  authenticate(): Verifier {
    if (this.#falling) return this.#verifier(negTokenResp({ state: ACCEPT_INCOMPLETE, token: this.#negotiate }))
    const message = this.#thirdMessage()
    if (!this.#spnego()) return this.#verifier(message)
    const mic = this.#session?.sign('client', mechanismList(this.#mechanisms))
    return this.#verifier(negTokenResp({ state: ACCEPT_INCOMPLETE, token: message, ...(mic && { mic }) }))
  }

  complete(): Verifier {
    if (this.#falling) {
      this.#falling = false
      return this.#challenged()
    }
    const mic = this.#session?.sign('server', mechanismList(this.#mechanisms))
    this.#session?.restartStreams()
    return this.#verifier(negTokenResp({ state: ACCEPT_COMPLETED, ...(mic && { mic }) }))
  }

  get protection(): Omit<Verifier, 'value'> {
    const { level, contextId } = this.options
    return { type: this.#spnego() ? AUTH_SPNEGO : AUTH_NTLM, level: LEVEL[level], contextId }
  }

  get valueLength(): number {
    return SIGNATURE_LENGTH
  }

  protect(from: Side, pdu: CallPdu): Uint8Array<ArrayBuffer> {
    const session = this.#session
    if (!session || LEVEL[this.options.level] < LEVEL.packet) return concatenate(pdu.bytes, EMPTY_SIGNATURE)
    const stub = pdu.bytes.slice(pdu.stubAt, pdu.stubEnd)
    const signed = this.signsHeaders ? pdu.bytes.slice() : stub
    const sent = pdu.bytes.slice()
    if (this.options.level === 'privacy') sent.set(session.seal(from, stub), pdu.stubAt)
    return concatenate(sent, session.sign(from, signed))
  }

  #thirdMessage(): Uint8Array<ArrayBuffer> {
    const { account, version1, fileTime, targetName } = this.options
    if (!account) return anonymousMessage('', this.#challenge)
    if (this.options.sealedVersion1)
      return this.#begin(
        version1Authentication(account, this.#challenge, this.#random.bytes(8), this.#random.bytes(16)),
      )
    if (version1) return version1Message(account, this.#challenge, this.#random.bytes(24))
    return this.#begin(
      authenticateMessage({
        account,
        negotiate: this.#negotiate,
        challenge: this.#challenge,
        challengeBytes: this.#challengeBytes,
        clientChallenge: this.#random.bytes(8),
        fileTime,
        machineId: new Random(`machine ${this.options.machine ?? account.workstation}`).bytes(32),
        targetName,
        randomKey: this.#random.bytes(16),
      }),
    )
  }

  #begin({ message, exportedSessionKey, flags }: Authenticated): Uint8Array<ArrayBuffer> {
    this.exportedSessionKey = exportedSessionKey
    this.#session =
      flags & NEGOTIATE_EXTENDED_SESSION_SECURITY
        ? new NtlmSession(exportedSessionKey, flags)
        : new OldNtlmSession(exportedSessionKey)
    return message
  }

  get #mechanisms(): string[] {
    return this.options.offersKerberos ? [OID_MS_KERBEROS, OID_KERBEROS, OID_NTLM] : [OID_NTLM]
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
