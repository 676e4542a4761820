// Calls that took far longer than others of their kind.
import { NONE } from '../../../capture/table'
import { Call } from '../../../conversation/model'
import { isLongPoll } from '../../../names/long-polls'
import type { Examination } from '../../examination'
import type { Rule } from '../../rule'
import { callEvidence, duration, frameNumber, methodName, serverText } from '../../text/wording'

/** How much longer than the median a call must take to be worth a word. */
const OUTLIER = 10
const SHOWN = 5

export const slowCall: Rule = {
  id: 'slow-call',
  title: 'Calls that took long',
  meaning:
    'The time from the last byte of a request to the first byte of its answer, against the median of the same method. Calls that wait by design are left out.',
  covers: ['R46'],
  *find(theCase) {
    const { calls } = theCase.conversation
    const groups = new Map<string, number[]>()
    for (const call of theCase.slow) {
      const uuid = theCase.interfaceOf(call)
      if (uuid === undefined || isLongPoll(uuid, calls.get(Call.Opnum, call))) continue
      const key = `${theCase.connectionOf(call).server.text}|${methodName(theCase, call)}`
      const known = groups.get(key)
      if (known) known.push(call)
      else groups.set(key, [call])
    }
    const medians = groups.size === 0 ? new Map<string, number>() : medianByMethod(theCase)
    for (const slow of groups.values()) {
      const median = medians.get(methodKey(theCase, slow[0]!)) ?? 0
      const outliers = slow.filter((call) => calls.get(Call.Microseconds, call) >= OUTLIER * median || slow.length < 3)
      if (outliers.length === 0) continue
      outliers.sort((a, b) => calls.get(Call.Microseconds, b) - calls.get(Call.Microseconds, a))
      const worst = outliers[0]!
      const longest = calls.get(Call.Microseconds, worst) / 1e6
      yield {
        severity: 'note',
        confidence: 'high',
        title: `${methodName(theCase, worst)} on ${serverText(theCase.connectionOf(worst))} took up to ${duration(longest)}`,
        explanation: `The slowest answer came in frame ${frameNumber(calls.get(Call.ResponseFrame, worst))}, ${duration(longest)} after its request${median >= calls.get(Call.Microseconds, worst) ? '' : `; the median of this method is ${duration(median / 1e6)}`}. The time was spent on the server, or on the way.`,
        evidence: outliers
          .slice(0, SHOWN)
          .flatMap((call) =>
            callEvidence(theCase, call, `answer after ${duration(calls.get(Call.Microseconds, call) / 1e6)}`),
          ),
        advice: [
          'Look at what the server did during that time; steps of 200 ms point to delayed acknowledgements on the way.',
        ],
        streams: [...new Set(outliers.map((call) => theCase.connectionOf(call).stream))],
        filter: 'dcerpc.time > 1',
        count: outliers.length,
      }
    }
  },
}

function methodKey(theCase: Examination, call: number): string {
  const { calls } = theCase.conversation
  return `${calls.get(Call.Interface, call)}.${calls.get(Call.Opnum, call)}`
}

/** Median duration of every method in microseconds, of at most some thousand calls each. */
function medianByMethod(theCase: Examination): Map<string, number> {
  const { calls } = theCase.conversation
  const samples = new Map<string, number[]>()
  for (let call = 0; call < calls.rows; call++) {
    if (calls.get(Call.ResponseFrame, call) === NONE) continue
    const key = methodKey(theCase, call)
    const known = samples.get(key)
    if (!known) samples.set(key, [calls.get(Call.Microseconds, call)])
    else if (known.length < 4096) known.push(calls.get(Call.Microseconds, call))
  }
  return new Map([...samples].map(([key, values]) => [key, values.sort((a, b) => a - b)[values.length >> 1]!]))
}
