// Every Kerberos error in the capture: from a KDC, or from a server in the middle of a logon; and what became of it. RFC 4120 5.9.1.
import { answersOf } from '../network/siblings'
import { Message, Protocol, Stream } from '../../../../asm/layout'
import { messageBytes, Room } from '../../../capture/messages'
import { type Kerberos, kerberos } from '../../../dissect/security/kerberos'
import { Reader } from '../../../dissect/reader'
import type { SecurityContext, SmbLogon } from '../../../conversation/model'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'
import { connectionTraits } from '../connection-traits'

const AS_REQ = 10
const TGS_REQ = 12
const KRB_ERROR = 30
const UDP = 17

export interface KerberosError {
  frame: number
  stream: number
  code: number
  /** Addresses of who sent the error and who got it. */
  from: string
  to: string
  client?: string | undefined
  realm?: string | undefined
  service?: string | undefined
  /** The exchange that a KDC refused, where its request is in the capture: a logon (AS) or a ticket for a service (TGS). */
  exchange?: 'AS' | 'TGS' | undefined
  requestFrame?: number | undefined
  /** The NTSTATUS that a Windows or Samba KDC adds. MS-KILE 2.2.2. */
  ntStatus?: number | undefined
  /** The request's kdc-options, first bit highest. RFC 4120 5.4.1. */
  options?: number | undefined
  /** Encryption types that the client offered. */
  etypes?: number[] | undefined
  /** True over UDP. */
  isDatagram: boolean
  /** Seconds by which the sender's clock is ahead of the receiver's, where the message has both. */
  skew?: number | undefined
  /** True when it was sent inside a logon to RPC or SMB, false for a KDC. */
  inLogon: boolean
  /** True if the server passed on what a KDC answers, or could not reach one (IAKERB). */
  isRelayed?: boolean | undefined
}

/** A message of Kerberos to or from a KDC. */
export interface KdcMessage {
  frame: number
  stream: number
  from: string
  to: string
  read: Kerberos
}

export const kdcMessages = perCase((theCase: Examination): readonly KdcMessage[] => {
  const all: KdcMessage[] = []
  const { messages } = theCase.capture
  const room = new Room()
  const { rows } = messages
  for (let row = 0; row < rows; row++) {
    if (messages.get(Message.Protocol, row) !== Protocol.Kerberos) continue
    const read = kerberos(new Reader(messageBytes(theCase.capture, row, room)))
    const frame = messages.get(Message.Frame, row)
    const { source: from, destination: to } = theCase.endsOf(frame)
    if (read) all.push({ frame, stream: messages.get(Message.Stream, row), from, to, read })
  }
  return all
})

/** Kerberos errors in order of their frames. */
export const kerberosErrors = perCase((theCase: Examination): readonly KerberosError[] =>
  [...errorsOfKdcs(theCase), ...errorsInLogons(theCase)].sort((a, b) => a.frame - b.frame),
)

function errorsOfKdcs(theCase: Examination): KerberosError[] {
  const errors: KerberosError[] = []
  let last: KdcMessage | undefined
  const requests = new Map<number, KdcMessage>()
  for (const message of kdcMessages(theCase)) {
    const { read, frame, stream, from, to } = message
    if (read.type === AS_REQ || read.type === TGS_REQ) requests.set(stream, message)
    if (read.type !== KRB_ERROR || read.errorCode === undefined) continue
    const request = requests.get(stream)
    const { clientTime, serverTime } = read
    // A copy of one datagram: the clock of a KDC has microseconds.
    if (serverTime !== undefined && last?.stream === stream && isSameError(last.read, read)) continue
    last = message
    const client = request?.read.client || read.client || undefined
    const realm = request?.read.realm ?? read.clientRealm ?? read.realm
    // Samba leaves the name out of the error.
    const service = request?.read.service || read.service || undefined
    errors.push({
      frame,
      stream,
      code: read.errorCode,
      from,
      to,
      isDatagram: theCase.streamValue(Stream.Transport, stream) === UDP,
      exchange: request && (request.read.type === AS_REQ ? 'AS' : 'TGS'),
      requestFrame: request?.frame,
      client,
      realm,
      service,
      ntStatus: read.ntStatus,
      options: request?.read.options,
      etypes: request?.read.etypes,
      skew: clientTime === undefined || serverTime === undefined ? undefined : serverTime - clientTime,
      inLogon: false,
    })
  }
  return errors
}

function isSameError(one: Kerberos, other: Kerberos): boolean {
  return one.errorCode === other.errorCode && one.serverTime === other.serverTime && one.clientTime === other.clientTime
}

const addressesByHost = perCase((theCase: Examination) => {
  const known = new Map<string, Set<string>>()
  for (const { name, addresses } of answersOf(theCase))
    for (const label of new Set([name.toLowerCase(), name.toLowerCase().split('.')[0]!])) {
      const all = known.get(label) ?? new Set<string>()
      for (const address of addresses) all.add(address)
      known.set(label, all)
    }
  return known
})

/** Addresses that the capture's name services gave a host; undefined where it names none. */
export function addressesOf(theCase: Examination, host: string | undefined): ReadonlySet<string> | undefined {
  const known = addressesByHost(theCase)
  return host === undefined ? undefined : (known.get(host) ?? known.get(host.split('.')[0]!))
}

/** The host of `service/host` or `service/host:port`, in lower case; none of a ticket-granting service. */
export function hostOf(service: string | undefined): string | undefined {
  if (service === undefined || isTicketGranting(service)) return undefined
  const host = service.toLowerCase().split('/')[1]
  return host?.split(':')[0]
}

export function isTicketGranting(service: string | undefined): boolean {
  return service?.toLowerCase().startsWith('krbtgt') === true
}

function errorsInLogons(theCase: Examination): KerberosError[] {
  const { connections, smbLogons } = theCase.conversation
  const errors: KerberosError[] = []
  if (!connectionTraits(theCase).hasKerberosError) return errors
  const take = (logon: SecurityContext | SmbLogon, stream: number) => {
    const error = errorInLogon(theCase, logon, stream)
    if (error) errors.push(error)
  }
  for (const { security, stream } of connections) for (const context of security) take(context, stream)
  for (const logon of smbLogons) take(logon, logon.stream)
  return errors
}

function errorInLogon(
  theCase: Examination,
  logon: SecurityContext | SmbLogon,
  stream: number,
): KerberosError | undefined {
  const { kerberosError: code, kerberosErrorFrame: frame } = logon
  if (code === undefined || frame === undefined) return undefined
  const { target, clockSkew: skew, relayed, user, domain } = logon
  const error = { frame, stream, code, ...ends(theCase, frame), isDatagram: false, ...(skew !== undefined && { skew }) }
  if (!relayed) return { ...error, inLogon: true, ...(target?.spn !== undefined && { service: target.spn }) }
  return {
    ...error,
    inLogon: false,
    isRelayed: true,
    exchange: relayed.exchange,
    ...(user !== undefined && { client: user }),
    ...(domain !== undefined && { realm: domain }),
    ...(relayed.service !== undefined && { service: relayed.service }),
  }
}

export function ends(theCase: Examination, frame: number): { from: string; to: string } {
  const { source, destination } = theCase.endsOf(frame)
  return { from: source, to: destination }
}
