// The secrets at work: which of them proves a logon, and the keys that follow from it. Everything that was derived or
// learnt in one capture is kept here, so that each derivation is done once.
import { equalBytes, toHex } from './bytes'
import { Candidates } from './candidates'
import {
  decrypt,
  Etype,
  type KerberosKey,
  keyBytes,
  stringToKey,
  Usage,
  usualIterations,
} from './kerberos/kerberos-crypto'
import { armorKey, strengthenedKey } from './kerberos/fast'
import {
  type ApRequest,
  authenticatorPart,
  type EncryptedData,
  type EtypeInfo,
  fastReplyPart,
  kdcReplyPart,
  type KerberosMessage,
  type Ticket,
  ticketPart,
} from './kerberos/kerberos-messages'
import { netlogonCredential, netlogonSessionKey } from './netlogon'
import { anonymousSessionKey, type NtlmLogon, ntlmSessionKey } from './ntlm-keys'
import type { SearchWork } from './ntlm-session'
import { type AccountSecret, mayBelong, type PrincipalKey, type Secrets } from './secrets/secrets'

/** `right`: proven; `wrong`: a secret that may be this account's does not fit; `none`: no secret is for this account. */
export type SecretVerdict = 'right' | 'wrong' | 'none'

/** A session of Kerberos as far as it was opened. */
export interface KerberosSession {
  key: KerberosKey
  subkey?: KerberosKey | undefined
  realm?: string | undefined
  client?: string | undefined
}

/** Too many clients were before this one for a password without an owner; or the KDC's replies are armored by a key that is missing. */
type Untried = 'too many accounts' | 'armored'

/** A ticket's session key, or why there is none. */
export interface OpenedRequest {
  verdict: SecretVerdict
  session?: KerberosSession | undefined
  /** The client by the KDC's reply that brought the ticket: known without a key. */
  realm?: string | undefined
  client?: string | undefined
  /** Why what was given for the client was not tried. */
  untried?: Untried | undefined
}

/** A session key of SMB and the SessionId's bytes as on the wire, in hexadecimal. */
export interface SmbSessionKey {
  session: string
  key: Uint8Array
}

/** Password keys that are derived for one capture at most: each takes some milliseconds. */
const MAX_DERIVATIONS = 1024
/** Iterations spent in one capture on passwords without an owner that no principal has proven: half a second, 128 usual keys. */
const MAX_GUESSED_ITERATIONS = 128 * 4096
/** A count of iterations that a capture names may be as large as it likes: only usual ones are computed. */
const MAX_ITERATIONS = 65_536
/** Salts that a KDC has named and that are remembered. */
const MAX_SALTS = 4096
const MAX_TICKETS = 65_536
/** Keys that are kept for key files. */
const MAX_FOUND = 1024

/** Armored exchanges with a KDC that wait for their answer. */
const MAX_ARMORED = 64

/** The armor of an exchange with a KDC, and the keys under which a TGS reply is encrypted. */
interface Armored {
  armor: KerberosKey
  replyKeys: KerberosKey[]
}

/** What an armored reply names in place of its client. RFC 6112 3, RFC 6113 5.4.3. */
const ANONYMOUS = 'WELLKNOWN/ANONYMOUS'

interface KnownTicket {
  /** The reply that brought it is armored by a key that is not known: the client's secret is not enough. */
  isArmored?: boolean | undefined
  key?: KerberosKey | undefined
  realm?: string | undefined
  client?: string | undefined
}

export class Keyring {
  readonly #derived = new Map<string, KerberosKey>()
  readonly #salts = new Map<string, EtypeInfo[]>()
  readonly #tickets = new Map<string, KnownTicket>()
  /** Keys under which TGS replies are encrypted: subkey or session key of the request, by client. */
  readonly #replyKeys = new Map<string, KerberosKey[]>()
  /** Exchanges with a KDC that are armored and not answered, the newest last. */
  readonly #armored: Armored[] = []
  /** Principals whose KDC replies a secret that may be theirs did not open. */
  readonly #refused = new Set<string>()
  /** Principals for whom a password without an owner was not tried. */
  readonly #untried = new Set<string>()
  #guessedIterations = 0
  /** Passwords that a principal has proven. */
  readonly #proven = new Set<AccountSecret>()
  readonly #secretOf = new WeakMap<KerberosKey, AccountSecret>()
  /** What searching for lost places costs in all contexts together. */
  readonly work: SearchWork = { bytes: 0 }
  /** Keys that were proven right, by principal; NT hashes as keys of RC4-HMAC. */
  readonly found: PrincipalKey[] = []
  /** Session keys that opened SMB messages. */
  readonly foundSmb: SmbSessionKey[] = []

  /** Which secrets are tried on what. */
  readonly candidates: Candidates

  constructor(private readonly secrets: Secrets) {
    this.candidates = new Candidates(secrets)
  }

  /** The session key of an NTLM logon. A user's secret is proven by the response before any PDU is touched. */
  ntlm(logon: NtlmLogon): { verdict: SecretVerdict; key?: Uint8Array | undefined } {
    const { user, domain, anonymous } = logon.authenticate
    if (anonymous) return { verdict: 'none', key: anonymousSessionKey(logon) }
    let verdict: SecretVerdict = 'none'
    for (const { secret, isOwn } of this.candidates.ntHashes(user, domain)) {
      const key = ntlmSessionKey(logon, secret)
      if (key) {
        this.#keep(`${user ?? ''}@${domain ?? ''}`, { etype: Etype.Rc4Hmac, key: secret.ntHash })
        return { verdict: 'right', key }
      }
      if (isOwn) verdict = 'wrong'
    }
    return { verdict }
  }

  /** The key of a Netlogon channel, proven by the client's credential. */
  netlogon(
    account: string,
    client: Uint8Array,
    server: Uint8Array,
    credential: Uint8Array,
    flags: number,
  ): { verdict: SecretVerdict; key?: Uint8Array | undefined } {
    let verdict: SecretVerdict = 'none'
    for (const { secret, isOwn } of this.candidates.ntHashes(account, undefined)) {
      const key = netlogonSessionKey(secret.ntHash, client, server, flags)
      if (!key) continue
      const proof = netlogonCredential(key, client, flags)
      if (toHex(proof) === toHex(credential)) {
        this.#keep(`${account}@`, { etype: Etype.Rc4Hmac, key: secret.ntHash })
        return { verdict: 'right', key }
      }
      if (isOwn) verdict = 'wrong'
    }
    return { verdict }
  }

  /** Learns from a message between a client and its KDC. */
  kdc(message: KerberosMessage): void {
    if (message.type === 'error') {
      this.#salt('', message.info)
      if (message.armored) this.#salt('', this.#openArmored(message.armored)?.info ?? [])
      return
    }
    if (message.type === 'kdc-request') return this.#kdcRequest(message)
    if (message.type === 'kdc-reply') this.#kdcReply(message)
  }

  /** Opens what begins a session with a service. */
  request(ap: ApRequest, usage = Usage.Authenticator): OpenedRequest {
    const known = this.#tickets.get(nameOf(ap.ticket.encrypted))
    const opened = known?.key
      ? { key: known.key, realm: known.realm, client: known.client }
      : this.#openTicket(ap.ticket)
    if (opened?.key) {
      const clear = decrypt(opened.key, usage, ap.authenticator.cipher)
      if (clear) {
        const { realm = opened.realm, client = opened.client, subkey } = authenticatorPart(clear)
        return {
          verdict: 'right',
          session: { key: opened.key, ...(subkey && { subkey }), realm, client },
          realm,
          client,
        }
      }
    }
    const { realm, client } = known ?? {}
    const isUntried = client !== undefined && this.#untried.has(`${client}@${realm}`.toLowerCase())
    const untried = known?.isArmored ? 'armored' : isUntried ? 'too many accounts' : undefined
    return { verdict: this.#verdict(ap.ticket, known), realm, client, ...(untried && { untried }) }
  }

  #verdict(ticket: Ticket, known: KnownTicket | undefined): SecretVerdict {
    const { realm, service } = ticket
    const { etype } = ticket.encrypted
    if (this.candidates.keysOf(service, realm).some((key) => key.etype === etype)) return 'wrong'
    if (known?.isArmored) return 'none'
    if (known?.client !== undefined) {
      const { client, realm: clientRealm } = known
      if (this.secrets.accounts.some((secret) => secret.user !== undefined && mayBelong(secret, client, clientRealm)))
        return 'wrong'
      if (this.#refused.has(`${client}@${clientRealm}`.toLowerCase())) return 'wrong'
      if (this.candidates.keysOf(client, clientRealm ?? '').length > 0) return 'wrong'
    }
    // An NT hash without a name is a key for RC4 tickets of any service.
    const isTried = etype === Etype.Rc4Hmac && this.secrets.accounts.some(({ user }) => user === undefined)
    return isTried ? 'wrong' : 'none'
  }

  #openTicket(ticket: Ticket): KnownTicket | undefined {
    for (const key of this.#serviceKeys(ticket)) {
      const clear = decrypt(key, Usage.Ticket, ticket.encrypted.cipher)
      if (!clear) continue
      const part = ticketPart(clear)
      if (!part.key) continue
      const known = { ...this.#tickets.get(nameOf(ticket.encrypted)), ...part }
      this.#remember(ticket.encrypted, known)
      this.#keep(`${ticket.service}@${ticket.realm}`, key)
      return known
    }
    return undefined
  }

  /** Keys that may open a ticket: those of its encryption type, the service's own first; then what passwords give. */
  *#serviceKeys(ticket: Ticket): Generator<KerberosKey> {
    const { realm, encrypted } = ticket
    yield* this.candidates.serviceKeys(ticket)
    for (const secret of this.secrets.accounts) {
      if (encrypted.etype === Etype.Rc4Hmac) yield { etype: Etype.Rc4Hmac, key: secret.ntHash }
      else if (secret.user !== undefined) yield* this.#accountKeys(secret, encrypted.etype, realm, secret.user)
    }
  }

  #kdcRequest(request: Extract<KerberosMessage, { type: 'kdc-request' }>): void {
    const { client, realm, timestamp, ap, armor } = request
    if (ap) {
      const { session } = this.request(ap, Usage.TgsAuthenticator)
      if (!session) return
      const keys = [session.subkey, session.key].filter((key) => key !== undefined)
      if (this.#replyKeys.size < MAX_TICKETS)
        this.#replyKeys.set(`${session.client}@${session.realm}`.toLowerCase(), keys)
      this.#armor(session, keys)
    } else if (timestamp && client !== undefined && realm !== undefined) {
      // Pre-authentication proves a password as well as a reply does, and is there when the reply is an error.
      const keys = [...this.#userKeys(client, realm, timestamp.etype)]
      const isOpen = keys.some((key) => decrypt(key, Usage.PaEncTimestamp, timestamp.cipher))
      if (keys.length > 0 && !isOpen) this.#refused.add(`${client}@${realm}`.toLowerCase())
    }
    const session = armor && this.request(armor).session
    if (session) this.#armor(session, [])
  }

  #armor({ key, subkey }: KerberosSession, replyKeys: KerberosKey[]): void {
    const armor = subkey && armorKey(subkey, key)
    if (!armor) return
    if (this.#armored.length >= MAX_ARMORED) this.#armored.shift()
    this.#armored.push({ armor, replyKeys })
  }

  /** What the armor of an exchange protects in its answer: which of those under way it is, its key says. */
  #openArmored(encrypted: EncryptedData): (ReturnType<typeof fastReplyPart> & Armored) | undefined {
    for (let i = this.#armored.length - 1; i >= 0; i--) {
      const exchange = this.#armored[i]!
      if (exchange.armor.etype !== encrypted.etype) continue
      const clear = decrypt(exchange.armor, Usage.FastReply, encrypted.cipher)
      if (!clear) continue
      this.#armored.splice(i, 1)
      return { ...exchange, ...fastReplyPart(clear) }
    }
    return undefined
  }

  #kdcReply(reply: Extract<KerberosMessage, { type: 'kdc-reply' }>): void {
    const { isTgs, ticket, encrypted, info } = reply
    const fast = reply.armored && this.#openArmored(reply.armored)
    if (reply.armored && !fast) {
      const { client, realm } = reply
      if (ticket) this.#remember(ticket.encrypted, { isArmored: true, ...(client !== ANONYMOUS && { client, realm }) })
      return
    }
    // An armored reply may hide its client.
    const { client = reply.client, realm = reply.realm } = fast ?? {}
    if (!ticket || !encrypted || client === undefined || realm === undefined) return
    const name = `${client}@${realm}`.toLowerCase()
    this.#salt(name, [...info, ...(fast?.info ?? [])])
    const known: KnownTicket = { realm, client }
    const tgsKeys = fast?.replyKeys ?? this.#replyKeys.get(name) ?? []
    const keys = isTgs ? tgsKeys : [...this.#userKeys(client, realm, encrypted.etype)]
    // With RC4, Windows and MIT use the session key's number for a subkey too, Heimdal does not: both are tried with each key.
    const usages = isTgs ? [Usage.TgsReplySubkey, Usage.TgsReplySession] : [Usage.AsReply]
    for (const key of keys) {
      const replyKey = fast?.strengthen ? strengthenedKey(fast.strengthen, key) : key
      if (replyKey?.etype !== encrypted.etype) continue
      for (const usage of usages) {
        const clear = known.key ? undefined : decrypt(replyKey, usage, encrypted.cipher)
        const session = clear && kdcReplyPart(clear)
        if (!session) continue
        known.key = session
        if (!isTgs) this.#keep(`${client}@${realm}`, key)
      }
    }
    if (!isTgs && keys.length > 0 && !known.key) this.#refused.add(name)
    if (known.key) this.#refused.delete(name)
    this.#remember(ticket.encrypted, known)
  }

  /** Keys that may be a user's: by name, then any of the encryption type without a name, then what passwords give. */
  *#userKeys(client: string, realm: string, etype: number): Generator<KerberosKey> {
    for (const key of [...this.candidates.keysOf(client, realm), ...this.candidates.unnamedKeys])
      if (key.etype === etype) yield key
    for (const secret of this.secrets.accounts)
      if (mayBelong(secret, client, undefined)) yield* this.#accountKeys(secret, etype, realm, client)
  }

  *#accountKeys(secret: AccountSecret, etype: number, realm: string, name: string): Generator<KerberosKey> {
    if (etype === Etype.Rc4Hmac) {
      yield { etype, key: secret.ntHash }
      return
    }
    if (secret.password === undefined || keyBytes(etype) === 0) return
    for (const { salt, iterations } of this.#saltsOf(name, realm, etype)) {
      const id = `${this.secrets.accounts.indexOf(secret)} ${etype} ${iterations ?? ''} ${salt}`
      const key = this.#derived.get(id) ?? this.#derive(secret, etype, salt, iterations)
      if (key) {
        this.#derived.set(id, key)
        yield key
      } else if (this.#untried.size < MAX_TICKETS) this.#untried.add(`${name}@${realm}`.toLowerCase())
    }
  }

  /** The key of a password; undefined where it would take too long. */
  #derive(secret: AccountSecret, etype: number, salt: string, asked: number | undefined): KerberosKey | undefined {
    const iterations = asked ?? usualIterations(etype)
    if (this.#derived.size >= MAX_DERIVATIONS || iterations > MAX_ITERATIONS) return undefined
    if (secret.user === undefined && !this.#proven.has(secret)) {
      if (this.#guessedIterations + iterations > MAX_GUESSED_ITERATIONS) return undefined
      this.#guessedIterations += iterations
    }
    const key = { etype, key: stringToKey(etype, secret.password ?? '', salt, iterations) }
    this.#secretOf.set(key, secret)
    return key
  }

  #saltsOf(name: string, realm: string, etype: number): { salt: string; iterations?: number | undefined }[] {
    const announced = [...(this.#salts.get(`${name}@${realm}`.toLowerCase()) ?? []), ...(this.#salts.get('') ?? [])]
    const salts = new Map<string, { salt: string; iterations?: number | undefined }>()
    for (const { salt, iterations, etype: of } of announced)
      if (of === etype && salt !== undefined && belongsTo(salt, name))
        salts.set(`${salt} ${iterations}`, { salt, ...(iterations !== undefined && { iterations }) })
    if (salts.size > 0) return [...salts.values()]
    const upper = realm.toUpperCase()
    const plain = name.split('@')[0]!
    // A computer's salt names it as a host. MS-KILE 3.1.1.2.
    if (plain.endsWith('$')) return [{ salt: `${upper}host${plain.slice(0, -1).toLowerCase()}.${realm.toLowerCase()}` }]
    return [{ salt: upper + plain.split('/').join('') }]
  }

  #salt(name: string, info: EtypeInfo[]): void {
    if (info.length === 0 || this.#salts.size >= MAX_SALTS) return
    const known = this.#salts.get(name) ?? []
    if (known.length < MAX_SALTS) this.#salts.set(name, [...known, ...info])
  }

  #remember(encrypted: EncryptedData, known: KnownTicket): void {
    if (this.#tickets.size < MAX_TICKETS) this.#tickets.set(nameOf(encrypted), known)
  }

  /** An SMB session whose messages a session key opened. */
  keepSmb(session: string, key: Uint8Array): void {
    const isKnown = this.foundSmb.some((one) => one.session === session && equalBytes(one.key, key))
    if (!isKnown && this.foundSmb.length < MAX_FOUND) this.foundSmb.push({ session, key })
  }

  #keep(principal: string, proven: KerberosKey): void {
    const { etype, key } = proven
    const secret = this.#secretOf.get(proven)
    if (secret) this.#proven.add(secret)
    const isKnown = this.found.some(
      (one) => one.principal === principal && one.etype === etype && equalBytes(one.key, key),
    )
    if (!isKnown && this.found.length < MAX_FOUND) this.found.push({ principal, etype, key })
  }
}

/** A salt in an error names no principal, but ends with the user's name, or names a computer as a host. MS-KILE 3.1.1.2. */
function belongsTo(salt: string, name: string): boolean {
  const plain = name.split('@')[0]!.split('/').join('').toLowerCase()
  if (!plain.endsWith('$')) return salt.toLowerCase().endsWith(plain)
  const [host = ''] = salt.toLowerCase().split('host').slice(-1)
  return host.split('.')[0] === plain.slice(0, -1)
}

/** Enough of a ticket's ciphertext to know it again. */
function nameOf({ cipher }: EncryptedData): string {
  return `${cipher.length} ${toHex(cipher.subarray(-32))}`
}
