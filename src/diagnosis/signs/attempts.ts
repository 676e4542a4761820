// Attempts to open a TCP connection, and what came of them. Streams without any RPC count too: a refused one never has any.
import { Stream, StreamFlag, IpProtocol } from '../../../asm/layout'
import { NONE } from '../../capture/table'
import { addressText } from '../../capture/text'
import { secondsBetween } from '../../conversation/time'
import type { Examination } from '../examination'
import { perCase } from '../per-case'
import { isScan } from './scans'
import { siblingsOf } from './siblings'

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
    // A client that sent data had been accepted, though the capture lacks the SYN-ACK: what came then was no refusal.
    const outcome = heard ? 'open' : wentOn ? 'unseen' : refused ? 'refused' : 'unanswered'
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
  /** One that succeeded soon after at another address of the same server, by its name or most likely. */
  instead?: Attempt
}

/** Seconds within which a client that failed at one address of a server goes on to the next. */
const GOES_ON_SECONDS = 60
/** Attempts looked at for it: enough for all addresses of a name. */
const LOOK_AHEAD = 64

/**
 * Failed attempts of one kind by client, server and port, scans left out. Ports that answered later are in the list, with
 * `after` or `instead` set.
 */
export function failedPorts(theCase: Examination, kind: AttemptOutcome): FailedPort[] {
  const groups = new Map<string, FailedPort>()
  for (const attempt of attempts(theCase)) {
    if (attempt.outcome !== kind || isScan(theCase, attempt.stream)) continue
    const { client, server, port, key } = attempt
    const known = groups.get(key)
    if (known) known.failed.push(attempt)
    else groups.set(key, { client, server, port, failed: [attempt] })
  }
  if (groups.size === 0) return []
  const openByPort = new Map<number, Attempt[]>()
  for (const attempt of attempts(theCase)) {
    if (attempt.outcome !== 'open') continue
    const open = openByPort.get(attempt.port)
    if (open) open.push(attempt)
    else openByPort.set(attempt.port, [attempt])
    const group = groups.get(attempt.key)
    if (!group) continue
    if (attempt.synFrame < group.failed[0]!.synFrame) group.before = attempt
    else group.after ??= attempt
  }
  for (const group of groups.values()) {
    const instead = reachedInstead(theCase, group, openByPort.get(group.port) ?? [])
    if (instead) group.instead = instead
  }
  return [...groups.values()]
}

/** An attempt to the same port of another address of the same server that was accepted soon after a failure. */
function reachedInstead(theCase: Examination, group: FailedPort, open: readonly Attempt[]): Attempt | undefined {
  const { client, server, failed } = group
  const { synFrame } = failed[0]!
  const siblings = siblingsOf(theCase, server)
  for (let at = firstAfter(open, synFrame), seen = 0; at < open.length && seen < LOOK_AHEAD; at++, seen++) {
    const other = open[at]!
    if (secondsBetween(theCase.capture.frames, synFrame, other.synFrame) > GOES_ON_SECONDS) return undefined
    if (other.server === server) continue
    const otherFamily = other.server.includes(':') !== server.includes(':')
    // A host that has both kinds of address tries one after the other: the very next attempt at this port is that.
    if (siblings.has(other.server) && (otherFamily || other.client === client)) return other
    if (otherFamily && seen === 0 && siblings.size === 0) return other
  }
  return undefined
}

/** Index of the first attempt whose SYN is after a frame. Attempts are in order. */
function firstAfter(attempts: readonly Attempt[], frame: number): number {
  let low = 0
  let high = attempts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (attempts[middle]!.synFrame > frame) high = middle
    else low = middle + 1
  }
  return low
}

const openByKey = perCase((theCase: Examination): ReadonlyMap<string, Attempt[]> => {
  const found = new Map<string, Attempt[]>()
  for (const attempt of attempts(theCase)) {
    if (attempt.outcome !== 'open') continue
    const known = found.get(attempt.key)
    if (known) known.push(attempt)
    else found.set(attempt.key, [attempt])
  }
  return found
})

/** The first connection that a client opened to a port of a server after a frame; undefined where none follows. */
export function nextOpened(
  theCase: Examination,
  client: string,
  server: string,
  port: number,
  after: number,
): Attempt | undefined {
  const open = openByKey(theCase).get(`${client} ${server} ${port}`) ?? []
  return open[firstAfter(open, after)]
}
