// What the same client got from the same server afterwards: a failure that was overcome is no error.
import { NONE } from '../../../capture/table'
import { Call, Outcome } from '../../../conversation/model'
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
  /** The last of any method. */
  last: ReadonlyMap<string, number>
}

/**
 * A later call that makes up for one that failed: the same method (and class, for an activation) of the same client on the same
 * server, by whatever connection, answered well; by the same caller, or by another one soon after.
 */
export function answeredLater(theCase: Examination, call: number): number | undefined {
  const good = goodAnswers(theCase).ofMethod.get(`${ends(theCase, call)} ${methodKey(theCase, call)}`) ?? []
  const caller = theCase.callerOf(call)
  const from = firstAfter(good, call)
  return good.slice(from, from + LOOK_AHEAD).find((later) => {
    const soon = secondsBetween(theCase.capture.frames, theCase.frameOf(call), theCase.frameOf(later))
    return soon <= OTHER_CALLER_SECONDS || theCase.callerOf(later) === caller
  })
}

/** A later call of any kind that the client made on the server and that succeeded, except for letting go of references. */
export function workedLater(theCase: Examination, call: number): number | undefined {
  const later = goodAnswers(theCase).last.get(ends(theCase, call))
  return later !== undefined && later > call ? later : undefined
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

const goodAnswers = perCase((theCase: Examination): GoodAnswers => {
  const { calls } = theCase.conversation
  const ofMethod = new Map<string, number[]>()
  const last = new Map<string, number>()
  for (let call = 0; call < calls.rows; call++) {
    if (calls.get(Call.Outcome, call) !== Outcome.Response || calls.get(Call.Interface, call) === NONE) continue
    if (theCase.hasFailed(call)) continue
    const key = ends(theCase, call)
    const method = `${key} ${methodKey(theCase, call)}`
    const known = ofMethod.get(method)
    if (known) known.push(call)
    else ofMethod.set(method, [call])
    if (!isRelease(theCase, call)) last.set(key, call)
  }
  return { ofMethod, last }
})

function isRelease(theCase: Examination, call: number): boolean {
  const uuid = theCase.interfaceOf(call)
  const opnum = theCase.conversation.calls.get(Call.Opnum, call)
  return opnum === Number(RemUnknown.Release) && (uuid === IREM_UNKNOWN || uuid === IREM_UNKNOWN2)
}

function ends(theCase: Examination, call: number): string {
  const { client, server } = theCase.connectionOf(call)
  return `${client.address} ${server.address}`
}

function methodKey(theCase: Examination, call: number): string {
  const { calls } = theCase.conversation
  const method = `${calls.get(Call.Interface, call)} ${calls.get(Call.Opnum, call)}`
  return isActivation(theCase, call) ? `${method} ${activatedClass(theCase, call)}` : method
}
