// A COM object does not have an interface that was asked for. MS-DCOM 3.1.1.5.6.1.1.
import { IREM_UNKNOWN, IREM_UNKNOWN2 } from '../../../names/well-known'
import { Call, Outcome } from '../../../conversation/model'
import { RemUnknown } from '../../../dissect/com/remunknown'
import { askedInterfaces } from '../../signs/asked'
import type { Examination } from '../../examination'

import type { Rule } from '../../rule'
import { evidence, list, methodName, plural, serverText, statusText } from '../../text/wording'

/** E_NOINTERFACE; REGDB_E_IIDNOTREG: the interface has no proxy and stub registered there. */
const NOT_REGISTERED = 0x80040155
const NO_INTERFACE = new Set([0x80004002, NOT_REGISTERED])
/** What COM and .NET ask every object for, and few have. */
const PROBES = new Set([
  'IManagedObject',
  'IProvideClassInfo',
  'IProvideClassInfo2',
  'IMarshal',
  'IMarshal2',
  'IRpcOptions',
  'ISupportErrorInfo',
  'IAgileObject',
  'INoMarshal',
])
const SHOWN = 10

export const interfaceQuery: Rule = {
  id: 'interface-query',
  title: 'An object does not have an interface that was asked for',
  meaning:
    'COM clients ask objects for optional interfaces all day, and "no such interface" is an ordinary answer. It is worth a look only where the client stops after it.',
  covers: ['R55'],
  *find(theCase) {
    const { calls } = theCase.conversation
    const refused = theCase.refusals.filter((call) => NO_INTERFACE.has(theCase.statusOf(call)))
    for (const call of refused) theCase.explainCall(call, interfaceQuery.id)
    const ordinary = (call: number) => workedOn(theCase, call) || isProbe(theCase, call)
    const normal = refused.filter(ordinary)
    const shown = (rows: readonly number[]) =>
      rows
        .slice(0, SHOWN)
        .flatMap((call) =>
          evidence(
            calls.get(Call.ResponseFrame, call),
            `${methodName(theCase, call)}: ${statusText(theCase, theCase.statusOf(call))}`,
          ),
        )
    const streams = (rows: readonly number[]) => [...new Set(rows.map((call) => theCase.connectionOf(call).stream))]
    if (normal.length > 0)
      yield {
        kind: 'normal',
        severity: 'note',
        confidence: 'high',
        title: `"No such interface" is an answer, not an error (${plural(normal.length, 'question')})`,
        explanation:
          'The client asked objects for optional interfaces, was told that they do not have them, and went on.',
        evidence: shown(normal),
        streams: streams(normal),
      }
    for (const call of refused.filter((row) => !ordinary(row))) {
      const asked = askedInterfaces(theCase, call)
      const what = asked.length > 0 ? list(asked) : 'the interface'
      const status = theCase.statusOf(call)
      const connection = theCase.connectionOf(call)
      const server = serverText(connection)
      const unregistered = status === NOT_REGISTERED
      yield {
        severity: 'warning',
        confidence: 'low',
        title: unregistered
          ? `${server} has no proxy and stub for ${what}, and the client stopped there`
          : `An object on ${server} does not have ${what}, and the client stopped there`,
        explanation:
          `${methodName(theCase, call)} was answered with ${statusText(theCase, status)}, and nothing but releases follows on that connection. ` +
          'If the program failed with InvalidCastException, this is it: another version of the component, or the wrong class.',
        layers: [{ layer: '.NET', code: '0x80004002', text: 'InvalidCastException' }],
        evidence: shown([call]),
        advice: [
          unregistered
            ? `Register the proxy and stub (or the type library) of ${what} on both hosts, in the bitness of the programs.`
            : `Check that the component on ${server} is the one, and the version, that the program was written for.`,
        ],
        streams: [connection.stream],
        filter: `tcp.stream == ${connection.stream} && dcerpc.opnum == 3`,
        fold: `${server}|${what}|${status}`,
      }
    }
  },
}

function isProbe(theCase: Examination, call: number): boolean {
  const asked = askedInterfaces(theCase, call)
  return asked.length > 0 && asked.every((name) => PROBES.has(name))
}

/** Whether a later call on the connection was answered that is more than letting go of references. */
function workedOn(theCase: Examination, call: number): boolean {
  const { calls } = theCase.conversation
  return theCase.connectionOf(call).calls.some((later) => {
    if (later <= call || calls.get(Call.Outcome, later) !== Outcome.Response) return false
    const uuid = theCase.interfaceOf(later)
    const releases =
      (uuid === IREM_UNKNOWN || uuid === IREM_UNKNOWN2) && calls.get(Call.Opnum, later) === Number(RemUnknown.Release)
    return !releases
  })
}
