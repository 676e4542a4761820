// Keep-alives or data that the other host never acknowledges: it is gone. RFC 9293 3.8.4, RFC 6298.
import { Frame, Stream, StreamFlag } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import { FirstAbove } from '../../look-up'
import { perCase } from '../../per-case'
import { CALL_FAILED, dotnetLayer, hresultLayer } from '../../text/layers'
import { symptoms } from '../../text/symptoms'
import type { Occurrence, Rule } from '../../rule'
import { dataStreams } from '../../signs/logon/smb-rejections'
import { icmpReason, undeliverableFrom } from '../../signs/messages/icmp-messages'
import { trafficOf, type Stalled, type StreamTraffic } from '../../signs/network/traffic'
import { duration, evidence, frameNumber, plural, sidesOf, sidesText } from '../../text/wording'

const WORTH_SAYING = 3
/** So often and so long a segment is sent again before it means more than loss. TCP doubles the pause each time. */
const STALLED_TIMES = 4
const STALLED_SECONDS = 2
/** The same where the receiver goes on sending and acknowledges less: what it sends proves that it does not receive. */
const STALLED_TIMES_AGAINST_PROOF = 2

export const peerVanished: Rule = {
  id: 'peer-vanished',
  title: 'The other host stopped answering',
  meaning:
    'TCP sends the same bytes again and again, or asks a quiet peer if it is still there, and gets no acknowledgement: the host was switched off, ' +
    'went to sleep, lost its network, or a device on the path drops what belongs to the connection. An error where a request or an answer is ' +
    'under way, also of SMB between the logon and the pipe; a note where only keep-alives are unanswered and no call waits. After a long pause it is idle-connection-dropped.',
  *find(theCase) {
    for (const [stream, traffic] of trafficOf(theCase).byStream) {
      if (theCase.endExplainedBy(stream) !== undefined) continue
      const { stalled } = traffic
      if (stalled && isStalled(theCase, stream, stalled)) yield vanished(theCase, stream, stalled)
      else if (isSilent(theCase, stream, traffic)) yield silent(theCase, stream, traffic)
    }
  },
}

/** True if several keep-alives in a row were not answered and none ever was. */
function isSilent(theCase: Examination, stream: number, { keepAlives, keepAliveAnswers }: StreamTraffic): boolean {
  return theCase.connectionsOn(stream).length > 0 && keepAliveAnswers === 0 && keepAlives >= WORTH_SAYING
}

function silent(
  theCase: Examination,
  stream: number,
  { keepAlives, firstKeepAlive, lastKeepAlive }: StreamTraffic,
): Occurrence {
  const { client, server } = sidesOf(theCase, stream)
  const unanswered = waitingOn(theCase, stream)
  const waiting = unanswered.length
  const byClient = theCase.capture.frames.get(Frame.SourcePort, firstKeepAlive!) === client.port
  const gone = byClient ? server : client
  const connection = theCase.connectionsOn(stream)[0]!
  return {
    severity: waiting > 0 ? 'error' : 'note',
    confidence: theCase.confidenceOn(connection, 'high'),
    title: `The ${byClient ? 'server' : 'client'} no longer answers keep-alives`,
    explanation: `On ${sidesText({ client, server })} ${plural(keepAlives, 'keep-alive')} from frame ${frameNumber(firstKeepAlive!)} on were not answered: ${gone.address} is down, asleep or unreachable. ${waiting > 0 ? `${plural(waiting, 'call')} waited for an answer.` : 'No call was waiting.'}`,
    symptom: waiting > 0 ? symptoms.callFailed : symptoms.none,
    atFault: { party: byClient ? 'server' : 'client', text: `${gone.address}, or the network in between` },
    effect: waiting > 0 ? `${plural(waiting, 'call')} without an answer.` : 'None yet: no call was waiting.',
    layers: [hresultLayer(theCase.names, CALL_FAILED, 'COM client'), dotnetLayer(CALL_FAILED)],
    evidence: [
      ...evidence(firstKeepAlive, 'keep-alive without an answer'),
      ...evidence(lastKeepAlive, 'the last one'),
      ...evidence(connection.close.frame, 'the connection is given up'),
    ],
    advice: [
      `Check on ${gone.address} if the host slept, restarted, moved or lost its network at that time (System log: Kernel-Power 42 and 41, Kernel-General 12 and 13).`,
    ],
    streams: [stream],
    filter: `tcp.stream == ${stream}`,
    fold: `${client.address}|${server.address}|${byClient}`,
    explains: { calls: unanswered, streams: [stream] },
  }
}

/** True if a segment was sent again so often that it is not plain loss, and nothing moved since. */
function isStalled(theCase: Examination, stream: number, stalled: Stalled): boolean {
  const { first, last, count, reset, receiverSent } = stalled
  const connection = theCase.connectionsOn(stream)[0]
  const isEncrypted = (theCase.streamValue(Stream.Flags, stream) & StreamFlag.SmbEncrypted) !== 0
  return (
    (connection !== undefined || isEncrypted || leadsToPipes(theCase).has(stream)) &&
    !reset &&
    count >= (receiverSent ? STALLED_TIMES_AGAINST_PROOF : STALLED_TIMES) &&
    secondsBetween(theCase.capture.frames, first, last) >= STALLED_SECONDS &&
    !theCase.isStreamOneSided(stream) &&
    (connection?.gaps ?? 0) === 0
  )
}

/** Streams with a good logon to SMB on which the client asked for no other share than IPC$: RPC through a pipe comes next. */
const leadsToPipes = perCase((theCase: Examination): ReadonlySet<number> => {
  const good = theCase.conversation.smbLogons.filter(({ status }) => status === 0).map(({ stream }) => stream)
  if (good.length === 0) return new Set()
  const data = dataStreams(theCase)
  return new Set(good.filter((stream) => !data.has(stream)))
})

/** The calls of a stream that wait for their answer. */
function waitingOn(theCase: Examination, stream: number): number[] {
  return theCase.connectionsOn(stream).flatMap(({ calls }) => calls.filter((call) => theCase.isUnanswered(call)))
}

function vanished(
  theCase: Examination,
  stream: number,
  { first, last, count, bytes, receiverSent }: Stalled,
): Occurrence {
  const { frames } = theCase.capture
  const sides = sidesOf(theCase, stream)
  const { client, server } = sides
  const byClient = frames.get(Frame.SourcePort, first) === client.port
  const [sender, receiver] = byClient ? [client, server] : [server, client]
  const elsewhere = receiverSent ? undefined : sentElsewhere(theCase, stream, first)
  const accepted = theCase.streamValue(Stream.SynAckFrame, stream)
  const report = undeliverableFrom(theCase, sender, receiver, accepted === NONE ? 0 : accepted)
  const router = report && theCase.endsOf(report.frame).source
  const isRouter = router !== undefined && router !== receiver.address
  return {
    severity: 'error',
    confidence: 'high',
    title: report
      ? `${isRouter ? 'A device on the path' : 'The other host itself'} reports: ${icmpReason(report.message.text)}`
      : receiverSent
        ? `What the ${byClient ? 'client' : 'server'} sends no longer arrives`
        : `The ${byClient ? 'server' : 'client'} stopped answering in the middle of the connection`,
    explanation:
      `On ${sidesText(sides)} ${sender.address} sent the same ${plural(bytes, 'byte')} ${plural(count, 'more time')} from frame ${frameNumber(first)} to frame ${frameNumber(last)} (${duration(secondsBetween(frames, first, last))}), and ${receiver.address} acknowledges none of them. ` +
      (report
        ? `By ICMP ${router} reports in frame ${frameNumber(report.frame)}: ${report.message.text}. The connection had been accepted before, so this changed while it was open.`
        : receiverSent
          ? `Other packets of ${receiver.address} still arrive, so packets get through in one direction only: a firewall that has forgotten the connection, a route that changed, or a path that loses packets of this size.`
          : elsewhere === undefined
            ? `Nothing else of ${receiver.address} is in the capture after that: it is down, asleep or cut off, or a device on the path drops what belongs to the connection.`
            : `Another connection of ${receiver.address} goes on (frame ${frameNumber(elsewhere)}), so the host is up: a device on the path most likely drops what belongs to this connection.`),
    symptom: `${symptoms.hangs} After minutes ${symptoms.callFailed}`,
    atFault: isRouter
      ? {
          party: 'network',
          text: 'the device that sent the message: a route, a rule, or a host that went down behind it',
        }
      : receiverSent || elsewhere !== undefined
        ? { party: 'network', text: 'a device on the path that drops this connection’s packets' }
        : { party: byClient ? 'server' : 'client', text: `${receiver.address} is gone, or the network to it` },
    effect: 'What was sent is lost; calls on this connection have no answer.',
    layers: [hresultLayer(theCase.names, CALL_FAILED, 'COM client'), dotnetLayer(CALL_FAILED)],
    evidence: [
      ...evidence(first, 'sent again, not acknowledged'),
      ...evidence(last, 'the last time'),
      ...evidence(report?.frame, `ICMP from ${router}: ${report?.message.text}`),
      ...evidence(elsewhere, `${receiver.address} still sends on another connection`),
      ...evidence(theCase.connectionsOn(stream)[0]?.close.frame, 'the connection is given up'),
    ],
    advice: [
      isRouter
        ? `On ${router}: check the route to ${receiver.address} and the rules for port ${server.port} at the time of frame ${frameNumber(report!.frame)}.`
        : receiverSent || elsewhere !== undefined
          ? `Check the firewalls, VPNs and load balancers between ${client.address} and ${server.address} for a session that was dropped at that time.`
          : `Check on ${receiver.address} if the host slept, restarted, moved or lost its network at that time (System log: Kernel-Power 42 and 41, Kernel-General 12 and 13).`,
    ],
    streams: [stream],
    filter: `tcp.stream == ${stream}`,
    wouldHelp: `A capture on ${receiver.address} at the same time: it shows if the packets arrive there.`,
    fold: `${client.address}|${server.address}|${byClient}|again`,
    explains: { calls: waitingOn(theCase, stream), streams: [stream] },
  }
}

/** By host (row of Address), the streams on which it sends, in order, with the last frame in which it does. */
const lastSent = perCase(({ capture: { streams } }: Examination): ReadonlyMap<number, FirstAbove<[number, number]>> => {
  const found = new Map<number, FirstAbove<[number, number]>>()
  const learn = (host: number, frame: number, stream: number) => {
    if (frame === NONE) return
    const known = found.get(host) ?? new FirstAbove<[number, number]>()
    found.set(host, known)
    known.add(frame, [stream, frame])
  }
  const { rows } = streams
  for (let stream = 0; stream < rows; stream++) {
    const [a, b] = [streams.get(Stream.AddressA, stream), streams.get(Stream.AddressB, stream)]
    learn(a, streams.get(Stream.LastFrameA, stream), stream)
    if (b !== a) learn(b, streams.get(Stream.LastFrameB, stream), stream)
  }
  return found
})

/** A frame after another in which the receiver of that one still sends on another stream; undefined without. */
function sentElsewhere(theCase: Examination, stream: number, after: number): number | undefined {
  const host = theCase.capture.frames.get(Frame.Destination, after)
  const [other, last] = lastSent(theCase).get(host)?.above(after) ?? []
  return other === stream ? undefined : last
}
