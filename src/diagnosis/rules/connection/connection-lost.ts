// A connection ended while calls waited for their answer. MS-RPCE 3.3.2.7.1.
import { Frame, Stream, StreamFlag, TcpFlag } from '../../../../asm/layout'
import { Call, type Close, Executed, type Connection, type Endpoint } from '../../../conversation/model'
import { NONE } from '../../../capture/table'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import type { AtFault, FixStep } from '../../finding'
import { perCase } from '../../per-case'
import type { Occurrence, Outlined, Rule, Wording } from '../../rule'
import { executedText } from '../../signs/call/fault'
import { closeNote } from '../../signs/call/rejection'
import { selfEnding } from '../../signs/call/self-ending'
import { FrameIndex } from '../../signs/frame-index'
import { type Foreign, foreignReset } from '../../signs/network/time-to-live'
import { CALL_FAILED, CALL_FAILED_DNE, dotnetLayer, hresultLayer, win32Layer } from '../../text/layers'
import { references } from '../../text/references'
import { symptoms } from '../../text/symptoms'
import {
  clientText,
  duration,
  evidence,
  frameNumber,
  interfaceName,
  listSome,
  methodName,
  plural,
  serverText,
  shortMethod,
} from '../../text/wording'

const CALLS_SHOWN = 5
/** Frames between a request and the close among which missing bytes are looked for. */
const LOOK_BACK = 4096
/** A new session of SMB 1 this soon before the server resets an older one of the same client is why. */
const REPLACED_SECONDS = 1

export const connectionLost: Rule = {
  id: 'connection-lost',
  title: 'The connection ended while calls were waiting',
  meaning:
    'A FIN or RST of the server came before the answer: an error. The program gets a general error (0x800706BE, 0x800706BF) that does not name ' +
    'the reason; what matters is who closed, what happened just before, and if the call ran. A RST whose TTL is not that of its sender’s other ' +
    'packets is from a device on the path. A client that closes without waiting for its answer is a note, and so is a method that ends its own ' +
    'connection (a restart, a new address, the stop of the service), and a loss after which the same method was answered.',
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
      if (connection.close.by === 'server') yield outlined(theCase, connection, calls)
      else
        yield {
          severity: 'note',
          confidence: theCase.confidenceOn(connection, 'high'),
          mutedBy: causeOf(theCase, connection.stream),
          streams: [connection.stream],
          explains: { calls, streams: [connection.stream] },
          describe: () => leftByClient(theCase, connection, calls),
        }
    }
  },
}

/** Connections that ended while the client had sent a part of a PDU: there is no call yet, and none ran. */
function* halfRequests(theCase: Examination, lost: ReadonlyMap<Connection, number[]>): Generator<Occurrence> {
  for (const connection of theCase.conversation.connections) {
    const { client, server, close, stream, pipe, transport } = connection
    if (close.how === 'open' || pipe !== undefined || transport !== 'tcp' || lost.has(connection)) continue
    if (!hasOpenPdu(theCase, connection, client) || theCase.isIncomplete(connection)) continue
    // A client that closes of its own accord in the middle of what it sends has crashed or lost interest: no word on the server.
    if (close.by !== 'server') continue
    yield {
      severity: 'error',
      confidence: 'high',
      mutedBy: causeOf(theCase, stream),
      title: 'The server ended the connection in the middle of a request',
      explanation: `${clientText(connection)} had sent only a part of a request to ${serverText(connection)} when ${closeNote(close, connection)} (frame ${frameNumber(close.frame!)}). ${EXECUTED.no} The reason lies on the server, just before that frame, or in a device on the path that does not let the request pass.`,
      symptom: symptoms.callNotExecuted,
      atFault: { party: 'server', text: 'the server, or a device on the path that resets in its name' },
      effect: 'The call did not run.',
      layers: lostLayers(theCase, connection, true),
      evidence: evidence(close.frame, `${closeNote(close, connection)}, a part of a request having been sent`),
      fix: [lookAtServer(server.text), { text: 'Repeat the call: it did not run, so repeating it is safe.' }],
      references: [references.connectivity, references.rpceInProgress],
      streams: [stream],
      executed: 'no',
      filter: `tcp.stream == ${stream}`,
      explains: { streams: [stream] },
    }
  }
}

/** True if the last PDU of one end had begun and not ended. */
function hasOpenPdu({ capture: { streams } }: Examination, { stream }: Connection, end: Endpoint): boolean {
  const isA = streams.get(Stream.AddressA, stream) === end.address && streams.get(Stream.PortA, stream) === end.port
  const flag = isA ? StreamFlag.OpenPduA : StreamFlag.OpenPduB
  return (streams.get(Stream.Flags, stream) & flag) !== 0
}

/** The rule that has explained why a stream ended; another pipe of the same stream is not a cause. */
function causeOf(theCase: Examination, stream: number): string | undefined {
  const cause = theCase.endExplainedBy(stream)
  return cause === connectionLost.id ? undefined : cause
}

function lostLayers({ names }: Examination, connection: Connection, neverRan: boolean): Occurrence['layers'] {
  const code = neverRan ? CALL_FAILED_DNE : CALL_FAILED
  return [
    { layer: 'wire (TCP)', code: '', text: closeNote(connection.close, connection) },
    win32Layer(names, neverRan ? 1727 : 1726),
    hresultLayer(names, code, 'COM client'),
    dotnetLayer(code),
  ]
}

function requestEvidence(theCase: Examination, calls: readonly number[]): Occurrence['evidence'] {
  return calls
    .slice(0, CALLS_SHOWN)
    .flatMap((call) => evidence(theCase.frameOf(call), `request ${methodName(theCase, call)}, never answered`))
}

/** The client closed without waiting for its answer: its own choice, shortly after the request. */
function leftByClient(theCase: Examination, connection: Connection, calls: number[]): Wording {
  const { close, stream } = connection
  const first = calls[0]!
  const waited = secondsBetween(theCase.capture.frames, theCase.frameOf(first), close.frame!)
  return {
    title: `The client closed without waiting for the answer of ${shortMethod(methodName(theCase, first))}`,
    explanation: `${duration(waited)} after the request ${closeNote(close, connection)} (frame ${frameNumber(close.frame!)}); ${plural(calls.length, 'call')} on ${clientText(connection)} to ${serverText(connection)} had no answer yet. The client ended it itself: the program ended, or it did not need the answer.`,
    symptom: symptoms.none,
    atFault: { party: 'client', text: 'the client closed the connection itself' },
    effect: 'The client has no answer; the capture does not show if the call ran.',
    layers: lostLayers(theCase, connection, false),
    evidence: [...requestEvidence(theCase, calls), ...evidence(close.frame, closeNote(close, connection))],
    fix: [
      {
        text: 'Nothing, if the program was meant to end there. Else look at the client: a timeout of its own, a cancel, a crash (Application log, event 1000).',
      },
    ],
    references: [references.connectivity],
    executed: executedText(theCase, first),
    filter: `tcp.stream == ${stream}`,
    label: methodName(theCase, first),
    method: methodName(theCase, first),
  }
}

/** What decides how bad a loss is, and what is said of it. */
function factsOf(theCase: Examination, connection: Connection, calls: readonly number[]) {
  const { client, server, close, closes } = connection
  const table = theCase.conversation.calls
  const first = calls[0]!
  const waited = secondsBetween(theCase.capture.frames, theCase.frameOf(first), close.frame!)
  const foreign = foreignReset(theCase, close.frame)
  const again = theCase.answered.last(client.text, server.text, table.get(Call.Interface, first))
  return {
    first,
    waited,
    foreign,
    again,
    itself: selfEnding(theCase, first),
    repeated: again !== undefined && theCase.frameOf(again) > close.frame!,
    both: closes.some((other) => other.by === 'client' && crosses(theCase, close, other)),
    crossed: waited < 0,
    replaced: replacedBy(theCase, connection),
    unseen: !foreign && theCase.isIncomplete(connection) && missesBytesBefore(theCase, connection, first),
  }
}

type Facts = ReturnType<typeof factsOf>

function outlined(theCase: Examination, connection: Connection, calls: number[]): Outlined {
  const { stream } = connection
  const facts = factsOf(theCase, connection, calls)
  const { itself, foreign, both, crossed, unseen, replaced, repeated } = facts
  const isHarmless = itself !== undefined || both || crossed || unseen || replaced !== undefined
  return {
    severity: isHarmless ? 'note' : repeated ? 'warning' : 'error',
    confidence: theCase.confidenceOn(connection, foreign || itself ? 'medium' : 'high'),
    mutedBy: causeOf(theCase, stream),
    streams: [stream],
    explains: { calls, streams: [stream] },
    describe: () => describe(theCase, connection, calls, facts),
  }
}

function describe(
  theCase: Examination,
  connection: Connection,
  calls: number[],
  { first, waited, foreign, again, itself, repeated, both, crossed, replaced, unseen }: Facts,
): Wording {
  const { server, close, stream } = connection
  const method = methodName(theCase, first)
  const methods = [...new Set(calls.map((call) => methodName(theCase, call)))]
  const answering = connection.pipe === undefined && hasOpenPdu(theCase, connection, server)
  const neverRan = theCase.conversation.calls.get(Call.Executed, first) === Executed.No
  const forgotten = !foreign && !itself && isUnknownToServer(theCase, connection, first)
  const executed = forgotten ? 'no' : answering && calls.length === 1 ? 'yes' : executedText(theCase, first)
  return {
    title: itself
      ? `${itself} likely ended its own connection`
      : replaced !== undefined
        ? 'A new SMB 1 session of the client likely ended the older one'
        : foreign
          ? `A device on the path likely ended the connection during ${shortMethod(method)}`
          : crossed || both
            ? `The connection was being closed when ${shortMethod(method)} was sent`
            : unseen
              ? `The capture likely does not hold the answer of ${shortMethod(method)}`
              : forgotten
                ? `The server no longer knew the connection when ${shortMethod(method)} was sent`
                : `The server ended the connection while ${shortMethod(method)} was waiting`,
    explanation: [
      `${clientText(connection)} had ${plural(calls.length, 'call')} outstanding at ${serverText(connection)}: ${listSome(methods)}.`,
      crossed
        ? `The server had closed in frame ${frameNumber(close.frame!)}; the request of frame ${frameNumber(theCase.frameOf(first))} crossed that on the path.`
        : `${duration(waited)} after the request ${closeNote(close, connection)} (frame ${frameNumber(close.frame!)}).`,
      forgotten ? NEVER_ARRIVED : foreign && executed === 'unknown' ? ON_ITS_WAY : EXECUTED[executed ?? 'unknown'],
      itself
        ? 'A method of this kind restarts the host, stops the service or changes the address that it was called at, so its answer often cannot come back.'
        : foreign
          ? foreign.text
          : forgotten
            ? 'The RST carries no ACK: that is how TCP answers for a connection that it has no record of. The server was restarted, its process had ended, or it had dropped the connection during the pause before, and what it sent about that did not arrive.'
            : 'The reason lies on the server, just before that frame: its process ended, or it closed on purpose.',
      repeated
        ? `The client went on: frame ${frameNumber(theCase.frameOf(again!))} shows a later call of ${interfaceName(theCase, theCase.interfaceOf(first) ?? '')} that was answered.`
        : '',
      theCase.isIncomplete(connection)
        ? 'Packets of this connection are missing in the capture, so an answer may have been sent and not been captured.'
        : '',
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
    symptom: neverRan ? symptoms.callNotExecuted : symptoms.callFailed,
    atFault: faultOf(foreign, itself),
    effect: `${plural(calls.length, 'call')} without an answer${repeated ? '; the client repeated it later' : ''}. ${forgotten ? NEVER_ARRIVED : foreign && executed === 'unknown' ? ON_ITS_WAY : EXECUTED[executed ?? 'unknown']}`,
    layers: lostLayers(theCase, connection, neverRan),
    evidence: [
      ...requestEvidence(theCase, calls),
      ...(foreign?.evidence ?? []),
      ...evidence(close.frame, closeNote(close, connection)),
      ...evidence(replaced, 'the client begins another session'),
      ...(repeated ? evidence(theCase.frameOf(again!), 'a later call is answered') : []),
    ],
    fix: fixOf(server.text, { foreign, itself, executed }),
    references: [references.connectivity, references.rpceInProgress],
    executed,
    filter: `tcp.stream == ${stream}`,
    wouldHelp:
      'A capture on the other host at the same time shows if the FIN or RST was really sent there or by a device on the path.',
    label: method,
    method,
  }
}

/**
 * True if the server answered a request with a RST without ACK, and sent nothing else since: TCP does so for a connection that it
 * does not know, and with ACK for one that it ends. RFC 9293 3.5.2.
 */
function isUnknownToServer(theCase: Examination, { stream, server, close, pipe }: Connection, call: number): boolean {
  const { frames } = theCase.capture
  const request = theCase.frameOf(call)
  if (
    pipe !== undefined ||
    close.how !== 'rst' ||
    close.by !== 'server' ||
    theCase.streamValue(Stream.FinFrameB, stream) !== NONE
  )
    return false
  if (close.frame! <= request || close.frame! - request > LOOK_BACK) return false
  if ((frames.get(Frame.TcpFlags, close.frame!) & TcpFlag.Ack) !== 0) return false
  for (let frame = request + 1; frame < close.frame!; frame++)
    if (frames.get(Frame.Stream, frame) === stream && frames.get(Frame.SourcePort, frame) === server.port) return false
  return true
}

/**
 * True if the server sent bytes between a request and its own FIN or RST that the capture does not hold: the answer is likely
 * among them. RFC 9293 3.4.
 */
function missesBytesBefore(theCase: Examination, { stream, server, close }: Connection, call: number): boolean {
  const { frames } = theCase.capture
  const request = theCase.frameOf(call)
  if (close.frame! - request > LOOK_BACK) return false
  // Before the request the server had sent all that the client acknowledges in it.
  let next = frames.get(Frame.Ack, request)
  for (let frame = request + 1; frame <= close.frame!; frame++) {
    if (frames.get(Frame.Stream, frame) !== stream || frames.get(Frame.SourcePort, frame) !== server.port) continue
    const sequence = frames.get(Frame.Seq, frame)
    if (((sequence - next) | 0) > 0) return true
    const end = sequence + frames.get(Frame.PayloadLength, frame)
    if (((end - next) | 0) > 0) next = end
  }
  return false
}

/** True if the client's FIN does not acknowledge the server's: both closed at once, neither because of the other. */
function crosses({ capture: { frames } }: Examination, server: Close, client: Close): boolean {
  if (server.how !== 'fin' || client.how !== 'fin') return false
  const end = frames.get(Frame.Seq, server.frame!) + frames.get(Frame.PayloadLength, server.frame!) + 1
  return ((frames.get(Frame.Ack, client.frame!) - end) | 0) < 0
}

/** The frame in which the client began another SMB 1 session, where the server then resets the older ones. MS-CIFS 3.3.5.43, VcNumber 0. */
function replacedBy(theCase: Examination, { transport, close, stream }: Connection): number | undefined {
  if (transport !== 'smb' || close.how !== 'rst' || close.by !== 'server') return undefined
  const logons = logonsByHosts(theCase).all(hostsOf(theCase, stream))
  let at = logons.length - 1
  // By halving: a flood of resets has as many logons.
  for (let from = 0; from <= at;) {
    const middle = (from + at) >>> 1
    if (logons[middle]!.frame < close.frame!) from = middle + 1
    else at = middle - 1
  }
  for (; at >= 0; at--) {
    const logon = logons[at]!
    if (secondsBetween(theCase.capture.frames, logon.frame, close.frame!) > REPLACED_SECONDS) return undefined
    if (logon.stream !== stream) return logon.frame
  }
  return undefined
}

function hostsOf(theCase: Examination, stream: number): string {
  return `${theCase.streamValue(Stream.AddressA, stream)} ${theCase.streamValue(Stream.AddressB, stream)}`
}

/** First frames of the logons to SMB, by the hosts of their streams. */
const logonsByHosts = perCase((theCase: Examination): FrameIndex<{ frame: number; stream: number }> => {
  const found = new FrameIndex<{ frame: number; stream: number }>()
  for (const { firstFrame: frame, stream } of theCase.conversation.smbLogons)
    found.add(hostsOf(theCase, stream), { frame, stream })
  return found
})

function faultOf(foreign: Foreign | undefined, itself: string | undefined): AtFault {
  if (itself) return { party: 'server', text: 'nothing: the method does this by design' }
  if (foreign) return { party: 'network', text: 'a firewall, intrusion prevention or load balancer on the path' }
  return { party: 'server', text: 'the process that the call runs in' }
}

interface Outlook {
  foreign: Foreign | undefined
  itself: string | undefined
  executed: Occurrence['executed']
}

function fixOf(server: string, { foreign, itself, executed }: Outlook): FixStep[] {
  if (itself)
    return [
      {
        text: `Let the program treat the lost answer of ${itself} as success, and check the result from a new connection (for a new address: at that address).`,
      },
    ]
  return [
    foreign
      ? {
          text: 'Look at the logs of the firewalls, intrusion prevention systems and load balancers on the path for this moment: they reset what runs too long, what their state has lost, or what a rule of theirs matches.',
        }
      : lookAtServer(server),
    {
      text:
        executed === 'no'
          ? 'Repeat the call: it did not run, so repeating it is safe.'
          : 'Before you repeat the call, check on the server if it ran.',
    },
  ]
}

function lookAtServer(server: string): FixStep {
  return {
    text: `On ${server}, look in the event logs for that moment: Application 1000 (crash), System 7031 and 7034 (service ended), restarts, updates.`,
    copy: `Get-WinEvent -FilterHashtable @{LogName='System','Application'; Id=1000,7031,7034,1074,6008} -MaxEvents 50`,
  }
}

const NEVER_ARRIVED = 'The call did not run.'
const ON_ITS_WAY = 'The capture does not show if the request reached the server.'
const EXECUTED = {
  yes: 'The answer had begun to arrive, so the call did run on the server.',
  no: 'The server never received the whole request, so the call did not run.',
  unknown: 'The server had received the whole request; the capture does not show if the call ran.',
}
