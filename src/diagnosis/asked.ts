// The interfaces that a RemQueryInterface call asks for. MS-DCOM 3.1.1.5.6.1.1, 2.2.13.3 (ORPCTHIS).
import { NONE } from '../capture/table'
import { Call } from '../conversation/model'
import { stubBytes } from '../conversation/pdu'
import { Reader } from '../dissect/reader'
import type { Examination } from './examination'
import { IREM_UNKNOWN, IREM_UNKNOWN2 } from './interfaces'

const REM_QUERY_INTERFACE = 3
/** ORPCTHIS up to its extensions. */
const ORPC_THIS = 28
/** IPID and count of references. */
const BEFORE_COUNT = 20

/** Names of the interfaces, as far as the stub is readable; empty for any other call. */
export function askedInterfaces(theCase: Examination, call: number): string[] {
  const { calls } = theCase.conversation
  const pdu = calls.get(Call.RequestPdu, call)
  const uuid = theCase.interfaceOf(call)
  if (pdu === NONE || calls.get(Call.Opnum, call) !== REM_QUERY_INTERFACE) return []
  if (uuid !== IREM_UNKNOWN && uuid !== IREM_UNKNOWN2) return []
  return queriedIids(stubBytes(theCase.capture, pdu)).map((iid) => theCase.names.guid(iid)?.name ?? iid)
}

/** IIDs of a RemQueryInterface request whose ORPCTHIS has no extensions; as many as the bytes hold. */
function queriedIids(stub: Uint8Array): string[] {
  const from = new Reader(stub)
  from.skip(ORPC_THIS)
  if (from.u32() !== 0) return []
  from.skip(BEFORE_COUNT)
  const count = from.u16() ?? 0
  from.align(4)
  from.skip(4)
  const iids: string[] = []
  for (let i = 0; i < count; i++) {
    const iid = from.uuid()
    if (iid === undefined) break
    iids.push(iid)
  }
  return iids
}
