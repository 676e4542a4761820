// What put right what an error of Kerberos refused: a ticket after all, a logon with Kerberos, or one without. RFC 4120 5.4.2.
import type { SmbLogon } from '../../../conversation/model'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'
import { goodLogons, type GoodLogon } from '../call/afterwards'
import { FrameIndex } from '../frame-index'
import {
  addressesOf,
  hostOf,
  isTicketGranting,
  kdcMessages,
  type KerberosError,
  kerberosErrors,
} from './kerberos-errors'

const AS_REP = 11
const TGS_REP = 13
/** The service that changes passwords. RFC 3244 2. */
const PASSWORD_CHANGE = 'kadmin/changepw'
/** KRB_AP_ERR_SKEW. */
const SKEW = 37
/** A refusal this soon before another event of the same host belongs to it. */
export const RELATED_SECONDS = 30

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
  const ticket = error.inLogon ? undefined : ticketAfter(theCase, error)
  if (ticket !== undefined) return { frame: ticket, by: 'ticket', note: 'the KDC gives the ticket' }
  const kerberos = kerberosAfter(theCase, error)
  if (kerberos !== undefined) return { frame: kerberos, by: 'kerberos', note: 'a logon with Kerberos works' }
  const other = error.inLogon ? undefined : otherLogonAfter(theCase, error)
  return other && { frame: other.frame, by: 'other', note: `${other.name} logs on without that ticket` }
}

export function soonAfter(theCase: Examination, error: KerberosError, frame: number): boolean {
  return frame > error.frame && secondsBetween(theCase.capture.frames, error.frame, frame) <= RELATED_SECONDS
}

/** Tickets by receiver and what they are for: any, a user (AS), a service, a host by its first label. */
const ticketsGiven = perCase((theCase: Examination): FrameIndex<{ frame: number }> => {
  const found = new FrameIndex<{ frame: number }>()
  for (const { read, to, frame } of kdcMessages(theCase)) {
    if (read.type !== AS_REP && read.type !== TGS_REP) continue
    found.add(to, { frame })
    const service = read.ticket?.service?.toLowerCase()
    if (read.type === AS_REP) {
      const exchange = exchangeFor(service)
      found.add(`${to} ${exchange}`, { frame })
      found.add(`${to} ${exchange} ${nameOf(read.client) ?? ''}`, { frame })
    }
    if (service === undefined) continue
    found.add(`${to} TGS ${service}`, { frame })
    const host = hostOf(service)
    if (host !== undefined) found.add(`${to} host ${host.split('.')[0]!}`, { frame })
  }
  return found
})

/** A ticket that only changes the password is given for an expired password too, and lets the user in nowhere. RFC 3244 2. */
function exchangeFor(service: string | undefined): 'AS' | 'AS to change the password' {
  return service?.startsWith(PASSWORD_CHANGE) ? 'AS to change the password' : 'AS'
}

function nameOf(client: string | undefined): string | undefined {
  return client?.toLowerCase().split('@')[0]
}

/** A ticket that a KDC gave afterwards: to the same user (AS), or for the same service or host (TGS). */
function ticketAfter(theCase: Examination, error: KerberosError): number | undefined {
  const given = ticketsGiven(theCase)
  const after = (key: string) => given.after(key, error.frame)?.frame
  // A KDC that gives any ticket had no complaint about the time.
  if (error.code === SKEW) return after(error.to)
  const isForService = error.exchange === 'TGS' || (error.exchange === undefined && !isTicketGranting(error.service))
  if (!isForService) {
    const exchange = `${error.to} ${exchangeFor(error.service?.toLowerCase())}`
    return after(error.client === undefined ? exchange : `${exchange} ${nameOf(error.client)}`)
  }
  const host = hostOf(error.service)?.split('.')[0]
  return (
    after(`${error.to} TGS ${error.service?.toLowerCase() ?? ''}`) ??
    (host === undefined ? undefined : after(`${error.to} host ${host}`))
  )
}

/** Good logons by what corrections ask for: with Kerberos by `client` and `client server`; not anonymous by client and by server. */
const correcting = perCase((theCase: Examination) => {
  const { byClient, byPair, byServer } = goodLogons(theCase)
  const those = (isWanted: (good: GoodLogon) => boolean, ...indexes: FrameIndex<GoodLogon>[]) => {
    const found = new FrameIndex<GoodLogon>()
    for (const index of indexes)
      for (const key of index.keys) for (const good of index.all(key)) if (isWanted(good)) found.add(key, good)
    return found
  }
  const isNamed = ({ anonymous }: GoodLogon) => !anonymous
  return {
    kerberos: those(({ isKerberos }) => isKerberos, byClient, byPair),
    namedByClient: those(isNamed, byClient),
    namedByServer: those(isNamed, byServer),
  }
})

/** A logon with Kerberos that worked soon after, on the server that sent the error or on any. */
function kerberosAfter(theCase: Examination, error: KerberosError): number | undefined {
  const key = error.inLogon ? `${error.to} ${error.from}` : error.to
  return firstSoon(theCase, error, correcting(theCase).kerberos, key)?.frame
}

/** A logon without Kerberos: of the same account anywhere, or of this client (to the server of that service, where its address is known). */
function otherLogonAfter(theCase: Examination, error: KerberosError): GoodLogon | undefined {
  const { namedByClient, namedByServer } = correcting(theCase)
  if (error.exchange !== 'TGS') {
    const account = nameOf(error.client)
    return account === undefined
      ? firstSoon(theCase, error, namedByClient, error.to)
      : goodLogons(theCase).byAccount.after(account, error.frame)
  }
  // Hosts with two families of addresses speak to the KDC by one and to the server by the other.
  const servers = addressesOf(theCase, hostOf(error.service))
  if (!servers) return firstSoon(theCase, error, namedByClient, error.to)
  for (const server of servers) {
    const good = firstSoon(theCase, error, namedByServer, server)
    if (good) return good
  }
  return undefined
}

function firstSoon(
  theCase: Examination,
  error: KerberosError,
  index: FrameIndex<GoodLogon>,
  key: string,
): GoodLogon | undefined {
  const good = index.after(key, error.frame)
  return good && soonAfter(theCase, error, good.frame) ? good : undefined
}

/** KDC errors that refuse the user, so that any logon of that user fails by the same cause. RFC 4120 7.5.9. */
const REFUSES_USER = new Set([6, 12, 18, 23, 24])

const refusedUsers = perCase((theCase: Examination): FrameIndex<KerberosError> => {
  const found = new FrameIndex<KerberosError>()
  for (const error of kerberosErrors(theCase)) {
    const account = nameOf(error.client)
    if (!error.inLogon && account !== undefined && REFUSES_USER.has(error.code)) found.add(account, error)
  }
  return found
})

/** The KDC's refusal of the same user shortly before a rejected logon: one cause, reported where it is named. */
export function refusedByKdcBefore(theCase: Examination, account: string | undefined, frame: number): boolean {
  const error = account === undefined ? undefined : refusedUsers(theCase).before(account, frame)
  if (!error || secondsBetween(theCase.capture.frames, error.frame, frame) > RELATED_SECONDS) return false
  return correctedBy(theCase, error) === undefined
}

/** KDC_ERR_C_PRINCIPAL_UNKNOWN. */
const UNKNOWN_USER = 6

/** Logons with NTLM at servers that are in no domain (each is its own, by the names in its challenge), by account. */
const localLogons = perCase((theCase: Examination): FrameIndex<SmbLogon & { frame: number }> => {
  const found = new FrameIndex<SmbLogon & { frame: number }>()
  for (const logon of theCase.conversation.smbLogons) {
    const { netbiosDomain, netbiosComputer } = logon.target ?? {}
    const account = nameOf(logon.user)
    if (account === undefined || netbiosComputer === undefined) continue
    if (netbiosDomain?.toLowerCase() === netbiosComputer.toLowerCase())
      found.add(account, { ...logon, frame: logon.lastFrame })
  }
  return found
})

/**
 * The logon that an unknown user tried soon after at a server that is in no domain: it names an account of that server, which the
 * domain need not know.
 */
export function localLogonAfter(
  theCase: Examination,
  error: KerberosError,
): (SmbLogon & { frame: number }) | undefined {
  const account = error.code === UNKNOWN_USER ? nameOf(error.client) : undefined
  const logon = account === undefined ? undefined : localLogons(theCase).after(account, error.frame)
  return logon && soonAfter(theCase, error, logon.frame) ? logon : undefined
}
