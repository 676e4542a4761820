// Fields of calls and connections. Most are our own, for Wireshark has none such: a call's fields belong to each of its PDUs.
import { Pdu, PduFlag, PduType } from '../../../asm/layout'
import { pduBytes, pduFlags } from '../../capture/pdu'
import { pipeName } from '../../capture/pipes'
import { NONE } from '../../capture/table'
import { uuidText } from '../../capture/text'
import { Call, Executed, Outcome } from '../../conversation/model'

import { identityName } from '../../conversation/identity-name'
import type { Entries, Field, Source } from '../field'
import { listed, pduTimes, pduWords, type Sparse, Texts } from '../sources'
import type { Subject } from '../subject'
import { ofCall, statusNamed } from './pdus'

const OUTCOMES: Record<Outcome, string> = {
  [Outcome.Open]: 'open',
  [Outcome.Response]: 'response',
  [Outcome.Fault]: 'fault',
  [Outcome.Cancelled]: 'cancelled',
  [Outcome.Lost]: 'lost',
}
const EXECUTED: Record<Executed, string> = {
  [Executed.Unknown]: 'unknown',
  [Executed.Yes]: 'yes',
  [Executed.No]: 'no',
}

function column(which: Call): Source {
  return ofCall(({ conversation }, call) => conversation!.calls.get(which, call))
}

/** Texts whose positions are the numbers of an enum. */
function enumEntries(words: Record<number, string>): Entries {
  const texts = new Texts()
  for (let number = 0; number in words; number++) texts.position(words[number]!)
  return texts
}

/** Texts that are computed for each call once: positions by call row. */
interface CallTexts {
  texts: Texts
  positions: Uint32Array
}

function callTexts(textOf: (subject: Subject, call: number) => string | undefined) {
  return (subject: Subject): CallTexts => {
    const texts = new Texts()
    const calls = subject.conversation?.calls.rows ?? 0
    const positions = Uint32Array.from({ length: calls }, (_, call) => {
      const text = textOf(subject, call)
      return text === undefined ? NONE : texts.position(text)
    })
    return { texts, positions }
  }
}

function textOfCall(name: string, help: string, derive: (subject: Subject) => CallTexts): Field {
  return {
    name,
    type: 'text',
    help,
    sources: [ofCall((subject, call) => subject.of(derive).positions[call]!)],
    entries: (subject) => subject.of(derive).texts,
  }
}

function interfaceName({ conversation, names }: Subject, call: number): string | undefined {
  const uuid = conversation!.interfaces[conversation!.calls.get(Call.Interface, call)]
  return uuid && (names?.interfaceName(uuid) ?? uuid)
}

function methodName({ conversation, names }: Subject, call: number): string | undefined {
  const opnum = conversation!.calls.get(Call.Opnum, call)
  const uuid = conversation!.interfaces[conversation!.calls.get(Call.Interface, call)]
  if (opnum === NONE) return undefined
  return (uuid && names?.method(uuid, opnum)) || `opnum ${opnum}`
}

function userName({ conversation }: Subject, call: number): string | undefined {
  const connection = conversation!.connections[conversation!.calls.get(Call.Connection, call)]
  const security = connection?.security[conversation!.calls.get(Call.Security, call)]
  return (security && identityName(security)) || undefined
}

function pipeNames({ capture }: Subject): Texts & { positions?: number[] } {
  const texts: Texts & { positions?: number[] } = new Texts()
  texts.positions = Array.from({ length: capture.pipes.rows }, (_, pipe) => texts.position(pipeName(capture, pipe)))
  return texts
}

/** The fault's status, or what the method returned where it returns a status. */
const status = ofCall(({ conversation, names }, call) => {
  const { calls, interfaces } = conversation!
  const outcome = calls.get(Call.Outcome, call)
  if (outcome === Outcome.Fault) return calls.get(Call.Status, call)
  const uuid = interfaces[calls.get(Call.Interface, call)]
  const known = outcome === Outcome.Response && uuid !== undefined && names?.interfaceName(uuid) !== undefined
  return known ? calls.get(Call.Status, call) : NONE
})

const duration = pduTimes(({ conversation }, first, rows, out) => {
  for (let row = 0; row < rows; row++) {
    const call = conversation?.callOfPdu(first + row) ?? NONE
    const microseconds = call === NONE ? NONE : conversation!.calls.get(Call.Microseconds, call)
    out[row] = microseconds === NONE ? NaN : microseconds * 1000
  }
})

const connection = pduWords(({ conversation }, first, rows, out) => {
  for (let row = 0; row < rows; row++) out[row] = conversation?.connectionOfPdu(first + row)?.index ?? NONE
})

const pipe = pduWords((subject, first, rows, out) => {
  const { positions = [] } = subject.of(pipeNames)
  const pipes = subject.capture.pdus.column(Pdu.Pipe, first >>> 16)
  for (let row = 0; row < rows; row++) out[row] = positions[pipes[row]!] ?? NONE
})

/** The object that a request is for; an answer is from the object of its request. Datagrams name one each. */
const object = ofCall(
  ({ conversation }, call) => conversation!.calls.get(Call.Object, call),
  [PduType.Request, PduType.Response],
  (head) => !isDatagram(head),
)

const isDatagram = (head: number) => (pduFlags(head) & PduFlag.Connectionless) !== 0

/** Objects of connections first, then those of datagrams: positions in one list. */
function objects({ capture, conversation, pdus }: Subject): { texts: Texts; ofDatagrams: Sparse } {
  const texts = new Texts()
  const ofDatagrams: Sparse = { frames: [], values: [] }
  for (const uuid of conversation?.objects ?? []) texts.position(uuid)
  for (let row = 0; row < pdus; row++) {
    if (!isDatagram(capture.pdus.get(Pdu.Head, row))) continue
    const bytes = pduBytes(capture, row)
    if (bytes.length < DATAGRAM_OBJECT + 16) continue
    ofDatagrams.frames.push(capture.pdus.get(Pdu.Frame, row))
    ofDatagrams.values.push(texts.position(uuidText(bytes, DATAGRAM_OBJECT, (bytes[DATAGRAM_DREP]! & 0x10) === 0)))
  }
  return { texts, ofDatagrams }
}

/** Data representation and object of a datagram's header. C706 12.5.2. */
const [DATAGRAM_DREP, DATAGRAM_OBJECT] = [4, 8]

const outcomes = enumEntries(OUTCOMES)
const executions = enumEntries(EXECUTED)

export const CALL_FIELDS: Field[] = [
  {
    name: 'dcerpc.obj_id',
    type: 'uuid',
    help: 'Object that a call is for (IPID)',
    sources: [object, listed((subject) => subject.of(objects).ofDatagrams)],
    entries: (subject) => subject.of(objects).texts,
  },
  textOfCall('rpc.interface', 'Interface of the call, such as IRemUnknown2', callTexts(interfaceName)),
  textOfCall('rpc.method', 'Method of the call, such as RemQueryInterface', callTexts(methodName)),
  textOfCall('rpc.user', 'Who makes the call, as DOMAIN\\user', callTexts(userName)),
  {
    name: 'rpc.outcome',
    type: 'text',
    help: 'response, fault, cancelled, lost or open',
    sources: [column(Call.Outcome)],
    entries: () => outcomes,
  },
  {
    name: 'rpc.executed',
    type: 'text',
    help: 'Whether the server ran the call: yes, no or unknown',
    sources: [column(Call.Executed)],
    entries: () => executions,
  },
  {
    name: 'rpc.status',
    type: 'number',
    help: 'Status of the fault, or what the method returned',
    sources: [status],
    numberOf: statusNamed,
  },
  { name: 'rpc.duration', type: 'time', help: 'Seconds from request to answer', sources: [duration] },
  { name: 'rpc.level', type: 'number', help: 'Protection of the request, 1 to 6', sources: [column(Call.Level)] },
  { name: 'rpc.connection', type: 'number', help: 'Number of the RPC connection, from 0', sources: [connection] },
  {
    name: 'rpc.pipe',
    type: 'text',
    help: 'Pipe that the call goes through',
    sources: [pipe],
    entries: (subject) => subject.of(pipeNames),
  },
]
