// What a security token says about who sends it. MS-NLMP 2.2.1, RFC 4178 (SPNEGO), RFC 4120 (Kerberos), MS-NRPC 2.2.1.3.1.
import type { Kerberos } from '../../dissect/security/kerberos'
import type { Ntlmssp } from '../../dissect/security/ntlmssp'
import { Reader } from '../../dissect/reader'
import { token, type Token } from '../../dissect/security/token'
import type { SecurityContext, SecurityTarget } from '../model'

/** Kerberos message types. RFC 4120 5.10. */
const AS_REQ = 10
const TGS_REQ = 12
const AP_REQ = 14
const KRB_ERROR = 30

export interface TokenFacts {
  /** True if it begins a handshake. */
  opens: boolean
  /** What becomes known of the security context. */
  learnt: Partial<SecurityContext>
  /** What the server says of itself, or the client of the server that it means. */
  target?: SecurityTarget | undefined
}

/** Reads a token; what cannot be read is left out. */
export function readToken(bytes: Uint8Array): TokenFacts {
  const read = token(new Reader(bytes))
  const facts = tokenFacts(read)
  if (read.mechanism) facts.learnt.mechanism = read.mechanism
  if (read.spnego) {
    const { kind, mechanisms, chosen, state } = read.spnego
    if (kind === 'init' && mechanisms.length > 0) facts.learnt.offeredMechanisms = mechanisms
    if (chosen !== undefined) facts.learnt.chosenMechanism = chosen
    if (kind === 'response' && state !== undefined) facts.learnt.negotiationState = state
    facts.opens ||= kind === 'init'
  }
  return facts
}

function tokenFacts({ ntlm, kerberos, netlogon, isRelayed }: Token): TokenFacts {
  if (ntlm) return ntlmFacts(ntlm)
  if (kerberos && isRelayed) return relayedFacts(kerberos)
  if (isRelayed) return { opens: true, learnt: {} }
  if (kerberos) return kerberosFacts(kerberos)
  return { opens: netlogon?.type === 0, learnt: {} }
}

function ntlmFacts(message: Ntlmssp): TokenFacts {
  switch (message.type) {
    case 1:
      return { opens: true, learnt: {} }
    case 2: {
      const { netbiosComputer, netbiosDomain, dnsComputer, dnsDomain, serverTime } = message.target
      return {
        opens: false,
        learnt: {},
        target: { netbiosComputer, netbiosDomain, dnsComputer, dnsDomain, serverTime },
      }
    }
    case 3: {
      const { user, domain, workstation, anonymous, ntResponse, mic } = message
      const { spn, flags, machineId } = message.target
      const learnt: Partial<SecurityContext> = { user, domain, workstation }
      if (anonymous) learnt.anonymous = true
      if (machineId !== undefined) learnt.machineId = machineId
      if (ntResponse) learnt.ntResponseLength = ntResponse.length
      if (mic && flags !== undefined) learnt.integrityCode = mic.some((byte) => byte !== 0)
      return { opens: false, learnt, ...(spn && { target: { spn } }) }
    }
  }
}

/** A message between client and KDC that the server passes on: the client's next request shows that an error was no end. */
function relayedFacts({ type, errorCode, client, realm, service, serverTime, clientTime }: Kerberos): TokenFacts {
  if (type === AS_REQ || type === TGS_REQ) {
    const learnt: Partial<SecurityContext> = {
      relayed: { exchange: type === AS_REQ ? 'AS' : 'TGS', service },
      kerberosError: undefined,
      clockSkew: undefined,
    }
    if (client !== undefined) Object.assign(learnt, { user: client, domain: realm })
    return { opens: type === AS_REQ, learnt }
  }
  const learnt: Partial<SecurityContext> = {}
  if (type === KRB_ERROR && errorCode !== undefined) learnt.kerberosError = errorCode
  if (type === KRB_ERROR && serverTime !== undefined && clientTime !== undefined)
    learnt.clockSkew = serverTime - clientTime
  return { opens: false, learnt }
}

function kerberosFacts({ type, errorCode, ticket, client, clientRealm, serverTime, clientTime }: Kerberos): TokenFacts {
  const learnt: Partial<SecurityContext> = {}
  if (type === KRB_ERROR && errorCode !== undefined) learnt.kerberosError = errorCode
  if (type === KRB_ERROR && serverTime !== undefined && clientTime !== undefined)
    learnt.clockSkew = serverTime - clientTime
  if (client !== undefined) {
    learnt.user = client
    learnt.domain = clientRealm
  }
  const target: SecurityTarget = {}
  if (ticket?.service !== undefined) target.spn = ticket.service
  if (ticket?.realm !== undefined) target.realm = ticket.realm
  return { opens: type === AP_REQ, learnt, ...(target.spn && { target }) }
}
