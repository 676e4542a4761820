// A Kerberos logon on an RPC connection, bare or in SPNEGO: its tokens are true, its seals are noise of the right length.
// RFC 4121 4.2.6, MS-KILE 3.4.5.
import { ByteWriter, concatenate } from '../../bytes'
import type { Side } from '../network/tcp'
import { Random } from '../../random'
import type { CallPdu, Verifier } from '../rpc/pdu'
import { AUTH_KERBEROS, AUTH_SPNEGO, LEVEL, type Level, type SecurityContext } from './context'
import { apReply, apRequest, errorMessage, framedError, type Principal } from './kerberos'
import {
  ACCEPT_COMPLETED,
  ACCEPT_INCOMPLETE,
  negTokenInit,
  negTokenResp,
  OID_KERBEROS,
  OID_MS_KERBEROS,
  OID_NTLM,
  REJECT,
} from './spnego'

const MIC_TOKEN = 0x0404
const WRAP_TOKEN = 0x0504
const TOKEN_HEADER = 16
/** Checksum of a MIC token. */
const MIC_TAIL = 12
/** Of a wrap token in DCE style with AES: padding, confounder, copy of the header, checksum. */
const WRAP_TAIL = 60
const EXTRA_COUNT = 16
const RIGHT_ROTATION = 28

export interface KerberosLogonOptions {
  service: Principal
  level: Level
  spnego: boolean
  contextId: number
  seed: string
  /** The server answers the first token with this error. */
  error?: number
  /** Microseconds since the epoch by the server's clock. */
  serverTime: number
}

export class KerberosLogon implements SecurityContext {
  signsHeaders = false
  readonly #random: Random
  readonly #sent: Record<Side, bigint> = { client: 0n, server: 0n }

  constructor(readonly options: KerberosLogonOptions) {
    this.#random = new Random(`kerberos ${options.seed} ${options.contextId}`)
  }

  get legs(): 3 | 4 {
    return this.options.spnego ? 4 : 3
  }

  get protection(): Omit<Verifier, 'value'> {
    const { spnego, level, contextId } = this.options
    return { type: spnego ? AUTH_SPNEGO : AUTH_KERBEROS, level: LEVEL[level], contextId }
  }

  get valueLength(): number {
    return TOKEN_HEADER + (this.options.level === 'privacy' ? WRAP_TAIL : MIC_TAIL)
  }

  negotiate(): Verifier {
    const token = apRequest(this.options.service, this.#random)
    const mechanisms = [OID_MS_KERBEROS, OID_KERBEROS, OID_NTLM]
    return this.#verifier(this.options.spnego ? negTokenInit(mechanisms, token) : token)
  }

  challenge(): Verifier {
    const { error, service, serverTime, spnego } = this.options
    if (error !== undefined) {
      const message = { code: error, service, serverTime }
      if (!spnego) return this.#verifier(errorMessage(message))
      return this.#verifier(negTokenResp({ state: REJECT, mechanism: OID_MS_KERBEROS, token: framedError(message) }))
    }
    const token = apReply(this.#random)
    return this.#verifier(
      spnego ? negTokenResp({ state: ACCEPT_INCOMPLETE, mechanism: OID_MS_KERBEROS, token }) : token,
    )
  }

  authenticate(): Verifier {
    const token = apReply(this.#random)
    return this.#verifier(this.options.spnego ? negTokenResp({ state: ACCEPT_INCOMPLETE, token }) : token)
  }

  complete(): Verifier {
    return this.#verifier(negTokenResp({ state: ACCEPT_COMPLETED }))
  }

  protect(from: Side, pdu: CallPdu): Uint8Array<ArrayBuffer> {
    const sent = pdu.bytes.slice()
    const seals = this.options.level === 'privacy'
    if (seals) sent.set(this.#random.bytes(pdu.stubEnd - pdu.stubAt), pdu.stubAt)
    return concatenate(sent, this.#token(from, seals))
  }

  #token(from: Side, seals: boolean): Uint8Array {
    const flags = (from === 'server' ? 1 : 0) | (seals ? 2 : 0) | 4
    const token = new ByteWriter(false)
      .u16(seals ? WRAP_TOKEN : MIC_TOKEN)
      .u8(flags)
      .u8(0xff)
    if (seals) token.u16(EXTRA_COUNT).u16(RIGHT_ROTATION)
    else token.fill(4, 0xff)
    return token
      .u64(this.#sent[from]++)
      .bytes(this.#random.bytes(seals ? WRAP_TAIL : MIC_TAIL))
      .take()
  }

  #verifier(value: Uint8Array): Verifier {
    return { ...this.protection, value }
  }
}
