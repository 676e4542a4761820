// What the same client got from the same server afterwards: a failure that was overcome is no error.
import { NONE } from '../../capture/table'
import { Call, Outcome } from '../../conversation/model'
import { RemUnknown } from '../../dissect/com/remunknown'
import { IREM_UNKNOWN, IREM_UNKNOWN2 } from '../../names/well-known'
import type { Examination } from '../examination'
import { perCase } from '../per-case'

/** Rows of Call: the last good answer that a client got from a server, for each method and of all. */
interface LastAnswers {
  ofMethod: ReadonlyMap<string, number>
  ofAny: ReadonlyMap<string, number>
}

/** A later call of the same method that the same client made on the same server, by whatever connection and user, and that succeeded. */
export function answeredLater(theCase: Examination, call: number): number | undefined {
  return after(call, lastAnswers(theCase).ofMethod.get(`${ends(theCase, call)} ${methodKey(theCase, call)}`))
}

/** A later call of any kind that the client made on the server and that succeeded, but for letting go of references. */
export function workedLater(theCase: Examination, call: number): number | undefined {
  return after(call, lastAnswers(theCase).ofAny.get(ends(theCase, call)))
}

function after(call: number, later: number | undefined): number | undefined {
  return later !== undefined && later > call ? later : undefined
}

const lastAnswers = perCase((theCase: Examination): LastAnswers => {
  const { calls, connections } = theCase.conversation
  const ofMethod = new Map<string, number>()
  const ofAny = new Map<string, number>()
  const note = (answers: Map<string, number>, key: string, call: number) =>
    answers.set(key, Math.max(call, answers.get(key) ?? 0))
  for (const { calls: rows } of connections)
    for (const call of rows) {
      if (calls.get(Call.Outcome, call) !== Outcome.Response || calls.get(Call.Interface, call) === NONE) continue
      if (theCase.hasFailed(call)) continue
      const key = ends(theCase, call)
      note(ofMethod, `${key} ${methodKey(theCase, call)}`, call)
      if (!isRelease(theCase, call)) note(ofAny, key, call)
    }
  return { ofMethod, ofAny }
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
  return `${calls.get(Call.Interface, call)} ${calls.get(Call.Opnum, call)}`
}
