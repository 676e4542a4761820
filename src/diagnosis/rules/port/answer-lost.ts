// The server accepts the connection, and its acceptance does not reach the client. RFC 9293 3.5.
import { Analysis, Frame, Stream, TcpFlag } from '../../../../asm/layout'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import { grouped } from '../../look-up'
import { type Attempt, attempts } from '../../signs/network/attempts'
import { concernsRpc, isSmbPort } from '../../signs/network/ports'
import { isScan } from '../../signs/network/scans'
import { unavailableLayers } from '../../text/layers'
import { symptoms } from '../../text/symptoms'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { duration, evidence, frameNumber, plural } from '../../text/wording'

export const answerLost: Rule = {
  id: 'answer-lost',
  title: 'The server’s answers do not reach the client',
  meaning:
    'The capture holds the server’s acceptance of a connection (SYN-ACK), and the client goes on asking for it: it does not receive what the server sends. ' +
    'Likely the capture was made near the server, and between the two the packets are lost in one direction. An error, or a note where the client got a connection to the same port afterwards. Nothing in a scan, whose sender wants no connection.',
  *find(theCase) {
    const lost = unheard(theCase)
    if (lost.size === 0) return
    const accepted = grouped(
      attempts(theCase).filter((one) => one.outcome === 'open' && !lost.has(one)),
      ({ key }) => key,
    )
    for (const [attempt, again] of lost) {
      const { client, server, port, stream, synFrame, answerFrame } = attempt
      const last = accepted.get(attempt.key)?.at(-1)
      const later = last && last.synFrame > again ? last : undefined
      const count = theCase.streamValue(Stream.Syns, stream)
      yield {
        severity: later ? 'note' : 'error',
        confidence: later ? 'high' : 'medium',
        title: later
          ? 'The server’s answers did not reach the client at first'
          : `The server’s answers on port ${port} likely do not reach the client`,
        explanation:
          `${client} asked ${server} for a connection to port ${port} in frame ${frameNumber(synFrame)}; ${server} accepted in frame ${frameNumber(answerFrame!)}. ` +
          `${client} never confirmed that and asked again, ${plural(count, 'time')} in all, the last time in frame ${frameNumber(again)}, ${duration(secondsBetween(theCase.capture.frames, synFrame, again))} after the first. So requests arrive and answers likely do not: another way back (asymmetric routing), a firewall that drops what it has not seen begin, or an address of the client that the server’s network does not route.` +
          (later ? ` A later attempt succeeded (frame ${frameNumber(later.synFrame)}).` : ''),
        symptom: later ? symptoms.slow : `After about 21 s: ${symptoms.unavailable}`,
        atFault: { party: 'network', text: `the way back from ${server} to ${client}` },
        effect: later ? 'A delay.' : 'No connection, so no call was made.',
        layers: unavailableLayers(theCase.names, {
          layer: 'wire (TCP)',
          code: '',
          text: 'SYN-ACK sent, and the SYN comes again',
        }),
        evidence: [
          ...evidence(synFrame, `SYN to port ${port}`),
          ...evidence(answerFrame, 'the server accepts: SYN-ACK'),
          ...evidence(again, 'the client asks again, as if nothing had come'),
          ...evidence(later?.answerFrame, 'a later attempt is accepted'),
        ],
        fix: [
          {
            text: `On ${server}, see by which gateway and interface it answers ${client}.`,
            copy: `tracert -d ${client}`,
          },
          {
            text: `On the firewalls and load balancers between ${server} and ${client}, look for packets from port ${port} that are dropped because they belong to no known connection.`,
          },
        ],
        references: [references.rpcErrors],
        streams: [stream],
        executed: 'no',
        filter: `tcp.stream == ${stream}`,
        wouldHelp: `A capture on ${client} at the same time: the SYN-ACK is missing there.`,
        explains: { streams: [stream] },
        fold: `${client}|${server}|${port}|${later !== undefined}`,
      }
    }
  },
}

/** Accepted attempts that the client repeats after the acceptance and never confirms, with the frame of the last repetition. */
function unheard(theCase: Examination): ReadonlyMap<Attempt, number> {
  const candidates = new Map<number, Attempt>()
  for (const attempt of attempts(theCase)) {
    const { stream, outcome, syns, answerFrame, port } = attempt
    if (outcome !== 'open' || answerFrame === undefined || syns < 2) continue
    if (theCase.streamValue(Stream.BytesA, stream) > 0 || theCase.endExplainedBy(stream) !== undefined) continue
    if ((!isSmbPort(port) && !concernsRpc(theCase, attempt)) || isScan(theCase, stream)) continue
    candidates.set(stream, attempt)
  }
  const found = new Map<Attempt, number>()
  if (candidates.size === 0) return found
  const { frames } = theCase.capture
  const repeated = new Map<number, number>()
  for (let frame = 0; frame < frames.rows; frame++) {
    const stream = frames.get(Frame.Stream, frame)
    const attempt = candidates.get(stream)
    if (!attempt || frame <= attempt.answerFrame! || frames.get(Frame.DestinationPort, frame) !== attempt.port) continue
    const flags = frames.get(Frame.TcpFlags, frame)
    // An acknowledgement, or a reset, shows that the client knows of the answer.
    if ((flags & (TcpFlag.Ack | TcpFlag.Rst)) !== 0) candidates.delete(stream)
    else if ((flags & TcpFlag.Syn) !== 0 && (flags & Analysis.Duplicate) === 0) repeated.set(stream, frame)
  }
  for (const [stream, attempt] of candidates) {
    const again = repeated.get(stream)
    if (again !== undefined) found.set(attempt, again)
  }
  return found
}
