// The client gave a call up: co_cancel or orphaned. C706 12.6.4.11, 12.6.4.12, MS-RPCE 3.3.1.5.10.
import { CALL_CANCELLED } from '../../../names/statuses'
import { Pdu, PduType } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import { Call } from '../../../conversation/model'
import { pduType } from '../../../capture/pdu'
import { secondsBetween } from '../../../conversation/time'
import { executedText, groupCalls } from '../../signs/call/fault'
import { dotnetLayer, hresultLayer, programShows, win32Layer } from '../../text/layers'
import { isLongPoll } from '../../../names/long-polls'
import type { Rule } from '../../rule'
import { duration, evidence, frameNumber, methodName, shortMethod } from '../../text/wording'
import { references } from '../../text/references'

const CANCELLED = 0x8007071a

/** Warning: the client stopped waiting. Note: the method waits for an event by design, and the client no longer needs it. */
export const cancelledCall: Rule = {
  id: 'cancelled-call',
  title: 'The client cancelled a call',
  meaning:
    'The client stopped waiting and notified the server. The call may have run, wholly or in part. Find out why it took so long, or why the client stopped early.',
  *find(theCase) {
    const { calls } = theCase.conversation
    const { pdus, frames } = theCase.capture
    const given = [
      ...theCase.cancelled,
      ...theCase.unexplained(theCase.faults).filter((call) => CALL_CANCELLED.has(calls.get(Call.Status, call))),
    ]
    for (const group of groupCalls(theCase, given, () => true)) {
      const pdu = calls.get(Call.CancelPdu, group.call)
      const withdrawn = group.connection.transferErrors?.find(({ frame }) => frame > theCase.frameOf(group.call))?.frame
      const frame = pdu === NONE ? withdrawn : pdus.get(Pdu.Frame, pdu)
      const waits = isLongPoll(theCase.interfaceOf(group.call), calls.get(Call.Opnum, group.call))
      const waited = frame === undefined ? undefined : secondsBetween(frames, theCase.frameOf(group.call), frame)
      const what = pdu !== NONE && pduType(pdus.get(Pdu.Head, pdu)) === PduType.Orphaned ? 'abandoned' : 'cancelled'
      yield {
        severity: waits ? 'note' : 'warning',
        confidence: 'high',
        title: waits
          ? `The client no longer waits for ${shortMethod(group.method)}, which waits for events`
          : `The client ${what} ${shortMethod(group.method)} before it was answered`,
        explanation: `${group.user} had called ${methodName(theCase, group.call)} on ${group.server} in frame ${frameNumber(theCase.frameOf(group.call))} and gave it up${frame === undefined ? '' : ` in frame ${frameNumber(frame)}`}${waited === undefined ? '' : `, after ${duration(waited)}`}. The capture does not show if the call ran to its end.`,
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
        symptom: programShows(theCase.names, CANCELLED),
        atFault: { party: 'client', text: 'the client, which stopped waiting; or the server, if it took too long' },
        effect: 'The client got no result; the capture does not show if the call ran',
        fix: [
          {
            text: 'Find out why the client gave up: its own timeout (RPC: RpcMgmtSetCancelTimeout; COM: CoCancelCall; WMI: the timeout of the enumeration), a user who cancelled, or the end of the program.',
          },
          {
            text: 'If the call is known to be slow, lengthen that timeout; else look at what the server did between these frames.',
          },
        ],
        references: [references.orphanedCalls],
        explains: { calls: group.calls },
        method: group.method,
        streams: [...new Set(group.calls.map((call) => theCase.connectionOf(call).stream))],
        executed: executedText(theCase, group.call),
        count: group.calls.length,
        filter: 'dcerpc.pkt_type == 18 || dcerpc.pkt_type == 19',
      }
    }
  },
}
