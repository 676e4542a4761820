// The server's own account of why a call or a bind failed, where the fault or the bind_nak carries one. MS-EERR 2.2, MS-RPCE 2.2.2.9.
import { Pdu } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import { hex32 } from '../../../capture/text'
import { Call, type Connection } from '../../../conversation/model'
import { pduBytes, openingStubBytes } from '../../../capture/pdu'
import { bindNak } from '../../../dissect/rpc/bind'
import { DETECTION_LOCATIONS, extendedError, type ErrorRecord, GENERATING_COMPONENTS } from '../../../dissect/rpc/eerr'
import { Reader } from '../../../dissect/reader'
import type { Examination } from '../../examination'
import type { Layer } from '../../finding'

/** The shortest extended error information: header and one record without strings. */
const SHORTEST = 48

/** Records of the fault that answered a call, the one nearest to the caller first; none without. */
export function serverReason(theCase: Examination, call: number): ErrorRecord[] {
  const pdu = theCase.conversation.calls.get(Call.ResponsePdu, call)
  if (pdu === NONE || theCase.capture.pdus.get(Pdu.StubLength, pdu) < SHORTEST) return []
  return recordsIn(openingStubBytes(theCase.capture, pdu))
}

/** Records of the bind_nak that refused a connection; none without. */
export function bindRejectionReason({ capture }: Examination, { nak }: Connection): ErrorRecord[] {
  const pdu = nak && pduBytes(capture, nak.pdu)
  const at = pdu && bindNak(new Reader(pdu))?.extendedErrorAt
  return at === undefined ? [] : recordsIn(pdu!.subarray(at))
}

function recordsIn(bytes: Uint8Array): ErrorRecord[] {
  return bytes.length < SHORTEST ? [] : extendedError(new Reader(bytes))
}

/** The records in a sentence; empty without any. */
export function serverReasonText(theCase: Examination, records: readonly ErrorRecord[]): string {
  if (records.length === 0) return ''
  const { computer, processId } = records[0]!
  const where = `${computer ? `on ${computer}` : 'there'}${processId === undefined ? '' : `, process ${processId}`}`
  return `The server itself (${where}) gives the reason: ${records.map((record) => recordText(theCase, record)).join('; ')}.`
}

function recordText(theCase: Examination, { component, status, detectionLocation, parameters }: ErrorRecord): string {
  const place = detectionLocation === undefined ? undefined : DETECTION_LOCATIONS[detectionLocation]
  const known = status === undefined ? undefined : theCase.names.statusName(status)
  const numbers = parameters.flatMap((parameter) => {
    if (parameter.kind === 'text') return [`"${parameter.value}"`]
    if (parameter.kind !== 'number' || parameter.value >>> 31 === 0) return []
    const name = theCase.names.returnName(parameter.value, 'hresult')
    return [name ? `${hex32(parameter.value)} (${name.symbol})` : hex32(parameter.value)]
  })
  return [
    GENERATING_COMPONENTS[component ?? 0] ?? `component ${component}`,
    ...(status === undefined ? [] : [`status ${hex32(status)}${known ? ` (${known.symbol})` : ''}`]),
    ...(detectionLocation === undefined
      ? []
      : [`detection location ${detectionLocation}${place ? ` (${place})` : ''}`]),
    ...numbers,
  ].join(', ')
}

/** The records as layers of the chain. */
export function serverReasonLayers(theCase: Examination, records: readonly ErrorRecord[]): Layer[] {
  return records.map((record) => ({
    layer: 'server (extended error information)',
    code: record.status === undefined ? '' : hex32(record.status),
    text: recordText(theCase, record),
  }))
}
