// Calls that failed alike, grouped by who called what from where, where and how: most rules about a status are a text about one
// of these groups.
import { NONE } from '../../../capture/table'
import { hex32 } from '../../../capture/text'
import { Call, Executed, Outcome, type Connection } from '../../../conversation/model'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'
import { faultLayers } from '../../text/layers'
import type { Evidence, Finding } from '../../finding'
import type { Occurrence, Outlined } from '../../rule'
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

/** The same, with words that are asked for only where they are shown. */
type Outline = Pick<Description, 'kind' | 'severity' | 'confidence' | 'mutedBy' | 'fold' | 'explains'>
export type OutlinedDescription = Outline & { describe: () => Omit<Description, keyof Outline> }

/** Occurrences of each group of faults that no earlier rule has explained. */
export function* describeFaults(
  theCase: Examination,
  wanted: (status: number, call: number) => boolean,
  describe: (group: FaultGroup) => Description | OutlinedDescription | undefined,
): Generator<Outlined> {
  for (const group of groupCalls(theCase, theCase.unexplained(theCase.faults), wanted)) {
    const description = describe(group)
    if (!description) continue
    yield* occurrences(theCase, group, description)
  }
}

/** Occurrences about a group of calls, which they explain: layers of its status, and of each of its first calls the frames, the stream and the method. */
export function* occurrences(
  theCase: Examination,
  group: FaultGroup,
  description: Description | OutlinedDescription,
): Generator<Outlined> {
  const { kind, severity, confidence, mutedBy, fold = `${group.call} ${group.status}`, explains } = description
  const own = group.calls.slice(0, MAX_OCCURRENCES)
  let words: Words | undefined
  for (const [at, call] of own.entries()) {
    const frames = framesOf(theCase, call)
    yield {
      ...(kind !== undefined && { kind }),
      ...(mutedBy !== undefined && { mutedBy }),
      severity,
      confidence,
      fold,
      streams: streamsOf(theCase, at === 0 ? [call, ...group.calls.slice(MAX_OCCURRENCES)] : [call]),
      ...(at === 0 && { explains: { ...explains, calls: [...group.calls, ...(explains?.calls ?? [])] } }),
      count: at === 0 ? group.calls.length - own.length + 1 : 1,
      ...(frames.length > 0 && { moment: [Math.min(...frames), Math.max(...frames)] as [number, number] }),
      describe: () => {
        words ??= wordsOf(theCase, group, description)
        const evidence = groupEvidence(theCase, { ...group, calls: [call] })
        return {
          ...words,
          label: `${group.method}, frame ${frameNumber(frames[0] ?? 0)}`,
          evidence: [...(at === 0 ? (words.evidence ?? []) : []), ...evidence].sort((a, b) => a.frame - b.frame),
        }
      },
    }
  }
}

type Words = Omit<Description, keyof Outline>

/** What all occurrences of a group have in common, but for what decides in which finding they are counted. */
function wordsOf(theCase: Examination, group: FaultGroup, description: Description | OutlinedDescription): Words {
  const described: Words = 'describe' in description ? description.describe() : description
  const { wouldHelp, ...rest } = described
  const reason = serverReason(theCase, group.call)
  const others = otherUsers(theCase, group.call, group.status)
  return {
    executed: executedText(theCase, group.call),
    filter: group.status === NONE ? 'dcerpc.pkt_type == 3' : `dcerpc.cn_status == ${hex32(group.status)}`,
    method: group.method,
    ...rest,
    ...(reason.length === 0 && wouldHelp !== undefined && { wouldHelp }),
    ...(others.length > 0 && {
      identities: [{ role: 'caller', name: group.user }, ...others.map(({ role, name }) => ({ role, name }))],
    }),
    evidence: [...(described.evidence ?? []), ...others.flatMap((one) => one.evidence)],
    explanation: [
      described.explanation,
      callerText(theCase, group),
      ...others.map(({ text }) => text),
      serverReasonText(theCase, reason),
    ]
      .join(' ')
      .trim(),
    layers: [
      ...serverReasonLayers(theCase, reason),
      ...(described.layers ?? (group.status === NONE ? [] : faultLayers(theCase.names, group.status))),
    ],
  }
}

/** Frames of a call's request and answer, as far as they are there. */
function framesOf(theCase: Examination, call: number): number[] {
  const { calls } = theCase.conversation
  return [calls.get(Call.RequestFrame, call), calls.get(Call.ResponseFrame, call)].filter((frame) => frame !== NONE)
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
  const { calls } = theCase.conversation
  const connection = theCase.connectionOf(call)
  const known = lastAnswered(theCase)
  let last = known.get(connection)
  if (last === undefined) {
    last = connection.calls.findLast((row) => calls.get(Call.Outcome, row) === Outcome.Response) ?? -1
    known.set(connection, last)
  }
  return last > call
}

/** The last call of connections that was answered by a response, as far as it was asked for. */
const lastAnswered = perCase((_: Examination): Map<Connection, number> => new Map())
