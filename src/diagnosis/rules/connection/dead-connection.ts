// A pooled connection that the server had closed before is used once more. MS-RPCE 3.3.2.7.1, Win32: Dealing with Loss of Connectivity.
import { AuthLevel, Frame, Stream, StreamFlag } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import { Call, type Connection } from '../../../conversation/model'
import { secondsBetween } from '../../../conversation/time'
import { type Attempt } from '../../signs/network/attempts'
import { nextOpened } from '../../signs/network/failed-ports'
import type { Examination } from '../../examination'
import { CALL_FAILED_DNE, dotnetLayer, hresultLayer, win32Layer } from '../../text/layers'
import { symptoms } from '../../text/symptoms'
import { isSmbPort } from '../../signs/network/ports'
import { references } from '../../text/references'
import { closeNote } from '../../signs/call/rejection'
import type { Occurrence, Rule } from '../../rule'
import {
  duration,
  evidence,
  frameNumber,
  methodName,
  type Side,
  sidesOf,
  sidesText,
  firstMethod,
} from '../../text/wording'

/** What was sent so soon after the close had crossed it on the path: the client did not know. */
const CROSSED_SECONDS = 0.5
/** A client that connects again so soon repeats its call. */
const AGAIN_SECONDS = 10
/** Frames that are searched back from a reset for what it answers. */
const LOOK_BACK = 4096

export const deadConnection: Rule = {
  id: 'dead-connection',
  title: 'A connection that was closed already was used again',
  meaning:
    'Clients keep connections for later. When the server has closed one in the meantime, the next request over it is answered with RST: the call fails ' +
    'with 0x800706BF although nothing ran; with packet privacy the runtime cannot repeat the call by itself, because it no longer has the ' +
    'plaintext. A note where the client connects again at once and goes on. A call that crossed the server’s FIN on the path is not one of these.',
  *find(theCase) {
    for (const call of theCase.unexplained(theCase.lost)) {
      const connection = theCase.connectionOf(call)
      const request = theCase.frameOf(call)
      const closed = connection.closes.find(({ by }) => by === 'server')
      if (!closed || closed.frame! >= request) continue
      if (secondsBetween(theCase.capture.frames, closed.frame!, request) < CROSSED_SECONDS) continue
      yield { ...tellCall(theCase, connection, call, closed), explains: { calls: [call] } }
    }
    yield* smbRequests(theCase)
  },
}

/** SMB connections that the server had closed and on which the client then sent a message that no call of RPC holds. */
function* smbRequests(theCase: Examination): Generator<Occurrence> {
  const { streams, frames } = theCase.capture
  const { rows } = streams
  for (let stream = 0; stream < rows; stream++) {
    const fin = streams.get(Stream.FinFrameB, stream)
    const reset = streams.get(Stream.RstFrame, stream)
    const byServer = (streams.get(Stream.Flags, stream) & StreamFlag.RstByB) !== 0
    if (fin === NONE || reset === NONE || !byServer || reset < fin || !isSmbPort(streams.get(Stream.PortB, stream)))
      continue
    if (streams.get(Stream.FinFrameA, stream) < reset || theCase.endExplainedBy(stream) !== undefined) continue
    if (
      theCase
        .connectionsOn(stream)
        .some(({ calls }) => calls.some((call) => theCase.explainedBy(call) === deadConnection.id))
    )
      continue
    const request = requestBefore(theCase, stream, reset, fin)
    if (request === undefined || secondsBetween(frames, fin, request) < CROSSED_SECONDS) continue
    const { client, server } = sidesOf(theCase, stream)
    yield {
      explains: { streams: [stream] },
      ...shared(theCase, stream, { client, server }, fin, request, reset),
      title: 'The client used an SMB connection that the server had closed',
      explanation: `On ${sidesText({ client, server })} the server closed the connection in frame ${frameNumber(fin)}; the client sent its next SMB message over it in frame ${frameNumber(request)}, ${duration(secondsBetween(frames, fin, request))} later, and the server answered with RST. The server did not process it, so no RPC over this session ran.`,
      evidence: [
        ...evidence(fin, 'the server closes the connection (FIN)'),
        ...evidence(request, 'the client sends a message over the closed connection'),
        ...evidence(reset, 'the server answers with RST'),
      ],
    }
  }
}

/** The client's last frame with payload before a reset and after a close. */
function requestBefore(
  { capture: { frames, streams } }: Examination,
  stream: number,
  reset: number,
  fin: number,
): number | undefined {
  const port = streams.get(Stream.PortA, stream)
  for (let frame = reset - 1; frame > Math.max(fin, reset - LOOK_BACK); frame--) {
    if (frames.get(Frame.Stream, frame) !== stream || frames.get(Frame.SourcePort, frame) !== port) continue
    if (frames.get(Frame.PayloadLength, frame) > 0) return frame
  }
  return undefined
}

function tellCall(theCase: Examination, connection: Connection, call: number, closed: Connection['close']): Occurrence {
  const { calls } = theCase.conversation
  const { stream } = connection
  const request = theCase.frameOf(call)
  const idle = secondsBetween(theCase.capture.frames, closed.frame!, request)
  const sides = sidesOf(theCase, stream)
  const sealed = calls.get(Call.Level, call) === Number(AuthLevel.Privacy)
  return {
    ...shared(theCase, stream, sides, closed.frame!, request, connection.closes.at(-1)!.frame!),
    mutedBy: theCase.endExplainedBy(stream),
    title: `${firstMethod(methodName(theCase, call))} was sent over a connection the server had closed`,
    explanation:
      `In frame ${frameNumber(closed.frame!)} ${closeNote(closed, connection)}; ${duration(idle)} later the client sends call ${calls.get(Call.CallId, call)} over it (frame ${frameNumber(request)}). The server cannot have run it. ` +
      (sealed
        ? 'The call was encrypted in place, so the runtime could not send it again over a new connection: the program gets 0x800706BF.'
        : 'The runtime may repeat such a call over a new connection; if it does not, the program gets 0x800706BF.'),
    evidence: [
      ...evidence(closed.frame, closeNote(closed, connection)),
      ...evidence(request, `request ${methodName(theCase, call)} over the closed connection`),
      ...connection.closes
        .filter(({ frame }) => frame! > request)
        .flatMap((close) => evidence(close.frame, closeNote(close, connection))),
    ],
  }
}

/** What holds for a call and for a bare SMB message alike. */
function shared(
  theCase: Examination,
  stream: number,
  { client, server }: { client: Side; server: Side },
  closed: number,
  request: number,
  last: number,
): Omit<Occurrence, 'title' | 'explanation' | 'evidence'> {
  const again = connectsAgain(theCase, client.address, server, last)
  return {
    severity: again ? 'note' : 'error',
    confidence: 'high',
    symptom: again ? symptoms.none : symptoms.callNotExecuted,
    atFault: {
      party: 'client',
      text: 'the client, which used the closed connection; the server had announced the close',
    },
    effect: again ? 'None: the client connected again.' : 'The call did not run.',
    layers: [
      { layer: 'wire (TCP)', code: '', text: `the server closed the connection in frame ${frameNumber(closed)}` },
      win32Layer(theCase.names, 1727),
      hresultLayer(theCase.names, CALL_FAILED_DNE, 'COM client'),
      dotnetLayer(CALL_FAILED_DNE),
    ],
    advice: [
      again
        ? `Nothing needs to be done: the client connected again in frame ${frameNumber(again.synFrame)}.`
        : 'Let the program repeat the call over a new connection: it did not run, so repeating it is safe.',
      `Find out why ${server.address} closed the connection: an idle timeout (Windows SMB server: "net config server" shows autodisconnect, 15 minutes by default; Samba: "deadtime"), a refused logon, a restarted service.`,
    ],
    references: [references.connectivity],
    streams: [stream],
    executed: 'no',
    filter: `tcp.stream == ${stream}`,
    fold: `${client.address}|${server.address}|${server.port}|${again === undefined}`,
    moment: [closed, request],
  }
}

/** A connection to the same port that the client opened right after. */
function connectsAgain(theCase: Examination, client: string, server: Side, after: number): Attempt | undefined {
  const next = nextOpened(theCase, client, server.address, server.port, after)
  return next && secondsBetween(theCase.capture.frames, after, next.synFrame) <= AGAIN_SECONDS ? next : undefined
}
