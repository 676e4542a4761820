// Attempts to connect that failed, by client, server and port, and what the client did next. Scans are left out.
import { Stream } from '../../../../asm/layout'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'
import { type Attempt, type AttemptOutcome, attempts } from './attempts'
import { isScan } from './scans'
import { siblingsOf } from './siblings'

/** Attempts that failed, from one client to one port of a server, with what else the capture knows of that port. */
export interface FailedPort {
  client: string
  server: string
  port: number
  failed: Attempt[]
  /** An attempt to the same port that succeeded, before and after the first failure. */
  before?: Attempt | undefined
  after?: Attempt | undefined
  /** One that succeeded soon after at another address of the same server, by its name or most likely. */
  instead?: Attempt | undefined
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
    if (attempt.outcome !== kind || isScan(theCase, attempt.stream) || theCase.isEndProven(attempt.stream)) continue
    const { client, server, port, key } = attempt
    const known = groups.get(key)
    if (known) known.failed.push(attempt)
    else groups.set(key, { client, server, port, failed: [attempt] })
  }
  if (groups.size === 0) return []
  const openByPort = new Map<number, Attempt[]>()
  for (const attempt of attempts(theCase)) {
    if (attempt.outcome !== 'open' && !sentOn(theCase, attempt)) continue
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

/** True if the client sent data on a connection whose acceptance is not in the capture: it had been accepted. */
function sentOn(theCase: Examination, { outcome, stream }: Attempt): boolean {
  return outcome === 'unseen' && theCase.streamValue(Stream.BytesA, stream) > 0
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
