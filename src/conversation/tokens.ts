// What a security token says about who sends it. MS-NLMP 2.2.1, RFC 4178 (SPNEGO), RFC 4120 (Kerberos).
import { isNtlmssp, ntlmssp, type Ntlmssp } from '../dissect/ntlmssp'
import { Reader } from '../dissect/reader'
import type { SecurityContext, SecurityTarget } from './model'

/** auth_type, MS-RPCE 2.2.1.1.7. */
enum AuthType {
  Kerberos = 16,
  Netlogon = 68,
}

export interface TokenFacts {
  /** Whether it begins a handshake. */
  opens: boolean
  /** What becomes known of the security context. */
  learnt: Partial<SecurityContext>
  /** What the server says of itself, or the client of the server that it means. */
  target?: SecurityTarget
}

/** Reads a token; what cannot be read is left out. */
export function readToken(type: number, token: Uint8Array): TokenFacts {
  const mechanism = innerToken(token)
  if (isNtlmssp(mechanism)) {
    const message = ntlmssp(new Reader(mechanism))
    if (message) return ntlmFacts(message)
  }
  if (type === AuthType.Netlogon) return { opens: true, learnt: { mechanism: 'netlogon' } }
  return { opens: type === AuthType.Kerberos, learnt: type === AuthType.Kerberos ? { mechanism: 'kerberos' } : {} }
}

function innerToken(token: Uint8Array): Uint8Array {
  return token
}

function ntlmFacts(message: Ntlmssp): TokenFacts {
  switch (message.type) {
    case 1:
      return { opens: true, learnt: { mechanism: 'ntlm' } }
    case 2:
      return { opens: false, learnt: { mechanism: 'ntlm' }, target: message.target }
    case 3: {
      const { user, domain, workstation, anonymous, ntResponse } = message
      const learnt: Partial<SecurityContext> = { mechanism: 'ntlm', user, domain, workstation }
      if (anonymous) learnt.anonymous = true
      if (ntResponse) learnt.ntResponseLength = ntResponse.length
      const { spn } = message.target
      return { opens: false, learnt, target: spn === undefined ? undefined : { spn } }
    }
  }
}
