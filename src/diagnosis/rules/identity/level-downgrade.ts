// The same client calls the same interface with weaker protection than before. A remark on security, not a failure.
import { AuthLevel } from '../../../../asm/layout'
import { ATSVC, BACKUP_KEY, DRSUAPI, SAMR, SVCCTL, TASK_SCHEDULER_SERVICE, WINREG } from '../../../names/well-known'
import { Call, type Connection, Outcome } from '../../../conversation/model'
import type { Examination } from '../../examination'
import { firstOfEachKind } from '../../look-up'
import type { Outlined, Rule, Wording } from '../../rule'
import { evidence, interfaceName, levelName, serverText, clientText, frameNumber, methodName } from '../../text/wording'
import { symptoms } from '../../text/symptoms'
import { RAISE_TO_INTEGRITY } from '../../text/steps'

/** Accounts, services, registry, tasks, replication, protected keys. */
const SENSITIVE = new Set([SAMR, DRSUAPI, SVCCTL, WINREG, TASK_SCHEDULER_SERVICE, ATSVC, BACKUP_KEY])
/** More than there are authentication levels. */
const LEVELS = 16

export const levelDowngrade: Rule = {
  id: 'level-downgrade',
  title: 'An interface is called with weaker protection than before',
  meaning:
    'One client calls one interface of one server at packet integrity or privacy, and later at connect level, where everything is readable and can be changed on the way. For interfaces that carry secrets a call in the clear is noted even where nothing stronger came before.',
  *find(theCase) {
    const { calls } = theCase.conversation
    const strong = new Map<string, number>()
    const reported = new Set<string>()
    // Enough to know the levels at which each connection calls each interface.
    const kindOf = (row: number) => calls.get(Call.Interface, row) * LEVELS + calls.get(Call.Level, row)
    const { connections } = theCase.conversation
    const firsts = connections.map((connection) => firstOfEachKind(connection.calls, kindOf))
    for (const [index, connection] of connections.entries())
      for (const call of firsts[index]!) {
        if (calls.get(Call.Outcome, call) !== Outcome.Response || theCase.interfaceOf(call) === undefined) continue
        const key = keyOf(theCase, connection, call)
        const level = calls.get(Call.Level, call)
        if (level >= AuthLevel.Integrity) strong.set(key, call)
        const before = strong.get(key)
        if (level !== AuthLevel.Connect || before === undefined || reported.has(key)) continue
        reported.add(key)
        yield {
          severity: 'note',
          confidence: 'high',
          title: `${shortInterface(theCase, call)} is called in the clear, after protected calls`,
          explanation: `${clientText(connection)} called ${interfaceName(theCase, theCase.interfaceOf(call)!)} on ${serverText(connection)} at level ${levelName(calls.get(Call.Level, before))}, and in frame ${frameNumber(theCase.frameOf(call))} at level ${levelName(level)}. The later calls travel in the clear and unsigned. They work, but anyone on the path can read and change them.`,
          symptom: symptoms.none,
          atFault: { party: 'client', text: 'the client, which sets the authentication level' },
          effect: 'None here; arguments and results are readable on the path.',
          evidence: [
            ...evidence(theCase.frameOf(before), `at level ${levelName(calls.get(Call.Level, before))}`),
            ...evidence(theCase.frameOf(call), `at level ${levelName(level)}`),
          ],
          fix: [
            { text: 'Set the same authentication level on every proxy and binding handle of the program.' },
            RAISE_TO_INTEGRITY,
          ],
          method: methodName(theCase, call),
          label: methodName(theCase, call),
          streams: [connection.stream],
          filter: 'dcerpc.auth_level < 5',
        }
      }
    yield* inClear(theCase, firsts, reported)
  },
}

/** The interface of a call, for a headline. */
function shortInterface(theCase: Examination, call: number): string {
  const name = theCase.names.interfaceName(theCase.interfaceOf(call)!)
  return name ?? 'An interface'
}

function keyOf(theCase: Examination, { client, server }: Connection, call: number): string {
  return `${client.text} ${server.text} ${theCase.conversation.calls.get(Call.Interface, call)}`
}

/** Interfaces that carry secrets or change the system, called over TCP in the clear: one remark an interface and server. */
function* inClear(
  theCase: Examination,
  firsts: readonly (readonly number[])[],
  reported: ReadonlySet<string>,
): Generator<Outlined> {
  const { calls, connections, interfaces } = theCase.conversation
  const sensitive = interfaces.map((uuid) => SENSITIVE.has(uuid))
  if (!sensitive.includes(true)) return
  for (const [index, connection] of connections.entries()) {
    if (connection.pipe !== undefined) continue
    for (const call of firstOfEachKind(firsts[index]!, (row) => calls.get(Call.Interface, row))) {
      const called = calls.get(Call.Interface, call)
      const level = calls.get(Call.Level, call)
      if (!sensitive[called] || level > AuthLevel.Connect || calls.get(Call.Outcome, call) !== Outcome.Response)
        continue
      if (reported.has(keyOf(theCase, connection, call))) continue
      const uuid = interfaces[called]!
      yield {
        severity: 'note',
        confidence: 'high',
        streams: [connection.stream],
        fold: `${connection.server.text}|${uuid}|${level}`,
        describe: () => describeInClear(theCase, connection, call),
      }
    }
  }
}

function describeInClear(theCase: Examination, connection: Connection, call: number): Wording {
  const uuid = theCase.interfaceOf(call)!
  const level = theCase.conversation.calls.get(Call.Level, call)
  return {
    title: `${shortInterface(theCase, call)} is called in the clear (${level > AuthLevel.None ? `level ${levelName(level)}` : 'without a logon'})`,
    explanation: `${clientText(connection)} calls ${interfaceName(theCase, uuid)} on ${serverText(connection)}. Arguments and results of these calls can be read and changed on the path: names, handles, values, and hashes of passwords where a method carries them. They work; this is a remark on security.`,
    symptom: symptoms.none,
    atFault: { party: 'client', text: 'the client, which asks for no protection' },
    effect: 'None here; arguments and results are readable on the path.',
    evidence: evidence(theCase.frameOf(call), 'in the clear'),
    fix: [
      {
        text: 'Ask for packet privacy in the client; on the server refuse weaker calls where the service has a setting for it.',
      },
    ],
    method: methodName(theCase, call),
    label: methodName(theCase, call),
    filter: 'dcerpc.auth_level < 5',
  }
}
