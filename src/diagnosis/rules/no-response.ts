// A call without an answer although the connection lives.
import { Call } from '../../conversation/model'
import { secondsBetween } from '../../conversation/time'
import { isLongPoll } from '../../names/enums'
import type { Rule } from '../rule'
import { duration, evidence, frameNumber, methodName, serverText } from '../wording'

/** After so long an answer is no longer just slow. */
const HANG_SECONDS = 60
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
        severity: 'warning',
        confidence: 'high',
        title: `${methodName(theCase, call)} on ${serverText(connection)} was not answered within ${duration(waited)}`,
        explanation: `The request was sent in frame ${frameNumber(request)}; until the capture ends, ${duration(waited)} later, neither an answer nor a cancel nor a close follows. The server works on it, or is stuck in it.`,
        layers: [
          {
            layer: 'COM client',
            code: '',
            text: 'the call hangs; with a timeout set, 0x8001011F (RPC_E_TIMEOUT) or 0x8007071A (call cancelled)',
          },
        ],
        evidence: evidence(request, `request ${methodName(theCase, call)}, never answered`),
        advice: [
          'Take a dump of the server process and look at the thread that has the call.',
          'See whether the server in turn waits for something: a callback to the client that a firewall blocks, a lock, another server.',
        ],
        streams: [connection.stream],
        executed: 'unknown',
        filter: `tcp.stream == ${connection.stream} && dcerpc.cn_call_id == ${calls.get(Call.CallId, call)}`,
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
