// Calls that failed alike, grouped by who called what from where, where and how: most rules about a status are a text about one
// of these groups.
import { hex32 } from '../../../capture/text'
import { Call, Executed, Outcome, type Connection } from '../../../conversation/model'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'
import { faultLayers } from '../../text/layers'
import type { Evidence, Finding } from '../../finding'
import type { Occurrence } from '../../rule'
import { activatedClass, isActivation } from './activation'
import { answeredLater } from './later-calls'
import { otherUsers } from './other-users'
import { serverReason, serverReasonLayers, serverReasonText } from './server-reason'
import { callEvidence, frameNumber, levelName, methodName, serverText, statusText } from '../../text/wording'

/** How many calls of a group are occurrences of their own; the others are counted. */
const MAX_OCCURRENCES = 20

/** Calls of one method by one user, from one client to one server, at one level, that failed with one status. */
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
  /** A later call of the method by the same client on the same server that succeeded: its row of Call. */
  later?: number
}

/** Groups calls that satisfy `wanted`, in order of their first. */
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
    const user = theCase.callerOf(call)
    const server = serverText(connection)
    const what = `${table.get(Call.Interface, call)} ${table.get(Call.Opnum, call)} ${status}`
    const how = `${connection.transport} ${table.get(Call.Level, call)} ${user}`
    const created = isActivation(theCase, call) ? activatedClass(theCase, call) : ''
    const key = `${connection.client.text} ${server} ${what} ${created} ${how}`
    const known = groups.get(key)
    if (known) known.calls.push(call)
    else
      groups.set(key, {
        call,
        calls: [call],
        status,
        connection,
        method: methodName(theCase, call),
        server,
        user,
        statusText: statusText(theCase, status),
        frame: frameNumber(table.get(Call.ResponseFrame, call)),
      })
  }
  for (const group of groups.values()) {
    const later = answeredLater(theCase, group.calls.at(-1)!)
    if (later !== undefined) group.later = later
  }
  return [...groups.values()]
}

/** What a rule says about a group; the rest follows from the calls. */
export type Description = Omit<Occurrence, 'evidence' | 'streams'> & { evidence?: Evidence[] }

/** Occurrences of each group of faults that no earlier rule has explained. */
export function* describeFaults(
  theCase: Examination,
  wanted: (status: number, call: number) => boolean,
  describe: (group: FaultGroup) => Description | undefined,
): Generator<Occurrence> {
  for (const group of groupCalls(theCase, theCase.unexplained(theCase.faults), wanted)) {
    const description = describe(group)
    if (!description) continue
    yield* occurrences(theCase, group, description)
  }
}

/** Occurrences about a group of calls, which they explain: layers of its status, and of each of its first calls the frames, the stream and the method. */
export function* occurrences(theCase: Examination, group: FaultGroup, description: Description): Generator<Occurrence> {
  const reason = serverReason(theCase, group.call)
  const { wouldHelp, explains, ...rest } = description
  const own = group.calls.slice(0, MAX_OCCURRENCES)
  const others = otherUsers(theCase, group.call, group.status)
  const whole = {
    executed: executedText(theCase, group.call),
    filter: `dcerpc.cn_status == ${hex32(group.status)}`,
    fold: `${group.call} ${group.status}`,
    method: group.method,
    ...rest,
    ...(reason.length === 0 && wouldHelp !== undefined && { wouldHelp }),
    ...(others.length > 0 && {
      identities: [{ role: 'caller', name: group.user }, ...others.map(({ role, name }) => ({ role, name }))],
    }),
    explanation: [
      description.explanation,
      callerText(theCase, group),
      ...others.map(({ text }) => text),
      serverReasonText(theCase, reason),
    ]
      .join(' ')
      .trim(),
    layers: [
      ...serverReasonLayers(theCase, reason),
      ...(description.layers ?? faultLayers(theCase.names, group.status)),
    ],
  }
  for (const [at, call] of own.entries()) {
    const evidence = groupEvidence(theCase, { ...group, calls: [call] })
    const frames = evidence.map(({ frame }) => frame)
    yield {
      ...whole,
      label: `${group.method}, frame ${frameNumber(frames[0] ?? 0)}`,
      evidence: [
        ...(at === 0 ? [...(description.evidence ?? []), ...others.flatMap((one) => one.evidence)] : []),
        ...evidence,
      ].sort((a, b) => a.frame - b.frame),
      streams: streamsOf(theCase, at === 0 ? [call, ...group.calls.slice(MAX_OCCURRENCES)] : [call]),
      ...(at === 0 && { explains: { ...explains, calls: [...group.calls, ...(explains?.calls ?? [])] } }),
      count: at === 0 ? group.calls.length - own.length + 1 : 1,
      ...(frames.length > 0 && { moment: [Math.min(...frames), Math.max(...frames)] as [number, number] }),
    }
  }
}

/** Who called from where, where and how, in a sentence. */
function callerText(theCase: Examination, { call, connection, user, server }: FaultGroup): string {
  const level = theCase.conversation.calls.get(Call.Level, call)
  return `The call was made by ${user}, from ${connection.client.text} to ${server}${level > 1 ? `, at level ${levelName(level)}` : ''}.`
}

function streamsOf(theCase: Examination, calls: readonly number[]): number[] {
  return [...new Set(calls.map((call) => theCase.connectionOf(call).stream))]
}

function groupEvidence(theCase: Examination, { calls, statusText: text }: FaultGroup): Evidence[] {
  const faulted = theCase.conversation.calls.get(Call.Outcome, calls[0]!) === Outcome.Fault
  return calls.flatMap((call) => callEvidence(theCase, call, `${faulted ? 'fault' : 'answer'} ${text}`))
}

/** A sentence about the later success of a group, and the frame that shows it; nothing without one. */
export function laterText(theCase: Examination, { later, method }: FaultGroup): string {
  if (later === undefined) return ''
  return ` A later ${method} of the same client succeeded, in frame ${frameNumber(answerFrame(theCase, later))}.`
}

/** The answer of the later call that succeeded. */
export function laterEvidence(theCase: Examination, { later, method }: FaultGroup): Evidence[] {
  return later === undefined ? [] : [{ frame: answerFrame(theCase, later), note: `later ${method} succeeds` }]
}

function answerFrame(theCase: Examination, call: number): number {
  return theCase.conversation.calls.get(Call.ResponseFrame, call)
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
