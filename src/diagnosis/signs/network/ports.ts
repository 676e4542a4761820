// What ports are to RPC, and how to say that one cannot be reached.
import { attempts } from './attempts'
import { perCase } from '../../per-case'
import type { Examination } from '../../examination'
import type { Attempt } from './attempts'
import type { FailedPort } from './failed-ports'
import { secondsBetween } from '../../../conversation/time'
import type { Evidence } from '../../finding'
import { duration, evidence } from '../../text/wording'

export const ENDPOINT_MAPPER = 135
const SMB = 445
const SMB_OVER_NETBIOS = 139
/** Below are ports that services are known by; where administrators narrow the range of RPC, they begin here. */
const FIRST_DYNAMIC_PORT = 1025
/** Ports of RPC and of what it rests on: the endpoint mapper, RPC over HTTP, SMB (whose pipes carry RPC), Kerberos. */
const FIXED: Record<number, string> = {
  135: 'endpoint mapper',
  593: 'RPC over HTTP',
  445: 'SMB',
  139: 'SMB over NetBIOS',
  88: 'Kerberos',
}

/** `port 135 (endpoint mapper)`, `port 49157`. */
export function portName(port: number): string {
  return FIXED[port] ? `port ${port} (${FIXED[port]})` : `port ${port}`
}

/** True if what is behind a port is RPC for certain: the endpoint mapper's, or one on which this capture shows RPC. */
export function isRpcPort(theCase: Examination, server: string, port: number): boolean {
  if (port === ENDPOINT_MAPPER || port === 593) return true
  return theCase.isRpcServer(server, port)
}

export function isSmbPort(port: number): boolean {
  return port === SMB || port === SMB_OVER_NETBIOS
}

/**
 * True if an attempt matters to RPC: its port is RPC's or SMB's, or it follows what the client asked the endpoint mapper for.
 * Machines try many other ports that a firewall guards or that nothing listens on.
 */
export function concernsRpc(theCase: Examination, { client, server, port }: Attempt): boolean {
  if (isRpcPort(theCase, server, port) || isSmbPort(port)) return true
  return port >= FIRST_DYNAMIC_PORT && rpcAsked(theCase).has(theCase.pairOf(client, server))
}

/** Client and server pairs that did open SMB: Windows tries ports 445 and 139 at once and needs only one of them. */
export function smbReached(theCase: Examination): Set<string> {
  const open = attempts(theCase).filter(({ outcome, port }) => outcome === 'open' && isSmbPort(port))
  return new Set(open.map(({ client, server }) => theCase.pairOf(client, server)))
}

/** Client and server pairs whose port 445 was refused or left without an answer. */
const smbFailed = perCase((theCase: Examination): ReadonlySet<string> => {
  const failed = attempts(theCase).filter(
    ({ outcome, port }) => port === SMB && (outcome === 'refused' || outcome === 'unanswered'),
  )
  return new Set(failed.map(({ client, server }) => theCase.pairOf(client, server)))
})

/** True for port 139 of a server whose port 445 failed as well: clients try both at once, so it is one failure. */
export function isSecondSmbPort(theCase: Examination, client: string, server: string, port: number): boolean {
  return port === SMB_OVER_NETBIOS && smbFailed(theCase).has(theCase.pairOf(client, server))
}

/** Client and server pairs of which the client asked the server for RPC: there SMB that cannot be reached matters as well. */
export const rpcAsked = perCase((theCase: Examination): ReadonlySet<string> => {
  const asked = attempts(theCase).filter(({ port }) => port === ENDPOINT_MAPPER)
  return new Set(asked.map(({ client, server }) => theCase.pairOf(client, server)))
})

/** The SYNs of a group of attempts as evidence. */
export function attemptEvidence(theCase: Examination, { failed, after }: FailedPort): Evidence[] {
  const { frames } = theCase.capture
  return [
    ...failed
      .slice(0, 4)
      .flatMap((attempt) => [
        ...evidence(attempt.synFrame, `SYN to port ${attempt.port}`),
        ...(attempt.outcome === 'refused'
          ? evidence(
              attempt.answerFrame,
              `RST: refused after ${duration(secondsBetween(frames, attempt.synFrame, attempt.answerFrame!))}`,
            )
          : evidence(
              attempt.syns > 1 ? attempt.lastFrame : undefined,
              `the last of ${attempt.syns} SYNs, none answered`,
            )),
      ]),
    ...(after ? evidence(after.answerFrame, 'a later attempt succeeds') : []),
  ]
}

/** How long the client tried. */
export function tried(theCase: Examination, failed: readonly Attempt[]): string {
  return duration(secondsBetween(theCase.capture.frames, failed[0]!.synFrame, failed.at(-1)!.lastFrame))
}
