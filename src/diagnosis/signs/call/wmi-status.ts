// What WMI or its provider reports beyond the HRESULT: an __ExtendedStatus, or COM's own error information. MS-DCOM 2.2.21.
import { Pdu, PduFlag } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import { hex32 } from '../../../capture/text'
import { Call } from '../../../conversation/model'
import { pduFlags, openingStubBytes } from '../../../capture/pdu'
import { stubArguments } from '../../../dissect/arguments'
import { orpcThat } from '../../../dissect/com/orpc'
import { SET_STATUS } from '../../../dissect/com/wmi'
import { extendedStatus, type ExtendedStatus } from '../../../dissect/com/wmi-object'
import { Ndr } from '../../../dissect/ndr'
import { Reader } from '../../../dissect/reader'
import { IWBEM_OBJECT_SINK } from '../../../names/well-known'
import type { Examination } from '../../examination'
import type { Layer } from '../../finding'

/** True of IWbemObjectSink::SetStatus: the server calls the client, to say how an asynchronous operation ended. */
export function isReportedStatus(theCase: Examination, call: number): boolean {
  return (
    theCase.interfaceOf(call) === IWBEM_OBJECT_SINK && theCase.conversation.calls.get(Call.Opnum, call) === SET_STATUS
  )
}

/** What the answer of a call reports; undefined where it is sealed or reports nothing. */
export function wmiStatus(theCase: Examination, call: number): ExtendedStatus | undefined {
  const { calls } = theCase.conversation
  const uuid = theCase.interfaceOf(call)
  const answer = !isReportedStatus(theCase, call)
  const pdu = calls.get(answer ? Call.ResponsePdu : Call.RequestPdu, call)
  if (pdu === NONE || uuid === undefined) return undefined
  const bytes = openingStubBytes(theCase.capture, pdu)
  if (bytes.length === 0) return undefined
  const reader = () => {
    const from = new Reader(bytes)
    from.little = (pduFlags(theCase.capture.pdus.get(Pdu.Head, pdu)) & PduFlag.BigEndian) === 0
    return from
  }
  const wide = theCase.isNdr64(call)
  const error = answer ? orpcThat(new Ndr(reader(), wide))?.error : undefined
  if (error?.wmi) return error.wmi
  if (error?.description !== undefined) {
    const { description, source } = error
    return source === undefined ? { description } : { description, provider: source }
  }
  const method = { interface: uuid, opnum: calls.get(Call.Opnum, call), answer, wide }
  const objects = stubArguments(reader(), method)?.objects ?? []
  return objects.map(({ object }) => extendedStatus(object)).find((status) => status !== undefined)
}

/** The status in a sentence: who reports it, during which operation, about what. */
export function wmiStatusText(theCase: Examination, status: ExtendedStatus): string {
  const { provider, operation, parameter, description } = status
  const during = operation === undefined ? '' : ` during ${operation}`
  const about = parameter === undefined ? '' : `, about "${parameter}"`
  const words = [codeText(theCase, status), description === undefined ? '' : `"${description.trim()}"`].filter(Boolean)
  return `${provider ?? 'WMI'} reports${during}${about}: ${words.join(', ') || 'no details'}.`
}

/** The status as a layer of the chain. */
export function wmiStatusLayer(theCase: Examination, status: ExtendedStatus): Layer {
  return {
    layer: 'WMI provider',
    code: status.statusCode === undefined ? '' : hex32(status.statusCode),
    text: wmiStatusText(theCase, status),
  }
}

function codeText(theCase: Examination, { statusCode }: ExtendedStatus): string {
  if (statusCode === undefined || statusCode === 0) return ''
  const known = theCase.names.statusName(statusCode)
  return known ? `${hex32(statusCode)} (${known.symbol})` : hex32(statusCode)
}
