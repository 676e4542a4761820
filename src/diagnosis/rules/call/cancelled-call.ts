// The client gave a call up: co_cancel or orphaned. C706 12.6.4.11, 12.6.4.12, MS-RPCE 3.3.1.5.10.
import { Pdu, PduType } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import { Call } from '../../../conversation/model'
import { pduType } from '../../../conversation/pdu'
import { secondsBetween } from '../../../conversation/time'
import { executedText, groupCalls } from '../../signs/fault'
import { dotnetLayer, hresultLayer, win32Layer } from '../../text/layers'
import type { Rule } from '../../rule'
import { duration, evidence, frameNumber, methodName } from '../../text/wording'

const CANCELLED_FAULT = new Set([0x1c00000d, 0x71a, 0x8007071a])
const CANCELLED = 0x8007071a

export const cancelledCall: Rule = {
  id: 'cancelled-call',
  title: 'The client cancelled a call',
  meaning:
    'The client stopped waiting and told the server so. The call may have run, wholly or in part. Ask why it took so long, or why the client was so impatient.',
  covers: ['R47'],
  *find(theCase) {
    const { calls } = theCase.conversation
    const { pdus, frames } = theCase.capture
    const given = [
      ...theCase.cancelled,
      ...theCase.unexplained(theCase.faults).filter((call) => CANCELLED_FAULT.has(calls.get(Call.Status, call))),
    ]
    for (const group of groupCalls(theCase, given, () => true)) {
      for (const call of group.calls) theCase.explainCall(call, cancelledCall.id)
      const pdu = calls.get(Call.CancelPdu, group.call)
      const frame = pdu === NONE ? undefined : pdus.get(Pdu.Frame, pdu)
      const waited = frame === undefined ? undefined : secondsBetween(frames, theCase.frameOf(group.call), frame)
      const what = pdu !== NONE && pduType(pdus.get(Pdu.Head, pdu)) === PduType.Orphaned ? 'abandoned' : 'cancelled'
      yield {
        severity: 'warning',
        confidence: 'high',
        title: `The client ${what} ${methodName(theCase, group.call)}${waited === undefined ? '' : ` after ${duration(waited)}`}`,
        explanation: `${group.user} had called ${methodName(theCase, group.call)} on ${group.server} in frame ${frameNumber(theCase.frameOf(group.call))} and gave it up${frame === undefined ? '' : ` in frame ${frameNumber(frame)}`}. Whether the call ran to its end cannot be told.`,
        layers: [
          win32Layer(theCase.names, 1818),
          hresultLayer(theCase.names, CANCELLED, 'COM client'),
          dotnetLayer(CANCELLED),
        ],
        evidence: group.calls
          .slice(0, 3)
          .flatMap((call) => [
            ...evidence(theCase.frameOf(call), `request ${methodName(theCase, call)}`),
            ...evidence(
              calls.get(Call.CancelPdu, call) === NONE
                ? undefined
                : pdus.get(Pdu.Frame, calls.get(Call.CancelPdu, call)),
              'the client gives it up',
            ),
            ...evidence(calls.get(Call.ResponseFrame, call), 'the server’s last word on it'),
          ]),
        advice: [
          'Look at what the server was doing during that time; lengthen the client’s timeout if the call is known to be slow.',
        ],
        references: [{ title: 'MS-RPCE 3.3.1.5.10: cancelled and orphaned calls' }],
        streams: [...new Set(group.calls.map((call) => theCase.connectionOf(call).stream))],
        executed: executedText(theCase, group.call),
        count: group.calls.length,
        filter: 'dcerpc.pkt_type == 18 || dcerpc.pkt_type == 19',
      }
    }
  },
}
