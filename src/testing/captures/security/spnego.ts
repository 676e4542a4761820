// SPNEGO tokens. RFC 4178 4.2, MS-SPNG.
import { der, enumerated, OCTET_STRING, oid, sequence, tagged } from './der'

export const OID_NTLM = '1.3.6.1.4.1.311.2.2.10'
export const OID_KERBEROS = '1.2.840.113554.1.2.2'
export const OID_MS_KERBEROS = '1.2.840.48018.1.2.2'
const OID_SPNEGO = '1.3.6.1.5.5.2'

export const ACCEPT_COMPLETED = 0
export const ACCEPT_INCOMPLETE = 1
export const REJECT = 2

/** The DER of a mechTypes list: what mechListMIC signs. */
export function mechanismList(mechanisms: readonly string[]): Uint8Array<ArrayBuffer> {
  return sequence(...mechanisms.map(oid))
}

export function negTokenInit(mechanisms: readonly string[], token?: Uint8Array): Uint8Array<ArrayBuffer> {
  const optimistic = token ? [tagged(2, der(OCTET_STRING, token))] : []
  return der(0x60, oid(OID_SPNEGO), tagged(0, sequence(tagged(0, mechanismList(mechanisms)), ...optimistic)))
}

export interface Answer {
  state?: number
  mechanism?: string
  token?: Uint8Array
  mic?: Uint8Array
}

export function negTokenResp({ state, mechanism, token, mic }: Answer): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = []
  if (state !== undefined) parts.push(tagged(0, enumerated(state)))
  if (mechanism) parts.push(tagged(1, oid(mechanism)))
  if (token) parts.push(tagged(2, der(OCTET_STRING, token)))
  if (mic) parts.push(tagged(3, der(OCTET_STRING, mic)))
  return tagged(1, sequence(...parts))
}
