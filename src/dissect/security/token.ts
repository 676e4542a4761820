// What a security token is, whatever it is wrapped in: raw NTLM, SPNEGO, GSS-API Kerberos, Netlogon.
// RFC 4121 4.1 (token ids before Kerberos messages), draft-ietf-kitten-iakerb (IAKERB); MS-RPCE 2.2.1.1.7 (which provider sends what).
import { members, string, Tag } from './asn1'
import { isKerberos, kerberos, tgtMessage, type Kerberos } from './kerberos'
import { isNetlogonToken, netlogonToken, type NetlogonToken } from './netlogon-token'
import { isNtlmssp, ntlmssp, type Ntlmssp } from './ntlmssp'
import type { Reader } from '../reader'
import { hex16 } from '../show'
import { gssToken, isSpnego, MECHANISMS, spnego, type Spnego } from './spnego'

type Mechanism = 'ntlm' | 'kerberos' | 'netlogon'

/** A token, unwrapped. */
export interface Token {
  /** Whose token it is: by its contents, else by what SPNEGO chose. Undefined while several are offered and none is used. */
  mechanism?: Mechanism | undefined
  spnego?: Spnego | undefined
  ntlm?: Ntlmssp | undefined
  kerberos?: Kerberos | undefined
  /** True if the Kerberos message is for a KDC, or from it: the server passes it on (IAKERB). */
  isRelayed?: boolean | undefined
  netlogon?: NetlogonToken | undefined
}

const SPNEGO = '1.3.6.1.5.5.2'
/** Token ids that stand before Kerberos messages: RFC 4121 4.1, and those of user-to-user tickets. */
const TOKEN_IDS = [0x0100, 0x0200, 0x0300]
const TGT_TOKEN_IDS = [0x0400, 0x0401]
/** IAKERB-PROXY: a header with the realm, then a message between client and KDC. */
const RELAY_TOKEN_ID = 0x0501

/** Finds out what a token is and reads it. An unknown one gives an empty summary. */
export function token(from: Reader): Token {
  const framed = gssToken(from)
  const inner = framed?.token ?? from
  if (framed ? framed.mechanism === SPNEGO : isSpnego(inner.bytes.subarray(inner.at))) {
    const negotiation = spnego(inner)
    if (!negotiation) return {}
    const found = negotiation.token ? mechanismToken(negotiation.token) : {}
    found.mechanism ??= mechanismOf(negotiation)
    return { ...found, spnego: negotiation }
  }
  return mechanismToken(inner)
}

/** A mechanism's own token: never SPNEGO, so that nesting ends here. */
function mechanismToken(from: Reader): Token {
  const inner = gssToken(from)?.token ?? from
  const bytes = inner.bytes.subarray(inner.at)
  if (isNtlmssp(bytes)) return { mechanism: 'ntlm', ntlm: ntlmssp(inner) }
  const id = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)
  const tgt = TGT_TOKEN_IDS.includes(id) && bytes[2] === Tag.Sequence
  if (tgt || (TOKEN_IDS.includes(id) && isKerberos(bytes.subarray(2)))) {
    inner.little = false
    inner.u16('GSS token id', hex16)
    return { mechanism: 'kerberos', kerberos: tgt ? tgtMessage(inner) : kerberos(inner) }
  }
  if (id === RELAY_TOKEN_ID && bytes[2] === Number(Tag.Sequence)) return relayed(inner)
  if (isKerberos(bytes)) return { mechanism: 'kerberos', kerberos: kerberos(inner) }
  if (isNetlogonToken(bytes)) return { mechanism: 'netlogon', netlogon: netlogonToken(inner) }
  return {}
}

/** IAKERB-HEADER { target-realm [1], cookie [2] } and what follows it; nothing while the client only asks for the realm. */
function relayed(from: Reader): Token {
  from.little = false
  from.u16('GSS token id', hex16)
  const found: Token = { mechanism: 'kerberos', isRelayed: true }
  from.group('IAKERB', () => string(members(from).get(1), 'Target realm'))
  found.kerberos = kerberos(from)
  return found
}

function mechanismOf({ chosen, mechanisms }: Spnego): Mechanism | undefined {
  const name = MECHANISMS[chosen ?? (mechanisms.length === 1 ? mechanisms[0]! : '')]
  if (name === 'NTLM') return 'ntlm'
  return name?.startsWith('Kerberos') === true ? 'kerberos' : undefined
}
