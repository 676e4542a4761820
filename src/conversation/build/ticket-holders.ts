// Whose tickets clients show: a ticket hides the name of its holder, but the answer by which the KDC gave it does not. RFC 4120 5.4.2.
import { Message, Protocol } from '../../../asm/layout'
import { messageBytes } from '../../capture/messages'
import type { Capture } from '../../capture/capture'
import { frameEnds } from '../../capture/text'
import { kerberos } from '../../dissect/security/kerberos'
import { Reader } from '../../dissect/reader'
import type { Conversation, SecurityContext, SmbLogon, TicketHolder } from '../model'

/** AS-REP and TGS-REP. */
const REPLIES = new Set([11, 13])

/** The realm of anonymous principals: a KDC hides the client's name behind it in armored exchanges. RFC 6113 5.4.2, RFC 8062 2.1. */
const ANONYMOUS_REALM = 'WELLKNOWN:ANONYMOUS'

/** Names the most likely user of logons with a ticket: whom the same client got one for that service, when only one user did. */
export function nameTicketHolders(capture: Capture, { connections, smbLogons }: Conversation): void {
  const given = ticketsGiven(capture)
  if (given.size === 0) return
  for (const { client, security } of connections)
    for (const context of security) name(given, client.text, context.tokenFrames[0], context)
  for (const logon of smbLogons) name(given, frameEnds(capture, logon.firstFrame).source, logon.firstFrame, logon)
}

function name(
  given: ReadonlyMap<string, TicketHolder | undefined>,
  client: string,
  shown: number | undefined,
  logon: SecurityContext | SmbLogon,
): void {
  const service = logon.target?.spn
  if (logon.user !== undefined || logon.mechanism !== 'kerberos' || service === undefined) return
  const holder = given.get(key(client, service))
  if (holder && shown !== undefined && holder.frame < shown) logon.ticketHolder = holder
}

/** Holders by client and service; undefined where a client got tickets for one service as several users. */
function ticketsGiven(capture: Capture): Map<string, TicketHolder | undefined> {
  const { messages } = capture
  const given = new Map<string, TicketHolder | undefined>()
  for (let row = 0; row < messages.rows; row++) {
    if (messages.get(Message.Protocol, row) !== Protocol.Kerberos) continue
    const bytes = messageBytes(capture, row)
    const { type, client: user, clientRealm: realm, ticket } = kerberos(new Reader(bytes)) ?? {}
    if (!REPLIES.has(type ?? 0) || !user || ticket?.service === undefined || realm === ANONYMOUS_REALM) continue
    const frame = messages.get(Message.Frame, row)
    const place = key(frameEnds(capture, frame).destination, ticket.service)
    const known = given.get(place)
    if (!given.has(place)) given.set(place, { user, ...(realm !== undefined && { realm }), frame })
    else if (known && !isSame(known, user, realm)) given.set(place, undefined)
  }
  return given
}

function key(client: string, service: string): string {
  return `${client} ${service.toLowerCase()}`
}

function isSame(known: TicketHolder, user: string, realm: string | undefined): boolean {
  return known.user.toLowerCase() === user.toLowerCase() && known.realm?.toLowerCase() === realm?.toLowerCase()
}
