// Methods of COM that return more than their last word: the status that counts is inside the answer.
import { Pdu, PduFlag } from '../../../../asm/layout'
import type { Capture } from '../../../capture/capture'
import { isFirst, openingStubBytes, pduFlags, stubAt } from '../../../capture/pdu'
import { NONE } from '../../../capture/table'
import { remoteActivationResponse } from '../../../dissect/com/activation'
import { firstQueryStatus, remQueryInterfaceResponse, RemUnknown } from '../../../dissect/com/remunknown'
import { callStatusResponse, GET_CALL_STATUS, SET_STATUS, setStatusRequest } from '../../../dissect/com/wmi'
import { Reader } from '../../../dissect/reader'
import {
  IACTIVATION,
  IREM_UNKNOWN,
  IREM_UNKNOWN2,
  IWBEM_CALL_RESULT,
  IWBEM_OBJECT_SINK,
} from '../../../names/well-known'

/** RemoteActivation of IActivation. MS-DCOM 3.1.2.5.2.3.1. */
const REMOTE_ACTIVATION = 0

const METHODS = new Map<string, number>([
  [IACTIVATION, REMOTE_ACTIVATION],
  [IWBEM_CALL_RESULT, GET_CALL_STATUS],
  [IWBEM_OBJECT_SINK, SET_STATUS],
  [IREM_UNKNOWN, RemUnknown.QueryInterface],
  [IREM_UNKNOWN2, RemUnknown.QueryInterface],
])

/** Opnum of the method of an interface that has a status inside its answer; undefined where there is none. */
export function methodWithInnerStatus(uuid: string): number | undefined {
  return METHODS.get(uuid)
}

/**
 * The status inside a call of such a method (first rows of Pdu of its request and answer), whose last word is 0; undefined where
 * there is none. RemoteActivation has an HRESULT before those of the interfaces, RemQueryInterface one for each interface, of
 * which all may have failed, GetCallStatus of WMI that of the operation that was asked for earlier. SetStatus of WMI brings such
 * a status in its request. `wide`: the stubs are encoded as NDR64.
 */
export function innerStatus(
  capture: Capture,
  uuid: string,
  { request, answer }: { request: number; answer: number },
  wide: boolean,
): number | undefined {
  const isQuery = uuid === IREM_UNKNOWN || uuid === IREM_UNKNOWN2
  if (isQuery && isFirstGiven(capture, answer, wide)) return undefined
  const stub = (pdu = answer) => new Reader(openingStubBytes(capture, pdu))
  if (uuid === IACTIVATION) return remoteActivationResponse(stub(), wide).hresult
  if (uuid === IWBEM_CALL_RESULT) return callStatusResponse(stub(), wide)
  if (uuid === IWBEM_OBJECT_SINK) return request === NONE ? undefined : setStatusRequest(stub(request), wide)
  if (!firstQueryStatus(stub(), wide)) return undefined
  const { results } = remQueryInterfaceResponse(stub(), wide)
  return results.length > 0 && results.every(({ hresult }) => hresult !== 0) ? results[0]!.hresult : undefined
}

/**
 * True if an answer to RemQueryInterface without extensions holds the first interface, by some of its words: programs ask so
 * often that copying the bytes of each answer would cost more than all else that is done about it.
 */
function isFirstGiven(capture: Capture, answer: number, wide: boolean): boolean {
  const { pdus } = capture
  const head = pdus.get(Pdu.Head, answer)
  const at = stubAt(head)
  if (at === undefined || !isFirst(head) || (pduFlags(head) & (PduFlag.Sealed | PduFlag.Connectionless)) !== 0)
    return false
  // ORPCTHAT: flags and the pointer to its extensions. Then the pointer to the results, their count, the first HRESULT.
  const [extensions, status] = wide ? [8, 32] : [4, 16]
  const end = status + 4
  if (pdus.get(Pdu.StubLength, answer) < end || pdus.get(Pdu.KeptLength, answer) < at + end) return false
  const stub = pdus.get(Pdu.Kept, answer) + at
  const hasExtensions = capture.word(stub + extensions) !== 0 || (wide && capture.word(stub + extensions + 4) !== 0)
  return !hasExtensions && capture.word(stub + status) === 0
}
