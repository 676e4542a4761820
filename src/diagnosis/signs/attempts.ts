// Attempts to open a IpProtocol.Tcp connection, and what came of them. Streams without any RPC count too: a refused one never has any.
import { Stream, StreamFlag, IpProtocol } from '../../../asm/layout'
import { NONE } from '../../capture/table'
import { addressText } from '../../capture/text'
import type { Examination } from '../examination'
import { perCase } from '../per-case'

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
  answerFrame?: number
}

/** Every attempt of the capture, in order of the first SYN. */
export const attempts = perCase((theCase: Examination): readonly Attempt[] => attemptsOf(theCase))

function attemptsOf(theCase: Examination): Attempt[] {
  const { streams, addresses } = theCase.capture
  const texts = new Map<number, string>()
  const text = (row: number): string => {
    const known = texts.get(row) ?? addressText(addresses, row)
    texts.set(row, known)
    return known
  }
  const found: Attempt[] = []
  for (let stream = 0; stream < streams.rows; stream++) {
    const synFrame = streams.get(Stream.SynFrame, stream)
    if (synFrame === NONE || streams.get(Stream.Transport, stream) !== IpProtocol.Tcp) continue
    const synAck = streams.get(Stream.SynAckFrame, stream)
    const rst = streams.get(Stream.RstFrame, stream)
    const refused = rst !== NONE && (streams.get(Stream.Flags, stream) & StreamFlag.RstByB) !== 0
    const heard = synAck !== NONE || streams.get(Stream.BytesB, stream) > 0
    const wentOn = streams.get(Stream.BytesA, stream) > 0
    const outcome = heard ? 'open' : refused ? 'refused' : wentOn ? 'unseen' : 'unanswered'
    const answerFrame = outcome === 'open' ? synAck : outcome === 'refused' ? rst : NONE
    const client = text(streams.get(Stream.AddressA, stream))
    const server = text(streams.get(Stream.AddressB, stream))
    const port = streams.get(Stream.PortB, stream)
    found.push({
      stream,
      key: `${client} ${server} ${port}`,
      client,
      server,
      port,
      outcome,
      syns: streams.get(Stream.Syns, stream),
      synFrame,
      lastFrame: streams.get(Stream.LastFrame, stream),
      ...(answerFrame !== NONE && { answerFrame }),
    })
  }
  return withoutDeaf(found)
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

/** Attempts that failed, from one client to one port of a server, with what else the capture knows of that port. */
export interface FailedPort {
  client: string
  server: string
  port: number
  failed: Attempt[]
  /** An attempt to the same port that succeeded, before and after the first failure. */
  before?: Attempt
  after?: Attempt
}

/** Failed attempts of one kind, grouped. Ports that answered later are in the list, with `after` set. */
export function failedPorts(theCase: Examination, kind: AttemptOutcome): FailedPort[] {
  const groups = new Map<string, FailedPort>()
  for (const attempt of attempts(theCase)) {
    if (attempt.outcome !== kind) continue
    const { client, server, port, key } = attempt
    const known = groups.get(key)
    if (known) known.failed.push(attempt)
    else groups.set(key, { client, server, port, failed: [attempt] })
  }
  if (groups.size === 0) return []
  for (const attempt of attempts(theCase)) {
    const group = attempt.outcome === 'open' ? groups.get(attempt.key) : undefined
    if (!group) continue
    if (attempt.synFrame < group.failed[0]!.synFrame) group.before = attempt
    else group.after ??= attempt
  }
  return [...groups.values()]
}
