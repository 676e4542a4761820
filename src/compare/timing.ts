// Methods that took far longer in one capture than in the other.
import { NONE } from '../capture/table'
import { Call } from '../conversation/model'
import { duration, methodName } from '../diagnosis/text/wording'
import type { Difference } from './difference'
import type { Side } from './side'

/** A difference worth a word: by so much a factor, and by so many microseconds. */
const FACTOR = 3
const LEAST_MICROSECONDS = 50_000

/** Medians of the methods that both captures have. */
export function timingDifferences(a: Side, b: Side): Difference[] {
  const [one, other] = [medians(a), medians(b)]
  const found: Difference[] = []
  for (const [method, inA] of one) {
    const inB = other.get(method)
    if (!inB) continue
    const [fast, slow] = inA.median < inB.median ? [inA, inB] : [inB, inA]
    if (slow.median < FACTOR * fast.median || slow.median - fast.median < LEAST_MICROSECONDS) continue
    found.push({
      kind: 'timing',
      text: `${method} takes ${duration(inA.median / 1e6)} in the first capture and ${duration(inB.median / 1e6)} in the second (median).`,
      a: [{ frame: inA.frame, note: method }],
      b: [{ frame: inB.frame, note: method }],
    })
  }
  return found
}

function medians({ theCase, calls }: Side): Map<string, { median: number; frame: number }> {
  const table = theCase.conversation.calls
  const byMethod = new Map<string, { times: number[]; frame: number }>()
  for (const call of calls) {
    const micros = table.get(Call.Microseconds, call)
    if (micros === NONE) continue
    const method = methodName(theCase, call)
    const known = byMethod.get(method)
    if (known) known.times.push(micros)
    else byMethod.set(method, { times: [micros], frame: theCase.frameOf(call) })
  }
  return new Map(
    [...byMethod].map(([method, { times, frame }]) => [
      method,
      { median: times.sort((x, y) => x - y)[times.length >> 1]!, frame },
    ]),
  )
}
