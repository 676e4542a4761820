// Messages whose signature does not fit their text: known only where a secret has shown the keys of their logon.
import { Pdu, PduType } from '../../../../asm/layout'
import { Call } from '../../../conversation/model'
import { isVerified, pduType } from '../../../capture/pdu'
import type { Examination } from '../../examination'

export interface WrongSignature {
  /** Row of Call, and the frame that completes the PDU. */
  call: number
  frame: number
  fromClient: boolean
}

/** Requests and answers with a wrong signature, in order. */
export function wrongSignatures(theCase: Examination): WrongSignature[] {
  const { capture, conversation } = theCase
  const { pdus } = capture
  const wrong: WrongSignature[] = []
  const { rows } = pdus
  for (let row = 0; row < rows; row++) {
    const head = pdus.get(Pdu.Head, row)
    if (isVerified(head) !== false) continue
    const call = conversation.callOfPdu(row)
    if (call >= conversation.calls.rows) continue
    wrong.push({ call, frame: pdus.get(Pdu.Frame, row), fromClient: pduType(head) === PduType.Request })
  }
  return wrong
}

/** The connection of a call with a wrong signature. */
export function streamOf(theCase: Examination, call: number): number {
  const { calls, connections } = theCase.conversation
  return connections[calls.get(Call.Connection, call)]!.stream
}
