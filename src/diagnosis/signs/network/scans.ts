// Port scans, host sweeps and stray packets from outside: attempts that fail and are not failures of RPC. RFC 9293 3.5.
import { Stream } from '../../../../asm/layout'
import { secondsBetween } from '../../../conversation/time'
import { perCase } from '../../per-case'
import { type Attempt, attempts } from './attempts'
import { isPublic } from './addresses'
import type { Examination } from '../../examination'

/** So many different ports of a host, or hosts at a port, within so short a time are no program that wants one service. */
const MANY = 10
const WITHIN_SECONDS = 60
/** Part of the attempts that must have led nowhere: a client with many servers of which some are down does not scan. */
const FRUITLESS = 0.6
/** Who comes from outside and tries no more often than this is a stray. */
const STRAY_ATTEMPTS = 3

export interface Scan {
  kind: 'ports' | 'hosts' | 'stray'
  client: string
  /** Different servers and ports that were tried without success. */
  servers: string[]
  ports: number[]
  /** In order of their SYNs. */
  attempts: Attempt[]
}

/** Every client that scans ports of one host or one port of many hosts, and every stray from outside, in order. */
export const scans = perCase((theCase: Examination): readonly Scan[] => scansOf(theCase))

const scanned = perCase((theCase: Examination): ReadonlySet<number> => {
  const all = scans(theCase)
  return new Set([...all.flatMap((scan) => scan.attempts), ...besides(theCase, all)].map(({ stream }) => stream))
})

/** What else a client tried without success while it scanned: a few hosts at a second port, for instance. */
function besides(theCase: Examination, all: readonly Scan[]): Attempt[] {
  const spans = new Map<string, [first: number, last: number][]>()
  for (const { kind, client, attempts: tried } of all) {
    if (kind === 'stray') continue
    const [first, last] = [tried[0]!.synFrame, tried.at(-1)!.synFrame]
    const known = spans.get(client)
    const before = known?.at(-1)
    if (before && first <= before[1]) before[1] = Math.max(before[1], last)
    else if (known) known.push([first, last])
    else spans.set(client, [[first, last]])
  }
  if (spans.size === 0) return []
  const meanwhile = attempts(theCase).filter(({ client, synFrame }) =>
    spans.get(client)?.some(([first, last]) => synFrame >= first && synFrame <= last),
  )
  return fruitless(theCase, meanwhile)
}

/** True if a stream (its row) is part of a scan: that it failed says nothing about RPC. */
export function isScan(theCase: Examination, stream: number): boolean {
  return scanned(theCase).has(stream)
}

function scansOf(theCase: Examination): Scan[] {
  // A scan is of attempts that led nowhere, and most captures hold none.
  if (!attempts(theCase).some((attempt) => isFruitless(theCase, attempt))) return []
  const byPair = new Map<string, Attempt[]>()
  const byPort = new Map<string, Attempt[]>()
  const byClient = new Map<string, Attempt[]>()
  for (const attempt of attempts(theCase)) {
    const { client, server, port } = attempt
    add(byPair, theCase.pairOf(client, server), attempt)
    add(byPort, `${client} ${port}`, attempt)
    add(byClient, client, attempt)
  }
  const found: Scan[] = []
  const taken = new Set<number>()
  const take = (kind: Scan['kind'], attempts: Attempt[]) => {
    const fresh = attempts.filter(({ stream }) => !taken.has(stream))
    if (fresh.length === 0) return
    for (const { stream } of fresh) taken.add(stream)
    found.push(scan(kind, fresh))
  }
  for (const all of byPair.values())
    if (isScanning(theCase, all, ({ port }) => port)) take('ports', fruitless(theCase, all))
  for (const all of byPort.values())
    if (isScanning(theCase, all, ({ server }) => server)) take('hosts', fruitless(theCase, all))
  for (const all of byClient.values()) if (isStray(theCase, all, byClient)) take('stray', all)
  return found.sort((one, other) => one.attempts[0]!.synFrame - other.attempts[0]!.synFrame)
}

function add(groups: Map<string, Attempt[]>, key: string, attempt: Attempt): void {
  const known = groups.get(key)
  if (known) known.push(attempt)
  else groups.set(key, [attempt])
}

function scan(kind: Scan['kind'], attempts: Attempt[]): Scan {
  return {
    kind,
    client: attempts[0]!.client,
    servers: [...new Set(attempts.map(({ server }) => server))],
    ports: [...new Set(attempts.map(({ port }) => port))].sort((one, other) => one - other),
    attempts,
  }
}

/** True for an attempt that failed, or was accepted and carried no byte. */
function isFruitless(theCase: Examination, { outcome, stream }: Attempt): boolean {
  return (
    outcome === 'refused' ||
    outcome === 'unanswered' ||
    (outcome === 'open' &&
      theCase.streamValue(Stream.BytesA, stream) === 0 &&
      theCase.streamValue(Stream.BytesB, stream) === 0)
  )
}

function fruitless(theCase: Examination, all: readonly Attempt[]): Attempt[] {
  return all.filter((attempt) => isFruitless(theCase, attempt))
}

/** True if many different targets were tried without success within a short time, and most of what was tried was without success. */
function isScanning(
  theCase: Examination,
  all: readonly Attempt[],
  target: (attempt: Attempt) => number | string,
): boolean {
  if (all.length < MANY) return false
  const vain = fruitless(theCase, all)
  const targets = new Set(all.map(target)).size
  if (vain.length < MANY || new Set(vain.map(target)).size < FRUITLESS * targets) return false
  const { frames } = theCase.capture
  const within = new Map<number | string, number>()
  let first = 0
  for (const attempt of vain) {
    within.set(target(attempt), (within.get(target(attempt)) ?? 0) + 1)
    while (secondsBetween(frames, vain[first]!.synFrame, attempt.synFrame) > WITHIN_SECONDS) {
      const left = target(vain[first++]!)
      const count = within.get(left)! - 1
      if (count === 0) within.delete(left)
      else within.set(left, count)
    }
    if (within.size >= MANY) return true
  }
  return false
}

/**
 * True if a host of the Internet tried a few ports without success and does nothing else in the capture, which is another host's:
 * the tried host has connections of its own.
 */
function isStray(
  theCase: Examination,
  all: readonly Attempt[],
  byClient: ReadonlyMap<string, readonly Attempt[]>,
): boolean {
  const { client, server } = all[0]!
  if (all.length > STRAY_ATTEMPTS || !all.every((attempt) => isFruitless(theCase, attempt)) || !isPublic(client))
    return false
  return (byClient.get(server) ?? []).some(({ outcome }) => outcome === 'open')
}
