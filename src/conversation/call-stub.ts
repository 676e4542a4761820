// The whole stub of a request or an answer, put together from its fragments. C706 12.6.3.1.
import { Pdu, PduFlag } from '../../asm/layout'
import type { Capture } from '../capture/capture'
import { NONE } from '../capture/table'
import { Call, type Conversation } from './model'
import { isFirst, isLast, pduBytes, pduFlags, pduType, stubAt } from '../capture/pdu'

/** Gives the bytes of a PDU as far as they can be had; undefined where they cannot. */
export type PduReader = (row: number) => Promise<Uint8Array | undefined>

/** Longer stubs are cut. */
const MAX_STUB_BYTES = 16 << 20
/** PDUs of other calls that may lie between the first and the last fragment. */
const MAX_ROWS = 1 << 16

export interface CallStub {
  bytes: Uint8Array<ArrayBuffer>
  /** Row of the PDU that completes it, and how many PDUs it took. */
  lastPdu: number
  fragments: number
  /** Byte order of its numbers. */
  little: boolean
  /** False where fragments, or bytes of them, are missing. */
  isWhole: boolean
}

/** Reads the stub of a call's request or answer; undefined where there is none, or it is sealed. */
export async function callStub(
  capture: Capture,
  conversation: Conversation,
  call: number,
  answer: boolean,
  read: PduReader,
): Promise<CallStub | undefined> {
  const { pdus } = capture
  const { calls } = conversation
  const first = calls.get(answer ? Call.ResponsePdu : Call.RequestPdu, call)
  const last = calls.get(answer ? Call.ResponseEndPdu : Call.RequestEndPdu, call)
  if (first === NONE || last === NONE) return undefined
  const type = pduType(pdus.get(Pdu.Head, first))
  const parts: Uint8Array[] = []
  let length = 0
  let isWhole = isFirst(pdus.get(Pdu.Head, first)) && isLast(pdus.get(Pdu.Head, last))
  for (let row = first; row <= Math.min(last, first + MAX_ROWS) && length < MAX_STUB_BYTES; row++) {
    const head = pdus.get(Pdu.Head, row)
    if (conversation.callOfPdu(row) !== call || pduType(head) !== type) continue
    const at = stubAt(head)
    if (at === undefined || (pduFlags(head) & (PduFlag.Sealed | PduFlag.Connectionless)) !== 0) return undefined
    const stated = pdus.get(Pdu.StubLength, row)
    const part = (await pduFrom(capture, row, read)).subarray(at, at + stated)
    parts.push(part)
    length += part.length
    // What comes behind a hole would be read at the wrong place.
    if (part.length < stated) {
      isWhole = false
      break
    }
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  const little = (pduFlags(pdus.get(Pdu.Head, first)) & PduFlag.BigEndian) === 0
  return { bytes, lastPdu: last, fragments: parts.length, little, isWhole }
}

/** The parser keeps some PDUs whole, what a secret opened among them; others are read again. */
async function pduFrom(capture: Capture, row: number, read: PduReader): Promise<Uint8Array> {
  const kept = pduBytes(capture, row)
  if ((pduFlags(capture.pdus.get(Pdu.Head, row)) & PduFlag.KeptWhole) !== 0) return kept
  const whole = await read(row)
  return whole && whole.length > kept.length ? whole : kept
}
