// The deep part of a PDU's field tree: what the parser's header fields leave to the dissectors in TypeScript.
import { PduFlag, PduType } from '../../../asm/layout'
import type { FieldLine } from '../../capture/field'
import { bindNak } from '../../dissect/rpc/bind'
import { extendedError } from '../../dissect/rpc/eerr'
import { verifier } from '../../dissect/pdu'
import { Reader } from '../../dissect/reader'
import { stub } from '../../dissect/stub'
import type { CallStub } from '../../conversation/call-stub'
import type { KnownClasses } from '../../wmio/object-array'
import { token } from '../../dissect/security/token'
import type { Context, PduView } from './pdu-view'

const WHOLE_CALL = 0x03
/** In a datagram: the PDU is one fragment of several. C706 12.5.2. */
const DATAGRAM_FRAGMENT = 0x04
/** fault_flags of a fault; its lowest bit says that extended error information follows. MS-RPCE 2.2.2.9. */
const FAULT_FLAGS_AT = 23
const DEPTH = 1

/**
 * Lines for the stub and the token of a whole PDU; positions count from its first byte. `classes` are those that earlier
 * answers of WMI brought.
 */
export function pduLines(context: Context, view: PduView, pdu: Uint8Array, classes?: KnownClasses): FieldLine[] {
  const lines: FieldLine[] = []
  if (view.stubLength > 0) stubLines(context, view, pdu, lines, classes)
  if (view.connectionless) return lines
  if (view.type === PduType.BindNak) bindNakLines(pdu, lines)
  const carried = verifier(pdu)
  if (carried) token(new Reader(carried.token, lines, carried.tokenAt, DEPTH))
  return lines
}

/** The parser shows the reason; a bind_nak may hold extended error information behind it. MS-RPCE 2.2.2.9. */
function bindNakLines(pdu: Uint8Array, lines: FieldLine[]): void {
  const at = bindNak(new Reader(pdu))?.extendedErrorAt
  if (at !== undefined) extendedError(new Reader(pdu.subarray(at), lines, at, DEPTH))
}

function stubLines(
  { names }: Context,
  view: PduView,
  pdu: Uint8Array,
  lines: FieldLine[],
  classes: KnownClasses | undefined,
): void {
  const at = view.stubAt
  const wasSealed = (view.flags & PduFlag.Unsealed) !== 0
  const label = view.sealed ? 'Stub data (sealed)' : wasSealed ? 'Stub data (was sealed)' : 'Stub data'
  const value = `${view.stubLength} bytes`
  lines.push({ label, value, at, length: view.stubLength, depth: DEPTH, filter: 'dcerpc.stub_data' })
  signatureLine(view, lines, at + view.stubLength)
  if (view.sealed) return
  const from = new Reader(pdu.subarray(at, at + view.stubLength), lines, at, DEPTH + 1)
  from.little = view.little
  if (view.type === PduType.Fault) {
    if ((pdu[FAULT_FLAGS_AT] ?? 0) & 1) extendedError(from)
    return
  }
  const { interface: uuid, opnum } = view
  // A fragment is no stub: its values may go on in the next.
  const isWhole = view.connectionless ? (view.pfc & DATAGRAM_FRAGMENT) === 0 : (view.pfc & WHOLE_CALL) === WHOLE_CALL
  if (uuid === undefined || opnum === undefined || !isWhole) return
  const com = names?.isCom(uuid) ?? false
  stub(from, { interface: uuid, opnum, answer: view.type === PduType.Response, wide: view.wide, com, classes })
}

/** What checking the signature with a secret gave. */
function signatureLine({ flags }: PduView, lines: FieldLine[], at: number): void {
  const isRight = (flags & PduFlag.SignatureRight) !== 0
  if (!isRight && (flags & PduFlag.SignatureWrong) === 0) return
  const value = isRight ? 'right, checked with a secret' : 'WRONG: the PDU was changed on its way'
  lines.push({ label: 'Signature', value, at, length: 0, depth: DEPTH })
}

/** Lines for a stub that was put together from several fragments; positions count from its first byte. */
export function callStubLines(
  { names }: Context,
  view: PduView,
  { bytes, little, isWhole, fragments }: CallStub,
  classes?: KnownClasses,
): FieldLine[] {
  const lines: FieldLine[] = []
  const { interface: uuid, opnum } = view
  if (uuid === undefined || opnum === undefined) return lines
  const value = `${bytes.length} bytes of ${fragments} fragments${isWhole ? '' : ', not all of them'}`
  lines.push({ label: 'Stub data', value, at: 0, length: bytes.length, depth: 0, filter: 'dcerpc.stub_data' })
  const from = new Reader(bytes, lines, 0, 1)
  from.little = little
  const com = names?.isCom(uuid) ?? false
  stub(from, { interface: uuid, opnum, answer: view.type === PduType.Response, wide: view.wide, com, classes })
  return lines
}
