// SPNEGO around other mechanisms' tokens. RFC 4178 4.2, MS-SPNG 2.2.1 (NegTokenInit2), RFC 2743 3.1 (framing).
import * as asn1 from './asn1'
import { application, context, members, Tag } from './asn1'
import type { Reader } from '../reader'
import { hexBytes, named } from '../show'

/** Mechanisms by object identifier. MS-SPNG 2.2.1, RFC 4178, MS-NEGOEX 2.2.1. */
export const MECHANISMS: Readonly<Record<string, string>> = {
  '1.2.840.113554.1.2.2': 'Kerberos',
  '1.2.840.48018.1.2.2': 'Kerberos (Microsoft)',
  '1.2.840.113554.1.2.2.3': 'Kerberos user-to-user',
  '1.3.6.1.4.1.311.2.2.10': 'NTLM',
  '1.3.6.1.4.1.311.2.2.30': 'NegoEx',
  '1.3.6.1.5.5.2': 'SPNEGO',
  '1.3.6.1.5.2.5': 'IAKERB',
}

/** negState. RFC 4178 4.2.2. */
const NEGOTIATION_STATES: Readonly<Record<number, string>> = {
  0: 'accept-completed',
  1: 'accept-incomplete',
  2: 'reject',
  3: 'request-mic',
}

export interface Spnego {
  kind: 'init' | 'response'
  /** Object identifiers that the initiator offers, best first. */
  mechanisms: string[]
  /** NEGOTIATION_STATES, in a response. */
  state?: number | undefined
  /** Object identifier that the acceptor chose. */
  chosen?: string | undefined
  /** The mechanism's own token, unread. */
  token?: Reader | undefined
  /** Signature over the list of mechanisms. */
  mic?: Uint8Array | undefined
}

/** Contents of GSS-API's framing after the mechanism's identifier; undefined when there is no such framing. */
export function gssToken(from: Reader): { mechanism: string; token: Reader } | undefined {
  if (from.peek8() !== application(0)) return undefined
  const contents = asn1.contentsOf(from, application(0))
  const mechanism = contents && asn1.objectIdentifier(contents)
  if (mechanism === undefined || !contents) return undefined
  return { mechanism, token: contents.part(contents.left) }
}

/** True if bytes begin like a NegTokenInit or NegTokenResp without framing. */
export function isSpnego(bytes: Uint8Array): boolean {
  return bytes[0] === context(0) || bytes[0] === context(1)
}

/** Reads a NegTokenInit or NegTokenResp whose framing is off already. Undefined when it is neither. */
export function spnego(from: Reader): Spnego | undefined {
  if (!isSpnego(from.bytes.subarray(from.at))) return undefined
  return from.group(
    'SPNEGO',
    () => {
      const found = asn1.element(from)
      if (!found) return undefined
      return found.tag === context(0) ? init(found.contents) : response(found.contents)
    },
    (message) => (message ? `NegToken${message.kind === 'init' ? 'Init' : 'Resp'}` : ''),
  )
}

function init(from: Reader): Spnego {
  const member = members(from)
  const message: Spnego = { kind: 'init', mechanisms: [] }
  const list = member.get(0)
  const types = list && asn1.contentsOf(list, Tag.Sequence)
  if (types)
    for (const { contents } of asn1.elements(types)) {
      const mechanism = asn1.oidText(contents.bytes)
      message.mechanisms.push(mechanism)
      contents.line('Mechanism', mechanismText(mechanism), 0, 'spnego.MechType')
    }
  message.token = asn1.octets(member.get(2))
  // [3] is a signature in RFC 4178, but hints in what a Microsoft server sends; its signature is [4].
  const third = member.get(3)
  mic(third?.peek8() === Tag.OctetString ? third : member.get(4), message)
  return message
}

function response(from: Reader): Spnego {
  const member = members(from)
  const message: Spnego = { kind: 'response', mechanisms: [] }
  message.state = asn1.integer(member.get(0), 'State', named(NEGOTIATION_STATES), 'spnego.negResult')
  const chosen = member.get(1)
  if (chosen) {
    message.chosen = asn1.objectIdentifier(chosen)
    if (message.chosen !== undefined)
      chosen.line('Chosen mechanism', mechanismText(message.chosen), 0, 'spnego.supportedMech')
  }
  message.token = asn1.octets(member.get(2))
  mic(member.get(3), message)
  return message
}

function mic(from: Reader | undefined, message: Spnego): void {
  const contents = asn1.octets(from)
  if (contents) message.mic = contents.take(contents.left, 'Signature of the mechanisms', hexBytes)
}

function mechanismText(mechanism: string): string {
  return MECHANISMS[mechanism] === undefined ? mechanism : `${MECHANISMS[mechanism]} (${mechanism})`
}
