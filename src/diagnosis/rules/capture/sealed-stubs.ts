// Limit: at packet privacy arguments and results are encrypted.
import { AuthLevel } from '../../../../asm/layout'
import { Call, Outcome } from '../../../conversation/model'
import type { Rule } from '../../rule'
import { evidence, plural } from '../../text/wording'

export const sealedStubs: Rule = {
  id: 'sealed-stubs',
  title: 'Arguments and results are sealed',
  meaning:
    'Calls at packet privacy are encrypted: method, object, length and time are known, what was asked and answered is not. An error inside an answer cannot be seen.',
  covers: [],
  *find(theCase) {
    const { calls, connections } = theCase.conversation
    let sealed = 0
    let first: number | undefined
    const streams = new Set<number>()
    for (let call = 0; call < calls.rows; call++) {
      if (calls.get(Call.Level, call) !== AuthLevel.Privacy || calls.get(Call.Outcome, call) !== Outcome.Response)
        continue
      sealed++
      first ??= theCase.frameOf(call)
      streams.add(connections[calls.get(Call.Connection, call)]!.stream)
    }
    if (sealed === 0) return
    yield {
      kind: 'limit',
      severity: 'note',
      confidence: 'high',
      title: `${sealed} of ${plural(calls.rows, 'call')} ${sealed === 1 ? 'is' : 'are'} sealed: arguments and results are not readable`,
      effect: 'An error code inside a sealed answer is not visible.',
      explanation:
        'The calls were made at packet privacy. Their methods, objects, sizes and times are in clear; arguments, results and error codes inside the answers are not.',
      evidence: evidence(first, 'the first sealed call'),
      advice: [
        'If the program allows it, repeat the capture with the authentication level packet integrity: the stubs are then readable. Set it back to packet privacy afterwards.',
      ],
      streams: [...streams],
      filter: 'dcerpc.auth_level == 6',
    }
  },
}
