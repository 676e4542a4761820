// Security contexts of one connection: who they belong to and whether a frame proves them good.
// MS-RPCE 2.2.2.11, 3.3.1.5.2 (a connection carries many, distinguished by auth_context_id), C706 13.1.
import { ACCESS_DENIED, NCA_PROTOCOL_ERROR, PACKAGE_ERROR } from '../../names/statuses'
import { AuthLevel, PduType } from '../../../asm/layout'
import { NONE } from '../../capture/table'
import type { SecurityContext } from '../model'
import { isFromClient } from '../../capture/pdu'
import { readToken } from './tokens'

/** A verifier that carries a token: of bind, alter_context, their answers and auth3. */
export interface TokenPdu {
  id: number
  type: number
  level: number
  frame: number
  callId: number
  pduType: PduType
  headerSign: boolean
  token: Uint8Array<ArrayBuffer>
}

/** Statuses that say "who you are does not do", in the forms in which they travel. */
const SECURITY_STATUSES = new Set([
  ...ACCESS_DENIED,
  ...PACKAGE_ERROR,
  0x6d3,
  0x6d4,
  0x52e,
  0x8009030c,
  0x80090308,
  0x8009030f,
])

export function isSecurityStatus(status: number): boolean {
  return SECURITY_STATUSES.has(status)
}

/** Keeps a connection's list of security contexts up to date, PDU by PDU. */
export class SecurityContexts {
  readonly #byId = new Map<number, number>()
  /** Contexts whose tokens travelled under a call id: a fault may answer the token itself. */
  readonly #byCallId = new Map<number, number>()

  constructor(private readonly list: SecurityContext[]) {}

  /** Index of the context that a request's verifier names; NONE without one. */
  ofRequest(auth: number, id: number): number {
    if (auth !== 0) {
      const index = this.#byId.get(id) ?? this.#add(id, auth & 0xff, (auth >>> 8) & 0xff)
      const context = this.list[index]!
      if (context.state === 'offered' || context.state === 'challenged') context.state = 'unproven'
      return index
    }
    return this.list.length === 1 && this.list[0]!.level === AuthLevel.Connect ? 0 : NONE
  }

  /** A token travels. */
  token(pdu: TokenPdu): void {
    const fromClient = isFromClient(pdu.pduType)
    const known = this.#byId.get(pdu.id)
    const facts = readToken(pdu.token)
    const settled = known !== undefined && ['proven', 'failed'].includes(this.list[known]!.state)
    const again = settled && fromClient && pdu.pduType !== PduType.Auth3 && facts.opens
    const index = known === undefined || again ? this.#add(pdu.id, pdu.type, pdu.level) : known
    const context = this.list[index]!
    context.tokenFrames.push(pdu.frame)
    this.#byCallId.set(pdu.callId, index)
    if (pdu.pduType === PduType.Bind || pdu.pduType === PduType.AlterContext) context.headerSignOffered = pdu.headerSign
    else if (pdu.pduType !== PduType.Auth3) context.headerSignAnswered = pdu.headerSign
    Object.assign(context, facts.learnt)
    if (facts.learnt.kerberosError !== undefined) context.kerberosErrorFrame = pdu.frame
    if (facts.target) context.target = { ...context.target, ...facts.target }
    if (context.state === 'proven' || context.state === 'failed') return
    if (!fromClient) context.state = context.thirdLegFrame === undefined ? 'challenged' : 'unproven'
    else if ((context.state === 'challenged' && !facts.opens) || pdu.pduType === PduType.Auth3) {
      // A client that was asked for another package opens again; that is not yet its last word.
      context.state = 'unproven'
      context.thirdLegFrame = pdu.frame
    }
  }

  /** A call under the context at `index` was answered. */
  proven(index: number, frame: number): void {
    const context = this.list[index]
    if (!context || context.provenFrame !== undefined) return
    context.provenFrame = frame
    if (context.state !== 'failed') context.state = 'proven'
  }

  /**
   * A call under the context at `index` faulted. A signed fault, or one with a status of what was called, shows that the context is
   * good; a protocol error as the first answer, that the logon is not over for the server.
   */
  faulted(index: number, frame: number, status: number, signed: boolean): void {
    const context = this.list[index]
    if (!context) return
    // Samba's answer to a call under a logon whose last message it did not take: to it the handshake is not over.
    const isProtocolError = status === NCA_PROTOCOL_ERROR && !signed
    if (!isProtocolError && (signed || !isSecurityStatus(status))) return this.proven(index, frame)
    if (context.provenFrame !== undefined || context.failedFrame !== undefined) return
    // Without the last message the client itself has broken the rules, and nothing is said of the logon.
    if (isProtocolError && context.thirdLegFrame === undefined) return
    fail(context, frame, status)
  }

  /** A fault whose call id no request carried: it may answer the token that travelled under that id. */
  refused(callId: number, frame: number, status: number): void {
    const context = this.list[this.#byCallId.get(callId) ?? -1]
    if (!context || !isSecurityStatus(status)) return
    if (context.provenFrame === undefined && context.failedFrame === undefined) fail(context, frame, status)
  }

  #add(id: number, type: number, level: number): number {
    const index = this.list.push({ id, type, level, state: 'offered', tokenFrames: [] }) - 1
    this.#byId.set(id, index)
    return index
  }
}

function fail(context: SecurityContext, frame: number, status: number): void {
  context.state = 'failed'
  context.failedFrame = frame
  context.failedStatus = status
}
