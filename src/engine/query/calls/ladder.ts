// What happened on connections, step by step, for the ladder.
import { Stream } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import { hex32, relativeTime } from '../../../capture/text'
import { Call, type Connection, Outcome, type PresentationContext } from '../../../conversation/model'
import type { Lead } from '../../../conversation/origin'
import { returnedFailure } from '../../../diagnosis/signs/call/return-value'
import type { CaseFile } from '../../../diagnosis/case-file'
import type { TranscriptLine } from '../../../describe/wmi-transcript'
import type { Ladder, LadderStep } from '../../api'
import { identityName } from '../../../conversation/identity-name'

/** More steps than a person would scroll through; a connection of a million calls must not become a million objects. */
const MOST_STEPS = 20_000

/** What a ladder is drawn from. */
export interface LadderCase extends CaseFile {
  /** What led to each connection, by its index. */
  leads: readonly Lead[]
  /** What WMI calls say, by row of Call. */
  wmi?: ReadonlyMap<number, TranscriptLine>
}

const FAILURES: ReadonlySet<number> = new Set([Outcome.Fault, Outcome.Cancelled, Outcome.Lost])

/** A step before its time is looked up. */
type Step = Omit<LadderStep, 'time'>

/**
 * Steps of the given connections in order of frames. Where they have more calls than there is room for, those that failed are
 * drawn before the others, and the rest is counted.
 */
export function ladderOf(theCase: LadderCase, connections: Connection[]): Ladder {
  const { frames } = theCase.capture
  const calls = connections.reduce((sum, connection) => sum + connection.calls.length, 0)
  const choice = 2 * calls > MOST_STEPS ? failedFirst(theCase, connections) : connections
  const steps: Step[] = []
  let drawnCalls = 0
  for (const connection of choice) {
    if (steps.length >= MOST_STEPS) break
    steps.push(...opening(theCase, connection), ...binds(theCase, connection), ...tokens(connection))
    for (const call of connection.calls.slice(0, Math.max(0, MOST_STEPS - steps.length) >> 1)) {
      steps.push(...callSteps(theCase, connection, call))
      drawnCalls++
    }
    steps.push(...closing(connection))
  }
  return {
    steps: steps.sort((a, b) => a.frame - b.frame).map((step) => ({ ...step, time: relativeTime(frames, step.frame) })),
    callsLeftOut: calls - drawnCalls,
  }
}

/** Connections on which a call failed before the others, and such calls before the others of their connection. */
function failedFirst({ conversation, names }: LadderCase, connections: Connection[]): Connection[] {
  const hasFailed = (call: number) =>
    FAILURES.has(conversation.calls.get(Call.Outcome, call)) || returnedFailure(conversation, names, call) !== undefined
  const [failing, others]: [Connection[], Connection[]] = [[], []]
  for (const connection of connections) {
    const failed = connection.calls.filter(hasFailed)
    if (failed.length === 0) others.push(connection)
    else failing.push({ ...connection, calls: [...failed, ...connection.calls.filter((call) => !hasFailed(call))] })
  }
  return [...failing, ...others]
}

function* opening({ capture, leads }: LadderCase, { index, stream, pipe, server }: Connection): Iterable<Step> {
  if (pipe !== undefined || stream >= capture.streams.rows) return
  const syn = capture.streams.get(Stream.SynFrame, stream)
  const answer = capture.streams.get(Stream.SynAckFrame, stream)
  if (syn !== NONE)
    yield { connection: index, frame: syn, from: 'client', kind: 'open', text: connectText(server.port, leads[index]) }
  if (answer !== NONE) yield { connection: index, frame: answer, from: 'server', kind: 'open', text: 'Accept' }
}

/** `Connect to port 49200 (named in frame 12)`: where the port, or else the address, came from. */
function connectText(port: number, { endpoint, sealed, name }: Lead = {}): string {
  if (endpoint) return `Connect to port ${port} (named in frame ${endpoint.answered + 1})`
  if (sealed) return `Connect to port ${port} (likely named in frame ${sealed.answered + 1}, which is sealed)`
  return name
    ? `Connect to port ${port} (${name.name}, looked up in frame ${name.frame + 1})`
    : `Connect to port ${port}`
}

/** Contexts offered, or answered, in one frame are one step. */
function* binds({ names }: LadderCase, { index, contexts, nak }: Connection): Iterable<Step> {
  const name = ({ interface: uuid, version }: PresentationContext) => names.interfaceName(uuid, version) ?? uuid
  for (const [frame, offered] of grouped(contexts, ({ offeredFrame }) => offeredFrame)) {
    yield { connection: index, frame, from: 'client', kind: 'bind', text: `Bind ${unique(offered.map(name))}` }
  }
  for (const [frame, answered] of grouped(contexts, ({ answeredFrame }) => answeredFrame)) {
    const accepted = answered.filter(({ state }) => state === 'accepted')
    const text = accepted.length > 0 ? `Accept ${unique(accepted.map(name))}` : `Refuse ${unique(answered.map(name))}`
    yield { connection: index, frame, from: 'server', kind: 'bind', text }
  }
  if (nak)
    yield {
      connection: index,
      frame: nak.frame,
      from: 'server',
      kind: 'fault',
      text: `Bind refused, reason ${nak.reason}`,
    }
}

/** The last leg is when the client has said who it is. */
function* tokens({ index, security }: Connection): Iterable<Step> {
  for (const [identity, context] of security.entries()) {
    const frame = context.thirdLegFrame ?? context.tokenFrames[0]
    if (frame === undefined) continue
    const name = identityName(context)
    yield {
      connection: index,
      frame,
      from: 'client',
      kind: 'token',
      text: name ? `Log on as ${name}` : 'Log on',
      identity,
    }
  }
}

function* callSteps({ conversation, names, wmi }: LadderCase, { index }: Connection, call: number): Iterable<Step> {
  const get = (column: Call) => conversation.calls.get(column, call)
  const uuid = conversation.interfaces[get(Call.Interface)]
  const opnum = get(Call.Opnum)
  const method = (uuid && names.method(uuid, opnum)) ?? (opnum === NONE ? 'Call' : `opnum ${opnum}`)
  const security = get(Call.Security)
  const who = security === NONE ? {} : { identity: security }
  const request = get(Call.RequestFrame)
  const response = get(Call.ResponseFrame)
  const outcome = get(Call.Outcome) as Outcome
  if (request !== NONE) {
    const asked = wmi?.get(call)?.asked ?? method
    const text = outcome === Outcome.Lost ? `${asked} (never answered)` : asked
    yield { connection: index, frame: request, from: 'client', kind: 'request', text, ...who }
  }
  if (response === NONE) return
  if (outcome !== Outcome.Fault) {
    const failure = returnedFailure(conversation, names, call)
    const symbol =
      failure && (names.returnName(failure, names.returnKind(uuid ?? '', get(Call.Opnum)))?.symbol ?? hex32(failure))
    const answered = wmi?.get(call)?.answered ?? method
    const text = symbol ? `${method}: ${symbol}` : answered
    yield { connection: index, frame: response, from: 'server', kind: 'response', text, ...who }
    return
  }
  const status = get(Call.Status)
  const text = `Fault ${names.statusName(status)?.symbol ?? hex32(status)}`
  yield { connection: index, frame: response, from: 'server', kind: 'fault', text, ...who }
}

function* closing({ index, closes }: Connection): Iterable<Step> {
  for (const { how, by, frame } of closes) {
    if (frame === undefined) continue
    yield {
      connection: index,
      frame,
      from: by ?? 'client',
      kind: 'close',
      text: how === 'rst' ? 'Reset (RST)' : 'Close (FIN)',
    }
  }
}

function grouped<T>(items: T[], frameOf: (item: T) => number | undefined): Map<number, T[]> {
  const groups = new Map<number, T[]>()
  for (const item of items) {
    const frame = frameOf(item)
    if (frame === undefined) continue
    const group = groups.get(frame)
    if (group) group.push(item)
    else groups.set(frame, [item])
  }
  return groups
}

function unique(names: string[]): string {
  return [...new Set(names)].join(', ')
}
