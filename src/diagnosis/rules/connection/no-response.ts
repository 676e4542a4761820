// A call without an answer although the connection lives.
import { Call, Executed } from '../../../conversation/model'
import { secondsBetween } from '../../../conversation/time'
import { isLongPoll } from '../../../names/long-polls'
import type { Examination } from '../../examination'
import { closeNote } from '../../signs/rejection'
import type { Occurrence, Rule } from '../../rule'
import { duration, evidence, frameNumber, methodName, serverText } from '../../text/wording'

/** After so long an answer is no longer just slow. */
const HANG_SECONDS = 60
/** A client that closes after so long a wait did not just end; it gave the call up. */
const GAVE_UP_SECONDS = 10
/** Beyond this the frames are not of one time: captures that were merged, or a clock that was set. */
const BELIEVABLE_SECONDS = 86400

export const noResponse: Rule = {
  id: 'no-response',
  title: 'A call was never answered',
  meaning:
    'The request reached the server, the connection lives, and no answer comes. RPC waits for ever by default. A call that was sent shortly before ' +
    'the capture ends is merely open and is told as such; calls that wait by design are left out.',
  covers: ['R45'],
  *find(theCase) {
    const { frames } = theCase.capture
    const { calls } = theCase.conversation
    if (frames.rows === 0) return
    const recent: number[] = []
    for (const call of theCase.unexplained(theCase.lost)) {
      const connection = theCase.connectionOf(call)
      const { close, stream } = connection
      const request = theCase.frameOf(call)
      const waited = secondsBetween(frames, request, close.frame!)
      // The client that ends what it waits for has given up; what never reached the server is another matter.
      if (close.by !== 'client' || waited < GAVE_UP_SECONDS || waited > BELIEVABLE_SECONDS) continue
      if (calls.get(Call.Executed, call) === Executed.No || theCase.endExplainedBy(stream) !== undefined) continue
      if (isLongPoll(theCase.interfaceOf(call), calls.get(Call.Opnum, call)) || theCase.isIncomplete(connection))
        continue
      theCase.explainCall(call, noResponse.id)
      theCase.explainEnd(stream, noResponse.id)
      yield {
        ...tell(theCase, call),
        severity: 'error',
        title: `${methodName(theCase, call)} on ${serverText(connection)} was not answered; the client gave up after ${duration(waited)}`,
        explanation: `The request was sent in frame ${frameNumber(request)}. ${duration(waited)} later, without an answer, a fault or a cancel, ${closeNote(close, connection)} (frame ${frameNumber(close.frame!)}): it no longer waited, or the program was ended. The server worked on the call all the time, or was stuck in it; whether it ran to its end cannot be told.`,
        evidence: [
          ...evidence(request, `request ${methodName(theCase, call)}, never answered`),
          ...evidence(close.frame, closeNote(close, connection)),
        ],
        fold: `gave up|${serverText(connection)}|${methodName(theCase, call)}`,
      }
    }
    for (const call of theCase.unexplained(theCase.open)) {
      const connection = theCase.connectionOf(call)
      if (isLongPoll(theCase.interfaceOf(call), calls.get(Call.Opnum, call)) || connection.gaps > 0) continue
      const request = theCase.frameOf(call)
      const waited = secondsBetween(frames, request, frames.rows - 1)
      if (waited > BELIEVABLE_SECONDS) continue
      if (waited < HANG_SECONDS) {
        recent.push(call)
        continue
      }
      theCase.explainCall(call, noResponse.id)
      yield {
        ...tell(theCase, call),
        severity: 'warning',
        title: `${methodName(theCase, call)} on ${serverText(connection)} was not answered within ${duration(waited)}`,
        explanation: `The request was sent in frame ${frameNumber(request)}; until the capture ends, ${duration(waited)} later, neither an answer nor a cancel nor a close follows. The server works on it, or is stuck in it; a method that waits for an event by design looks the same.`,
        evidence: evidence(request, `request ${methodName(theCase, call)}, never answered`),
        fold: `${serverText(connection)}|${methodName(theCase, call)}`,
      }
    }
    if (recent.length > 0) {
      yield {
        kind: 'normal',
        severity: 'note',
        confidence: 'high',
        title: 'Calls are still open where the capture ends',
        explanation:
          'These requests were sent shortly before the last frame. That their answers are missing says nothing.',
        evidence: recent
          .slice(0, 10)
          .flatMap((call) =>
            evidence(theCase.frameOf(call), `${methodName(theCase, call)}: open at the end of the capture`),
          ),
        streams: [...new Set(recent.map((call) => theCase.connectionOf(call).stream))],
      }
    }
  },
}

/** What holds for every call without an answer. */
function tell(
  theCase: Examination,
  call: number,
): Pick<Occurrence, 'confidence' | 'layers' | 'advice' | 'streams' | 'executed' | 'filter'> {
  const { stream } = theCase.connectionOf(call)
  return {
    confidence: 'high',
    layers: [
      {
        layer: 'COM client',
        code: '',
        text: 'the call hangs; with a timeout set, 0x8001011F (RPC_E_TIMEOUT) or 0x8007071A (call cancelled)',
      },
    ],
    advice: [
      'Take a dump of the server process and look at the thread that has the call.',
      'See whether the server in turn waits for something: a callback to the client that a firewall blocks, a lock, another server.',
    ],
    streams: [stream],
    executed: 'unknown',
    filter: `tcp.stream == ${stream} && dcerpc.cn_call_id == ${theCase.conversation.calls.get(Call.CallId, call)}`,
  }
}
