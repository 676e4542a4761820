// A connection ended while calls waited for their answer. MS-RPCE 3.3.2.7.1.
import { Stream, StreamFlag } from '../../../../asm/layout'
import { Call, Executed, type Connection, type Endpoint } from '../../../conversation/model'
import type { Examination } from '../../examination'
import { executedText } from '../../signs/fault'
import { CALL_FAILED, CALL_FAILED_DNE, dotnetLayer, hresultLayer, win32Layer } from '../../text/layers'
import { references } from '../../text/references'
import { closeNote } from '../../signs/rejection'
import type { Occurrence, Rule } from '../../rule'
import { foreignReset } from '../../signs/time-to-live'
import {
  clientText,
  duration,
  evidence,
  frameNumber,
  listSome,
  methodName,
  plural,
  serverText,
} from '../../text/wording'
import { secondsBetween } from '../../../conversation/time'

const CALLS_SHOWN = 5

export const connectionLost: Rule = {
  id: 'connection-lost',
  title: 'The connection ended while calls were outstanding',
  meaning:
    'A FIN or RST came before the answer. The program gets a general error (0x800706BE, 0x800706BF) that says nothing of the reason; ' +
    'what matters is who closed, what happened just before, and whether the call ran. A RST whose TTL is not that of its sender’s other packets is from a device between.',
  covers: ['R43'],
  *find(theCase) {
    const byConnection = new Map<Connection, number[]>()
    for (const call of theCase.unexplained(theCase.lost)) {
      const connection = theCase.connectionOf(call)
      const known = byConnection.get(connection)
      if (known) known.push(call)
      else byConnection.set(connection, [call])
    }
    yield* halfRequests(theCase, byConnection)
    for (const [connection, calls] of byConnection) {
      if (theCase.isIncomplete(connection) && connection.close.by === 'client') continue
      yield tell(theCase, connection, calls)
      for (const call of calls) theCase.explainCall(call, connectionLost.id)
      theCase.explainEnd(connection.stream, connectionLost.id)
    }
  },
}

/** Connections that ended while the client had sent a part of a PDU: there is no call yet, and none ran. */
function* halfRequests(theCase: Examination, lost: ReadonlyMap<Connection, number[]>): Generator<Occurrence> {
  for (const connection of theCase.conversation.connections) {
    const { close, closes, stream, pipe, transport } = connection
    if (close.how === 'open' || pipe !== undefined || transport !== 'tcp' || lost.has(connection)) continue
    if (!hasOpenPdu(theCase, connection, connection.client) || theCase.isIncomplete(connection)) continue
    // A client that closes of its own accord in the middle of what it sends has crashed or lost interest: no word on the server.
    if (!closes.some(({ by }) => by === 'server')) continue
    const cause = theCase.endExplainedBy(stream)
    theCase.explainEnd(stream, connectionLost.id)
    yield {
      severity: 'error',
      confidence: 'high',
      mutedBy: cause,
      title: `The server ended the connection while ${connection.client.text} was still sending a request`,
      explanation: `${clientText(connection)} had sent only a part of a request to ${serverText(connection)} when ${closeNote(close, connection)} (frame ${frameNumber(close.frame!)}). ${EXECUTED.no} The reason lies on the server, just before that frame, or in a device between that does not let the request pass.`,
      layers: [
        { layer: 'wire (TCP)', code: '', text: closeNote(close, connection) },
        win32Layer(theCase.names, 1727),
        hresultLayer(theCase.names, CALL_FAILED_DNE, 'COM client'),
        dotnetLayer(CALL_FAILED_DNE),
      ],
      evidence: evidence(close.frame, `${closeNote(close, connection)}, a part of a request having been sent`),
      advice: [
        `Look at ${connection.server.text} at that moment: Application log event 1000 (crash), System log 7031/7034 (service ended), restarts, updates.`,
        'The call did not run: repeating it is safe.',
      ],
      references: [references.connectivity, references.rpceInProgress],
      streams: [stream],
      executed: 'no',
      filter: `tcp.stream == ${stream}`,
    }
  }
}

/** Whether the last PDU of one end had begun and not ended. */
function hasOpenPdu({ capture: { streams } }: Examination, { stream }: Connection, end: Endpoint): boolean {
  const isA = streams.get(Stream.AddressA, stream) === end.address && streams.get(Stream.PortA, stream) === end.port
  const flag = isA ? StreamFlag.OpenPduA : StreamFlag.OpenPduB
  return (streams.get(Stream.Flags, stream) & flag) !== 0
}

function tell(theCase: Examination, connection: Connection, calls: number[]): Occurrence {
  const { close, stream } = connection
  const first = calls[0]!
  const methods = [...new Set(calls.map((call) => methodName(theCase, call)))]
  const answering = connection.pipe === undefined && hasOpenPdu(theCase, connection, connection.server)
  const executed = answering && calls.length === 1 ? 'yes' : executedText(theCase, first)
  const waited = secondsBetween(theCase.capture.frames, theCase.frameOf(first), close.frame!)
  const cause = theCase.endExplainedBy(stream)
  const foreign = foreignReset(theCase, close.frame)
  const ran = theCase.conversation.calls.get(Call.Executed, first) === Executed.No
  return {
    severity: close.by === 'server' || waited > 1 ? 'error' : 'warning',
    confidence: theCase.confidenceOn(connection, foreign ? 'medium' : 'high'),
    mutedBy: cause,
    title: `${foreign ? `A device between, in the ${close.by}’s name,` : `The ${close.by ?? 'other side'}`} ended the connection while ${methods[0]} waited for its answer`,
    explanation: [
      `${clientText(connection)} had ${plural(calls.length, 'call')} outstanding at ${serverText(connection)}: ${listSome(methods)}.`,
      `${duration(waited)} after the request ${closeNote(close, connection)} (frame ${frameNumber(close.frame!)}).`,
      EXECUTED[executed ?? 'unknown'],
      foreign
        ? foreign.text
        : close.by === 'client'
          ? 'It was the client itself that gave up: look at why it stopped waiting (a timeout of its own, the process ending, a cancel).'
          : 'The reason lies on the server, just before that frame.',
      theCase.isIncomplete(connection)
        ? 'Packets of this connection are missing in the capture, so an answer may have been sent and not been captured.'
        : '',
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
    layers: [
      { layer: 'wire (TCP)', code: '', text: closeNote(close, connection) },
      win32Layer(theCase.names, ran ? 1727 : 1726),
      hresultLayer(theCase.names, ran ? CALL_FAILED_DNE : CALL_FAILED, 'COM client'),
      dotnetLayer(ran ? CALL_FAILED_DNE : CALL_FAILED),
    ],
    evidence: [
      ...calls
        .slice(0, CALLS_SHOWN)
        .flatMap((call) => evidence(theCase.frameOf(call), `request ${methodName(theCase, call)}, never answered`)),
      ...(foreign?.evidence ?? []),
      ...evidence(close.frame, closeNote(close, connection)),
    ],
    advice: [
      foreign
        ? 'Look which firewalls, intrusion prevention and load balancers lie between, and at their logs of that moment: they reset what runs too long, what their state has lost, or what they do not like.'
        : close.by === 'server'
          ? `Look at ${connection.server.text} at that moment: Application log event 1000 (crash), System log 7031/7034 (service ended), restarts, updates.`
          : 'Find what made the client stop waiting: its own timeout, the end of the process, a user who cancelled.',
      'The error number in the program is only the consequence; search before this frame.',
      executed === 'no'
        ? 'The call did not run: repeating it is safe.'
        : 'Do not repeat the call blindly: it may have run.',
    ],
    references: [references.connectivity, references.rpceInProgress],
    streams: [stream],
    executed,
    filter: `tcp.stream == ${stream} && (dcerpc.pkt_type == 0 || tcp.flags.fin == 1 || tcp.flags.reset == 1)`,
    wouldHelp:
      'A capture on the other host at the same time shows whether the FIN or RST was really sent there or by a device between.',
  }
}

const EXECUTED = {
  yes: 'The answer had begun to arrive, so the call did run on the server.',
  no: 'The server never received the whole request, so the call did not run.',
  unknown: 'The server had received the whole request; whether the call ran cannot be told from the capture.',
}
