// Keep-alives that nobody answers: the other host is gone. RFC 9293 3.8.4.
import type { Rule } from '../rule'
import { CALL_FAILED, dotnetLayer, hresultLayer } from '../layers'
import { clientText, evidence, frameNumber, plural, serverText } from '../wording'

const WORTH_SAYING = 3

export const peerVanished: Rule = {
  id: 'peer-vanished',
  title: 'The other host is gone: keep-alives are not answered',
  meaning:
    'TCP asks a quiet peer whether it still lives and gets no answer: the host was switched off, went to sleep, lost its network, or a device between has forgotten the connection.',
  covers: ['R50'],
  *find(theCase) {
    for (const [stream, { keepAlives, keepAliveAnswers, firstKeepAlive, lastKeepAlive }] of theCase.traffic.byStream) {
      const connection = theCase.connectionsOn(stream)[0]
      if (!connection || keepAlives - keepAliveAnswers < WORTH_SAYING || keepAliveAnswers > 0) continue
      theCase.explainEnd(stream, peerVanished.id)
      yield {
        severity: 'error',
        confidence: 'high',
        title: `Nobody answers on ${clientText(connection)} to ${serverText(connection)} any more`,
        explanation: `${plural(keepAlives, 'keep-alive')} from frame ${frameNumber(firstKeepAlive!)} on were not answered. The other host is down, asleep or unreachable.`,
        layers: [hresultLayer(theCase.names, CALL_FAILED, 'COM client'), dotnetLayer(CALL_FAILED)],
        evidence: [
          ...evidence(firstKeepAlive, 'keep-alive without an answer'),
          ...evidence(lastKeepAlive, 'the last one'),
          ...evidence(connection.close.frame, 'the connection is given up'),
        ],
        advice: ['Check whether the host slept, was restarted, moved or lost its network at that time.'],
        streams: [stream],
        filter: `tcp.stream == ${stream} && tcp.analysis.keep_alive`,
        fold: `${connection.client.text}|${connection.server.text}`,
      }
    }
  },
}
