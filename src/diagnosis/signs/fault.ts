// Faults of one kind, grouped by what was called where: most rules about a fault status are a text about one of these.
import { hex32 } from '../../capture/text'
import { Call, Executed, Outcome, type Connection } from '../../conversation/model'
import type { Examination } from '../examination'
import { perCase } from '../per-case'
import { faultLayers } from '../text/layers'
import type { Evidence, Finding } from '../finding'
import type { Occurrence } from '../rule'
import { serverReason, serverReasonLayers, serverReasonText } from './server-reason'
import { callEvidence, frameNumber, methodName, serverText, statusText } from '../text/wording'

/** How many calls of a group show their frames. */
const SHOWN = 3

/** Calls of one method of one server that failed with one status. */
export interface FaultGroup {
  /** The first of them, and all. */
  call: number
  calls: number[]
  status: number
  connection: Connection
  method: string
  server: string
  user: string
  /** The status as hexadecimal and by name. */
  statusText: string
  /** Frame number of the first fault. */
  frame: string
}

/** Groups calls that satisfy `wanted` by server, method and status, in order of their first. */
export function groupCalls(
  theCase: Examination,
  calls: readonly number[],
  wanted: (status: number, call: number) => boolean,
): FaultGroup[] {
  const table = theCase.conversation.calls
  const groups = new Map<string, FaultGroup>()
  for (const call of calls) {
    const status = theCase.statusOf(call)
    if (!wanted(status, call)) continue
    const connection = theCase.connectionOf(call)
    const key = `${connection.server.text} ${table.get(Call.Interface, call)} ${table.get(Call.Opnum, call)} ${status}`
    const known = groups.get(key)
    if (known) known.calls.push(call)
    else
      groups.set(key, {
        call,
        calls: [call],
        status,
        connection,
        method: methodName(theCase, call),
        server: serverText(connection),
        user: theCase.callerOf(call),
        statusText: statusText(theCase, status),
        frame: frameNumber(table.get(Call.ResponseFrame, call)),
      })
  }
  return [...groups.values()]
}

/** What a rule says about a group; the rest follows from the calls. */
export type Telling = Omit<Occurrence, 'evidence' | 'streams'> & { evidence?: Evidence[] }

/** One occurrence a group of faults that no earlier rule has explained; they are explained by it. */
export function* tellFaults(
  theCase: Examination,
  rule: string,
  wanted: (status: number, call: number) => boolean,
  tell: (group: FaultGroup) => Telling | undefined,
): Generator<Occurrence> {
  for (const group of groupCalls(theCase, theCase.unexplained(theCase.faults), wanted)) {
    const telling = tell(group)
    if (!telling) continue
    for (const call of group.calls) theCase.explainCall(call, rule)
    yield occurrence(theCase, group, telling)
  }
}

/** An occurrence about a group of calls: layers of its status, frames of its first calls, its streams and count. */
export function occurrence(theCase: Examination, group: FaultGroup, telling: Telling): Occurrence {
  const reason = serverReason(theCase, group.call)
  const { wouldHelp, ...rest } = telling
  return {
    executed: executedText(theCase, group.call),
    filter: `dcerpc.cn_status == ${hex32(group.status)}`,
    count: group.calls.length,
    ...rest,
    ...(reason.length === 0 && wouldHelp !== undefined && { wouldHelp }),
    explanation: [telling.explanation, serverReasonText(theCase, reason)].join(' ').trim(),
    layers: [...serverReasonLayers(theCase, reason), ...(telling.layers ?? faultLayers(theCase.names, group.status))],
    evidence: [...(telling.evidence ?? []), ...groupEvidence(theCase, group)].sort((a, b) => a.frame - b.frame),
    streams: [...new Set(group.calls.map((call) => theCase.connectionOf(call).stream))],
  }
}

export function groupEvidence(theCase: Examination, { calls, statusText: text }: FaultGroup): Evidence[] {
  const faulted = theCase.conversation.calls.get(Call.Outcome, calls[0]!) === Outcome.Fault
  return calls.slice(0, SHOWN).flatMap((call) => callEvidence(theCase, call, `${faulted ? 'fault' : 'answer'} ${text}`))
}

export function executedText(theCase: Examination, call: number): Finding['executed'] {
  switch (theCase.conversation.calls.get(Call.Executed, call)) {
    case Executed.Yes:
      return 'yes'
    case Executed.No:
      return 'no'
    default:
      return 'unknown'
  }
}

/** True if a later call on the same connection was answered: the client went on. */
export function wentOn(theCase: Examination, call: number): boolean {
  return (lastAnswered(theCase).get(theCase.conversation.calls.get(Call.Connection, call)) ?? -1) > call
}

/** The last call of each connection that was answered by a response, by the connection's index. */
const lastAnswered = perCase(({ conversation: { calls } }: Examination) => {
  const last = new Map<number, number>()
  for (let call = 0; call < calls.rows; call++)
    if (calls.get(Call.Outcome, call) === Outcome.Response) last.set(calls.get(Call.Connection, call), call)
  return last
})
