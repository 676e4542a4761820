// A connection that was quiet for long is dead when it is used again: a firewall had forgotten it.
import { Frame, Stream, StreamFlag } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import type { Examination } from '../../examination'
import { CALL_FAILED, dotnetLayer, hresultLayer } from '../../text/layers'
import { symptoms } from '../../text/symptoms'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { foreignReset } from '../../signs/network/time-to-live'
import { trafficOf, type StreamTraffic } from '../../signs/network/traffic'
import { duration, evidence, frameNumber, sidesOf, sidesText } from '../../text/wording'

/** A segment sent again so often is not acknowledged by chance. */
const SENT_AGAIN = 2
/** A pause of less is shorter than what a firewall forgets after, as a RST alone shows nothing else. */
const RESET_SECONDS = 300

export const idleConnectionDropped: Rule = {
  id: 'idle-connection-dropped',
  title: 'A quiet connection was dropped on the path',
  meaning:
    'After a pause of a minute or more the next request is not acknowledged however often it is sent, or is answered with RST by a host that had not ' +
    'closed: a firewall on the path had most likely forgotten the connection. The first call after a pause fails, the next one works. A server ' +
    'that closed in the pause, and a host that vanished without any pause, have their own rules.',
  *find(theCase) {
    for (const [stream, traffic] of trafficOf(theCase).byStream) {
      const death = deathOf(theCase, stream, traffic)
      const { idle, lastRetransmission } = traffic
      if (!death || !idle || theCase.endExplainedBy(stream) !== undefined) continue
      const { reset } = death
      const foreign = foreignReset(theCase, reset)
      const { client, server } = sidesOf(theCase, stream)
      const connections = theCase.connectionsOn(stream)
      const later = connections.flatMap(({ calls }) => calls.filter((call) => theCase.frameOf(call) >= idle.after))
      const isRpc = connections.length > 0
      const isEncrypted = (theCase.streamValue(Stream.Flags, stream) & StreamFlag.SmbEncrypted) !== 0
      yield {
        severity: isRpc || isEncrypted ? 'error' : 'warning',
        confidence: reset === undefined || foreign ? 'high' : 'medium',
        title: `A firewall likely dropped the ${isRpc ? '' : 'SMB '}connection, idle for ${duration(idle.seconds)}`,
        explanation: `On ${sidesText({ client, server })} nothing was sent for ${duration(idle.seconds)} after frame ${frameNumber(idle.before)}. What is sent then (frame ${frameNumber(idle.after)}) ${reset === undefined ? 'is never acknowledged, however often it is repeated' : 'is answered with RST'}. ${foreign ? `${foreign.text} ` : ''}A stateful firewall that forgets quiet connections does this; Windows itself would keep the connection.`,
        symptom: `The first call after a pause fails, the next works: ${symptoms.callFailed}`,
        atFault: {
          party: 'network',
          text: `likely a stateful firewall whose idle timeout is below ${duration(idle.seconds)}`,
        },
        effect: 'What was sent after the pause was not delivered.',
        layers: [hresultLayer(theCase.names, CALL_FAILED, 'COM client'), dotnetLayer(CALL_FAILED)],
        evidence: [
          ...evidence(idle.before, 'the last packet before the pause'),
          ...evidence(idle.after, 'the first packet after it'),
          ...evidence(reset === undefined ? lastRetransmission : undefined, 'sent again, still not acknowledged'),
          ...(foreign?.evidence ?? []),
          ...evidence(reset, 'RST'),
        ],
        advice: [
          `In the firewalls between ${client.address} and ${server.address}, raise the idle timeout for TCP port ${server.port} above the longest pause of the program.`,
          'Or keep the connection awake: on the client set KeepAliveTime (DWORD, milliseconds) under HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters below that timeout, and restart; the program must have switched keep-alive on (RpcMgmtSetComTimeout does).',
          'Let the client repeat the first call after a pause over a new connection.',
        ],
        references: [references.connectivity],
        streams: [stream],
        executed: 'no',
        filter: `tcp.stream == ${stream}`,
        fold: `${client.address}|${server.address}`,
        explains: { calls: later, streams: [stream] },
      }
    }
  },
}

/** How a connection turned out to be dead after its longest pause: by silence, or by RST; undefined where it was alive or closed. */
function deathOf(
  theCase: Examination,
  stream: number,
  { idle, stalled }: StreamTraffic,
): { reset?: number } | undefined {
  if (!idle || theCase.isStreamOneSided(stream)) return undefined
  const value = (column: Stream) => theCase.streamValue(column, stream)
  const reset = value(Stream.RstFrame)
  const byA = (value(Stream.Flags) & StreamFlag.RstByA) !== 0
  // Who closed before the pause, or in it, was not forgotten by a firewall.
  if ([value(Stream.FinFrameA), value(Stream.FinFrameB), reset].some((frame) => frame <= idle.before)) return undefined
  const isSilent = stalled !== undefined && !stalled.receiverSent && !stalled.reset && stalled.first > idle.before
  if (isSilent && stalled.count >= SENT_AGAIN) return {}
  if (reset === NONE || reset <= idle.after || idle.seconds < RESET_SECONDS) return undefined
  const lastFrame = value(byA ? Stream.LastFrameA : Stream.LastFrameB)
  const hadSaidNothing = lastFrame === reset && theCase.capture.frames.get(Frame.Stream, idle.after) === stream
  const askedByOther =
    theCase.capture.frames.get(Frame.SourcePort, idle.after) === value(byA ? Stream.PortB : Stream.PortA)
  return hadSaidNothing && askedByOther ? { reset } : undefined
}
