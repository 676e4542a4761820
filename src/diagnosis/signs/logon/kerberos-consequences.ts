// What followed an error of Kerberos: logons that failed, and connections that the client gave up.
import type { SecurityContext } from '../../../conversation/model'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'
import { goodLogons } from '../call/afterwards'
import { FrameIndex } from '../frame-index'
import { RELATED_SECONDS, soonAfter } from './kerberos-corrections'
import { addressesOf, ends, hostOf, type KerberosError } from './kerberos-errors'
import { type QuietEnd, quietEnds } from '../network/quiet-ends'

/** Connections that are looked at for each error: the one that was open when it came is among the first that end. */
const MOST_ENDS = 64

/** A logon that failed: its frame and stream. */
export interface FailedLogon {
  frame: number
  stream: number
}

/**
 * Failed logons of every client: those that a missing ticket or a wrong clock can explain. A server that accepted the ticket, or
 * completed the handshake, had no complaint about either.
 */
const failedLogons = perCase((theCase: Examination): FrameIndex<FailedLogon> => {
  const found = new FrameIndex<FailedLogon>()
  for (const { client, security, nak, stream } of theCase.conversation.connections) {
    const frames = [nak?.frame, ...security.map((context) => (isAccepted(context) ? undefined : context.failedFrame))]
    for (const frame of frames) if (frame !== undefined) found.add(client.text, { frame, stream })
  }
  return found
})

/** negState accept-completed (RFC 4178 4.2.2), or an answer to a Kerberos token that is no error. */
function isAccepted({ negotiationState, mechanism, state, tokenFrames, kerberosError }: SecurityContext): boolean {
  if (negotiationState === 0) return true
  return mechanism === 'kerberos' && kerberosError === undefined && state !== 'offered' && tokenFrames.length > 1
}

/** The first logon of the host that got the error that failed shortly after it, or by it. */
export function failedLogonAfter(theCase: Examination, error: KerberosError): FailedLogon | undefined {
  const next = failedLogons(theCase).after(error.to, error.frame - 1)
  return next && secondsBetween(theCase.capture.frames, error.frame, next.frame) <= RELATED_SECONDS ? next : undefined
}

interface LeftServer {
  frame: number
  end: QuietEnd
}

/** Connections that clients ended without a logon, by client and by server. */
const leftServers = perCase((theCase: Examination): FrameIndex<LeftServer> => {
  const found = new FrameIndex<LeftServer>()
  for (const end of quietEnds(theCase)) {
    found.add(`client ${end.attempt.client}`, { frame: end.frame, end })
    found.add(`server ${end.attempt.server}`, { frame: end.frame, end })
  }
  return found
})

/** The last frame of a token that each client sent or received. */
const lastTokens = perCase((theCase: Examination): ReadonlyMap<string, number> => {
  const last = new Map<string, number>()
  const learn = (client: string, frame: number) => last.set(client, Math.max(last.get(client) ?? -1, frame))
  for (const { client, security } of theCase.conversation.connections)
    for (const { tokenFrames } of security) learn(client.text, tokenFrames.at(-1) ?? -1)
  for (const { firstFrame, lastFrame } of theCase.conversation.smbLogons)
    learn(ends(theCase, firstFrame).from, lastFrame)
  return last
})

/**
 * The connection that the client ended without a logon soon after the error, where it never logs on to that server from then on:
 * one to the host of the service that it wanted a ticket for, or its own where that host's address is not known.
 */
export function givenUpAfter(theCase: Examination, error: KerberosError): QuietEnd | undefined {
  const servers = addressesOf(theCase, hostOf(error.service))
  const keys = servers ? [...servers].map((server) => `server ${server}`) : [`client ${error.to}`]
  if (!servers && (lastTokens(theCase).get(error.to) ?? -1) > error.frame) return undefined
  for (const key of keys) {
    let seen = 0
    for (const { frame, end } of leftServers(theCase).allAfter(key, error.frame)) {
      if (!soonAfter(theCase, error, frame) || ++seen > MOST_ENDS) break
      const { client, server, synFrame } = end.attempt
      if (synFrame > error.frame) continue
      if (goodLogons(theCase).byPair.after(`${client} ${server}`, error.frame) === undefined) return end
    }
  }
  return undefined
}
