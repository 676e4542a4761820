// A connection-oriented PDU around its body: common header and security trailer. C706 12.6.3.1, MS-RPCE 2.2.2.11.
// The parser records these fields itself (asm/wire/dcerpc.ts), so nothing is recorded here.
import { Reader } from './reader'

/** Bytes of the common header. */
export const HEADER = 16
/** Bytes of the security trailer before its token. */
const TRAILER = 8

export interface PduHead {
  type: number
  flags: number
  little: boolean
  fragmentLength: number
  authLength: number
  callId: number
}

/** Reads the common header and leaves the reader behind it, in the PDU's byte order. Undefined when there is none. */
export function pduHead(from: Reader): PduHead | undefined {
  const version = from.u8()
  from.skip(1)
  const type = from.u8()
  const flags = from.u8()
  const representation = from.u8()
  from.skip(3)
  if (representation === undefined || version !== 5) return undefined
  from.little = representation >>> 4 === 1
  const fragmentLength = from.u16()
  const authLength = from.u16()
  const callId = from.u32()
  if (callId === undefined) return undefined
  return {
    type: type!,
    flags: flags!,
    little: from.little,
    fragmentLength: fragmentLength!,
    authLength: authLength!,
    callId,
  }
}

/** The verifier at a PDU's end. */
export interface Verifier {
  type: number
  level: number
  padLength: number
  contextId: number
  token: Uint8Array
  /** Where the token begins in the PDU. */
  tokenAt: number
}

/** The verifier of a whole PDU; undefined without one, or when the bytes do not reach to it. */
export function verifier(pdu: Uint8Array): Verifier | undefined {
  const head = pduHead(new Reader(pdu))
  if (!head || head.authLength === 0) return undefined
  const tokenAt = head.fragmentLength - head.authLength
  const from = new Reader(pdu)
  from.little = head.little
  from.at = Math.max(HEADER, tokenAt - TRAILER)
  const type = from.u8()
  const level = from.u8()
  const padLength = from.u8()
  from.skip(1)
  const contextId = from.u32()
  if (contextId === undefined || from.at !== tokenAt) return undefined
  const token = pdu.subarray(tokenAt, tokenAt + head.authLength)
  return { type: type!, level: level!, padLength: padLength!, contextId, token, tokenAt }
}
