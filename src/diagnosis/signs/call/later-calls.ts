// What the same client got from the same server afterwards: a failure that was overcome is no error.
import { NONE } from '../../../capture/table'
import { Call, type Connection, Outcome } from '../../../conversation/model'
import { secondsBetween } from '../../../conversation/time'
import { RemUnknown } from '../../../dissect/com/remunknown'
import { IREM_UNKNOWN, IREM_UNKNOWN2 } from '../../../names/well-known'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'
import { activatedClass, isActivation } from './activation'

/** Another caller's success this soon after a failure makes up for it: the program tried other credentials. */
const OTHER_CALLER_SECONDS = 30
/** Later calls among which one that makes up for a failure is looked for. */
const LOOK_AHEAD = 64

/** Rows of Call in order: the good answers that a client got from a server, by method and of all. */
interface GoodAnswers {
  ofMethod: ReadonlyMap<string, number[]>
  /** The last of any method; -1 where there is none. */
  last: number
}

/**
 * A later call that makes up for one that failed: the same method (and class, for an activation) of the same client on the same
 * server, by whatever connection, answered well; by the same caller, or by another one soon after.
 */
export function answeredLater(theCase: Examination, call: number): number | undefined {
  const good = goodAnswers(theCase, call).ofMethod.get(methodKey(theCase, call)) ?? []
  const caller = theCase.callerOf(call)
  const from = firstAfter(good, call)
  return good.slice(from, from + LOOK_AHEAD).find((later) => {
    const soon = secondsBetween(theCase.capture.frames, theCase.frameOf(call), theCase.frameOf(later))
    return soon <= OTHER_CALLER_SECONDS || theCase.callerOf(later) === caller
  })
}

/** A later call of any kind that the client made on the server and that succeeded, except for letting go of references. */
export function workedLater(theCase: Examination, call: number): number | undefined {
  const later = goodAnswers(theCase, call).last
  return later > call ? later : undefined
}

/** Index of the first row after `call`, by halving. */
function firstAfter(rows: readonly number[], call: number): number {
  let [from, to] = [0, rows.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if (rows[middle]! <= call) from = middle + 1
    else to = middle
  }
  return from
}

/** Good answers by connections between two hosts, as far as they were asked for. */
const knownAnswers = perCase((_: Examination): Map<readonly Connection[], GoodAnswers> => new Map())

/** What the client of a call got from its server. */
function goodAnswers(theCase: Examination, call: number): GoodAnswers {
  const connections = theCase.connectionsBetween(theCase.connectionOf(call))
  const known = knownAnswers(theCase)
  let good = known.get(connections)
  if (!good) known.set(connections, (good = goodAnswersOn(theCase, connections)))
  return good
}

function goodAnswersOn(theCase: Examination, connections: readonly Connection[]): GoodAnswers {
  const { calls } = theCase.conversation
  const ofMethod = new Map<string, number[]>()
  let last = -1
  for (const connection of connections)
    for (const call of connection.calls) {
      if (calls.get(Call.Outcome, call) !== Outcome.Response || calls.get(Call.Interface, call) === NONE) continue
      if (theCase.hasFailed(call)) continue
      const method = methodKey(theCase, call)
      const known = ofMethod.get(method)
      if (known) known.push(call)
      else ofMethod.set(method, [call])
      if (call > last && !isRelease(theCase, call)) last = call
    }
  if (connections.length > 1) for (const rows of ofMethod.values()) rows.sort((one, other) => one - other)
  return { ofMethod, last }
}

function isRelease(theCase: Examination, call: number): boolean {
  const uuid = theCase.interfaceOf(call)
  const opnum = theCase.conversation.calls.get(Call.Opnum, call)
  return opnum === Number(RemUnknown.Release) && (uuid === IREM_UNKNOWN || uuid === IREM_UNKNOWN2)
}

function methodKey(theCase: Examination, call: number): string {
  const { calls } = theCase.conversation
  const method = `${calls.get(Call.Interface, call)} ${calls.get(Call.Opnum, call)}`
  return isActivation(theCase, call) ? `${method} ${activatedClass(theCase, call)}` : method
}
