// How findings name things: users, methods, frames, spans of time. One way everywhere, so that a reader learns it once.
import { Pdu, Stream, PduType } from '../../../asm/layout'
import { NONE } from '../../capture/table'
import { endpointText, hex32 } from '../../capture/text'
import { Call, type Connection, type SecurityContext } from '../../conversation/model'
import { pduType } from '../../capture/pdu'
import type { Examination } from '../examination'
import type { Evidence } from '../finding'
import { evidence } from './evidence'

export { evidence } from './evidence'

/** Names of auth_level, MS-RPCE 2.2.1.1.8; 0, which never travels, means a call without a verifier. */
const LEVELS = ['none', 'none', 'connect', 'call', 'packet', 'packet integrity', 'packet privacy']

export function levelName(level: number): string {
  return LEVELS[level] ?? `level ${level}`
}

/** Names of auth_type, MS-RPCE 2.2.1.1.7. */
const PACKAGES: Record<number, string> = { 9: 'Negotiate', 10: 'NTLM', 16: 'Kerberos', 14: 'Schannel', 68: 'Netlogon' }

/** The security package, as the tokens show it inside Negotiate. */
export function packageName({ type, mechanism }: SecurityContext): string {
  if (mechanism === 'ntlm') return 'NTLM'
  if (mechanism === 'kerberos') return 'Kerberos'
  return PACKAGES[type] ?? `security package ${type}`
}

/** What a logon says of its user. */
type UserNames = Pick<SecurityContext, 'anonymous' | 'user' | 'domain'>

/** True if two logons are the same user, as far as names tell; undefined where one of them cannot be read. */
export function sameUser(one: UserNames, other: UserNames): boolean | undefined {
  if (one.anonymous || other.anonymous) return one.anonymous === other.anonymous
  if (!one.user || !other.user) return undefined
  const plain = ({ user, domain }: UserNames) => {
    const [name, realm] = user!.toLowerCase().split('@')
    return { name, domain: (realm ?? domain ?? '').split('.')[0]!.toLowerCase() }
  }
  const a = plain(one)
  const b = plain(other)
  return a.name === b.name && (a.domain === b.domain || !a.domain || !b.domain)
}

/** `IRemUnknown2::RemQueryInterface`, as far as it is known. */
export function methodName(theCase: Examination, call: number): string {
  const { calls } = theCase.conversation
  const uuid = theCase.interfaceOf(call)
  const opnum = calls.get(Call.Opnum, call)
  if (uuid === undefined)
    return opnum === NONE ? answeredOffer(theCase, call) : `opnum ${opnum} of an unknown interface`
  return `${interfaceName(theCase, uuid)}::${theCase.names.method(uuid, opnum) ?? `opnum ${opnum}`}`
}

/** PDUs before a fault among which a bind or alter_context that it answers is looked for. */
const LOOK_BACK = 64

/** What a fault without a request answers: an alter_context under the same call id, or nothing that is there. */
function answeredOffer(theCase: Examination, call: number): string {
  const { conversation } = theCase
  const { calls } = conversation
  const { pdus } = theCase.capture
  const connection = theCase.connectionOf(call)
  const fault = calls.get(Call.ResponsePdu, call)
  // The request may be among what is missing.
  if (theCase.isIncomplete(connection)) return UNREQUESTED
  for (let pdu = fault - 1; pdu >= Math.max(0, fault - LOOK_BACK) && fault !== NONE; pdu--) {
    if (pdus.get(Pdu.CallId, pdu) !== calls.get(Call.CallId, call) || conversation.connectionOfPdu(pdu) !== connection)
      continue
    const type = pduType(pdus.get(Pdu.Head, pdu))
    if (type === PduType.Bind || type === PduType.AlterContext)
      return `the ${type === PduType.Bind ? 'bind' : 'alter_context'} in frame ${frameNumber(pdus.get(Pdu.Frame, pdu))}`
  }
  return UNREQUESTED
}

/** What methodName() gives for an answer that is all that the capture holds of a call. */
export const UNREQUESTED = 'a call whose request is not in the capture'

/** A method as methodName() names it, for a headline: words for one that is not known are too long there. */
export function shortMethod(name: string): string {
  if (name.startsWith('a call ')) return 'a call'
  return name.replace(/ of an unknown interface$/, '').replace(/ in frame \d+$/, '')
}

/** The same at the beginning of a headline. */
export function firstMethod(name: string): string {
  return shortMethod(name).replace(/^(?:a call|opnum|the )/, (word) => word[0]!.toUpperCase() + word.slice(1))
}

export function interfaceName(theCase: Examination, uuid: string): string {
  return theCase.names.interfaceName(uuid) ?? uuid
}

/** `address:port` of an end of a connection. */
export function clientText({ client }: Connection): string {
  return endpointText(client.text, client.port)
}

export function serverText({ server, pipeName }: Connection): string {
  return pipeName ? `${server.text} (pipe ${pipeName})` : endpointText(server.text, server.port)
}

/** The ends of a stream: A is taken for the client. */
export function streamEnds(theCase: Examination, stream: number): { client: string; server: string; port: number } {
  const text = (column: Stream) => theCase.addressText(theCase.streamValue(column, stream))
  return {
    client: text(Stream.AddressA),
    server: text(Stream.AddressB),
    port: theCase.streamValue(Stream.PortB, stream),
  }
}

export interface Side {
  address: string
  port: number
}

/** Client and server of a stream: as its RPC connection has them, else A is the client. */
export function sidesOf(theCase: Examination, stream: number): { client: Side; server: Side } {
  const connection = theCase.connectionsOn(stream)[0]
  if (connection)
    return {
      client: { address: connection.client.text, port: connection.client.port },
      server: { address: connection.server.text, port: connection.server.port },
    }
  const { client, server, port } = streamEnds(theCase, stream)
  return {
    client: { address: client, port: theCase.streamValue(Stream.PortA, stream) },
    server: { address: server, port },
  }
}

/** `10.0.0.15:50001 to 10.0.0.6:135`. */
export function sidesText({ client, server }: { client: Side; server: Side }): string {
  return `${endpointText(client.address, client.port)} to ${endpointText(server.address, server.port)}`
}

/** Frames are counted from 1, as Wireshark counts them. */
export function frameNumber(row: number): string {
  return String(row + 1)
}

/** `frames 520 to 528` or `frame 7`. */
export function frameSpan(rows: readonly number[]): string {
  const first = Math.min(...rows)
  const last = Math.max(...rows)
  return first === last ? `frame ${first + 1}` : `frames ${first + 1} to ${last + 1}`
}

/** `a, b and c`. */
export function list(items: readonly string[], last = 'and'): string {
  if (items.length < 2) return items[0] ?? ''
  return `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1)}`
}

/** At most `limit` of the items, and how many more there are of `count`. */
export function listSome(items: readonly string[], limit = 4, count = items.length): string {
  const rest = count - limit
  return rest > 0 ? `${items.slice(0, limit).join(', ')} and ${rest} more` : list(items)
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** `0.5 ms`, `12 ms`, `3.2 s`, `5 min`. */
export function duration(seconds: number): string {
  const abs = Math.abs(seconds)
  if (abs < 0.01) return `${(seconds * 1e3).toFixed(1)} ms`
  if (abs < 1) return `${Math.round(seconds * 1e3)} ms`
  if (abs < 120) return `${seconds.toFixed(1)} s`
  return abs < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}

/** `0x00000721 (RPC_S_SEC_PKG_ERROR)`; words for a status that is cut off in the capture. */
export function statusText(theCase: Examination, status: number): string {
  if (status === NONE) return 'a status that is cut off in the capture'
  const known = theCase.names.statusName(status)
  return known ? `${hex32(status)} (${known.symbol})` : hex32(status)
}

/** Request and answer of a call as evidence. */
export function callEvidence(theCase: Examination, call: number, answer: string): Evidence[] {
  const { calls } = theCase.conversation
  return [
    ...evidence(
      calls.get(Call.RequestFrame, call),
      `request ${methodName(theCase, call)}, call ${calls.get(Call.CallId, call)}`,
    ),
    ...evidence(calls.get(Call.ResponseFrame, call), answer),
  ]
}
