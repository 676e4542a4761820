// What followed an error of Kerberos: logons that failed, and connections that the client gave up.
import type { SecurityContext } from '../../conversation/model'
import { secondsBetween } from '../../conversation/time'
import type { Examination } from '../examination'
import { goodLogonsOf } from './afterwards'
import { addressesOf, ends, hostOf, type KerberosError, RELATED_SECONDS, soonAfter } from './kerberos-errors'
import { type QuietEnd, quietEnds } from './quiet-ends'

/** A logon that failed: its frame and stream. */
export interface FailedLogon {
  frame: number
  stream: number
}

/**
 * Failed logons of every client, in order of their frames: those that a missing ticket or a wrong clock can explain. A server that
 * accepted the ticket, or completed the handshake, had no complaint about either.
 */
export function failedLogons(theCase: Examination): Map<string, FailedLogon[]> {
  const byClient = new Map<string, FailedLogon[]>()
  for (const { client, security, nak, stream } of theCase.conversation.connections) {
    const frames = [
      nak?.frame,
      ...security.map((context) => (isAccepted(context) ? undefined : context.failedFrame)),
    ].filter((frame) => frame !== undefined)
    if (frames.length === 0) continue
    const known = byClient.get(client.text) ?? []
    known.push(...frames.map((frame) => ({ frame, stream })))
    byClient.set(client.text, known)
  }
  for (const logons of byClient.values()) logons.sort((a, b) => a.frame - b.frame)
  return byClient
}

/** negState accept-completed (RFC 4178 4.2.2), or an answer to a Kerberos token that is no error. */
function isAccepted({ negotiationState, mechanism, state, tokenFrames, kerberosError }: SecurityContext): boolean {
  if (negotiationState === 0) return true
  return mechanism === 'kerberos' && kerberosError === undefined && state !== 'offered' && tokenFrames.length > 1
}

/** The first logon of the host that got the error that failed shortly after it. */
export function failedLogonAfter(
  theCase: Examination,
  logons: ReadonlyMap<string, FailedLogon[]>,
  error: KerberosError,
): FailedLogon | undefined {
  const next = logons.get(error.to)?.find(({ frame }) => frame >= error.frame)
  return next && secondsBetween(theCase.capture.frames, error.frame, next.frame) <= RELATED_SECONDS ? next : undefined
}

/** By client: connections that it ended without a logon, and the last frame in which it did log on. */
export type GivenUp = ReadonlyMap<string, { ends: QuietEnd[]; lastLogon: number }>

export function givenUp(theCase: Examination): GivenUp {
  const byClient = new Map<string, { ends: QuietEnd[]; lastLogon: number }>()
  const of = (client: string) => {
    const known = byClient.get(client) ?? { ends: [], lastLogon: -1 }
    byClient.set(client, known)
    return known
  }
  const { connections, smbLogons } = theCase.conversation
  for (const end of quietEnds(theCase)) of(end.attempt.client).ends.push(end)
  if (byClient.size === 0) return byClient
  for (const { client, security } of connections)
    for (const { tokenFrames } of security) {
      const known = of(client.text)
      known.lastLogon = Math.max(known.lastLogon, tokenFrames.at(-1) ?? -1)
    }
  for (const { firstFrame, lastFrame } of smbLogons) {
    const known = of(ends(theCase, firstFrame).from)
    known.lastLogon = Math.max(known.lastLogon, lastFrame)
  }
  return byClient
}

/**
 * The connection that the client ended without a logon soon after the error, where it never logs on to that server from then on:
 * its own (by address), or one to the host of the service that it wanted a ticket for.
 */
export function givenUpAfter(theCase: Examination, all: GivenUp, error: KerberosError): QuietEnd | undefined {
  const servers = addressesOf(theCase, hostOf(error.service))
  for (const [client, { ends: quiet, lastLogon }] of all) {
    if (client === error.to ? lastLogon > error.frame : !servers) continue
    const left = quiet.find(
      ({ frame, attempt }) =>
        soonAfter(theCase, error, frame) &&
        (!servers || servers.has(attempt.server)) &&
        attempt.synFrame <= error.frame &&
        !goodLogonsOf(theCase, client, attempt.server).some((good) => good.frame > error.frame),
    )
    if (left) return left
  }
  return undefined
}
