// What an RPC session asks of a security package, whichever it is.
import type { Side } from '../network/tcp'
import type { CallPdu, Verifier } from '../rpc/pdu'

export const AUTH_SPNEGO = 9
export const AUTH_NTLM = 10
export const AUTH_KERBEROS = 16

export const LEVEL = { connect: 2, call: 3, packet: 4, integrity: 5, privacy: 6 } as const
export type Level = keyof typeof LEVEL

export interface SecurityContext {
  /** 2: the answer ends it. 3: the third leg is an AUTH3. 4 and more: each further pair is an alter_context and the server's answer to it. */
  readonly legs: 2 | 3 | 4 | 6
  /** Sign the whole PDU, not only its stub: set when both sides offered it. */
  signsHeaders: boolean
  /** sec_trailer of a request or response under this context. */
  readonly protection: Omit<Verifier, 'value'>
  /** Bytes of auth value that protect() adds. */
  readonly valueLength: number
  /** The client's first token. */
  negotiate(): Verifier
  /** The server's answer to it. */
  challenge(): Verifier
  /** The client's next token. */
  authenticate(): Verifier
  /** The server's answer to that, where there are four legs or more. */
  complete(): Verifier
  /** Seals and signs as the level asks; `pdu` was built with this.protection and this.valueLength. */
  protect(from: Side, pdu: CallPdu): Uint8Array<ArrayBuffer>
}
