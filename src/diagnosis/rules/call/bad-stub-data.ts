// The server could not read the arguments. MS-RPCE: status 0x6F7, C706: invalid tag and bound.
import { BAD_STUB_DATA, RPC_X_BAD_STUB_DATA } from '../../../names/statuses'
import { NONE } from '../../../capture/table'
import { SVCCTL } from '../../../names/well-known'
import { Call, type Connection, Outcome } from '../../../conversation/model'
import { stubBytes } from '../../../capture/pdu'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'
import type { Occurrence, Rule } from '../../rule'
import { type FaultGroup, laterEvidence, laterText, describeFaults, type Description } from '../../signs/call/fault'
import { programShows } from '../../text/layers'
import { references } from '../../text/references'
import { callEvidence, frameNumber, methodName, plural, shortMethod } from '../../text/wording'

/** MS-SCMR 3.1.4.11, 3.1.4.42: the place of cbBufSize in the request's stub, by operation. Its range ends at 256 KB. */
const BUFFER_SIZE_AT: Record<number, number> = { 14: 28, 42: 32 }
const LARGEST_BUFFER = 0x40000
const MORE_DATA = 234
/** pcbBytesNeeded, counted from the end of an answer: before lpServicesReturned, lpResumeIndex and the return value. */
const NEEDED_FROM_END = 20
const CLOSE_HANDLE = 0

/** Error: the call failed for good. Warning: the method succeeded with other data, or what failed is inferred. */
export const badStubData: Rule = {
  id: 'bad-stub-data',
  title: 'The server could not read the arguments of a call',
  meaning:
    'The bytes of the call do not fit the interface definition that the server was built from. When other calls of the same method pass, it ' +
    'depends on the data; when none does, client and server disagree about the definition. A client whose own stub refuses to ask for more than ' +
    '256 KB of services shows the same error with nothing on the wire.',
  *find(theCase) {
    yield* describeFaults(
      theCase,
      (status) => BAD_STUB_DATA.has(status),
      (fault) => describe(theCase, fault),
    )
    yield* refusedByClient(theCase)
  },
}

function describe(theCase: Examination, fault: FaultGroup): Description {
  const { calls } = theCase.conversation
  const wanted = bufferAskedFor(theCase, fault.call)
  const tooLarge = wanted !== undefined && wanted > LARGEST_BUFFER
  const same = answeredOn(theCase, fault.connection).get(methodOf(theCase, fault.call)) ?? 0
  return {
    severity: fault.later === undefined ? 'error' : 'warning',
    confidence: 'high',
    title: tooLarge
      ? 'The client asked for more than 256 KB of services'
      : `The server could not read the arguments of ${shortMethod(fault.method)}`,
    explanation:
      `The request of ${calls.get(Call.RequestBytes, fault.call)} bytes was refused with ${fault.statusText} in frame ${fault.frame}. ` +
      (tooLarge
        ? `It asks for a buffer of ${wanted} bytes; ${fault.method} allows ${LARGEST_BUFFER}.`
        : same > 0
          ? `${plural(same, 'other call')} of the same method passed on this connection, so it depends on the data.`
          : 'No other call of this method passed on this connection, so client and server likely disagree about its arguments.') +
      laterText(theCase, fault),
    symptom: programShows(theCase.names, RPC_X_BAD_STUB_DATA),
    atFault: tooLarge
      ? { party: 'client', text: 'the client: it asks for a larger buffer than the interface allows' }
      : { party: 'configuration', text: 'the interface definitions of client and server, or the data of this call' },
    effect: 'The call did not run',
    evidence: laterEvidence(theCase, fault),
    fix: tooLarge
      ? SERVICES_FIX
      : [
          {
            text: 'Compare the versions of client and server software: both have to be built from the same interface definition (IDL), with the same 32-bit or 64-bit structures.',
          },
          {
            text: 'If it depends on the data, look at the sizes in the request: arrays and strings beyond a bound that the definition declares are refused in this way.',
          },
        ],
    references: [references.rpceBadStub, ...(tooLarge ? [references.services1783] : [])],
  }
}

function methodOf(theCase: Examination, call: number): number {
  const { calls } = theCase.conversation
  return calls.get(Call.Interface, call) * 2 ** 16 + (calls.get(Call.Opnum, call) & 0xffff)
}

const knownAnswers = perCase((_: Examination): Map<Connection, ReadonlyMap<number, number>> => new Map())

/** How many calls of each method were answered on a connection. */
function answeredOn(theCase: Examination, connection: Connection): ReadonlyMap<number, number> {
  const known = knownAnswers(theCase).get(connection)
  if (known) return known
  const answered = new Map<number, number>()
  for (const call of connection.calls) {
    if (theCase.conversation.calls.get(Call.Outcome, call) !== Outcome.Response) continue
    const method = methodOf(theCase, call)
    answered.set(method, (answered.get(method) ?? 0) + 1)
  }
  knownAnswers(theCase).set(connection, answered)
  return answered
}

const SERVICES_FIX = [
  {
    text: 'On the server, reduce the number of services, or their descriptions and display names, so that the list stays below 256 KB; count them:',
    copy: '(Get-Service).Count',
  },
  { text: 'Ask for one kind of services at a time (type = service instead of all), as "sc query" does by default.' },
]

/** The buffer that an enumeration of services asks for, in bytes; undefined for any other call, and where it is not readable. */
function bufferAskedFor(theCase: Examination, call: number): number | undefined {
  const { calls } = theCase.conversation
  const at = BUFFER_SIZE_AT[calls.get(Call.Opnum, call)]
  const pdu = calls.get(Call.RequestPdu, call)
  if (theCase.interfaceOf(call) !== SVCCTL || at === undefined || pdu === NONE) return undefined
  return word(stubBytes(theCase.capture, pdu), at)
}

function word(bytes: Uint8Array<ArrayBuffer>, at: number): number | undefined {
  return at < 0 || at + 4 > bytes.length ? undefined : new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true)
}

/** Clients that learned that the list of services needs more than 256 KB, and did not ask again: their own stub refuses to. */
function* refusedByClient(theCase: Examination): Generator<Occurrence> {
  const { calls } = theCase.conversation
  for (const connection of theCase.conversation.connections) {
    const last = connection.calls.findLast((call) => calls.get(Call.Opnum, call) !== CLOSE_HANDLE)
    if (last === undefined || theCase.interfaceOf(last) !== SVCCTL || theCase.statusOf(last) !== MORE_DATA) continue
    const pdu = calls.get(Call.ResponsePdu, last)
    if (BUFFER_SIZE_AT[calls.get(Call.Opnum, last)] === undefined || pdu === NONE) continue
    const stub = stubBytes(theCase.capture, pdu)
    const needed =
      stub.length < calls.get(Call.ResponseBytes, last) ? undefined : word(stub, stub.length - NEEDED_FROM_END)
    if (needed === undefined || needed <= LARGEST_BUFFER) continue
    const method = methodName(theCase, last)
    yield {
      severity: 'warning',
      confidence: 'medium',
      title: 'The list of services likely exceeds what the client can ask for',
      explanation: `The server answered ${method} in frame ${frameNumber(theCase.frameOf(last))} that the list needs ${needed} bytes. ${method} allows a client to ask for ${LARGEST_BUFFER} at most, and the client did not ask again: its own stub refuses to, and nothing of that is on the wire.`,
      symptom: programShows(theCase.names, RPC_X_BAD_STUB_DATA),
      atFault: { party: 'server', text: 'the server has more services than the interface can list at once' },
      effect: 'The list of services stays empty',
      evidence: callEvidence(theCase, last, `the list needs ${needed} bytes`),
      fix: SERVICES_FIX,
      references: [references.services1783],
      streams: [connection.stream],
      method,
      filter: `tcp.stream == ${connection.stream} && svcctl.opnum == ${calls.get(Call.Opnum, last)}`,
    }
  }
}
