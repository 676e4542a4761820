// What a security token brings to a logon, whatever it is wrapped in. RFC 4178, RFC 2743 3.1, MS-RPCE 2.2.1.1.7.
import { isNetlogonToken, netlogonToken, type NetlogonToken } from '../dissect/security/netlogon-token'
import { isNtlmssp, ntlmssp, type Ntlmssp } from '../dissect/security/ntlmssp'
import { Reader } from '../dissect/reader'
import { gssToken, isSpnego, spnego } from '../dissect/security/spnego'
import { kerberosMessage, type KerberosMessage } from './kerberos/kerberos-messages'

export interface LogonToken {
  ntlm?: Ntlmssp | undefined
  kerberos?: KerberosMessage | undefined
  netlogon?: NetlogonToken | undefined
}

const SPNEGO = '1.3.6.1.5.5.2'

/** Reads a token. What is not known gives an empty result. */
export function logonToken(bytes: Uint8Array): LogonToken {
  const from = new Reader(bytes)
  const framed = gssToken(from)
  const inner = framed?.token ?? new Reader(bytes)
  if (framed ? framed.mechanism === SPNEGO : isSpnego(bytes)) {
    const token = spnego(inner)?.token
    return token ? mechanismToken(token.bytes.subarray(token.at)) : {}
  }
  return mechanismToken(bytes)
}

function mechanismToken(bytes: Uint8Array): LogonToken {
  if (isNtlmssp(bytes)) {
    const ntlm = ntlmssp(new Reader(bytes))
    return ntlm ? { ntlm } : {}
  }
  const framed = gssToken(new Reader(bytes))?.token
  const inner = framed ? framed.bytes.subarray(framed.at) : bytes
  // A token id of two bytes comes before the message. RFC 4121 4.1.
  const kerberos = kerberosMessage(inner) ?? kerberosMessage(inner.subarray(2))
  if (kerberos) return { kerberos }
  if (isNetlogonToken(bytes)) {
    const netlogon = netlogonToken(new Reader(bytes))
    if (netlogon) return { netlogon }
  }
  return {}
}
