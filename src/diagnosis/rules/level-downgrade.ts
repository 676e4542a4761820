// The same client calls the same interface with weaker protection than before. A remark on security, not a failure.
import { Call, type Connection, Outcome } from '../../conversation/model'
import type { Rule } from '../rule'
import { evidence, interfaceName, levelName, serverText } from '../wording'

const INTEGRITY = 5
const CONNECT = 2
/** More than there are authentication levels. */
const LEVELS = 16

export const levelDowngrade: Rule = {
  id: 'level-downgrade',
  title: 'An interface is called with weaker protection than before',
  meaning:
    'One client calls one interface of one server at packet integrity or privacy, and later at connect level, where everything is readable and can be changed on the way.',
  covers: ['R18'],
  *find(theCase) {
    const { calls } = theCase.conversation
    const strong = new Map<string, number>()
    const told = new Set<string>()
    for (const connection of theCase.conversation.connections)
      for (const call of firstByInterface(
        connection,
        (row) => calls.get(Call.Interface, row) * LEVELS + calls.get(Call.Level, row),
      )) {
        if (calls.get(Call.Outcome, call) !== Outcome.Response || theCase.interfaceOf(call) === undefined) continue
        const key = `${connection.client.text} ${connection.server.text} ${calls.get(Call.Interface, call)}`
        const level = calls.get(Call.Level, call)
        if (level >= INTEGRITY) strong.set(key, call)
        const before = strong.get(key)
        if (level !== CONNECT || before === undefined || told.has(key)) continue
        told.add(key)
        yield {
          severity: 'note',
          confidence: 'high',
          title: `${interfaceName(theCase, theCase.interfaceOf(call)!)} on ${serverText(connection)} is called at level ${levelName(level)} after ${levelName(calls.get(Call.Level, before))}`,
          explanation:
            'The later calls travel in clear and unsigned. It works, but whoever is on the way can read and change them.',
          evidence: [
            ...evidence(theCase.frameOf(before), `at level ${levelName(calls.get(Call.Level, before))}`),
            ...evidence(theCase.frameOf(call), `at level ${levelName(level)}`),
          ],
          advice: ['Set the same authentication level on every proxy and binding handle of the program.'],
          streams: [connection.stream],
          filter: 'dcerpc.auth_level < 5',
        }
      }
  },
}

/** The first call of each kind on a connection: enough to know the levels that it uses. */
function firstByInterface({ calls }: Connection, keyOf: (call: number) => number): number[] {
  const first = new Map<number, number>()
  for (const call of calls) {
    const key = keyOf(call)
    if (!first.has(key)) first.set(key, call)
  }
  return [...first.values()]
}
