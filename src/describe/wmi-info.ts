// What a WMI request or answer says, in a few words for the Info line: the query, the method, the objects. Only what was kept of
// its first fragment is looked at.
import { ARGUMENTS } from '../names/field-labels'
import type { Arguments } from '../dissect/arguments'
import { stubArguments } from '../dissect/arguments'
import { Reader } from '../dissect/reader'
import { WMI_INTERFACES } from '../conversation/wmi-interfaces'
import type { PduView } from './pdu/pdu-view'

const MAX_LENGTH = 100
const FIRST_FRAGMENT = 1

/** The words; undefined where the PDU is not WMI's, or says nothing. */
export function wmiInfo(view: PduView, answer: boolean, stub: Uint8Array): string | undefined {
  const { interface: uuid, opnum, wide, little } = view
  if (uuid === undefined || opnum === undefined || !WMI_INTERFACES.includes(uuid)) return undefined
  if ((view.pfc & FIRST_FRAGMENT) === 0 || stub.length === 0) return undefined
  const from = new Reader(stub)
  from.little = little
  const found = stubArguments(from, { interface: uuid, opnum, answer, wide })
  const text = found && wordsOf(found)?.replace(/\s+/g, ' ')
  return text && text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text
}

function wordsOf(found: Arguments): string | undefined {
  const [object, method] = [found.get(ARGUMENTS.object), found.get(ARGUMENTS.method)]
  if (method !== undefined) return `${object ?? ''}::${method}`
  const said = [
    ARGUMENTS.query,
    ARGUMENTS.namespace,
    ARGUMENTS.object,
    ARGUMENTS.instance,
    ARGUMENTS.class,
    ARGUMENTS.superclass,
    ARGUMENTS.output,
  ]
  return said.map((label) => found.get(label)).find((text) => text !== undefined && text !== '')
}
