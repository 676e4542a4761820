// Limit: at packet privacy arguments and results are encrypted.
import { Pdu } from '../../../../asm/layout'
import { identityName } from '../../../conversation/identity-name'
import { Call, Outcome } from '../../../conversation/model'
import { NONE } from '../../../capture/table'
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
    const { pdus } = theCase.capture
    const { rows } = calls
    let sealed = 0
    let first: number | undefined
    // By index of the connection: its sealed calls by index of their security context.
    const sealedOn: number[][] = []
    const contexts: { connection: number; security: number }[] = []
    const streams = new Set<number>()
    for (let call = 0; call < rows; call++) {
      if (calls.get(Call.Outcome, call) !== Outcome.Response) continue
      if (!isSealed(pdus.get(Pdu.Head, calls.get(Call.ResponsePdu, call)))) continue
      sealed++
      first ??= theCase.frameOf(call)
      const connection = calls.get(Call.Connection, call)
      let known = sealedOn[connection]
      if (known === undefined) {
        sealedOn[connection] = known = []
        streams.add(connections[connection]!.stream)
      }
      const security = calls.get(Call.Security, call)
      if (security === NONE) continue
      if (known[security] === undefined) contexts.push({ connection, security })
      known[security] = (known[security] ?? 0) + 1
    }
    const accounts = new Map<string, number>()
    for (const { connection, security } of contexts) {
      const account = identityName(connections[connection]!.security[security]!)
      if (account === undefined) continue
      accounts.set(account, (accounts.get(account) ?? 0) + sealedOn[connection]![security]!)
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
