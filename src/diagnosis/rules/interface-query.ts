// A COM object does not have an interface that was asked for. MS-DCOM 3.1.1.5.6.1.1.
import { Call } from '../../conversation/model'
import type { Rule } from '../rule'
import { wentOn } from '../fault'
import { evidence, methodName, plural } from '../wording'

const NO_INTERFACE = 0x80004002
const SHOWN = 10

export const interfaceQuery: Rule = {
  id: 'interface-query',
  title: 'An object does not have an interface that was asked for',
  meaning:
    'COM clients ask objects for optional interfaces all day, and "no such interface" is an ordinary answer. It is worth a look only where the client stops after it.',
  covers: ['R55'],
  *find(theCase) {
    const { calls } = theCase.conversation
    const asked = theCase.refusals.filter((call) => calls.get(Call.Status, call) === NO_INTERFACE)
    for (const call of asked) theCase.explainCall(call, interfaceQuery.id)
    const normal = asked.filter((call) => wentOn(theCase, call))
    const last = asked.filter((call) => !wentOn(theCase, call))
    const streams = (rows: readonly number[]) => [...new Set(rows.map((call) => theCase.connectionOf(call).stream))]
    if (normal.length > 0)
      yield {
        kind: 'normal',
        severity: 'note',
        confidence: 'high',
        title: `"No such interface" is an answer, not an error (${plural(normal.length, 'question')})`,
        explanation:
          'The client asked objects for optional interfaces, was told that they do not have them, and went on.',
        evidence: normal
          .slice(0, SHOWN)
          .flatMap((call) =>
            evidence(calls.get(Call.ResponseFrame, call), `${methodName(theCase, call)}: E_NOINTERFACE`),
          ),
        streams: streams(normal),
      }
    if (last.length > 0)
      yield {
        severity: 'note',
        confidence: 'low',
        title: 'An object lacks an interface, and it was the last that the client asked for on that connection',
        explanation:
          'The answer E_NOINTERFACE (0x80004002) was the last on its connection. If the program failed with InvalidCastException, this is it: another version of the component, or the wrong class.',
        layers: [{ layer: '.NET', code: '0x80004002', text: 'InvalidCastException' }],
        evidence: last
          .slice(0, SHOWN)
          .flatMap((call) =>
            evidence(calls.get(Call.ResponseFrame, call), `${methodName(theCase, call)}: E_NOINTERFACE`),
          ),
        streams: streams(last),
      }
  },
}
