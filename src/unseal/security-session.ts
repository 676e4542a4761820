// One handshake of a security package, message by message, to the keys of its session. MS-NLMP 1.3.1, RFC 4120 3.2, MS-KILE 3.4.5.
import type { NtlmChallenge } from '../dissect/security/ntlmssp'
import { decrypt, type KerberosKey, Usage } from './kerberos/kerberos-crypto'
import { apReplyPart } from './kerberos/kerberos-messages'
import type { KerberosSession, Keyring } from './keyring'
import { type Logon, newLogon } from './logon'
import { ntlmFlags, type NtlmLogon } from './ntlm-keys'
import type { LogonToken } from './token'

export type Place = Pick<Logon, 'frame' | 'stream' | 'pipe' | 'isSmb'>

export class SecuritySession {
  logon: Logon | undefined
  /** NTLM: the exported session key and the flags. */
  ntlm: { key: Uint8Array; flags: number } | undefined
  #challenge: NtlmChallenge | undefined
  #kerberos: KerberosSession | undefined
  #acceptorSubkey: KerberosKey | undefined

  constructor(
    private readonly keyring: Keyring,
    private readonly logons: Logon[],
  ) {}

  /** Takes in a token; returns true if the keys of the session have changed by it. */
  token({ ntlm, kerberos }: LogonToken, place: Place): boolean {
    if (ntlm?.type === 1) this.#challenge = undefined
    if (ntlm?.type === 2) this.#challenge = ntlm
    if (ntlm?.type === 3) {
      this.logon = this.#add(place, 'ntlm', ntlm.user, ntlm.domain)
      // What an earlier logon gave is not this one's.
      this.ntlm = undefined
      if (!this.#challenge) {
        this.logon.untried = 'no challenge'
        return true
      }
      if (ntlm.anonymous) this.logon.untried = 'anonymous'
      const logon: NtlmLogon = { challenge: this.#challenge, authenticate: ntlm }
      const { verdict, key } = this.keyring.ntlm(logon)
      this.logon.secret = verdict
      this.ntlm = key && { key, flags: ntlmFlags(logon) }
      return true
    }
    if (kerberos?.type === 'ap-request') {
      const opened = this.keyring.request(kerberos.ap)
      this.logon = this.#add(place, 'kerberos', opened.client, opened.realm)
      this.logon.secret = opened.verdict
      const { service, realm } = kerberos.ap.ticket
      this.logon.service = `${service}@${realm}`
      this.logon.untried = opened.untried
      this.#kerberos = opened.session
      this.#acceptorSubkey = undefined
      return true
    }
    if (kerberos?.type === 'ap-reply' && this.#kerberos && kerberos.encrypted.etype === this.#kerberos.key.etype) {
      const clear = decrypt(this.#kerberos.key, Usage.ApReply, kerberos.encrypted.cipher)
      const subkey = clear && apReplyPart(clear)
      // The third leg of DCE style repeats the server's subkey; a client that leaves it out does not take it back.
      if (!subkey) return false
      this.#acceptorSubkey = subkey
      return true
    }
    return false
  }

  /** Kerberos keys that may protect messages, the likeliest first. */
  get kerberosKeys(): KerberosKey[] {
    const { subkey, key } = this.#kerberos ?? {}
    return [this.#acceptorSubkey, subkey, key].filter((one) => one !== undefined)
  }

  #add(place: Place, name: Logon['package'], user: string | undefined, domain: string | undefined): Logon {
    const logon = newLogon({ ...place, package: name })
    if (user !== undefined) logon.user = user
    if (domain !== undefined) logon.domain = domain
    this.logons.push(logon)
    return logon
  }
}
