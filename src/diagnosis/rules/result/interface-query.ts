// A COM object does not have an interface that was asked for. MS-DCOM 3.1.1.5.6.1.1.
import { Call } from '../../../conversation/model'
import { askedInterfaces } from '../../signs/call/asked'
import { workedLater } from '../../signs/call/later-calls'
import type { Examination } from '../../examination'

import type { Rule } from '../../rule'
import { evidence, list, methodName, plural, serverText, statusText } from '../../text/wording'
import { BY_DESIGN } from '../../text/of-kind'

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
  'IInspectable',
  'IStdMarshalInfo',
  'IExternalConnection',
  'IMultiQI',
  'IClientSecurity',
  'ICallFactory',
  'IFastRundown',
  'IIdentityUnmarshal',
  'IActivationFilter',
  // IInspectable, IdentityUnmarshal, IMarshalOptions and ICallFactory, where they have no name.
  'af86e2e0-b12d-4c6a-9c5a-d7aa65101e90',
  '0000001b-0000-0000-c000-000000000046',
  '4c1e39e1-e3e3-4296-aa86-ec938d896e92',
  '1c733a30-2a1c-11ce-ade5-00aa0044773d',
])
const SHOWN = 10

/** Warning: the client did nothing more on the server after it. Normal: all other questions, and those that the runtimes ask. */
export const interfaceQuery: Rule = {
  id: 'interface-query',
  title: 'An object does not have an interface that was asked for',
  meaning:
    'COM clients often ask objects for optional interfaces, and "no such interface" is an ordinary answer. It is worth a look only where the client stops after it.',
  *find(theCase) {
    const { calls } = theCase.conversation
    const refused = theCase.errorReturns.filter((call) => NO_INTERFACE.has(theCase.statusOf(call)))
    const ordinary = (call: number) => workedLater(theCase, call) !== undefined || isProbe(theCase, call)
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
        ...BY_DESIGN,
        kind: 'normal',
        severity: 'note',
        confidence: 'high',
        title: '"No such interface" is an answer here, not an error',
        explanation: `${plural(normal.length, 'question')}: the client asked objects for optional interfaces, which they do not have, and went on.`,
        evidence: shown(normal),
        streams: streams(normal),
        explains: { calls: normal },
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
          ? `No proxy and stub for ${what}; the client likely stopped there`
          : `The object does not have ${what}; the client likely stopped there`,
        explanation:
          `${methodName(theCase, call)} was answered with ${statusText(theCase, status)}, and nothing but releases follows between client and server. ` +
          'If the program failed with InvalidCastException, this is it: another version of the component, or the wrong class.',
        layers: [{ layer: '.NET', code: '0x80004002', text: 'InvalidCastException' }],
        evidence: shown([call]),
        symptom: 'InvalidCastException (0x80004002, E_NOINTERFACE), or the component does nothing',
        atFault: { party: 'configuration', text: `the component on ${server}: its version or its registration` },
        effect: 'The program did not go on after the question',
        fix: [
          {
            text: unregistered
              ? `Register the proxy and stub (or the type library) of ${what} on both hosts, in the bitness of the programs: regsvr32, or the component’s own installer.`
              : `Check that the component on ${server} is the one, and the version, that the program was written for.`,
          },
        ],
        streams: [connection.stream],
        filter: `tcp.stream == ${connection.stream} && dcerpc.opnum == 3`,
        fold: `${server}|${what}|${status}`,
        explains: { calls: [call] },
      }
    }
  },
}

function isProbe(theCase: Examination, call: number): boolean {
  const asked = askedInterfaces(theCase, call)
  return asked.length > 0 && asked.every((name) => PROBES.has(name))
}
