// The deep part of a PDU's field tree: what the parser's header fields leave to the dissectors in TypeScript.
import type { FieldLine } from '../capture/field'
import { verifier } from '../dissect/pdu'
import { Reader } from '../dissect/reader'
import { token } from '../dissect/token'

/** Lines for the token of a whole PDU; positions count from its first byte. */
export function pduLines(pdu: Uint8Array): FieldLine[] {
  const lines: FieldLine[] = []
  const carried = verifier(pdu)
  if (carried) token(new Reader(carried.token, lines, carried.tokenAt, 1))
  return lines
}
