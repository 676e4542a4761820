// Limit: at packet privacy arguments and results are encrypted.
import { Pdu } from '../../../../asm/layout'
import { identityName } from '../../../conversation/identity-name'
import { Call, Outcome } from '../../../conversation/model'
import { isSealed } from '../../../capture/pdu'
import type { Rule } from '../../rule'
import { evidence, plural } from '../../text/wording'
import { ofCapture } from '../../text/of-kind'

export const sealedStubs: Rule = {
  id: 'sealed-stubs',
  title: 'Arguments and results are sealed',
  meaning:
    'Calls at packet privacy are encrypted: method, object, length and time are known, what was asked and answered is not. An error inside an answer cannot be seen.',
  *find(theCase) {
    const { calls, connections } = theCase.conversation
    let sealed = 0
    let first: number | undefined
    const streams = new Set<number>()
    const accounts = new Map<string, number>()
    for (let call = 0; call < calls.rows; call++) {
      if (calls.get(Call.Outcome, call) !== Outcome.Response) continue
      if (!isSealed(theCase.capture.pdus.get(Pdu.Head, calls.get(Call.ResponsePdu, call)))) continue
      const security = theCase.securityOf(call)
      const account = security && identityName(security)
      if (account !== undefined) accounts.set(account, (accounts.get(account) ?? 0) + 1)
      sealed++
      first ??= theCase.frameOf(call)
      streams.add(connections[calls.get(Call.Connection, call)]!.stream)
    }
    if (sealed === 0) return
    yield {
      ...ofCapture('the authentication level packet privacy, which is on by design'),
      kind: 'limit',
      severity: 'note',
      confidence: 'high',
      title: `${sealed} of ${plural(calls.rows, 'call')} ${sealed === 1 ? 'is' : 'are'} sealed: arguments and results are not readable`,
      effect: 'An error code inside a sealed answer is not visible.',
      explanation:
        'The calls were made at packet privacy. Their methods, objects, sizes and times are readable; arguments, results and error codes inside the answers are not.',
      evidence: evidence(first, 'the first sealed call'),
      advice: [
        'If the program allows it, repeat the capture with the authentication level packet integrity: the stubs are then readable. Set it back to packet privacy afterwards.',
      ],
      wouldHelp: secretsThatHelp(accounts),
      streams: [...streams],
      filter: 'dcerpc.auth_level == 6',
    }
  },
}

/** Whose secret would open most. */
function secretsThatHelp(accounts: ReadonlyMap<string, number>): string {
  const [most] = [...accounts].sort(([, a], [, b]) => b - a)
  const opens = 'opens them here: choose “Secrets”. It stays in this browser’s memory.'
  if (!most?.[0]) return `The secret of the account that made the calls ${opens}`
  const [name, count] = most
  return `The password or key of ${name}, who made ${count} of these calls, ${opens}`
}
