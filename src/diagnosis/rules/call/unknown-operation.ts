// The operation number lies beyond what the server has. C706 appendix E: nca_s_op_rng_error.
import { UNKNOWN_OPERATION, RPC_X_BAD_STUB_DATA, hresultOfWin32, NCA_BAD_DATA } from '../../../names/statuses'
import { IOBJECT_EXPORTER } from '../../../names/well-known'
import { Call, Outcome } from '../../../conversation/model'
import {
  type FaultGroup,
  laterEvidence,
  laterText,
  describeFaults,
  type Description,
  wentOn,
} from '../../signs/call/fault'
import type { Examination } from '../../examination'
import { programShows } from '../../text/layers'
import { probeBy, PROBED } from '../../text/probes'
import { references } from '../../text/references'
import type { Occurrence, Rule } from '../../rule'
import {
  callEvidence,
  clientText,
  firstMethod,
  interfaceName,
  serverText,
  shortMethod,
  UNREQUESTED,
} from '../../text/wording'
import { BY_DESIGN } from '../../text/of-kind'

const OUT_OF_RANGE = 0x6d1
/** The server could not read the arguments: what a call without any gets. */
const BAD_DATA = new Set([...NCA_BAD_DATA, RPC_X_BAD_STUB_DATA, hresultOfWin32(RPC_X_BAD_STUB_DATA)])

/** Error: nothing succeeded after it. Warning: the client went on without the method. Note: a probe, or an older method worked. */
export const unknownOperation: Rule = {
  id: 'unknown-operation',
  title: 'The server does not have the method',
  meaning:
    'The server knows the interface but has fewer methods than the client calls: it is older, or the client was built from another ' +
    'description of the interface. A client that goes on with an older method has coped with it.',
  *find(theCase) {
    for (const calls of probesOf(theCase)) yield tellProbe(theCase, calls)
    yield* describeFaults(
      theCase,
      (status) => UNKNOWN_OPERATION.has(status),
      (fault) => describe(theCase, fault),
    )
  },
}

/** Calls of clients that try method after method of an interface, by client, server and interface. */
function probesOf(theCase: Examination): number[][] {
  const { calls } = theCase.conversation
  const refused = new Map<string, number[]>()
  for (const call of theCase.unexplained(theCase.faults)) {
    const status = theCase.statusOf(call)
    if (!UNKNOWN_OPERATION.has(status) && !BAD_DATA.has(status)) continue
    const { client, server } = theCase.connectionOf(call)
    const key = `${client.text} ${server.text} ${calls.get(Call.Interface, call)}`
    const known = refused.get(key)
    if (known) known.push(call)
    else refused.set(key, [call])
  }
  return [...refused.values()].filter(
    (group) => new Set(group.map((call) => calls.get(Call.Opnum, call))).size >= PROBED,
  )
}

function tellProbe(theCase: Examination, calls: number[]): Occurrence {
  const [first, last] = [calls[0]!, calls.at(-1)!]
  const connection = theCase.connectionOf(first)
  const opnums = new Set(calls.map((call) => theCase.conversation.calls.get(Call.Opnum, call)))
  return {
    ...probeBy(connection.client.text, 'methods'),
    title: 'The client likely probes which methods the server has',
    explanation: `${clientText(connection)} called ${opnums.size} methods of ${interfaceName(theCase, theCase.interfaceOf(first) ?? '')} on ${serverText(connection)} that do not exist, or with arguments that the server could not read. Tools that list the methods of an interface do this; a program that was built from another definition fails at one or two.`,
    effect: 'None of these calls ran; the refusals are the answers.',
    evidence: [
      ...callEvidence(theCase, first, 'the first one is refused'),
      ...callEvidence(theCase, last, 'the last one'),
    ],
    streams: [...new Set(calls.map((call) => theCase.connectionOf(call).stream))],
    count: calls.length,
    filter: 'dcerpc.pkt_type == 3',
    explains: { calls },
  }
}

function describe(theCase: Examination, fault: FaultGroup): Description {
  const opnum = theCase.conversation.calls.get(Call.Opnum, fault.call)
  const refused = `The server refused operation ${opnum} in frame ${fault.frame} with ${fault.statusText}; the call did not run.`
  if (theCase.interfaceOf(fault.call) === IOBJECT_EXPORTER)
    return {
      ...BY_DESIGN,
      kind: 'normal',
      severity: 'note',
      confidence: 'high',
      title: `${firstMethod(fault.method)} asks for the server’s version; the refusal means an older one`,
      explanation: `${refused} Clients ask the newest question first and go on with an older one.`,
      references: [references.c706],
    }
  const served = fault.later !== undefined || fellBack(theCase, fault.call)
  const coped = served || wentOn(theCase, fault.call)
  return {
    severity: served ? 'note' : coped ? 'warning' : 'error',
    confidence: 'high',
    title: served
      ? `The server does not have ${shortMethod(fault.method)}; an older method worked`
      : fault.method === UNREQUESTED
        ? 'The server does not have a method that the client called'
        : `The server does not have the method ${shortMethod(fault.method)}`,
    explanation:
      refused +
      laterText(theCase, fault) +
      (fellBack(theCase, fault.call)
        ? ' The client went on with an older method of the same interface: it is made for older servers as well.'
        : coped
          ? ' The client went on with other calls on the same connection.'
          : ' Nothing else succeeded on the connection afterwards.'),
    symptom: programShows(theCase.names, OUT_OF_RANGE),
    atFault: {
      party: 'configuration',
      text: 'the versions of client and server: the client calls a method that this server does not offer',
    },
    effect: coped
      ? 'The call did not run; the client went on without it'
      : 'The call did not run, and nothing after it',
    evidence: laterEvidence(theCase, fault),
    fix: [
      {
        text: `Compare the versions of client and server software. The server offers fewer methods than operation ${opnum} needs: update the server, or use a client made for this version.`,
      },
      {
        text: 'If the program is your own, build its proxy from the interface definition (IDL) of the server’s version: another order or number of methods shifts the operation numbers.',
      },
    ],
    references: [references.c706],
  }
}

/** What versions of a method have in common: `SamrConnect` of SamrConnect5, `DsrGetDcName` of DsrGetDcNameEx2. */
function familyOf(theCase: Examination, call: number): string | undefined {
  const { calls } = theCase.conversation
  const uuid = theCase.interfaceOf(call)
  const name = uuid && theCase.names.method(uuid, calls.get(Call.Opnum, call))
  return name?.replace(/(Ex|W|\d)+$/, '')
}

/** True if the next call on the connection is an older version of the method, as their names show, and is answered. */
function fellBack(theCase: Examination, call: number): boolean {
  const { calls } = theCase.conversation
  const next = theCase.connectionOf(call).calls.find((later) => later > call)
  return (
    next !== undefined &&
    calls.get(Call.Interface, next) === calls.get(Call.Interface, call) &&
    calls.get(Call.Opnum, next) < calls.get(Call.Opnum, call) &&
    familyOf(theCase, call) !== undefined &&
    familyOf(theCase, next) === familyOf(theCase, call) &&
    calls.get(Call.Outcome, next) === Outcome.Response
  )
}
