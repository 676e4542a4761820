// A call without an answer although the connection lives.
import { Stream } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import { Call, type Connection, Executed } from '../../../conversation/model'
import { secondsBetween } from '../../../conversation/time'
import { isLongPoll } from '../../../names/long-polls'
import type { Examination } from '../../examination'
import { closeNote } from '../../signs/call/rejection'
import { grouped } from '../../look-up'
import { perCase } from '../../per-case'
import type { Occurrence, Rule } from '../../rule'
import { type LostAnswer, lostAnswers } from '../../signs/call/lost-answers'
import { references } from '../../text/references'
import { symptoms } from '../../text/symptoms'
import { duration, evidence, frameNumber, methodName, plural, serverText, firstMethod } from '../../text/wording'
import { BY_DESIGN } from '../../text/of-kind'

/** After so long an answer is no longer just slow. */
const HANG_SECONDS = 60
/** A client that closes after so long a wait did not just end; it gave the call up. */
const GAVE_UP_SECONDS = 5
/** The same where the server had answered other calls of the connection this many times faster. */
const GAVE_UP_EARLY_SECONDS = 3
const FASTER = 10
const CALLS_SAMPLED = 64
/** Beyond this the frames are not of one time: captures that were merged, or a clock that was set. */
const BELIEVABLE_SECONDS = 86400

export const noResponse: Rule = {
  id: 'no-response',
  title: 'A call was never answered',
  meaning:
    'The request reached the server, the connection lives, and no answer comes. RPC waits without limit by default. An error where the client gave up ' +
    'after 5 s or more, or after 3 s where the server had answered it quickly before; a warning where the call is open for a minute or more when the capture ends. A call that was sent shortly before the ' +
    'capture ends is merely open: normal. Calls that wait by design are left out. Where the server’s sequence numbers show that it did send and the client never acknowledged it, the answer was likely lost on the path: an error.',
  *find(theCase) {
    const { frames } = theCase.capture
    const { calls } = theCase.conversation
    if (frames.rows === 0) return
    const recent: number[] = []
    for (const call of theCase.unexplained(theCase.lost)) {
      const connection = theCase.connectionOf(call)
      const { close, stream } = connection
      const request = theCase.frameOf(call)
      const waited = secondsBetween(frames, request, close.frame!)
      // The client that ends what it waits for has given up; what never reached the server is another matter.
      if (close.by !== 'client' || waited < patience(theCase, connection) || waited > BELIEVABLE_SECONDS) continue
      if (calls.get(Call.Executed, call) === Executed.No || theCase.endExplainedBy(stream) !== undefined) continue
      const lost = lostAnswers(theCase).get(stream)
      if (lost && lost.sentFrame > request) {
        yield describeLost(theCase, call, lost, waited)
        continue
      }
      if (isLongPoll(theCase.interfaceOf(call), calls.get(Call.Opnum, call)) || theCase.isIncomplete(connection))
        continue
      const late = lateAnswer(theCase, call, close.frame!)
      const lateFrame = late === undefined ? undefined : calls.get(Call.ResponseFrame, late)
      yield {
        ...describe(theCase, call),
        severity: 'error',
        title:
          lateFrame === undefined
            ? `${firstMethod(methodName(theCase, call))} was never answered; the client gave up`
            : `The answer of ${methodName(theCase, call)} came after the client had given up`,
        effect: `The client waited ${duration(waited)} without an answer; the capture does not show if the call ran to its end.`,
        explains: { calls: late === undefined ? [call] : [call, late], streams: [stream] },
        explanation: `The request was sent to ${serverText(connection)} in frame ${frameNumber(request)}. ${duration(waited)} later, without an answer, a fault or a cancel, ${closeNote(close, connection)} (frame ${frameNumber(close.frame!)}): it no longer waited, or the program was ended. ${lateFrame === undefined ? 'The server worked on the call all the time, or was stuck in it.' : `Frame ${frameNumber(lateFrame)} likely holds its answer, ${duration(secondsBetween(frames, request, lateFrame))} after the request.`}`,
        evidence: [
          ...evidence(
            request,
            `request ${methodName(theCase, call)}${lateFrame === undefined ? ', never answered' : ''}`,
          ),
          ...evidence(close.frame, closeNote(close, connection)),
          ...evidence(lateFrame, 'an answer with the same call id comes too late'),
        ],
        fold: `gave up|${serverText(connection)}|${methodName(theCase, call)}`,
      }
    }
    for (const call of theCase.unexplained(theCase.open)) {
      const connection = theCase.connectionOf(call)
      if (isLongPoll(theCase.interfaceOf(call), calls.get(Call.Opnum, call)) || connection.gaps > 0) continue
      const request = theCase.frameOf(call)
      if (hasUnreadBytes(theCase, connection, request)) continue
      const waited = secondsBetween(frames, request, frames.rows - 1)
      if (waited > BELIEVABLE_SECONDS) continue
      if (waited < HANG_SECONDS) {
        recent.push(call)
        continue
      }
      if (isSilenceOfCapture(theCase, connection, request)) continue
      yield {
        ...describe(theCase, call),
        severity: 'warning',
        title: `${firstMethod(methodName(theCase, call))} was not answered within ${duration(waited)}`,
        effect: 'The call is still open when the capture ends.',
        explains: { calls: [call] },
        explanation: `The request was sent to ${serverText(connection)} in frame ${frameNumber(request)}; until the capture ends, ${duration(waited)} later, neither an answer nor a cancel nor a close follows. The server works on it, or is stuck in it; a method that waits for an event by design looks the same.`,
        evidence: evidence(request, `request ${methodName(theCase, call)}, never answered`),
        fold: `${serverText(connection)}|${methodName(theCase, call)}`,
      }
    }
    if (recent.length > 0) {
      yield {
        ...BY_DESIGN,
        kind: 'normal',
        severity: 'note',
        confidence: 'high',
        title: `${plural(recent.length, 'call is', 'calls are')} still open at the end of the capture`,
        explanation:
          'These requests were sent shortly before the last frame. That their answers are missing means nothing.',
        evidence: recent
          .slice(0, 10)
          .flatMap((call) =>
            evidence(theCase.frameOf(call), `${methodName(theCase, call)}: open at the end of the capture`),
          ),
        streams: [...new Set(recent.map((call) => theCase.connectionOf(call).stream))],
      }
    }
  },
}

/** Answers without a request, by connection's stream and call id. */
const unrequestedById = perCase((theCase: Examination): ReadonlyMap<number, readonly number[]> => {
  const { calls } = theCase.conversation
  return grouped(theCase.unrequested, (call) => idOnStream(theCase.connectionOf(call), calls.get(Call.CallId, call)))
})

function idOnStream({ stream }: Connection, callId: number): number {
  return (stream & 0x1fffff) * 2 ** 32 + callId
}

/** An answer without a request that has the id of a call on the same stream and came after the client had closed: most likely its own. */
function lateAnswer(theCase: Examination, call: number, closed: number): number | undefined {
  const { calls } = theCase.conversation
  const connection = theCase.connectionOf(call)
  return unrequestedById(theCase)
    .get(idOnStream(connection, calls.get(Call.CallId, call)))
    ?.find(
      (one) => calls.get(Call.ResponseFrame, one) > closed && theCase.connectionOf(one).stream === connection.stream,
    )
}

/** The last frame that completes an answer on a connection; -1 where there is none. */
const lastAnswers = perCase((theCase: Examination): ReadonlyMap<Connection, number> => {
  const { calls } = theCase.conversation
  const last = new Map<Connection, number>()
  for (const connection of new Set(theCase.open.map((call) => theCase.connectionOf(call)))) {
    let latest = -1
    for (const call of connection.calls) {
      const answer = calls.get(Call.ResponseFrame, call)
      if (answer !== NONE && answer > latest) latest = answer
    }
    last.set(connection, latest)
  }
  return last
})

/** True if the server sent bytes after a request that are part of no answer: what they are is not known, so silence is not proven. */
function hasUnreadBytes(theCase: Examination, connection: Connection, request: number): boolean {
  const { streams } = theCase.capture
  const { stream, server, transport } = connection
  if (transport !== 'tcp') return false
  const isA =
    streams.get(Stream.AddressA, stream) === server.address && streams.get(Stream.PortA, stream) === server.port
  const spoken = streams.get(isA ? Stream.LastFrameA : Stream.LastFrameB, stream)
  if (spoken === NONE || spoken <= request) return false
  return lastAnswers(theCase).get(connection)! <= request
}

/**
 * True if the capture has nothing at all of the connection after a request. TCP acknowledges or repeats a segment within seconds, so
 * what followed was not captured, the answer perhaps among it.
 */
function isSilenceOfCapture(theCase: Examination, { stream, transport }: Connection, request: number): boolean {
  return transport === 'tcp' && theCase.streamValue(Stream.LastFrame, stream) <= request
}

/** Seconds after which a client that closes has given up: fewer where the server had answered every call at once. */
function patience(theCase: Examination, connection: Connection): number {
  const { calls } = theCase.conversation
  const times = connection.calls
    .slice(0, CALLS_SAMPLED)
    .map((call) => calls.get(Call.Microseconds, call))
    .filter((micros) => micros !== NONE)
  const isQuick = times.length > 0 && Math.max(...times) * FASTER <= GAVE_UP_EARLY_SECONDS * 1e6
  return isQuick ? GAVE_UP_EARLY_SECONDS : GAVE_UP_SECONDS
}

/** The server did send: its bytes are counted, and the client never acknowledged them. */
function describeLost(
  theCase: Examination,
  call: number,
  { bytes, sentFrame, missedFrame, largest }: LostAnswer,
  waited: number,
): Occurrence {
  const connection = theCase.connectionOf(call)
  const request = theCase.frameOf(call)
  const method = methodName(theCase, call)
  const isLarge = bytes > largest
  return {
    ...describe(theCase, call),
    severity: 'error',
    confidence: 'medium',
    title: `The answer of ${firstMethod(method)} was likely lost on the path`,
    explanation:
      `The request was sent to ${serverText(connection)} in frame ${frameNumber(request)}. By its sequence number in frame ${frameNumber(sentFrame)} the server has sent ${plural(bytes, 'byte')} since that are not in the capture, and the client does not acknowledge them up to its end in frame ${frameNumber(missedFrame)}, ${duration(waited)} after the request: they never reached it, the answer most likely among them. ` +
      (isLarge
        ? `Nothing so large had arrived before (at most ${plural(largest, 'byte')} in one segment), so a link or tunnel with a small MTU, or a device that drops by size or content, is likely.`
        : 'Smaller and larger segments had arrived before, so it is not their size.'),
    atFault: { party: 'network', text: 'the path from the server to the client, which lost what the server sent' },
    effect: `The client waited ${duration(waited)}; the call most likely ran on the server.`,
    layers: [],
    evidence: [
      ...evidence(request, `request ${method}`),
      ...evidence(sentFrame, `the server counts ${plural(bytes, 'byte')} more as sent`),
      ...evidence(missedFrame, 'the client leaves without having received them'),
    ],
    fix: [
      {
        text: 'Find the largest packet that passes from the server to the client: start with this size and lower it until the ping is answered. The MTU is that size plus 28.',
        copy: `ping -f -l 1472 ${connection.client.text}`,
      },
      {
        text: 'Let ICMP type 3 code 4 (ICMPv6 type 2) reach the server, clamp the MSS on the tunnel, and look for drops in the logs of firewalls and intrusion prevention systems on the path.',
      },
    ],
    references: [references.blackHoles],
    wouldHelp: `A capture on ${connection.server.text} at the same time: it shows how often the server sends the answer again.`,
    explains: { calls: [call], streams: [connection.stream] },
    fold: `lost|${serverText(connection)}|${method}`,
  }
}

/** What holds for every call without an answer. */
function describe(
  theCase: Examination,
  call: number,
): Omit<Occurrence, 'severity' | 'title' | 'explanation' | 'evidence'> {
  const { stream } = theCase.connectionOf(call)
  return {
    confidence: 'high',
    layers: [
      {
        layer: 'COM client',
        code: '',
        text: 'the call hangs; with a timeout set, 0x8001011F (RPC_E_TIMEOUT) or 0x8007071A (1818, RPC_S_CALL_CANCELLED)',
      },
    ],
    symptom: symptoms.hangs,
    atFault: { party: 'server', text: 'the server process that has the call' },
    fix: [
      {
        text: 'On the server, take a dump of the process that has the call while it hangs, and look at the thread that runs it.',
        copy: 'procdump -ma PROCESS_ID',
      },
      {
        text: 'Check if the server itself waits: for a callback to the client that a firewall blocks, for a lock, for another server.',
      },
    ],
    method: methodName(theCase, call),
    label: methodName(theCase, call),
    streams: [stream],
    executed: 'unknown',
    filter: `tcp.stream == ${stream}`,
  }
}
