// A PROFINET IO device refused a service. Answers begin with PNIOStatus. IEC 61158-6-10, 5.2.6; IEC 61784-2.
import { Pdu, PduFlag } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import { hex32 } from '../../../capture/text'
import { Call, type Connection, Outcome } from '../../../conversation/model'
import { pduBytes, pduFlags } from '../../../capture/pdu'
import { isProfinet } from '../../../names/well-known'
import type { Examination } from '../../examination'
import type { Severity } from '../../finding'
import type { Occurrence, Rule } from '../../rule'
import { callEvidence, evidence, frameNumber, methodName } from '../../text/wording'

/** Where the stub of a datagram begins. C706 12.5.1. */
const STUB = 80
const CONNECT = 0
const READ = 2
const RELEASE = 1
/** ErrorDecode: ErrorCode1 and 2 are those of a record, or those of the protocol machines. */
const RECORD = 0x80
const PROTOCOL = 0x81
/** ErrorCode1 of the machine that sets up connections. */
const CMRPC = 64

/** ErrorCode2 of CMRPC. */
const CONNECTING: Record<number, string> = {
  1: 'unknown blocks in the request',
  2: 'an IO relation is missing in the request',
  3: 'wrong number of alarm relations',
  4: 'out of AR resources',
  5: 'the AR is not known',
  6: 'state conflict',
  7: 'out of provider, consumer or alarm resources',
  8: 'out of memory',
}
const RESOURCES = new Set([4, 7, 8])
/** ErrorCode1 of a request whose block is wrong. */
const BLOCKS: Record<number, string> = {
  1: 'ARBlockReq',
  2: 'IOCRBlockReq',
  3: 'ExpectedSubmoduleBlockReq',
  4: 'AlarmCRBlockReq',
  5: 'PrmServerBlockReq',
  6: 'MCRBlockReq',
  7: 'ARRPCBlockReq',
}
/** ErrorCode1 of records. */
const RECORDS: Record<number, string> = {
  160: 'read error',
  161: 'write error',
  162: 'module failure',
  167: 'busy',
  168: 'version conflict',
  169: 'feature not supported',
  176: 'invalid index',
  177: 'wrong length',
  178: 'invalid slot or subslot',
  179: 'type conflict',
  180: 'invalid area',
  181: 'state conflict',
  182: 'access denied',
  183: 'invalid range',
  184: 'invalid parameter',
  185: 'invalid type',
  192: 'read conflict',
  193: 'write conflict',
  194: 'resource busy',
  195: 'resource unavailable',
}

/** Calls of one service that one device refused to one controller with one status. */
interface Refused {
  calls: number[]
  connection: Connection
  status: number
  opnum: number
  /** A later call of the service that the device accepted. */
  later?: number
}

/** Error: no connection came about. Warning: a control or write failed. Note: a record is not there, or it worked later. */
export const profinetError: Rule = {
  id: 'profinet-error',
  title: 'A PROFINET device refused a service',
  meaning:
    'The device answered with an error status. Refused connections are errors: no data are exchanged. Records that a device does not have are an ordinary answer, and so is a refusal before an accepted try.',
  *find(theCase) {
    for (const group of refusedServices(theCase)) yield* describe(theCase, group)
  },
}

function refusedServices(theCase: Examination): Refused[] {
  const { calls, connections, interfaces } = theCase.conversation
  if (!interfaces.some(isProfinet)) return []
  const groups = new Map<string, Refused>()
  const open = new Map<string, Refused[]>()
  for (const connection of connections) {
    if (connection.transport !== 'udp') continue
    for (const call of connection.calls) {
      const uuid = theCase.interfaceOf(call)
      if (uuid === undefined || !isProfinet(uuid) || calls.get(Call.Outcome, call) !== Outcome.Response) continue
      const status = statusOf(theCase, call)
      const opnum = calls.get(Call.Opnum, call)
      const ends = `${connection.client.text} ${connection.server.text} ${opnum}`
      if (status === 0) for (const group of open.get(ends) ?? []) group.later ??= call
      if (status === 0 || status === undefined) continue
      const key = `${ends} ${status}`
      const known = groups.get(key)
      if (known) {
        known.calls.push(call)
        delete known.later
        continue
      }
      const group = { calls: [call], connection, status, opnum }
      groups.set(key, group)
      open.set(ends, [...(open.get(ends) ?? []), group])
    }
  }
  return [...groups.values()]
}

/** PNIOStatus of an answer; undefined where it was not kept. */
function statusOf(theCase: Examination, call: number): number | undefined {
  const pdu = theCase.conversation.calls.get(Call.ResponsePdu, call)
  if (pdu === NONE) return undefined
  const bytes = pduBytes(theCase.capture, pdu)
  if (bytes.length < STUB + 4) return undefined
  const isLittle = (pduFlags(theCase.capture.pdus.get(Pdu.Head, pdu)) & PduFlag.BigEndian) === 0
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(STUB, isLittle)
}

/** What a status says, and whether it is for want of resources. */
function meaning(status: number): { text: string; isFull: boolean } {
  const [decode, one, two] = [(status >>> 16) & 0xff, (status >>> 8) & 0xff, status & 0xff]
  if (decode === RECORD) return { text: RECORDS[one] ?? `record error ${one}`, isFull: one === 195 }
  if (decode === PROTOCOL && one === CMRPC)
    return { text: CONNECTING[two] ?? `CMRPC error ${two}`, isFull: RESOURCES.has(two) }
  if (decode === PROTOCOL && BLOCKS[one] !== undefined)
    return { text: `faulty ${BLOCKS[one]}, parameter ${two}`, isFull: false }
  return { text: `ErrorCode1 ${one}, ErrorCode2 ${two}`, isFull: false }
}

function severityOf({ opnum, later }: Refused): Severity {
  if (later !== undefined || opnum === READ || opnum === RELEASE) return 'note'
  return opnum === CONNECT ? 'error' : 'warning'
}

function* describe(theCase: Examination, group: Refused): Generator<Occurrence> {
  const { connection, status, opnum, later, calls } = group
  const { text, isFull } = meaning(status)
  const name = methodName(theCase, calls[0]!).split('::')[1]!
  const answer = (call: number) => theCase.conversation.calls.get(Call.ResponseFrame, call)
  const accepted = later === undefined ? '' : ` A later ${name} was accepted, in frame ${frameNumber(answer(later))}.`
  for (const [at, call] of calls.entries())
    yield {
      severity: severityOf(group),
      confidence: 'high',
      title:
        opnum === CONNECT && isFull
          ? 'The PROFINET device has no resources for another connection'
          : `The PROFINET device refused ${name}: ${text}`,
      explanation: `${connection.server.text} answered ${name} of ${connection.client.text} in frame ${frameNumber(answer(call))} with PNIOStatus ${hex32(status)}: ${text}.${accepted}`,
      symptom: `The controller reports the device as not reachable or faulty (PNIOStatus ${hex32(status)})`,
      atFault: isFull
        ? { party: 'configuration', text: 'the number of controllers and tools that are connected to the device' }
        : { party: 'configuration', text: 'the project: what the controller asks for does not fit the device' },
      effect: opnum === CONNECT ? 'No connection, and no process data' : `The ${name} was not carried out`,
      evidence: [
        ...callEvidence(theCase, call, `PNIOStatus ${hex32(status)}: ${text}`),
        ...(at === 0 && later !== undefined ? evidence(answer(later), `later ${name} accepted`) : []),
      ],
      fix: isFull
        ? [
            {
              text: 'Close connections to the device that are not needed: a second controller, a supervisor or an engineering tool. The data sheet says how many application relations (AR) the device supports.',
            },
            {
              text: 'If the last controller left without a release, wait until its watchdog runs out, or restart the device.',
            },
          ]
        : [
            {
              text: `Compare the project with the device: GSD version, modules in their slots, and the parameters of the request in frame ${frameNumber(theCase.frameOf(call))}.`,
            },
          ],
      streams: [connection.stream],
      method: methodName(theCase, call),
      filter: 'udp.port == 34964',
      fold: `${connection.client.text} ${connection.server.text} ${opnum} ${status}`,
      explains: { calls: [call] },
    }
}
