// Calls that took far longer than others of their kind.
import { Stream } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import { Call, type Close } from '../../../conversation/model'
import { secondsBetween } from '../../../conversation/time'
import { isLongPoll } from '../../../names/long-polls'
import type { Examination } from '../../examination'
import { closeNote } from '../../signs/call/rejection'
import { isCapturePause, silentWait } from '../../signs/network/capture-pauses'
import { resentBetween } from '../../signs/network/resent'
import type { Occurrence, Rule } from '../../rule'
import { symptoms } from '../../text/symptoms'
import {
  callEvidence,
  duration,
  evidence,
  frameNumber,
  methodName,
  plural,
  serverText,
  shortMethod,
} from '../../text/wording'

/** How much longer than the median a call must take to be worth a word. */
const OUTLIER = 10
const SHOWN = 5
/** Time of the server's own that is worth a note, and from which on it hurts. */
const SLOW_SECONDS = 1
const HURTS_SECONDS = 3
/** Methods that start a process or run a query: they take as long as that takes. */
const STARTS = /^(ISystemActivator|IActivation|IWbem\w*|IEnumWbem\w*)::|::(R?StartService|SchRpcRun|NetrJobAdd)/
/** By how much round trips vary on one path. */
const VARIANCE = 1.25
/** Calls that tell how long the path takes at most: so many at least, and no more are looked at. */
const FEWEST_CALLS = 3
const CALLS_SAMPLED = 64

export const slowCall: Rule = {
  id: 'slow-call',
  title: 'Calls that took long',
  meaning:
    'The time from the last byte of a request to the first byte of its answer, less the round trip of the connection’s handshake, against the median ' +
    'of the same method. A warning from 3 s of the server’s own time on, else a note; a note too for methods that start a process or run a query. Calls that wait by design are left out; where every ' +
    'answer takes as long as the handshake did, the line is slow and not the server: a note; where TCP had to send something again meanwhile, packets were lost. An error where the client had ended the connection before the answer came.',
  *find(theCase) {
    const { calls } = theCase.conversation
    const groups = new Map<string, number[]>()
    const delayed: number[] = []
    const lossy: number[] = []
    for (const call of theCase.unexplained(theCase.slow)) {
      const uuid = theCase.interfaceOf(call)
      if (uuid === undefined || isLongPoll(uuid, calls.get(Call.Opnum, call))) continue
      const close = gaveUpBefore(theCase, call)
      if (close) {
        yield tooLate(theCase, call, close)
        continue
      }
      if (ownSeconds(theCase, call) < SLOW_SECONDS) {
        delayed.push(call)
        continue
      }
      const { stream, server } = theCase.connectionOf(call)
      if (isCapturePause(theCase, stream, theCase.frameOf(call), calls.get(Call.ResponseFrame, call))) continue
      if (resentBetween(theCase, stream, theCase.frameOf(call), calls.get(Call.ResponseFrame, call)) !== undefined) {
        lossy.push(call)
        continue
      }
      const key = `${server.text}|${methodName(theCase, call)}`
      const known = groups.get(key)
      if (known) known.push(call)
      else groups.set(key, [call])
    }
    if (lossy.length > 0) yield slowByLoss(theCase, lossy)
    if (delayed.length > 0) yield slowLine(theCase, delayed)
    const medians = groups.size === 0 ? new Map<number, number>() : medianByMethod(theCase)
    for (const slow of groups.values()) {
      const median = medians.get(methodKey(theCase, slow[0]!)) ?? 0
      const outliers = slow.filter((call) => calls.get(Call.Microseconds, call) >= OUTLIER * median || slow.length < 3)
      if (outliers.length > 0) yield describe(theCase, outliers, median)
    }
  },
}

/** How the client ended the connection while it waited for an answer that came after it; undefined where it did not. */
function gaveUpBefore(theCase: Examination, call: number): Close | undefined {
  const { calls } = theCase.conversation
  const [request, answer] = [theCase.frameOf(call), calls.get(Call.ResponseFrame, call)]
  return theCase
    .connectionOf(call)
    .closes.find(
      ({ by, frame }) =>
        by === 'client' &&
        frame! > request &&
        frame! < answer &&
        secondsBetween(theCase.capture.frames, request, frame!) >= HURTS_SECONDS,
    )
}

function tooLate(theCase: Examination, call: number, close: Close): Occurrence {
  const { calls } = theCase.conversation
  const { frames } = theCase.capture
  const connection = theCase.connectionOf(call)
  const method = methodName(theCase, call)
  const [request, answer] = [theCase.frameOf(call), calls.get(Call.ResponseFrame, call)]
  const waited = duration(secondsBetween(frames, request, close.frame!))
  return {
    severity: 'error',
    confidence: 'high',
    title: `The answer of ${method} came after the client had given up`,
    explanation: `${serverText(connection)} answered in frame ${frameNumber(answer)}, ${duration(secondsBetween(frames, request, answer))} after the request. By then ${closeNote(close, connection)} (frame ${frameNumber(close.frame!)}): it had waited ${waited}.`,
    symptom: symptoms.hangs,
    atFault: { party: 'server', text: `the process that runs ${method}, or what it waits for in turn` },
    effect: `The client waited ${waited} and got no answer, although the call ran on the server.`,
    evidence: [
      ...evidence(request, `request ${method}`),
      ...evidence(close.frame, closeNote(close, connection)),
      ...evidence(answer, 'the answer comes too late'),
    ],
    fix: [
      {
        text: 'On the server, look at what the process did at that time: processor, disk, locks, other servers that it waits for.',
      },
      { text: 'Let the program wait longer, if the method may take that long.' },
    ],
    streams: [connection.stream],
    executed: 'yes',
    filter: `tcp.stream == ${connection.stream}`,
    method,
    label: method,
    explains: { calls: [call], streams: [connection.stream] },
    fold: `too late|${serverText(connection)}|${method}`,
  }
}

/** Seconds from request to answer that the path does not explain: a pipe needs two round trips, and round trips vary. */
function ownSeconds(theCase: Examination, call: number): number {
  const { pipe } = theCase.connectionOf(call)
  const path = (roundTrip(theCase, call) ?? shortest(theCase, call) ?? 0) * (pipe === undefined ? 1 : 2) * VARIANCE
  return theCase.conversation.calls.get(Call.Microseconds, call) / 1e6 - path
}

/** Seconds of the shortest of several calls of a connection: the path takes no longer. */
function shortest(theCase: Examination, call: number): number | undefined {
  const { calls } = theCase.conversation
  const times = theCase
    .connectionOf(call)
    .calls.slice(0, CALLS_SAMPLED)
    .map((one) => calls.get(Call.Microseconds, one))
    .filter((micros) => micros !== NONE)
  return times.length < FEWEST_CALLS ? undefined : Math.min(...times) / 1e6
}

/** Seconds from SYN to SYN-ACK of a call's stream; undefined where the capture does not hold both or the SYN was repeated. */
function roundTrip(theCase: Examination, call: number): number | undefined {
  const { stream } = theCase.connectionOf(call)
  const [syn, answer] = [theCase.streamValue(Stream.SynFrame, stream), theCase.streamValue(Stream.SynAckFrame, stream)]
  if (syn === NONE || answer === NONE || theCase.streamValue(Stream.Syns, stream) > 1) return undefined
  return secondsBetween(theCase.capture.frames, syn, answer)
}

/** A line on which the handshake took as long as calls do. */
function slowLine(theCase: Examination, delayed: readonly number[]): Occurrence {
  const first = delayed[0]!
  const { stream, client, server } = theCase.connectionOf(first)
  const seconds = roundTrip(theCase, first) ?? shortest(theCase, first)!
  return {
    severity: 'note',
    confidence: 'high',
    title: `The line is slow: each round trip takes ${duration(seconds)}`,
    explanation: `The handshake of ${client.text} with ${server.text}, or the shortest of its calls, took ${duration(seconds)}, and ${plural(delayed.length, 'call')} took about as long: the time is spent on the path, not on the server.`,
    symptom: symptoms.slow,
    atFault: { party: 'network', text: 'the path between the two hosts (distance, VPN, satellite, a full queue)' },
    effect: 'Every call takes at least one round trip.',
    evidence: [
      ...evidence(theCase.streamValue(Stream.SynFrame, stream), 'SYN'),
      ...evidence(theCase.streamValue(Stream.SynAckFrame, stream), `SYN-ACK after ${duration(seconds)}`),
      ...callEvidence(theCase, first, 'answered one round trip later'),
    ],
    fix: [{ text: 'Let the program make fewer, larger calls, or run it nearer to the server.' }],
    streams: [...new Set(delayed.map((call) => theCase.connectionOf(call).stream))],
    filter: `tcp.stream == ${stream}`,
  }
}

function describe(theCase: Examination, outliers: number[], median: number): Occurrence {
  const { calls } = theCase.conversation
  outliers.sort((a, b) => calls.get(Call.Microseconds, b) - calls.get(Call.Microseconds, a))
  const worst = outliers[0]!
  const longest = calls.get(Call.Microseconds, worst) / 1e6
  const method = methodName(theCase, worst)
  const trip = roundTrip(theCase, worst)
  const { confidence, likely, because } = silentWait(
    theCase,
    theCase.frameOf(worst),
    calls.get(Call.ResponseFrame, worst),
  )
  return {
    severity: ownSeconds(theCase, worst) >= HURTS_SECONDS && !STARTS.test(method) ? 'warning' : 'note',
    confidence,
    title: `The server ${likely}took ${duration(longest)} to answer ${shortMethod(method)}`,
    explanation: `${serverText(theCase.connectionOf(worst))} answered in frame ${frameNumber(calls.get(Call.ResponseFrame, worst))}, ${duration(longest)} after the request${median >= calls.get(Call.Microseconds, worst) ? '' : `; the median of this method is ${duration(median / 1e6)}`}. ${trip === undefined ? 'The time was spent on the server, or on the path.' : `A round trip to it takes ${duration(trip)} (its handshake), so the time was spent on the server.`}${because}`,
    symptom: symptoms.slow,
    atFault: { party: 'server', text: `the process that runs ${method}, or what it waits for in turn` },
    effect: `${plural(outliers.length, 'call')} answered late; none failed by it.`,
    evidence: outliers
      .slice(0, SHOWN)
      .flatMap((call) =>
        callEvidence(theCase, call, `answer after ${duration(calls.get(Call.Microseconds, call) / 1e6)}`),
      ),
    fix: [
      {
        text: `On the server, look at what the process did at that time: processor, disk, locks, a logon that waits for a domain controller (Netlogon performance counters "Semaphore Timeouts" and "Average Semaphore Hold Time": raise MaxConcurrentApi).`,
      },
    ],
    streams: [...new Set(outliers.map((call) => theCase.connectionOf(call).stream))],
    filter: 'dcerpc.time > 1',
    count: outliers.length,
    method,
    label: method,
  }
}

/** Calls during which TCP sent something again: the time went into loss, or into a server that did not even acknowledge. */
function slowByLoss(theCase: Examination, lossy: readonly number[]): Occurrence {
  const { calls } = theCase.conversation
  const micros = (call: number) => calls.get(Call.Microseconds, call)
  const worst = lossy.reduce((one, other) => (micros(other) > micros(one) ? other : one))
  const connection = theCase.connectionOf(worst)
  const [request, answer] = [theCase.frameOf(worst), calls.get(Call.ResponseFrame, worst)]
  const again = resentBetween(theCase, connection.stream, request, answer)!
  const method = methodName(theCase, worst)
  const took = duration(micros(worst) / 1e6)
  return {
    severity: ownSeconds(theCase, worst) >= HURTS_SECONDS ? 'warning' : 'note',
    confidence: 'medium',
    title: `Lost packets likely delayed ${shortMethod(method)} by ${took}`,
    explanation: `${serverText(connection)} answered in frame ${frameNumber(answer)}, ${took} after the request. In between TCP had to send again what was not acknowledged (frame ${frameNumber(again)}), so the time most likely went into packets that were lost, not into the method.`,
    symptom: symptoms.slow,
    atFault: { party: 'network', text: 'likely the path between the two hosts, which loses packets' },
    effect: `${plural(lossy.length, 'call')} answered late; none failed by it.`,
    evidence: [
      ...evidence(request, `request ${method}`),
      ...evidence(again, 'sent again: it was not acknowledged'),
      ...evidence(answer, `the answer, after ${took}`),
    ],
    fix: [
      {
        text: 'Look for errors and drops at the network cards, switches, VPN and Wi-Fi between the two hosts; a capture on the server at the same time shows in which direction packets are lost.',
      },
    ],
    streams: [...new Set(lossy.map((call) => theCase.connectionOf(call).stream))],
    filter: `tcp.stream == ${connection.stream}`,
    count: lossy.length,
    method,
    label: method,
  }
}

function methodKey(theCase: Examination, call: number): number {
  const { calls } = theCase.conversation
  return calls.get(Call.Interface, call) * 2 ** 16 + (calls.get(Call.Opnum, call) & 0xffff)
}

/** Median duration of every method in microseconds, of at most some thousand calls each. */
function medianByMethod(theCase: Examination): Map<number, number> {
  const { calls } = theCase.conversation
  const { rows } = calls
  const samples = new Map<number, number[]>()
  for (let call = 0; call < rows; call++) {
    if (calls.get(Call.ResponseFrame, call) === NONE) continue
    const key = methodKey(theCase, call)
    const known = samples.get(key)
    if (!known) samples.set(key, [calls.get(Call.Microseconds, call)])
    else if (known.length < 4096) known.push(calls.get(Call.Microseconds, call))
  }
  return new Map([...samples].map(([key, values]) => [key, values.sort((a, b) => a - b)[values.length >> 1]!]))
}
