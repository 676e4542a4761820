// A connection that was quiet for long is dead when it is used again: a firewall had forgotten it.
import { trafficOf } from '../../signs/traffic'
import { Stream, StreamFlag } from '../../../../asm/layout'
import { CALL_FAILED, dotnetLayer, hresultLayer } from '../../text/layers'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { foreignReset } from '../../signs/time-to-live'
import { clientText, duration, evidence, frameNumber, serverText } from '../../text/wording'

export const idleConnectionDropped: Rule = {
  id: 'idle-connection-dropped',
  title: 'A quiet connection was dropped on the way',
  meaning:
    'After minutes or hours without a packet the next request is not answered, is sent again and again, or is met with RST: a firewall between had ' +
    'forgotten the connection. The first call after a pause fails, the next one works.',
  covers: ['R49'],
  *find(theCase) {
    for (const [stream, { idle, retransmissions, lastRetransmission, firstRetransmission }] of trafficOf(theCase)
      .byStream) {
      const connection = theCase.connectionsOn(stream)[0]
      if (!idle || !connection) continue
      const lastFromServer =
        connection.server.port === theCase.streamValue(Stream.PortB, stream) ? Stream.LastFrameB : Stream.LastFrameA
      const heard = theCase.streamValue(lastFromServer, stream)
      const reset = (theCase.streamValue(Stream.Flags, stream) & (StreamFlag.RstByA | StreamFlag.RstByB)) !== 0
      const silent = retransmissions >= 2 && (firstRetransmission ?? 0) > idle.before && heard <= idle.before
      const refused =
        reset &&
        connection.close.by === 'server' &&
        connection.close.how === 'rst' &&
        connection.close.frame! > idle.after &&
        heard === connection.close.frame
      if (!silent && !refused) continue
      const foreign = silent ? undefined : foreignReset(theCase, connection.close.frame)
      for (const call of connection.calls)
        if (theCase.frameOf(call) >= idle.after) theCase.explainCall(call, idleConnectionDropped.id)
      theCase.explainEnd(stream, idleConnectionDropped.id)
      yield {
        severity: 'error',
        confidence: silent || foreign ? 'high' : 'medium',
        title: `The connection of ${clientText(connection)} to ${serverText(connection)} was dropped on the way while it was quiet for ${duration(idle.seconds)}`,
        explanation: `After frame ${frameNumber(idle.before)} nothing was sent for ${duration(idle.seconds)}. What the client sends then (frame ${frameNumber(idle.after)}) ${silent ? 'is never acknowledged, however often it is repeated' : 'is met with RST'}. ${foreign ? `${foreign.text} ` : ''}A stateful firewall that forgets quiet connections does this; Windows itself would keep the connection.`,
        layers: [hresultLayer(theCase.names, CALL_FAILED, 'COM client'), dotnetLayer(CALL_FAILED)],
        evidence: [
          ...evidence(idle.before, 'the last packet before the pause'),
          ...evidence(idle.after, 'the first packet after it'),
          ...evidence(lastRetransmission, 'sent again, still without an answer'),
          ...(foreign?.evidence ?? []),
          ...evidence(refused ? connection.close.frame : undefined, 'RST'),
        ],
        advice: [
          'Raise the idle timeout for RPC in the firewalls between, above the longest pause of the program.',
          'Or keep the connection awake: KeepAliveTime (HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters) below that timeout.',
          'Let the client repeat the first call after a pause over a new connection.',
        ],
        references: [references.connectivity],
        streams: [stream],
        executed: 'no',
        filter: `tcp.stream == ${stream} && (tcp.analysis.retransmission || tcp.flags.reset == 1)`,
        fold: `${connection.client.text}|${connection.server.text}`,
      }
    }
  },
}
