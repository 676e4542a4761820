// The server accepts the connection, takes the bind, and hangs up or says nothing. C706 12.6.4.4, MS-RPCE 3.3.1.5.2.
import { isScan } from '../../signs/network/scans'
import { trafficOf } from '../../signs/network/traffic'
import { Stream } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import type { Connection } from '../../../conversation/model'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import type { Occurrence, Rule } from '../../rule'
import { closeNote } from '../../signs/call/rejection'
import { foreignReset } from '../../signs/network/time-to-live'
import { CALL_FAILED, dotnetLayer, hresultLayer, unavailableLayers } from '../../text/layers'
import { references } from '../../text/references'
import { symptoms } from '../../text/symptoms'
import { clientText, duration, evidence, frameNumber, interfaceName, list, serverText } from '../../text/wording'

/** A server that has not answered a bind after so long does not answer it. */
const SILENT_SECONDS = 10
/** A client that waited so long and then closed has given the bind up. */
const GAVE_UP_SECONDS = 3

export const bindUnanswered: Rule = {
  id: 'bind-unanswered',
  title: 'The server hung up on the bind, or never answered it',
  meaning:
    'The TCP connection came about and the bind was sent, and the server ended the connection without bind_ack or bind_nak, or let the client wait ' +
    'for 10 s and more (for 3 s, where it then closed): an error. Intrusion prevention that blocks by interface UUID, a service whose process hangs or is ending, a port that is ' +
    'not RPC, or a limit of connections look like this. A note where the same client was answered on the same interface later; nothing where ' +
    'packets are missing, where the client ended first, or in a scan.',
  *find(theCase) {
    for (const connection of theCase.conversation.connections) {
      const silence = silenceOf(theCase, connection)
      if (silence) yield describe(theCase, connection, silence)
    }
  },
}

interface Silence {
  bind: number
  /** FIN or RST of the server; undefined where it said nothing. */
  closed?: Connection['close'] | undefined
  /** Seconds from the bind to its end. */
  seconds: number
}

function silenceOf(theCase: Examination, connection: Connection): Silence | undefined {
  const { transport, pipe, sawBind, sawStart, nak, contexts, close, closes, stream, calls, security } = connection
  const bind = contexts[0]?.offeredFrame
  if (transport === 'udp' || !sawBind || !sawStart || nak || bind === undefined) return undefined
  if (
    contexts.some(({ state }) => state !== 'offered') ||
    calls.length > 0 ||
    security.some(({ tokenFrames }) => tokenFrames.length > 1)
  )
    return undefined
  if (theCase.isIncomplete(connection) || isScan(theCase, stream) || trafficOf(theCase).cut > 0) return undefined
  if (theCase.streamValue(Stream.SynAckFrame, stream) === NONE || theCase.endExplainedBy(stream) !== undefined)
    return undefined
  // Over SMB the answers of SMB itself tell nothing about the bind; only the end of the connection does.
  if (pipe !== undefined) return hungUpOnPipe(theCase, connection, bind)
  const serverIsB = theCase.streamValue(Stream.PortB, stream) === connection.server.port
  if (theCase.streamValue(serverIsB ? Stream.BytesB : Stream.BytesA, stream) > 0) return undefined
  const { frames } = theCase.capture
  const byServer = closes.find(({ by }) => by === 'server')
  if (byServer && close.by === 'server')
    return { bind, closed: byServer, seconds: secondsBetween(frames, bind, byServer.frame!) }
  const end = close.how === 'open' ? frames.rows - 1 : close.frame!
  const seconds = secondsBetween(frames, bind, end)
  return seconds >= (close.by === 'client' ? GAVE_UP_SECONDS : SILENT_SECONDS) ? { bind, seconds } : undefined
}

function hungUpOnPipe({ capture: { frames } }: Examination, { close }: Connection, bind: number): Silence | undefined {
  if (close.by !== 'server' || close.frame! < bind) return undefined
  return { bind, closed: close, seconds: secondsBetween(frames, bind, close.frame!) }
}

function describe(theCase: Examination, connection: Connection, { bind, closed, seconds }: Silence): Occurrence {
  const { client, server, stream, contexts } = connection
  const uuids = [...new Set(contexts.map((context) => context.interface))]
  const names = list(uuids.map((uuid) => interfaceName(theCase, uuid)))
  const foreign = foreignReset(theCase, closed?.frame)
  const later = uuids
    .map((uuid) => theCase.answered.last(client.text, server.text, theCase.conversation.interfaces.indexOf(uuid)))
    .find((call) => call !== undefined && theCase.frameOf(call) > bind)
  const what = closed ? closeNote(closed, connection) : `no answer follows within ${duration(seconds)}`
  return {
    severity: later === undefined ? 'error' : 'note',
    confidence: foreign ? 'medium' : 'high',
    title: foreign
      ? `A device on the path likely cut off the bind to ${names}`
      : closed
        ? `The server hung up on the bind to ${names}`
        : `The server never answered the bind to ${names}`,
    explanation:
      `${clientText(connection)} opened a connection to ${serverText(connection)} and sent a bind for ${names} (frame ${frameNumber(bind)}). ` +
      (closed
        ? `${duration(seconds)} later ${what} (frame ${frameNumber(closed.frame!)}), without bind_ack and without bind_nak. `
        : `The server accepted the connection, and ${what}. `) +
      (foreign
        ? `${foreign.text} `
        : `The ${connection.pipe === undefined ? 'port is reached' : 'pipe is open'}, so neither the name nor a port filter is the cause. Possible are intrusion prevention that blocks this interface, a service that hangs, is ending or has reached its limit of connections, or another service than RPC on this port. `) +
      (later === undefined
        ? ''
        : `The client went on: a later call of this interface was answered (frame ${frameNumber(theCase.frameOf(later))}).`),
    symptom: closed ? `${symptoms.unavailable} Or ${symptoms.callFailed}` : symptoms.hangs,
    atFault: foreign
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
      ...(later === undefined ? [] : evidence(theCase.frameOf(later), 'a later call is answered')),
    ],
    fix: [
      {
        text: `On ${server.text}, find the process behind the port and check that it responds; restart the service.`,
        copy: `Get-NetTCPConnection -LocalPort ${server.port} -State Listen | ForEach-Object { Get-Process -Id $_.OwningProcess }`,
      },
      {
        text: `In firewalls and intrusion prevention systems between ${client.text} and ${server.text}, look for a block of the interface ${uuids[0]} at that time.`,
      },
    ],
    references: [references.connectivity],
    streams: [stream],
    executed: 'no',
    filter: `tcp.stream == ${stream}`,
    wouldHelp: `A capture on ${server.text} at the same time: it shows if the bind arrives there and who ends the connection.`,
    fold: `${client.text}|${server.text}|${server.port}|${closed?.how}|${later === undefined}`,
    explains: { streams: [stream] },
  }
}
