// What a refused first call says: that the logon failed, that a right is missing, or one of the two.
import { ACCESS_DENIED, RPC_S_SEC_PKG_ERROR } from '../../../names/statuses'
import { Stream } from '../../../../asm/layout'
import type { SecurityContext, SmbLogon } from '../../../conversation/model'
import type { ErrorRecord } from '../../../dissect/rpc/eerr'
import type { Examination } from '../../examination'
import type { Rejection } from '../call/rejection'
import { connectionTraits } from '../connection-traits'

/** Access denied is the answer to both; every other status that refuses a logon speaks of the logon. */
/** negState of SPNEGO. RFC 4178 4.2.2. */
const ACCEPT_COMPLETED = 0
/** Detection locations of extended error information: a leg of the handshake failed; the security callback refused. */
export const LEG_FAILED = new Set([70, 71, 72, 73, 74, 90, 91, 131])
const CALLBACK_REFUSED = 40

export type Verdict =
  /** The logon failed; `certain` where the server says so itself. */
  | { at: 'logon'; certain: boolean }
  /** The logon was good, by the server's word, by the end of the handshake, or by the same user's calls elsewhere (frame). */
  | { at: 'right'; because: 'server' | 'completed' | 'elsewhere'; frame?: number }
  | { at: 'either' }

/** Frames that show that a user's logon is good, by client, server and name. */
export type GoodLogons = ReadonlyMap<string, number>

export function verdict(rejection: Rejection, reason: readonly ErrorRecord[], good: GoodLogons): Verdict {
  const { statuses, calls, security, connection } = rejection
  const places = reason.flatMap(({ detectionLocation }) => detectionLocation ?? [])
  if (places.some((place) => LEG_FAILED.has(place))) return { at: 'logon', certain: true }
  if (calls.length === 0 || !statuses.every((status) => ACCESS_DENIED.has(status)))
    return { at: 'logon', certain: statuses.includes(RPC_S_SEC_PKG_ERROR) }
  if (places.includes(CALLBACK_REFUSED)) return { at: 'right', because: 'server' }
  // In Negotiate the server does answer the last message, and "completed" says that it took the logon.
  if (security.negotiationState === ACCEPT_COMPLETED) return { at: 'right', because: 'completed' }
  const frame = good.get(key(connection.client.text, connection.server.text, security) ?? '')
  return frame === undefined ? { at: 'either' } : { at: 'right', because: 'elsewhere', frame }
}

/** First frames in which a server showed that it takes a user: an answered call, or a session of SMB. */
export function goodLogons(theCase: Examination): GoodLogons {
  const good = new Map<string, number>()
  const learn = (known: string | undefined, frame: number) => {
    if (known !== undefined && !good.has(known)) good.set(known, frame)
  }
  const { connections, smbLogons } = theCase.conversation
  const { hasProvenLogon } = connectionTraits(theCase)
  for (const { client, server, security } of hasProvenLogon ? connections : [])
    for (const context of security)
      if (context.provenFrame !== undefined) learn(key(client.text, server.text, context), context.provenFrame)
  const text = (column: Stream, stream: number) => theCase.addressText(theCase.streamValue(column, stream))
  for (const logon of smbLogons) {
    if (logon.status !== 0 || logon.guest) continue
    learn(key(text(Stream.AddressA, logon.stream), text(Stream.AddressB, logon.stream), logon), logon.lastFrame)
  }
  return good
}

/** Undefined for a logon without a name, which cannot be compared. */
function key(client: string, server: string, logon: SecurityContext | SmbLogon): string | undefined {
  if (!logon.user || logon.anonymous) return undefined
  const [name, realm] = logon.user.toLowerCase().split('@')
  const domain = (realm ?? logon.domain ?? '').split('.')[0]!.toLowerCase()
  return `${client} ${server} ${domain}\\${name}`
}
