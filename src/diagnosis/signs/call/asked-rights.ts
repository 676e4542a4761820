// The rights that a call asks for, where the access mask of its request is in the clear.
import { Pdu, PduFlag } from '../../../../asm/layout'
import { openingStubBytes, pduFlags } from '../../../capture/pdu'
import { NONE } from '../../../capture/table'
import { Call } from '../../../conversation/model'
import { lsa, sam } from '../../../dissect/interface/samr'
import { services } from '../../../dissect/interface/svcctl'
import { registry } from '../../../dissect/interface/winreg'
import { Ndr } from '../../../dissect/ndr'
import type { Arguments, Methods } from '../../../dissect/parameter'
import { Reader } from '../../../dissect/reader'
import { type AskedRights, rightsOf } from '../../../names/access-rights'
import { LSARPC, SAMR, SVCCTL, WINREG } from '../../../names/well-known'
import type { Examination } from '../../examination'

const METHODS: Readonly<Record<string, Methods>> = {
  [SVCCTL]: services,
  [SAMR]: sam,
  [LSARPC]: lsa,
  [WINREG]: registry,
}
/** Arguments that name what is opened. */
const TARGETS = ['Service', 'Subkey', 'Account', 'RID', 'Secret']

export interface CallRights extends AskedRights {
  /** The mask as the request has it. */
  mask: string
  /** The name or number of what is opened, where the request has it. */
  target?: string | undefined
}

/** What a call asks for; undefined where the request is sealed, cut or of another method. */
export function askedRights(theCase: Examination, call: number): CallRights | undefined {
  const { calls } = theCase.conversation
  const pdu = calls.get(Call.RequestPdu, call)
  const uuid = theCase.interfaceOf(call)
  const opnum = calls.get(Call.Opnum, call)
  const parameters = uuid === undefined ? undefined : METHODS[uuid]?.[opnum]?.request
  if (pdu === NONE || !parameters) return undefined
  const from = new Reader(openingStubBytes(theCase.capture, pdu))
  from.little = (pduFlags(theCase.capture.pdus.get(Pdu.Head, pdu)) & PduFlag.BigEndian) === 0
  const ndr = new Ndr(from, theCase.isNdr64(call))
  const found: Arguments = new Map<string, string>()
  for (const parameter of parameters) {
    if (from.note !== undefined) break
    parameter(ndr, found)
  }
  const mask = found.get('Access')
  const asked = mask === undefined ? undefined : rightsOf(uuid!, opnum, Number(mask) >>> 0)
  if (!asked || asked.rights.length === 0) return undefined
  const target = TARGETS.map((label) => found.get(label)).find((value) => value !== undefined && value !== '')
  return { ...asked, mask: mask!, ...(target !== undefined && { target }) }
}
