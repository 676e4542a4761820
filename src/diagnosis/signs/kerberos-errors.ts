// Every Kerberos error in the capture: from a KDC, or from a server in the middle of a logon; and what became of it. RFC 4120 5.9.1.
import { Message, Protocol, Stream } from '../../../asm/layout'
import { frameEnds } from '../../capture/text'
import { nameAnswers } from '../../conversation/name-answers'
import { secondsBetween } from '../../conversation/time'
import { type Kerberos, kerberos } from '../../dissect/security/kerberos'
import { Reader } from '../../dissect/reader'
import { accountOf, goodLogonsOf } from './afterwards'
import type { Examination } from '../examination'
import { perCase } from '../per-case'

const AS_REQ = 10
const AS_REP = 11
const TGS_REQ = 12
const TGS_REP = 13
const KRB_ERROR = 30
/** KRB_AP_ERR_SKEW. */
const SKEW = 37
const UDP = 17
/** auth_type of Kerberos without SPNEGO. */
const KERBEROS_TYPE = 16
/** A refusal this soon before a failing logon of the same host belongs to it. */
export const RELATED_SECONDS = 30

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
  /** Encryption types that the client offered. */
  etypes?: number[] | undefined
  /** True over UDP. */
  isDatagram: boolean
  /** Seconds by which the sender's clock is ahead of the receiver's, where the message has both. */
  skew?: number | undefined
  /** True when it was sent inside a logon to RPC or SMB, false for a KDC. */
  inLogon: boolean
}

/** A message of Kerberos to or from a KDC. */
interface KdcMessage {
  frame: number
  stream: number
  from: string
  to: string
  read: Kerberos
}

const kdcMessages = perCase((theCase: Examination): readonly KdcMessage[] => {
  const all: KdcMessage[] = []
  const { messages } = theCase.capture
  for (let row = 0; row < messages.rows; row++) {
    if (messages.get(Message.Protocol, row) !== Protocol.Kerberos) continue
    const bytes = theCase.capture.bytes(messages.get(Message.Kept, row), messages.get(Message.KeptLength, row))
    const read = kerberos(new Reader(bytes))
    const frame = messages.get(Message.Frame, row)
    if (read) all.push({ frame, stream: messages.get(Message.Stream, row), ...ends(theCase, frame), read })
  }
  return all
})

/** Kerberos errors in order of their frames. */
export const kerberosErrors = perCase((theCase: Examination): readonly KerberosError[] =>
  [...errorsOfKdcs(theCase), ...errorsInLogons(theCase)].sort((a, b) => a.frame - b.frame),
)

function errorsOfKdcs(theCase: Examination): KerberosError[] {
  const errors: KerberosError[] = []
  const requests = new Map<number, KdcMessage>()
  for (const message of kdcMessages(theCase)) {
    const { read, frame, stream, from, to } = message
    if (read.type === AS_REQ || read.type === TGS_REQ) requests.set(stream, message)
    if (read.type !== KRB_ERROR || read.errorCode === undefined) continue
    const request = requests.get(stream)
    const { clientTime, serverTime } = read
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
      ...(request && { exchange: request.read.type === AS_REQ ? 'AS' : 'TGS', requestFrame: request.frame }),
      ...(client !== undefined && { client }),
      ...(realm !== undefined && { realm }),
      ...(service !== undefined && { service }),
      ...(read.ntStatus !== undefined && { ntStatus: read.ntStatus }),
      ...(request?.read.etypes && { etypes: request.read.etypes }),
      ...(clientTime !== undefined && serverTime !== undefined && { skew: serverTime - clientTime }),
      inLogon: false,
    })
  }
  return errors
}

/** What showed that an error did no lasting harm: a frame, and what it shows. */
export interface Correction {
  frame: number
  by: 'ticket' | 'kerberos' | 'other'
  note: string
}

/**
 * What put right what an error refused: a ticket for the same user or service, a logon with Kerberos, or a logon by other means
 * (NTLM) of the same user or to the same server.
 */
export function correctedBy(theCase: Examination, error: KerberosError): Correction | undefined {
  return (
    (error.inLogon ? undefined : ticketAfter(theCase, error)) ??
    kerberosAfter(theCase, error) ??
    (error.inLogon ? undefined : otherLogonAfter(theCase, error))
  )
}

export function soonAfter(theCase: Examination, error: KerberosError, frame: number): boolean {
  return frame > error.frame && secondsBetween(theCase.capture.frames, error.frame, frame) <= RELATED_SECONDS
}

/** A ticket that a KDC gave afterwards: to the same user (AS), or for the same service or host (TGS). */
function ticketAfter(theCase: Examination, error: KerberosError): Correction | undefined {
  const wanted = error.service?.toLowerCase()
  const host = hostOf(error.service)
  const user = error.client?.toLowerCase().split('@')[0]
  for (const { frame, to, read } of kdcReplies(theCase)) {
    if (frame <= error.frame || to !== error.to) continue
    const given = read.ticket?.service?.toLowerCase()
    const isForService = error.exchange === 'TGS' || (error.exchange === undefined && !isTicketGranting(wanted))
    const fits = isForService
      ? given === wanted || (host !== undefined && isSameHost(hostOf(given), host))
      : read.type === AS_REP && (user === undefined || read.client?.toLowerCase().split('@')[0] === user)
    // A KDC that gives any ticket had no complaint about the time.
    if (fits || error.code === SKEW) return { frame, by: 'ticket', note: 'the KDC gives the ticket' }
  }
  return undefined
}

/** Hosts are named with and without their domain. */
function isSameHost(one: string | undefined, other: string): boolean {
  if (one === undefined) return false
  const isShort = !one.includes('.') || !other.includes('.')
  return isShort ? one.split('.')[0] === other.split('.')[0] : one === other
}

/** A logon with Kerberos that worked soon after, on the server that sent the error or on any. */
function kerberosAfter(theCase: Examination, error: KerberosError): Correction | undefined {
  const { connections, smbLogons } = theCase.conversation
  const correction = (frame: number): Correction => ({ frame, by: 'kerberos', note: 'a logon with Kerberos works' })
  for (const { client, server, security } of connections) {
    if (client.text !== error.to || (error.inLogon && server.text !== error.from)) continue
    const worked = security.find(
      ({ mechanism, type, provenFrame }) =>
        (mechanism === 'kerberos' || type === KERBEROS_TYPE) &&
        provenFrame !== undefined &&
        soonAfter(theCase, error, provenFrame),
    )
    if (worked) return correction(worked.provenFrame!)
  }
  for (const { mechanism, status, lastFrame } of smbLogons) {
    if (mechanism !== 'kerberos' || status !== 0 || !soonAfter(theCase, error, lastFrame)) continue
    const { from, to } = ends(theCase, lastFrame)
    if (to === error.to && (!error.inLogon || from === error.from)) return correction(lastFrame)
  }
  return undefined
}

/** A logon without Kerberos: of the same account anywhere, or of this client (to the server of that service, where its address is known). */
function otherLogonAfter(theCase: Examination, error: KerberosError): Correction | undefined {
  const account = error.exchange === 'TGS' ? undefined : error.client?.toLowerCase().split('@')[0]
  const servers = error.exchange === 'TGS' ? addressesOf(theCase, hostOf(error.service)) : undefined
  const correction = (frame: number, name: string): Correction => ({
    frame,
    by: 'other',
    note: `${name} logs on without that ticket`,
  })
  for (const { client, server, good } of allGoodLogons(theCase))
    for (const { frame, user, name, anonymous } of good) {
      if (anonymous || frame <= error.frame) continue
      if (account !== undefined && accountOf(user) === account) return correction(frame, name)
      if (!soonAfter(theCase, error, frame)) continue
      // Hosts with two families of addresses speak to the KDC by one and to the server by the other.
      if (servers?.has(server)) return correction(frame, name)
      if (account === undefined && !servers && client === error.to) return correction(frame, name)
    }
  return undefined
}

interface GoodPair {
  client: string
  server: string
  good: ReturnType<typeof goodLogonsOf>
}

const allGoodLogons = perCase((theCase: Examination): readonly GoodPair[] => {
  const keys = new Map<string, [client: string, server: string]>()
  for (const { client, server } of theCase.conversation.connections)
    keys.set(`${client.text} ${server.text}`, [client.text, server.text])
  for (const { lastFrame } of theCase.conversation.smbLogons) {
    const { from, to } = ends(theCase, lastFrame)
    keys.set(`${to} ${from}`, [to, from])
  }
  return [...keys.values()].map(([client, server]) => ({
    client,
    server,
    good: goodLogonsOf(theCase, client, server),
  }))
})

const kdcReplies = perCase((theCase: Examination) =>
  kdcMessages(theCase).filter(({ read }) => read.type === AS_REP || read.type === TGS_REP),
)

const addressesByHost = perCase((theCase: Examination) => {
  const known = new Map<string, Set<string>>()
  for (const { name, addresses } of nameAnswers(theCase.capture))
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
  const inRpc = connections.flatMap(({ security, stream }) =>
    security.flatMap(({ kerberosError, kerberosErrorFrame, clockSkew, target }) =>
      kerberosError === undefined || kerberosErrorFrame === undefined
        ? []
        : [errorInLogon(theCase, stream, kerberosErrorFrame, kerberosError, target?.spn, clockSkew)],
    ),
  )
  const inSmb = smbLogons.flatMap(({ kerberosError, lastFrame, stream, target }) =>
    kerberosError === undefined
      ? []
      : [errorInLogon(theCase, stream, lastFrame, kerberosError, target?.spn, undefined)],
  )
  return [...inRpc, ...inSmb]
}

function errorInLogon(
  theCase: Examination,
  stream: number,
  frame: number,
  code: number,
  service: string | undefined,
  skew: number | undefined,
): KerberosError {
  return {
    frame,
    stream,
    code,
    ...ends(theCase, frame),
    isDatagram: false,
    ...(service !== undefined && { service }),
    ...(skew !== undefined && { skew }),
    inLogon: true,
  }
}

export function ends(theCase: Examination, frame: number): { from: string; to: string } {
  const { source, destination } = frameEnds(theCase.capture, frame)
  return { from: source, to: destination }
}

/** KDC errors that refuse the user, so that any logon of that user fails by the same cause. RFC 4120 7.5.9. */
const REFUSES_USER = new Set([6, 12, 18, 23, 24])

/** The KDC's refusal of the same user shortly before a rejected logon: one cause, reported where it is named. */
export function refusedByKdcBefore(theCase: Examination, account: string | undefined, frame: number): boolean {
  if (account === undefined) return false
  return kerberosErrors(theCase).some(
    (error) =>
      !error.inLogon &&
      REFUSES_USER.has(error.code) &&
      error.frame < frame &&
      error.client?.toLowerCase().split('@')[0] === account &&
      secondsBetween(theCase.capture.frames, error.frame, frame) <= RELATED_SECONDS &&
      correctedBy(theCase, error) === undefined,
  )
}
