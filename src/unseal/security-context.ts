// A security context of RPC, whatever its package: the tokens that build it, and the protection of the PDUs under it. MS-RPCE 3.3.1.5.2, 3.2.1.4.1.
import { GssProtection } from './kerberos/gss'
import type { Keyring } from './keyring'
import { type Logon, newLogon } from './logon'
import { NetlogonProtection } from './netlogon'
import type { NetlogonChannels } from './netlogon-channels'
import { NtlmSession } from './ntlm-session'
import type { Protection } from './protection'
import { type Place, SecuritySession } from './security-session'
import { logonToken } from './token'

/** What a capture's contexts share. */
export interface SecurityPackages {
  keyring: Keyring
  logons: Logon[]
  channels: NetlogonChannels
}

export class SecurityContext {
  protection: Protection | undefined
  logon: Logon | undefined
  readonly #session: SecuritySession

  constructor(private readonly packages: SecurityPackages) {
    this.#session = new SecuritySession(packages.keyring, packages.logons)
  }

  /** Takes in a token. `isChannel`: it opens a Netlogon secure channel. NTLM has other rules over datagrams. */
  token(bytes: Uint8Array, place: Place, isChannel: boolean, isDatagram = false): void {
    const token = logonToken(bytes)
    const { keyring, logons, channels } = this.packages
    if (token.netlogon && isChannel) {
      const channel = channels.find(token.netlogon)
      const logon = newLogon({ ...place, package: 'netlogon' })
      const { netbiosComputer, dnsComputer, netbiosDomain, dnsDomain } = token.netlogon
      logon.user = channel?.account ?? netbiosComputer ?? dnsComputer
      logon.domain = netbiosDomain ?? dnsDomain
      logon.secret = channel?.verdict ?? 'none'
      logons.push(logon)
      this.logon = logon
      this.protection = channel?.key && new NetlogonProtection(channel.key)
      return
    }
    if (!this.#session.token(token, place)) return
    this.logon = this.#session.logon
    const { ntlm, kerberosKeys } = this.#session
    if (ntlm) this.protection = new NtlmSession(ntlm.key, ntlm.flags, keyring.work, isDatagram)
    else if (kerberosKeys.length > 0) this.protection = new GssProtection(kerberosKeys)
    else this.protection = undefined
  }
}
