// The server accepts the connection, takes the bind, and hangs up or says nothing. C706 12.6.4.4, MS-RPCE 3.3.1.5.2.
import { isScan } from '../../signs/network/scans'
import { FULL_SEGMENT, type Stalled, trafficOf } from '../../signs/network/traffic'
import { Stream } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import type { Connection } from '../../../conversation/model'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import type { FixStep } from '../../finding'
import type { Occurrence, Rule } from '../../rule'
import { closeNote } from '../../signs/call/rejection'
import { isCapturePause, silentWait } from '../../signs/network/capture-pauses'
import { resentBetween } from '../../signs/network/resent'
import { foreignReset } from '../../signs/network/time-to-live'
import { CALL_FAILED, dotnetLayer, hresultLayer, unavailableLayers } from '../../text/layers'
import { references } from '../../text/references'
import { symptoms } from '../../text/symptoms'
import {
  clientText,
  duration,
  evidence,
  frameNumber,
  interfaceName,
  list,
  plural,
  serverText,
} from '../../text/wording'

/** A server that has not answered a bind after so long does not answer it. */
const SILENT_SECONDS = 10
/** A client that waited so long and then closed has given the bind up. */
const GAVE_UP_SECONDS = 3
/** An answer from which on the wait hurts. */
const SLOW_SECONDS = 3
/** So often and so long a bind is sent again before it means more than loss. TCP doubles the pause each time. */
const RESENT_TIMES = 4
const RESENT_SECONDS = 2

export const bindUnanswered: Rule = {
  id: 'bind-unanswered',
  title: 'The server hung up on the bind, or never answered it',
  meaning:
    'The TCP connection came about and the bind was sent, and the server ended the connection without bind_ack or bind_nak, or let the client wait ' +
    'for 10 s and more (for 3 s, where it then closed, though an answer came after that), or TCP sent the bind again and again and it was never acknowledged: an error. Intrusion prevention that blocks by interface UUID, a service whose process hangs or is ending, a port that is ' +
    'not RPC, or a limit of connections look like this. A note where the same client was answered on the same interface later; a warning where the answer came after 3 s or more and the client had waited; nothing where ' +
    'packets are missing, where the client ended first, or in a scan.',
  *find(theCase) {
    for (const connection of theCase.conversation.connections) {
      const silence = silenceOf(theCase, connection)
      if (silence) yield describe(theCase, connection, silence)
      else {
        const slow = slowBind(theCase, connection)
        if (slow) yield slow
      }
    }
  },
}

/** A bind that the server answered late, while the client waited. */
function slowBind(
  theCase: Examination,
  { client, server, stream, contexts, sawBind, sawStart, nak }: Connection,
): Occurrence | undefined {
  const { offeredFrame: bind, answeredFrame: answer } = contexts[0] ?? {}
  if (!sawBind || !sawStart || nak || bind === undefined || answer === undefined) return undefined
  const seconds = secondsBetween(theCase.capture.frames, bind, answer)
  if (seconds < SLOW_SECONDS) return undefined
  const syn = theCase.streamValue(Stream.SynFrame, stream)
  const accepted = theCase.streamValue(Stream.SynAckFrame, stream)
  if (syn === NONE || accepted === NONE) return undefined
  if (seconds - secondsBetween(theCase.capture.frames, syn, accepted) < SLOW_SECONDS) return undefined
  if (resentBetween(theCase, stream, bind, answer) !== undefined) return undefined
  if (isCapturePause(theCase, stream, bind, answer)) return undefined
  const name = interfaceName(theCase, contexts[0]!.interface)
  const { confidence, likely, because } = silentWait(theCase, bind, answer)
  return {
    severity: 'warning',
    confidence,
    title: `The server ${likely}took ${duration(seconds)} to answer the bind to ${name}`,
    explanation: `${client.text} sent the bind for ${name} to ${server.text} in frame ${frameNumber(bind)}, and the answer came in frame ${frameNumber(answer)}, ${duration(seconds)} later. A bind needs no work of the interface: the process was busy or stopped, or waited for something of its own, for example a domain controller that checks the logon.${because}`,
    symptom: symptoms.slow,
    atFault: { party: 'server', text: `the service behind port ${server.port}, or what it waits for` },
    effect: `The program waited ${duration(seconds)} before its first call.`,
    evidence: [...evidence(bind, `bind: ${name}`), ...evidence(answer, `the answer, after ${duration(seconds)}`)],
    fix: [
      {
        text: `On ${server.text}, look at what the process behind the port did at that time: processor, memory, its start, a debugger or a backup that stopped it.`,
      },
    ],
    references: [references.connectivity],
    streams: [stream],
    filter: `tcp.stream == ${stream}`,
    fold: `slow|${client.text}|${server.text}|${name}`,
  }
}

interface Silence {
  bind: number
  /** FIN or RST of the server; undefined where it said nothing. */
  closed?: Connection['close'] | undefined
  /** Seconds from the bind to its end. */
  seconds: number
  /** The bind_ack that came after the client had given up. */
  late?: number | undefined
  /** The frames in which TCP sent the bind again, which nothing acknowledged. */
  resent?: Stalled | undefined
}

function silenceOf(theCase: Examination, connection: Connection): Silence | undefined {
  const { transport, pipe, sawBind, sawStart, nak, contexts, close, closes, stream, calls, security } = connection
  const bind = contexts[0]?.offeredFrame
  if (transport === 'udp' || !sawBind || !sawStart || nak || bind === undefined) return undefined
  if (calls.length > 0) return undefined
  const left = closes.find(({ by }) => by === 'client')?.frame
  const answer = contexts[0]!.answeredFrame
  const late = left !== undefined && answer !== undefined && left < answer ? answer : undefined
  if (late === undefined && contexts.some(({ state }) => state !== 'offered')) return undefined
  if (late === undefined && security.some(({ tokenFrames }) => tokenFrames.length > 1)) return undefined
  if (theCase.isIncomplete(connection) || isScan(theCase, stream) || trafficOf(theCase).cut > 0) return undefined
  if (theCase.streamValue(Stream.SynAckFrame, stream) === NONE || theCase.endExplainedBy(stream) !== undefined)
    return undefined
  const { frames } = theCase.capture
  if (late !== undefined) {
    const seconds = secondsBetween(frames, bind, left!)
    return seconds >= GAVE_UP_SECONDS ? { bind, seconds, late } : undefined
  }
  // Over SMB the answers of SMB itself tell nothing about the bind; only the end of the connection does.
  if (pipe !== undefined) return silentPipe(theCase, connection, bind)
  const serverIsB = theCase.streamValue(Stream.PortB, stream) === connection.server.port
  if (theCase.streamValue(serverIsB ? Stream.BytesB : Stream.BytesA, stream) > 0) return undefined
  const resent = trafficOf(theCase).byStream.get(stream)?.stalled
  if (resent && !resent.receiverSent && !resent.reset && resent.bytes < FULL_SEGMENT && resent.count >= RESENT_TIMES) {
    const seconds = secondsBetween(frames, bind, resent.last)
    if (seconds >= RESENT_SECONDS) return { bind, seconds, resent }
  }
  const byServer = closes.find(({ by }) => by === 'server')
  if (byServer && close.by === 'server')
    return { bind, closed: byServer, seconds: secondsBetween(frames, bind, byServer.frame!) }
  const end = close.how === 'open' ? frames.rows - 1 : close.frame!
  const seconds = secondsBetween(frames, bind, end)
  return seconds >= (close.by === 'client' ? GAVE_UP_SECONDS : SILENT_SECONDS) ? { bind, seconds } : undefined
}

/** A pipe whose end came before any answer to the bind: the server closed it, or the client after it had waited. */
function silentPipe({ capture: { frames } }: Examination, { close }: Connection, bind: number): Silence | undefined {
  if (close.by === undefined || close.frame === undefined || close.frame < bind) return undefined
  const seconds = secondsBetween(frames, bind, close.frame)
  if (close.by === 'server') return { bind, closed: close, seconds }
  return seconds >= GAVE_UP_SECONDS ? { bind, seconds } : undefined
}

function describe(theCase: Examination, connection: Connection, silence: Silence): Occurrence {
  const { bind, closed, seconds, late, resent } = silence
  const { client, server, stream, contexts } = connection
  const uuids = [...new Set(contexts.map((context) => context.interface))]
  const names = list(uuids.map((uuid) => interfaceName(theCase, uuid)))
  const foreign = foreignReset(theCase, closed?.frame)
  // Calls that other connections made in the meantime do not show that the client went on after this one.
  const later = uuids
    .map((uuid) => theCase.answered.last(client.text, server.text, theCase.conversation.interfaces.indexOf(uuid)))
    .find((call) => call !== undefined && theCase.frameOf(call) > (connection.close.frame ?? bind))
  const what = closed
    ? closeNote(closed, connection)
    : late === undefined
      ? `no answer follows within ${duration(seconds)}`
      : `the client gave up after ${duration(seconds)}; the bind_ack came only then (frame ${frameNumber(late)})`
  return {
    severity: later === undefined ? 'error' : 'note',
    confidence: foreign || resent ? 'medium' : 'high',
    title: resent
      ? `The bind to ${names} likely never arrived; the connection was accepted`
      : foreign
        ? `A device on the path likely cut off the bind to ${names}`
        : closed
          ? `The server hung up on the bind to ${names}`
          : late === undefined
            ? `The server never answered the bind to ${names}`
            : `The server answered the bind to ${names} too late`,
    explanation:
      `${clientText(connection)} opened a connection to ${serverText(connection)} and sent a bind for ${names} (frame ${frameNumber(bind)}). ` +
      whatFollowed(connection, silence, what, foreign?.text) +
      (later === undefined
        ? ''
        : `The client went on: a later call of this interface was answered (frame ${frameNumber(theCase.frameOf(later))}).`),
    symptom: closed ? `${symptoms.unavailable} Or ${symptoms.callFailed}` : symptoms.hangs,
    atFault:
      foreign || resent
        ? { party: 'network', text: 'a firewall or intrusion prevention system on the path' }
        : {
            party: 'server',
            text: `the service behind ${connection.pipe === undefined ? `port ${server.port}` : 'the pipe'}, or intrusion prevention in front of it`,
          },
    effect: 'No call was made.',
    layers: closed
      ? [...unavailableLayers(theCase.names, { layer: 'wire (TCP)', code: '', text: what })]
      : [hresultLayer(theCase.names, CALL_FAILED, 'COM client'), dotnetLayer(CALL_FAILED)],
    evidence: [
      ...evidence(bind, `bind: ${names}`),
      ...(foreign?.evidence ?? []),
      ...evidence(closed?.frame, what),
      ...evidence(resent?.first, 'the bind is sent again, not acknowledged'),
      ...evidence(resent?.last, 'the last time'),
      ...(late === undefined
        ? []
        : evidence(connection.closes.find(({ by }) => by === 'client')?.frame, 'the client gives up')),
      ...evidence(late, 'the bind_ack'),
      ...(later === undefined ? [] : evidence(theCase.frameOf(later), 'a later call is answered')),
    ],
    fix: stepsFor(connection, uuids[0]!, resent !== undefined || foreign !== undefined),
    references: [references.connectivity],
    streams: [stream],
    executed: 'no',
    filter: `tcp.stream == ${stream}`,
    wouldHelp: `A capture on ${server.text} at the same time: it shows if the bind arrives there and who ends the connection.`,
    fold: `${client.text}|${server.text}|${server.port}|${closed?.how}|${resent === undefined}|${late === undefined}|${later === undefined}`,
    explains: { streams: [stream] },
  }
}

/** What happened to the bind, and what may be behind it. */
function whatFollowed(
  { server, pipe }: Connection,
  { closed, seconds, late, resent }: Silence,
  what: string,
  foreign: string | undefined,
): string {
  if (resent)
    return (
      `The server had accepted the connection, but TCP sent the bind ${plural(resent.count, 'more time')} until frame ${frameNumber(resent.last)} (${duration(seconds)}), and ${server.text} acknowledged none of its bytes. ` +
      'A handshake that passes while the first data do not is typical of a firewall or intrusion prevention system that looks into RPC and drops it silently; a host that vanished in just that moment would look the same. '
    )
  const hungUp = closed
    ? `${duration(seconds)} later ${what} (frame ${frameNumber(closed.frame!)}), without bind_ack and without bind_nak. `
    : `The server accepted the connection, and ${what}. `
  if (foreign) return `${hungUp}${foreign} `
  if (late !== undefined)
    return `${hungUp}The service was busy, stopped for a while, or waited for something of its own. `
  return `${hungUp}The ${pipe === undefined ? 'port is reached' : 'pipe is open'}, so neither the name nor a port filter is the cause. Possible are intrusion prevention that blocks this interface, a service that hangs, is ending or has reached its limit of connections, or another service than RPC on this port. `
}

function stepsFor({ client, server }: Connection, uuid: string, isOnPath: boolean): FixStep[] {
  const onServer: FixStep = {
    text: `On ${server.text}, find the process behind the port and check that it responds; restart the service.`,
    copy: `Get-NetTCPConnection -LocalPort ${server.port} -State Listen | ForEach-Object { Get-Process -Id $_.OwningProcess }`,
  }
  const onPath: FixStep = {
    text: `In firewalls and intrusion prevention systems between ${client.text} and ${server.text}, look for a block of the interface ${uuid} at that time.`,
  }
  return isOnPath ? [onPath, onServer] : [onServer, onPath]
}
