// Calls that ask a server to create or find an object.
import { NONE } from '../../../capture/table'
import { Call } from '../../../conversation/model'
import { openingStubBytes } from '../../../capture/pdu'
import { activationRequest, remoteActivationRequest } from '../../../dissect/com/activation'
import { Reader } from '../../../dissect/reader'
import { IACTIVATION, ISYSTEM_ACTIVATOR } from '../../../names/well-known'
import type { Examination } from '../../examination'

const REMOTE_CREATE_INSTANCE = 4

/** True if a call asks a server to create or find an object: ISystemActivator or IActivation. */
export function isActivation(theCase: Examination, call: number): boolean {
  const uuid = theCase.interfaceOf(call)
  return uuid === ISYSTEM_ACTIVATOR || uuid === IACTIVATION
}

/** UUID text of the class that an activation asks for; undefined where it is sealed or not in the capture. */
export function activatedClass(theCase: Examination, call: number): string | undefined {
  const { calls } = theCase.conversation
  const pdu = calls.get(Call.RequestPdu, call)
  const stub = pdu === NONE ? new Uint8Array(0) : openingStubBytes(theCase.capture, pdu)
  if (stub.length === 0) return undefined
  const wide = theCase.isNdr64(call)
  const from = new Reader(stub)
  const { clsid } =
    theCase.interfaceOf(call) === IACTIVATION
      ? remoteActivationRequest(from, wide)
      : activationRequest(from, calls.get(Call.Opnum, call) === REMOTE_CREATE_INSTANCE, wide)
  return clsid
}
