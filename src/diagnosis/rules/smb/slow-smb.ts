// The SMB server took long to negotiate, to check a logon or to open a pipe. MS-SMB2 3.3.5.3, 3.3.5.5, 3.3.5.9.
import { Frame, Message, Pipe, Protocol, Stream } from '../../../../asm/layout'
import { messageBytes } from '../../../capture/messages'
import { NONE } from '../../../capture/table'
import { secondsBetween } from '../../../conversation/time'
import { isCapturePause, silentWait } from '../../signs/network/capture-pauses'
import { smbHeader } from '../../../dissect/smb'
import { perCase } from '../../per-case'
import type { Examination } from '../../examination'
import { attempts } from '../../signs/network/attempts'
import type { Occurrence, Rule } from '../../rule'
import { who } from '../../text/identities'
import { references } from '../../text/references'
import { symptoms } from '../../text/symptoms'
import { duration, evidence, frameNumber, streamEnds } from '../../text/wording'

/** Time of the server's own from which on it hurts. */
const HURTS_SECONDS = 3
/** A negotiation is made once a connection, and most often waits for a DNS query of the server that runs into its time limit: that is worth a note. */
const NEGOTIATION_HURTS_SECONDS = 6
/** Frames before an answer among which its request is looked for. */
const LOOK_BACK = 64
/** Frames after the handshake among which the server's first message is looked for. */
const LOOK_AHEAD = 256

/** The server ended a session: MS-SMB2 3.3.5.2.9. */
const SESSION_EXPIRED = 0xc000035c
/** Seconds before an answer in which the end of an earlier session is what was waited for. */
const AT_ONCE_SECONDS = 0.1

export const slowSmb: Rule = {
  id: 'slow-smb',
  title: 'The SMB server took long to negotiate, to log on a user or to open a pipe',
  meaning:
    'RPC over a named pipe waits for SMB first. The server acknowledged the request at once and answered the negotiation, the session setup, or the open of the ' +
    'pipe, 3 s later or more: it was busy, waited for a domain controller, or for the service behind the pipe to start. A warning (for a negotiation from 6 s on, else a note); the calls themselves may be fast.',
  *find(theCase) {
    yield* slowNegotiations(theCase)
    for (const logon of theCase.conversation.smbLogons) {
      const { stream, userFrame, lastFrame, status } = logon
      if (status !== 0 || userFrame === undefined) continue
      yield* slow(theCase, {
        stream,
        asked: userFrame,
        answered: lastFrame,
        what: `the logon of ${who(logon)}`,
        deed: `log on ${who(logon)}`,
        step: 'logon',
      })
    }
    const { pipes } = theCase.capture
    for (let pipe = 0; pipe < pipes.rows; pipe++) {
      const [stream, answered] = [pipes.get(Pipe.Stream, pipe), pipes.get(Pipe.OpenFrame, pipe)]
      if (pipes.get(Pipe.Status, pipe) !== 0 || answered === NONE) continue
      const asked = requestBefore(theCase, stream, answered)
      const name = nameOf(theCase, pipe)
      if (asked === undefined || name === '') continue
      yield* slow(theCase, {
        stream,
        asked,
        answered,
        what: `the open of the pipe ${name}`,
        deed: `open the pipe ${name}`,
        step: 'open',
      })
    }
  },
}

interface Slow {
  stream: number
  asked: number
  answered: number
  /** `the logon of CORP\\eve`, `the open of the pipe samr`. */
  what: string
  /** The same for the title: `open the pipe samr`. */
  deed: string
  step: keyof typeof STEPS
}

/** What the server waits for in each step, and where to look. */
const STEPS = {
  negotiation: {
    reason: 'A negotiation needs nothing but the server itself: it was busy, or waited for something of its own.',
    at: 'the SMB service, likely busy at that time',
    fix: {
      text: 'On the server, look at processor, memory and disk at that time, and test that a reverse DNS query for the client is answered at once: servers that look up its name wait for the answer.',
    },
  },
  logon: {
    reason: 'For an account of a domain the server asks a domain controller, and waits for it.',
    at: 'likely what the server waits for: its domain controller, or its own load',
    fix: {
      text: 'On the server, test how long it takes to reach a domain controller.',
      copy: 'nltest /sc_verify:DOMAIN',
    },
  },
  expired: {
    reason: 'The server likely waited for the end of an earlier session of the client.',
    at: 'likely the earlier session, which the server ended first',
    fix: {
      text: 'Let the client log off from SMB before it opens the next session; look on the server at what the old session still had open.',
      copy: 'Get-SmbSession',
    },
  },
  open: {
    reason: 'The service behind the pipe had to start, or did not respond.',
    at: 'likely the service behind the pipe',
    fix: {
      text: 'On the server, look at what the service behind the pipe did at that time, and at when it started.',
    },
  },
}

/** First answers of servers on whose connections a logon went well: one that the client did not wait for is smb-abandoned. */
function* slowNegotiations(theCase: Examination): Generator<Occurrence> {
  const good = new Set(theCase.conversation.smbLogons.flatMap(({ stream, status }) => (status === 0 ? [stream] : [])))
  for (const { stream, answerFrame, synFrame, lastFrame } of attempts(theCase)) {
    if (!good.has(stream) || answerFrame === undefined) continue
    const answered = firstOfServer(theCase, stream, synFrame, answerFrame, lastFrame)
    const asked = answered === undefined ? undefined : requestBefore(theCase, stream, answered)
    if (asked !== undefined)
      yield* slow(theCase, {
        stream,
        asked,
        answered: answered!,
        what: 'the SMB negotiation',
        deed: 'answer the SMB negotiation',
        step: 'negotiation',
      })
  }
}

/** The server's first message on a connection; undefined where it is not near the handshake. */
function firstOfServer(
  { capture: { frames } }: Examination,
  stream: number,
  syn: number,
  from: number,
  last: number,
): number | undefined {
  const server = frames.get(Frame.DestinationPort, syn)
  for (let frame = from; frame <= Math.min(last, from + LOOK_AHEAD); frame++)
    if (
      frames.get(Frame.Stream, frame) === stream &&
      frames.get(Frame.SourcePort, frame) === server &&
      frames.get(Frame.PayloadLength, frame) > 0
    )
      return frame
  return undefined
}

function* slow(theCase: Examination, { stream, asked, answered, what, deed, step }: Slow): Generator<Occurrence> {
  const { frames } = theCase.capture
  const seconds = secondsBetween(frames, asked, answered)
  if (seconds - roundTrip(theCase, stream) < HURTS_SECONDS || theCase.streamValue(Stream.Gaps, stream) > 0) return
  if (isCapturePause(theCase, stream, asked, answered)) return
  const { client, server } = streamEnds(theCase, stream)
  const expired = step === 'logon' ? expiredBefore(theCase, stream, asked, answered) : undefined
  const { reason, at, fix } = STEPS[expired === undefined ? step : 'expired']
  const { confidence, likely, because } = silentWait(theCase, asked, answered)
  yield {
    severity: step === 'negotiation' && seconds < NEGOTIATION_HURTS_SECONDS ? 'note' : 'warning',
    confidence,
    title: `The server ${likely}took ${duration(seconds)} to ${deed}`,
    explanation: `${client} asked ${server} for ${what} in frame ${frameNumber(asked)}, and the answer came in frame ${frameNumber(answered)}, ${duration(seconds)} later. ${expired === undefined ? reason : `What ended the wait is frame ${frameNumber(expired)}: there the server reports that an earlier session of the client has expired, and it accepts the logon right after. It likely waited for the end of that session.`}${because}`,
    symptom: symptoms.slow,
    atFault: { party: 'server', text: at },
    effect: `The program waited ${duration(seconds)} before any call could be made.`,
    evidence: [
      ...evidence(asked, `the client asks for ${what}`),
      ...evidence(expired, 'the server ends an earlier session: STATUS_NETWORK_SESSION_EXPIRED'),
      ...evidence(answered, `the answer, after ${duration(seconds)}`),
    ],
    fix: [fix],
    references: [references.smb2],
    streams: [stream],
    filter: `tcp.stream == ${stream}`,
    fold: `${client}|${server}|${what}`,
  }
}

/** Seconds from SYN to SYN-ACK; 0 where the capture does not hold both. */
function roundTrip(theCase: Examination, stream: number): number {
  const [syn, answer] = [Stream.SynFrame, Stream.SynAckFrame].map((column) => theCase.streamValue(column, stream)) as [
    number,
    number,
  ]
  return syn === NONE || answer === NONE ? 0 : secondsBetween(theCase.capture.frames, syn, answer)
}

function nameOf({ capture }: Examination, pipe: number): string {
  const bytes = capture.bytes(capture.pipes.get(Pipe.Name, pipe), capture.pipes.get(Pipe.NameLength, pipe))
  return new TextDecoder('utf-16le').decode(bytes).replace(/^\\/, '')
}

/** The client's last message before an answer; undefined where none is near. */
function requestBefore({ capture: { frames } }: Examination, stream: number, answer: number): number | undefined {
  const client = frames.get(Frame.DestinationPort, answer)
  for (let frame = answer - 1; frame >= Math.max(0, answer - LOOK_BACK); frame--) {
    if (frames.get(Frame.Stream, frame) !== stream || frames.get(Frame.SourcePort, frame) !== client) continue
    if (frames.get(Frame.PayloadLength, frame) > 0) return frame
  }
  return undefined
}

/** Frames in which a server reports an expired session, by `client server`. */
const expiries = perCase((theCase: Examination): ReadonlyMap<string, readonly number[]> => {
  const found = new Map<string, number[]>()
  const { messages } = theCase.capture
  for (let row = 0; row < messages.rows; row++) {
    if (messages.get(Message.Protocol, row) !== Protocol.Smb2) continue
    const header = smbHeader(messageBytes(theCase.capture, row))
    if (!header?.isResponse || header.status !== SESSION_EXPIRED) continue
    const { client, server } = streamEnds(theCase, messages.get(Message.Stream, row))
    const known = found.get(`${client} ${server}`)
    const frame = messages.get(Message.Frame, row)
    if (known) known.push(frame)
    else found.set(`${client} ${server}`, [frame])
  }
  return found
})

/** The end of an earlier session of the same client, reported between a request and its answer and right before that. */
function expiredBefore(theCase: Examination, stream: number, asked: number, answered: number): number | undefined {
  const { client, server } = streamEnds(theCase, stream)
  return expiries(theCase)
    .get(`${client} ${server}`)
    ?.find(
      (frame) =>
        frame > asked && frame < answered && secondsBetween(theCase.capture.frames, frame, answered) < AT_ONCE_SECONDS,
    )
}
