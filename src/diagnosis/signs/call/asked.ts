// The interfaces that a RemQueryInterface call asks for. MS-DCOM 3.1.1.5.6.1.1.
import { IREM_UNKNOWN, IREM_UNKNOWN2 } from '../../../names/well-known'
import { NONE } from '../../../capture/table'
import { Call } from '../../../conversation/model'
import { openingStubBytes } from '../../../capture/pdu'
import { Reader } from '../../../dissect/reader'
import { remQueryInterfaceRequest, RemUnknown } from '../../../dissect/com/remunknown'
import type { Examination } from '../../examination'

/** Names of the interfaces, as far as the stub is readable; empty for any other call. */
export function askedInterfaces(theCase: Examination, call: number): string[] {
  const { calls } = theCase.conversation
  const pdu = calls.get(Call.RequestPdu, call)
  const uuid = theCase.interfaceOf(call)
  if (pdu === NONE || calls.get(Call.Opnum, call) !== RemUnknown.QueryInterface) return []
  if (uuid !== IREM_UNKNOWN && uuid !== IREM_UNKNOWN2) return []
  const stub = openingStubBytes(theCase.capture, pdu)
  if (stub.length === 0) return []
  const { iids } = remQueryInterfaceRequest(new Reader(stub), theCase.isNdr64(call))
  return iids.map((iid) => theCase.names.guid(iid)?.name ?? iid)
}
