// Attempts to open a TCP connection, and what came of them. Streams without any RPC count too: a refused one never has any.
import { secondsBetween } from '../../../conversation/time'
import { Stream, StreamFlag, IpProtocol } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import type { Examination } from '../../examination'
import { icmpMessages } from '../messages/icmp-messages'
import { perCase } from '../../per-case'

export type AttemptOutcome =
  /** SYN and SYN-ACK were seen. */
  | 'open'
  /** RST in answer to the SYN. */
  | 'refused'
  /** Neither. */
  | 'unanswered'
  /** Neither, but the client goes on as if it had been answered, here or elsewhere: what the server sends is not captured. */
  | 'unseen'

/** One SYN (with its repeats) from A to B. */
export interface Attempt {
  stream: number
  /** `client server port`: attempts of one kind have the same. */
  key: string
  client: string
  server: string
  port: number
  outcome: AttemptOutcome
  /** How many SYNs, and the frames of the first and of the stream's last packet. */
  syns: number
  synFrame: number
  lastFrame: number
  /** The SYN-ACK or RST. */
  answerFrame?: number | undefined
}

/** A SYN so shortly before the end is still under way. */
const PENDING_SECONDS = 1

/** Every attempt of the capture, in order of the first SYN. */
export const attempts = perCase((theCase: Examination): readonly Attempt[] => attemptsOf(theCase))

function attemptsOf(theCase: Examination): Attempt[] {
  const { streams } = theCase.capture
  const found: Attempt[] = []
  // Of each kind one text, so that look-ups by it hash it once: by port and hosts.
  const keys = new Map<number, Map<number, string>>()
  const { rows } = streams
  for (let stream = 0; stream < rows; stream++) {
    const synFrame = streams.get(Stream.SynFrame, stream)
    if (synFrame === NONE || streams.get(Stream.Transport, stream) !== IpProtocol.Tcp) continue
    const synAck = streams.get(Stream.SynAckFrame, stream)
    const rst = streams.get(Stream.RstFrame, stream)
    const refused = rst !== NONE && (streams.get(Stream.Flags, stream) & StreamFlag.RstByB) !== 0
    const isAnswered = synAck !== NONE || streams.get(Stream.BytesB, stream) > 0
    const wentOn = streams.get(Stream.BytesA, stream) > 0
    // A client that sent data had been accepted, though the SYN-ACK is not in the capture: what came then was no refusal.
    const outcome = isAnswered ? 'open' : wentOn ? 'unseen' : refused ? 'refused' : 'unanswered'
    const answerFrame = outcome === 'open' ? synAck : outcome === 'refused' ? rst : NONE
    const [clientRow, serverRow] = [streams.get(Stream.AddressA, stream), streams.get(Stream.AddressB, stream)]
    const client = theCase.addressText(clientRow)
    const server = theCase.addressText(serverRow)
    const port = streams.get(Stream.PortB, stream)
    let ofPort = keys.get(port)
    if (!ofPort) keys.set(port, (ofPort = new Map<number, string>()))
    const hosts = clientRow * 2 ** 26 + serverRow
    let key = ofPort.get(hosts)
    if (key === undefined) ofPort.set(hosts, (key = `${client} ${server} ${port}`))
    found.push({
      stream,
      key,
      client,
      server,
      port,
      outcome,
      syns: streams.get(Stream.Syns, stream),
      synFrame,
      lastFrame: streams.get(Stream.LastFrame, stream),
      answerFrame: answerFrame === NONE ? undefined : answerFrame,
    })
  }
  return withoutPending(theCase, withoutDeaf(found))
}

/** SYNs still under way when the capture ends count as unseen, unless ICMP reports what became of them. */
function withoutPending(theCase: Examination, attempts: Attempt[]): Attempt[] {
  if (!attempts.some((attempt) => isPending(theCase, attempt))) return attempts
  const reported = new Set<string>()
  for (const { message } of icmpMessages(theCase)) {
    const { quoted } = message
    if (quoted) reported.add(`${quoted.source} ${quoted.destination} ${quoted.destinationPort}`)
  }
  return attempts.map((attempt) =>
    isPending(theCase, attempt) && !reported.has(attempt.key) ? { ...attempt, outcome: 'unseen' } : attempt,
  )
}

/** A SYN that had no time to be answered, or sent again, before the capture ended. RFC 6298 2: the first timeout is 1 s. */
function isPending({ capture: { frames } }: Examination, { outcome, syns, synFrame }: Attempt): boolean {
  return outcome === 'unanswered' && syns === 1 && secondsBetween(frames, synFrame, frames.rows - 1) < PENDING_SECONDS
}

/** Where nothing is ever heard of a server to which a client does talk, silence says nothing about any of its ports. */
function withoutDeaf(attempts: Attempt[]): Attempt[] {
  const pair = ({ client, server }: Attempt) => `${client} ${server}`
  const unseen = new Set(attempts.filter(({ outcome }) => outcome === 'unseen').map(pair))
  if (unseen.size === 0) return attempts
  for (const attempt of attempts)
    if (attempt.outcome === 'open' || attempt.outcome === 'refused') unseen.delete(pair(attempt))
  return attempts.map((attempt) =>
    attempt.outcome === 'unanswered' && unseen.has(pair(attempt)) ? { ...attempt, outcome: 'unseen' } : attempt,
  )
}
