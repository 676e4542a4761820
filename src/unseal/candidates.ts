// Which secrets are tried on which logon, and how many of those that name another account: a keytab may hold a whole domain, and a
// capture thousands of logons.
import { Etype } from './kerberos/kerberos-crypto'
import type { Ticket } from './kerberos/kerberos-messages'
import {
  type AccountSecret,
  mayBelong,
  ownerNamed,
  type PrincipalKey,
  type Secrets,
  type SmbSecret,
} from './secrets/secrets'
import { sessionForms } from './smb/smb3'

/** Secrets that name another account, or another service, are tried this often in one capture: half a second. */
const MAX_STRANGERS = 20_000
/** Secrets without a name that are tried on every logon; more of them are a list to guess from, and count as those of others. */
const MAX_UNNAMED = 16

/** A secret by the name that it is for; those without one are for any. */
class ByName<Secret> {
  readonly #named = new Map<string, Secret[]>()
  readonly unnamed: Secret[] = []
  /** All but the first without a name. */
  readonly others: Secret[] = []

  constructor(secrets: readonly Secret[], nameOf: (secret: Secret) => string | undefined) {
    for (const secret of secrets) {
      const name = nameOf(secret)?.toLowerCase()
      if (name === undefined || name === '') this.unnamed.push(secret)
      else if (!this.#named.get(name)?.push(secret)) this.#named.set(name, [secret])
      if (name || this.unnamed.length > MAX_UNNAMED) this.others.push(secret)
    }
  }

  of(name: string): readonly Secret[] {
    return this.#named.get(name.toLowerCase()) ?? []
  }
}

export class Candidates {
  readonly #accounts: ByName<AccountSecret>
  readonly #keys: ByName<PrincipalKey>
  readonly #smb = new Map<string, SmbSecret[]>()
  #strangers = 0

  constructor(readonly secrets: Secrets) {
    // The key of RC4-HMAC is the account's NT hash. RFC 4757 2.
    const hashes = secrets.keys.filter(({ etype }) => etype === Number(Etype.Rc4Hmac))
    const accounts = [
      ...secrets.accounts,
      ...hashes.map(({ key, principal }) => ({ ...ownerNamed(principal), ntHash: key })),
    ]
    this.#accounts = new ByName<AccountSecret>(accounts, ({ user }) => user)
    this.#keys = new ByName(secrets.keys, ({ principal }) => principal)
    for (const secret of secrets.smbKeys)
      for (const form of sessionForms(secret.session))
        if (!this.#smb.get(form)?.push(secret)) this.#smb.set(form, [secret])
  }

  /** NT hashes for an account: its own first, then those without a name, then others. `isOwn`: one that does not fit is wrong. */
  *ntHashes(
    user: string | undefined,
    domain: string | undefined,
  ): Generator<{ secret: AccountSecret; isOwn: boolean }> {
    const own = this.#accounts.of(ownerNamed(user).user ?? '')
    for (const secret of own) yield { secret, isOwn: mayBelong(secret, user, domain) }
    for (const secret of this.#accounts.unnamed.slice(0, MAX_UNNAMED))
      yield { secret, isOwn: mayBelong(secret, user, domain) }
    for (const secret of this.#accounts.others) {
      if (secret.user !== undefined && own.includes(secret)) continue
      if (++this.#strangers > MAX_STRANGERS) return
      yield { secret, isOwn: secret.user === undefined && mayBelong(secret, user, domain) }
    }
  }

  /** Keys of the ticket's encryption type: the service's own first, then others. */
  *serviceKeys({ realm, service, encrypted }: Ticket): Generator<PrincipalKey> {
    const fits = ({ etype }: PrincipalKey) => etype === encrypted.etype
    const own = new Set(this.keysOf(service, realm))
    for (const key of own) if (fits(key)) yield key
    for (const key of this.#keys.unnamed.slice(0, MAX_UNNAMED)) if (fits(key)) yield key
    for (const key of this.#keys.others) {
      if (!fits(key) || own.has(key)) continue
      if (++this.#strangers > MAX_STRANGERS) return
      yield key
    }
  }

  /** Keys of a principal, named with or without its realm. */
  keysOf(name: string, realm: string): readonly PrincipalKey[] {
    return [...this.#keys.of(`${name}@${realm}`), ...this.#keys.of(name)]
  }

  /** Keys that are for any principal. */
  get unnamedKeys(): readonly PrincipalKey[] {
    return this.#keys.unnamed
  }

  /** Keys given for a session of SMB, by its SessionId as on the wire. */
  smbKeys(session: string): readonly SmbSecret[] {
    return this.#smb.get(session) ?? []
  }
}
