// What any connection or logon of a capture has: of most things that rules look for there is none, and one walk shows it for all of them.
import type { Connection, SecurityContext, SmbLogon } from '../../conversation/model'
import type { Examination } from '../examination'
import { perCase } from '../per-case'

export interface ConnectionTraits {
  /** Reasons for which presentation contexts were refused. */
  refusalReasons: ReadonlySet<number | undefined>
  /** True if an offer of bind-time features was answered. */
  hasFeatures: boolean
  /** Last states of SPNEGO, and lengths of NTLM responses, of logons to RPC. */
  negotiationStates: ReadonlySet<number | undefined>
  ntResponseLengths: ReadonlySet<number | undefined>
  /** True if a call under a logon to RPC was answered. */
  hasProvenLogon: boolean
  /** Of logons to RPC and to SMB: an error of Kerberos in a token, a machine identity. */
  hasKerberosError: boolean
  hasMachineId: boolean
}

/** The traits of all connections and logons. */
export const connectionTraits = perCase(({ conversation }: Examination): ConnectionTraits => {
  const found = new Gathered()
  for (const connection of conversation.connections) found.takeConnection(connection)
  for (const logon of conversation.smbLogons) found.takeLogon(logon)
  return found
})

class Gathered implements ConnectionTraits {
  readonly refusalReasons = new Set<number | undefined>()
  readonly negotiationStates = new Set<number | undefined>()
  readonly ntResponseLengths = new Set<number | undefined>()
  hasFeatures = false
  hasProvenLogon = false
  hasKerberosError = false
  hasMachineId = false

  takeConnection({ contexts, security }: Connection): void {
    for (const { state, reason } of contexts) {
      if (state === 'refused') this.refusalReasons.add(reason)
      else if (state === 'negotiated') this.hasFeatures = true
    }
    for (const context of security) {
      if (context.provenFrame !== undefined) this.hasProvenLogon = true
      this.negotiationStates.add(context.negotiationState)
      this.ntResponseLengths.add(context.ntResponseLength)
      this.takeLogon(context)
    }
  }

  takeLogon(logon: SecurityContext | SmbLogon): void {
    if (logon.kerberosError !== undefined) this.hasKerberosError = true
    if (logon.machineId) this.hasMachineId = true
  }
}
