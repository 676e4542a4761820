// A client negotiates SMB and leaves before it logs on. MS-SMB2 3.2.5.2.
import { attempts } from '../../signs/network/attempts'
import { Analysis, Frame, Protocol } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import { endpointText } from '../../../capture/text'
import type { Examination } from '../../examination'
import { isSmbPort } from '../../signs/network/ports'
import { type QuietEnd, quietEnds } from '../../signs/network/quiet-ends'
import { pairsOfRpc } from '../../signs/call/afterwards'
import { deadNegotiations } from '../../signs/logon/smb-ends'
import { references } from '../../text/references'
import type { Occurrence, Rule } from '../../rule'
import { type KerberosError, kerberosErrors } from '../../signs/logon/kerberos-errors'
import { secondsBetween } from '../../../conversation/time'
import { symptoms } from '../../text/symptoms'
import { duration, evidence, frameNumber, plural } from '../../text/wording'

/** A negotiation has one question and one answer, or two where it begins with SMB 1. */
const MOST_MESSAGES = 2
/** Who leaves more often probes. */
const MOST_TIMES = 3
/** A Kerberos error this soon before the client leaves belongs to it. */
const RELATED_SECONDS = 30
/** A negotiation needs no one but the server itself: an answer so late is reason enough to leave. */
const LATE_SECONDS = 3
/** Ordinary steps of an exchange: asks for pre-authentication (25), asks for TCP (52). RFC 4120 7.5.9. */
const ORDINARY = new Set([25, 52])

export const smbAbandoned: Rule = {
  id: 'smb-abandoned',
  title: 'The client left SMB after the negotiation',
  meaning:
    'The server answered the negotiation of SMB, and the client closed the connection itself without trying to log on: the dialects or ' +
    'the signing of the other side may not suit it, or it has no credentials that it may use. A negotiation that the server ' +
    'answered only after 3 s or more is an error; leaving by itself a warning, a note where it is done ' +
    'again and again as a probe does, or where a Kerberos error explains it. Where the client logs on to that server on another connection there is no finding.',
  *find(theCase) {
    const ends = quietEnds(theCase).filter(({ attempt }) => isSmbPort(attempt.port))
    if (ends.length === 0) return
    const wellKnown = pairsThatTalk(theCase)
    const negotiations = negotiationsOf(theCase, ends)
    const byPair = new Map<string, { first: QuietEnd; again: QuietEnd[] }>()
    for (const end of ends) {
      const { client, server, stream } = end.attempt
      const pair = theCase.pairOf(client, server)
      const answer = negotiations.get(stream)?.answer
      if (wellKnown.has(pair) || theCase.endExplainedBy(stream) || answer === undefined || answer > end.frame) continue
      const known = byPair.get(pair)
      if (known) known.again.push(end)
      else byPair.set(pair, { first: end, again: [] })
    }
    if (byPair.size === 0) return
    const probing = new Set(deadNegotiations(theCase).map(({ attempt }) => `${attempt.client} ${attempt.server}`))
    const errors = kerberosErrors(theCase).filter(({ code }) => !ORDINARY.has(code))
    for (const [pair, { first, again }] of byPair) {
      const { stream } = first.attempt
      const { request, answer } = negotiations.get(stream)!
      const waited = request === undefined ? 0 : secondsBetween(theCase.capture.frames, request, answer)
      if (waited >= LATE_SECONDS) {
        yield describeLate(theCase, { first, again, request: request!, answer, waited })
        continue
      }
      const ticket = ticketErrorBefore(theCase, errors, first.frame)
      const isProbe = again.length >= MOST_TIMES || probing.has(pair)
      yield describe(theCase, { first, again, isProbe, answer, ticket })
    }
  },
}

interface Leaving {
  first: QuietEnd
  again: QuietEnd[]
  /** True if the client tries what the server speaks: again and again, or in versions that it then does without. */
  isProbe: boolean
  /** The server's last answer. */
  answer: number
  /** The frame of a Kerberos error that most likely stopped the client. */
  ticket: number | undefined
}

function describe(theCase: Examination, { first, again, isProbe, answer, ticket }: Leaving): Occurrence {
  const { attempt, frame } = first
  const { client, server, port, stream } = attempt
  const streams = [stream, ...again.map((end) => end.attempt.stream)]
  return {
    severity: isProbe || ticket !== undefined ? 'note' : 'warning',
    confidence: 'low',
    ...(ticket !== undefined && { mutedBy: 'kerberos-refusal' }),
    title: 'The client left SMB after the negotiation, likely without usable credentials',
    explanation:
      `${endpointText(server, port)} answered in frame ${frameNumber(answer)}, and ${client} closed the connection in frame ${frameNumber(frame)} without a session setup. Something in the answer did not suit it (the dialect; signing that one side requires and the other has switched off), or it has no credentials that it may use (no ticket, and NTLM blocked). ` +
      (ticket === undefined
        ? ''
        : `A Kerberos error shortly before (frame ${frameNumber(ticket)}) is the likely reason. `) +
      `No RPC over pipes can follow.${again.length > 0 ? ` The client did so ${plural(again.length + 1, 'time')}.` : ''} A tool that only checks if SMB is there does the same.`,
    symptom: symptoms.networkName,
    atFault: { party: 'configuration', text: 'the SMB settings of client and server, or the client’s credentials' },
    effect: 'No logon and no RPC over named pipes took place.',
    evidence: [
      ...evidence(attempt.synFrame, 'the client connects'),
      ...evidence(ticket, 'a Kerberos error'),
      ...evidence(answer, 'the server answers the negotiation'),
      ...evidence(frame, 'the client leaves'),
    ],
    fix: [
      {
        text: 'Compare dialects and signing of both sides with the two commands, the second on the server. Old devices speak SMB 1 only, which current Windows has switched off.',
        copy: 'Get-SmbClientConfiguration; Get-SmbServerConfiguration',
      },
      {
        text: `On ${client}, read the event logs Microsoft-Windows-SMBClient/Connectivity and /Security at that time.`,
        copy: 'Get-WinEvent -LogName Microsoft-Windows-SMBClient/Security -MaxEvents 20',
      },
      {
        text: 'If credentials are missing: let the client reach a domain controller (port 88), use the server’s full DNS name, and check the policy "Network security: Restrict NTLM".',
      },
    ],
    references: [references.smb2],
    streams,
    executed: 'no',
    filter: `tcp.stream == ${stream}`,
    explains: { streams },
  }
}

/** A negotiation that the server answered late, and that the client no longer waited for. */
interface LateAnswer extends Pick<Leaving, 'first' | 'again' | 'answer'> {
  request: number
  waited: number
}

function describeLate(theCase: Examination, { first, again, request, answer, waited }: LateAnswer): Occurrence {
  const { attempt, frame } = first
  const { client, server, port, stream } = attempt
  const streams = [stream, ...again.map((end) => end.attempt.stream)]
  return {
    severity: 'error',
    confidence: 'medium',
    title: `The server answered the SMB negotiation after ${duration(waited)}; the client left`,
    explanation:
      `${client} began the SMB negotiation with ${endpointText(server, port)} in frame ${frameNumber(request)}; the answer came in frame ${frameNumber(answer)}, ${duration(waited)} later, and the client closed the connection in frame ${frameNumber(frame)} without a session setup. ` +
      `Most likely its own time limit had run out. A server needs neither a domain controller nor a password to answer a negotiation: it was busy, short of memory, or waited for something of its own, for example a reverse DNS query for the address of the client.${again.length > 0 ? ` The client left in this way ${plural(again.length + 1, 'time')}.` : ''}`,
    symptom: symptoms.networkName,
    atFault: { party: 'server', text: 'the SMB service, which was slow to answer' },
    effect: 'No logon and no RPC over named pipes took place.',
    evidence: [
      ...evidence(request, 'the client begins the negotiation'),
      ...evidence(answer, `the answer, after ${duration(waited)}`),
      ...evidence(frame, 'the client leaves'),
    ],
    fix: [
      {
        text: `On ${server}, look at processor, memory and disk at that time, and at the log of the SMB service (Windows: Microsoft-Windows-SMBServer/Operational; Samba: log.smbd).`,
      },
      {
        text: `On ${server}, test that a reverse DNS query for ${client} is answered at once: servers that look up the name of a client wait for the answer.`,
        copy: `nslookup ${client}`,
      },
    ],
    references: [references.smb2],
    streams,
    executed: 'no',
    filter: `tcp.stream == ${stream}`,
    explains: { streams },
  }
}

/** Row of the last Kerberos error that a client on its way to SMB may have been stopped by. Its KDC may be reached over another address. */
function ticketErrorBefore(theCase: Examination, errors: readonly KerberosError[], frame: number): number | undefined {
  const error = lastBefore(errors, frame)
  if (!error || secondsBetween(theCase.capture.frames, error.frame, frame) > RELATED_SECONDS) return undefined
  return error.frame
}

/** The last error before a frame, by halving: errors are in order. */
function lastBefore(errors: readonly KerberosError[], frame: number): KerberosError | undefined {
  let [from, to] = [0, errors.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if (errors[middle]!.frame < frame) from = middle + 1
    else to = middle
  }
  return errors[from - 1]
}

/** Client and server pairs of which the capture shows a logon to SMB, or RPC: what they do besides is a probe or a spare connection. */
function pairsThatTalk(theCase: Examination): Set<string> {
  const logons = new Set(theCase.conversation.smbLogons.map(({ stream }) => stream))
  return new Set([
    ...attempts(theCase).flatMap(({ stream, client, server }) =>
      logons.has(stream) ? [theCase.pairOf(client, server)] : [],
    ),
    ...pairsOfRpc(theCase),
  ])
}

interface Negotiation {
  /** The server's last message, and the client's message before it. */
  answer: number
  request?: number | undefined
  asked: number
  answered: number
  isSmb: boolean
}

/** Streams that hold a negotiation of SMB and nothing else, wholly captured; one walk over the frames. */
function negotiationsOf(theCase: Examination, ends: readonly QuietEnd[]): Map<number, Negotiation> {
  const { frames } = theCase.capture
  const found = new Map<number, Negotiation>()
  const clients = new Map(ends.map(({ attempt }) => [attempt.stream, frames.get(Frame.SourcePort, attempt.synFrame)]))
  for (let frame = ends[0]!.attempt.synFrame; frame < frames.rows; frame++) {
    const stream = frames.get(Frame.Stream, frame)
    const port = stream === NONE ? undefined : clients.get(stream)
    if (port === undefined || frames.get(Frame.PayloadLength, frame) === 0) continue
    if ((frames.get(Frame.TcpFlags, frame) & (Analysis.Duplicate | Analysis.Retransmission)) !== 0) continue
    const one = found.get(stream) ?? { answer: frame, asked: 0, answered: 0, isSmb: true }
    found.set(stream, one)
    const protocol = frames.get(Frame.Protocol, frame)
    const isCut = frames.get(Frame.Captured, frame) < frames.get(Frame.Length, frame)
    one.isSmb &&= !isCut && (protocol === Number(Protocol.Smb1) || protocol === Number(Protocol.Smb2))
    if (frames.get(Frame.SourcePort, frame) === port) {
      one.asked++
      if (one.answered < one.asked) one.request = frame
    } else {
      one.answered++
      one.answer = frame
    }
  }
  for (const [stream, { asked, answered, isSmb }] of found)
    if (!isSmb || answered === 0 || asked > MOST_MESSAGES || answered > MOST_MESSAGES) found.delete(stream)
  return found
}
