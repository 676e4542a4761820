// The SMB server took long to check a logon or to open a pipe. MS-SMB2 3.3.5.5, 3.3.5.9.
import { Frame, Pipe, Stream } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import type { Occurrence, Rule } from '../../rule'
import { who } from '../../text/identities'
import { references } from '../../text/references'
import { symptoms } from '../../text/symptoms'
import { duration, evidence, frameNumber, streamEnds } from '../../text/wording'

/** Time of the server's own from which on it hurts. */
const HURTS_SECONDS = 3
/** Frames before an answer among which its request is looked for. */
const LOOK_BACK = 64

export const slowSmb: Rule = {
  id: 'slow-smb',
  title: 'The SMB server took long to log on a user or to open a pipe',
  meaning:
    'RPC over a named pipe waits for SMB first. The server acknowledged the request at once and answered the session setup, or the open of the pipe, ' +
    '3 s later or more: it waited for a domain controller, or for the service behind the pipe to start. A warning; the calls themselves may be fast.',
  *find(theCase) {
    for (const logon of theCase.conversation.smbLogons) {
      const { stream, userFrame, lastFrame, status } = logon
      if (status !== 0 || userFrame === undefined) continue
      yield* slow(theCase, {
        stream,
        asked: userFrame,
        answered: lastFrame,
        what: `the logon of ${who(logon)}`,
        deed: `log on ${who(logon)}`,
        isLogon: true,
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
        isLogon: false,
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
  isLogon: boolean
}

function* slow(theCase: Examination, { stream, asked, answered, what, deed, isLogon }: Slow): Generator<Occurrence> {
  const { frames } = theCase.capture
  const seconds = secondsBetween(frames, asked, answered)
  if (seconds - roundTrip(theCase, stream) < HURTS_SECONDS || theCase.streamValue(Stream.Gaps, stream) > 0) return
  const { client, server } = streamEnds(theCase, stream)
  yield {
    severity: 'warning',
    confidence: 'high',
    title: `The server took ${duration(seconds)} to ${deed}`,
    explanation: `${client} asked ${server} for ${what} in frame ${frameNumber(asked)}, and the answer came in frame ${frameNumber(answered)}, ${duration(seconds)} later. ${
      isLogon
        ? 'For an account of a domain the server asks a domain controller, and waits for it.'
        : 'The service behind the pipe had to start, or did not respond.'
    }`,
    symptom: symptoms.slow,
    atFault: isLogon
      ? { party: 'server', text: 'likely what the server waits for: its domain controller, or its own load' }
      : { party: 'server', text: 'likely the service behind the pipe' },
    effect: `The program waited ${duration(seconds)} before any call could be made.`,
    evidence: [
      ...evidence(asked, `the client asks for ${what}`),
      ...evidence(answered, `the answer, after ${duration(seconds)}`),
    ],
    fix: [
      isLogon
        ? {
            text: 'On the server, test how long it takes to reach a domain controller.',
            copy: 'nltest /sc_verify:DOMAIN',
          }
        : { text: 'On the server, look at what the service behind the pipe did at that time, and at when it started.' },
    ],
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
