// Keep-alives or data that nobody answers: the other host is gone. RFC 9293 3.8.4, RFC 6298.
import { trafficOf } from '../../signs/traffic'
import { Frame, Stream } from '../../../../asm/layout'
import type { Connection } from '../../../conversation/model'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import type { Occurrence, Rule } from '../../rule'
import { CALL_FAILED, dotnetLayer, hresultLayer } from '../../text/layers'
import type { Stalled } from '../../signs/traffic'
import { clientText, duration, evidence, frameNumber, plural, serverText } from '../../text/wording'

const WORTH_SAYING = 3
/** So often and so long a segment is sent again before it means more than loss. TCP doubles the pause each time. */
const STALLED_TIMES = 4
const STALLED_SECONDS = 2

export const peerVanished: Rule = {
  id: 'peer-vanished',
  title: 'The other host is gone: it answers nothing any more',
  meaning:
    'TCP sends the same bytes again and again, or asks a quiet peer whether it still lives, and gets no acknowledgement: the host was switched off, went to sleep, lost its network, or a device between drops what belongs to the connection.',
  covers: ['R50'],
  *find(theCase) {
    yield* silent(theCase)
    for (const [stream, { stalled }] of trafficOf(theCase).byStream) {
      const connection = theCase.connectionsOn(stream)[0]
      if (!stalled || !connection || theCase.endExplainedBy(stream) || !isStalled(theCase, connection, stalled))
        continue
      theCase.explainEnd(stream, peerVanished.id)
      for (const one of theCase.connectionsOn(stream))
        for (const call of one.calls) if (theCase.isUnanswered(call)) theCase.explainCall(call, peerVanished.id)
      yield tell(theCase, connection, stalled)
    }
  },
}

function* silent(theCase: Examination): Generator<Occurrence> {
  for (const [stream, { keepAlives, keepAliveAnswers, firstKeepAlive, lastKeepAlive }] of trafficOf(theCase).byStream) {
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
}

/** Whether a segment was sent again so often that it is no loss, by one of two sides that the capture both shows, and nothing moved since. */
function isStalled(theCase: Examination, connection: Connection, { first, last, count, reset }: Stalled): boolean {
  const { frames } = theCase.capture
  const oneSided =
    theCase.streamValue(Stream.BytesA, connection.stream) === 0 ||
    theCase.streamValue(Stream.BytesB, connection.stream) === 0
  return (
    !reset &&
    count >= STALLED_TIMES &&
    secondsBetween(frames, first, last) >= STALLED_SECONDS &&
    !oneSided &&
    connection.gaps === 0
  )
}

function tell(theCase: Examination, connection: Connection, stalled: Stalled): Occurrence {
  const { first, last, count, bytes, heard } = stalled
  const { frames } = theCase.capture
  const { client, server, close, stream } = connection
  const byClient = frames.get(Frame.SourcePort, first) === client.port
  const [sender, receiver] = byClient ? [client.text, server.text] : [server.text, client.text]
  return {
    severity: 'error',
    confidence: 'high',
    title: heard
      ? `What ${sender} sends on ${clientText(connection)} to ${serverText(connection)} does not arrive any more`
      : `${receiver} answers nothing any more on ${clientText(connection)} to ${serverText(connection)}`,
    explanation:
      `${sender} sent the same ${plural(bytes, 'byte')} ${plural(count, 'more time')} from frame ${frameNumber(first)} to frame ${frameNumber(last)} (${duration(secondsBetween(frames, first, last))}), and nothing acknowledges them. ` +
      (heard
        ? `${receiver} is still heard, so packets get through in one direction only: a firewall that has forgotten the connection, a route that changed, or a path that loses packets of this size.`
        : `${receiver} is down, asleep or cut off, or a device between drops what belongs to the connection.`),
    layers: [hresultLayer(theCase.names, CALL_FAILED, 'COM client'), dotnetLayer(CALL_FAILED)],
    evidence: [
      ...evidence(first, 'sent again, not acknowledged'),
      ...evidence(last, 'the last time'),
      ...evidence(close.frame, 'the connection is given up'),
    ],
    advice: [
      `Check whether ${receiver} slept, was restarted, moved or lost its network at that time, and which firewalls, VPNs or load balancers lie between.`,
      'Other connections between the two hosts at that time tell whether the host or only this connection was cut.',
    ],
    streams: [stream],
    filter: `tcp.stream == ${stream} && tcp.analysis.retransmission`,
    wouldHelp: `A capture on ${receiver} at the same time: it shows whether the packets arrive there.`,
    fold: `${client.text}|${server.text}|again`,
  }
}
