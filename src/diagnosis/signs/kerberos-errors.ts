// Every Kerberos error in the capture: from a KDC, or from a server in the middle of a bind. RFC 4120 5.9.1.
import { Message, Protocol } from '../../../asm/layout'
import { frameEnds } from '../../capture/text'
import { secondsBetween } from '../../conversation/time'
import { kerberos } from '../../dissect/security/kerberos'
import { Reader } from '../../dissect/reader'
import type { Examination } from '../examination'
import { type QuietEnd, quietEnds } from './quiet-ends'

const KRB_ERROR = 30
/** AS-REP and TGS-REP: a ticket is given after all. */
const TICKETS = new Set([11, 13])
/** auth_type of Kerberos without SPNEGO. */
const KERBEROS_TYPE = 16
/** A refusal this soon before a failing logon of the same host belongs to it. */
const RELATED_SECONDS = 30

export interface KerberosError {
  frame: number
  stream: number
  code: number
  /** Addresses of who sent the error and who got it. */
  from: string
  to: string
  client?: string
  service?: string
  /** Seconds by which the sender's clock is ahead of the receiver's, where the message has both. */
  skew?: number
  /** True when it was sent inside RPC, false for a KDC. */
  inRpc: boolean
}

/** Kerberos errors in order of their frames. */
export function kerberosErrors(theCase: Examination): KerberosError[] {
  const { messages } = theCase.capture
  const errors: KerberosError[] = []
  for (let row = 0; row < messages.rows; row++) {
    if (messages.get(Message.Protocol, row) !== Protocol.Kerberos) continue
    const bytes = theCase.capture.bytes(messages.get(Message.Kept, row), messages.get(Message.KeptLength, row))
    const read = kerberos(new Reader(bytes))
    if (read?.type !== KRB_ERROR || read.errorCode === undefined) continue
    const frame = messages.get(Message.Frame, row)
    const { clientTime, serverTime, client, service } = read
    errors.push({
      frame,
      stream: messages.get(Message.Stream, row),
      code: read.errorCode,
      ...ends(theCase, frame),
      ...(client !== undefined && { client }),
      ...(service !== undefined && { service }),
      ...(clientTime !== undefined && serverTime !== undefined && { skew: serverTime - clientTime }),
      inRpc: false,
    })
  }
  return [...errors, ...errorsInRpc(theCase)].sort((a, b) => a.frame - b.frame)
}

/**
 * The frame that shows that what an error refused was put right soon after: the same KDC gives the host a ticket, or a call
 * of that host under Kerberos is answered (by the same server, where a server sent the error).
 */
export function correctedBy(theCase: Examination, error: KerberosError): number | undefined {
  const soon = (frame: number) =>
    frame > error.frame && secondsBetween(theCase.capture.frames, error.frame, frame) <= RELATED_SECONDS
  for (const { client, server, security } of theCase.conversation.connections) {
    if (client.text !== error.to || (error.inRpc && server.text !== error.from)) continue
    const worked = security.find(
      ({ mechanism, type, provenFrame }) =>
        (mechanism === 'kerberos' || type === KERBEROS_TYPE) && provenFrame !== undefined && soon(provenFrame),
    )
    if (worked) return worked.provenFrame
  }
  return error.inRpc ? undefined : ticketGiven(theCase, error, soon)
}

function ticketGiven(theCase: Examination, error: KerberosError, soon: (frame: number) => boolean): number | undefined {
  const { messages } = theCase.capture
  for (let row = 0; row < messages.rows; row++) {
    const frame = messages.get(Message.Frame, row)
    if (messages.get(Message.Protocol, row) !== Protocol.Kerberos || !soon(frame)) continue
    const { source, destination } = frameEnds(theCase.capture, frame)
    if (source !== error.from || destination !== error.to) continue
    const bytes = theCase.capture.bytes(messages.get(Message.Kept, row), messages.get(Message.KeptLength, row))
    if (TICKETS.has(kerberos(new Reader(bytes))?.type ?? 0)) return frame
  }
  return undefined
}

function errorsInRpc(theCase: Examination): KerberosError[] {
  return theCase.conversation.connections.flatMap(({ security, stream }) =>
    security.flatMap(({ kerberosError, kerberosErrorFrame, clockSkew, target }) =>
      kerberosError === undefined || kerberosErrorFrame === undefined
        ? []
        : [
            {
              frame: kerberosErrorFrame,
              stream,
              code: kerberosError,
              ...ends(theCase, kerberosErrorFrame),
              ...(target?.spn !== undefined && { service: target.spn }),
              ...(clockSkew !== undefined && { skew: clockSkew }),
              inRpc: true,
            },
          ],
    ),
  )
}

function ends(theCase: Examination, frame: number): { from: string; to: string } {
  const { source, destination } = frameEnds(theCase.capture, frame)
  return { from: source, to: destination }
}

/** A logon that failed: its frame and stream. */
export interface FailedLogon {
  frame: number
  stream: number
}

/** Failed logons of every client, in order of their frames. */
export function failedLogons(theCase: Examination): Map<string, FailedLogon[]> {
  const byClient = new Map<string, FailedLogon[]>()
  for (const { client, security, nak, stream } of theCase.conversation.connections) {
    const frames = [nak?.frame, ...security.map(({ failedFrame }) => failedFrame)].filter(
      (frame) => frame !== undefined,
    )
    if (frames.length === 0) continue
    const known = byClient.get(client.text) ?? []
    known.push(...frames.map((frame) => ({ frame, stream })))
    byClient.set(client.text, known)
  }
  for (const logons of byClient.values()) logons.sort((a, b) => a.frame - b.frame)
  return byClient
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

/** The connection that the host that got the error ended soon after it, where it never logs on to anything from then on. */
export function givenUpAfter(theCase: Examination, all: GivenUp, error: KerberosError): QuietEnd | undefined {
  const own = all.get(error.to)
  if (!own || own.lastLogon > error.frame) return undefined
  const { frames } = theCase.capture
  return own.ends.find(
    ({ frame }) => frame > error.frame && secondsBetween(frames, error.frame, frame) <= RELATED_SECONDS,
  )
}
