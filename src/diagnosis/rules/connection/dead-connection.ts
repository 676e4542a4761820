// A pooled connection that the server had closed before is used once more. MS-RPCE 3.3.2.7.1, Win32: Dealing with Loss of Connectivity.
import { Call, type Connection } from '../../../conversation/model'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import { CALL_FAILED_DNE, dotnetLayer, hresultLayer, win32Layer } from '../../text/layers'
import { references } from '../../text/references'
import { closeNote } from '../../signs/rejection'
import type { Occurrence, Rule } from '../../rule'
import { clientText, duration, evidence, frameNumber, methodName, serverText } from '../../text/wording'

export const deadConnection: Rule = {
  id: 'dead-connection',
  title: 'A connection that was closed already was used again',
  meaning:
    'Clients keep connections for later. When the server has closed one in the meantime, the next call over it fails with 0x800706BF although ' +
    'nothing ran; with packet privacy the runtime cannot repeat the call by itself, for the plaintext is gone.',
  covers: ['R44'],
  *find(theCase) {
    for (const call of theCase.unexplained(theCase.lost)) {
      const connection = theCase.connectionOf(call)
      const closed = connection.closes.find(({ by }) => by === 'server')
      if (!closed || closed.frame! >= theCase.frameOf(call)) continue
      theCase.explainCall(call, deadConnection.id)
      yield tell(theCase, connection, call, closed)
    }
  },
}

function tell(theCase: Examination, connection: Connection, call: number, closed: Connection['close']): Occurrence {
  const { calls } = theCase.conversation
  const request = theCase.frameOf(call)
  const idle = secondsBetween(theCase.capture.frames, closed.frame!, request)
  const sealed = calls.get(Call.Level, call) === 6
  return {
    severity: 'error',
    confidence: 'high',
    mutedBy: theCase.endExplainedBy(connection.stream),
    title: `${methodName(theCase, call)} was sent over a connection that the server had closed ${duration(idle)} before`,
    explanation:
      `${closeNote(closed, connection)} in frame ${frameNumber(closed.frame!)}; the client sends call ${calls.get(Call.CallId, call)} over it in frame ${frameNumber(request)} all the same. The server cannot have run it. ` +
      (sealed
        ? 'The call was encrypted in place, so the runtime could not send it again over a new connection: the program gets 0x800706BF.'
        : 'The runtime may repeat such a call over a new connection; if it does not, the program gets 0x800706BF.'),
    layers: [
      { layer: 'wire (TCP)', code: '', text: closeNote(closed, connection) },
      win32Layer(theCase.names, 1727),
      hresultLayer(theCase.names, CALL_FAILED_DNE, 'COM client'),
      dotnetLayer(CALL_FAILED_DNE),
    ],
    evidence: [
      ...evidence(closed.frame, closeNote(closed, connection)),
      ...evidence(request, `request ${methodName(theCase, call)} over the closed connection`),
      ...connection.closes
        .filter(({ frame }) => frame! > request)
        .flatMap((close) => evidence(close.frame, closeNote(close, connection))),
    ],
    advice: [
      'Repeating the call is safe: it did not run.',
      'Find out why the server closed the connection (a refused logon, an idle timeout, a restarted service).',
    ],
    references: [references.connectivity],
    streams: [connection.stream],
    executed: 'no',
    filter: `tcp.stream == ${connection.stream}`,
    fold: `${clientText(connection).split(':')[0]}|${serverText(connection)}`,
  }
}
