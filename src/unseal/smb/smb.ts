// SMB sessions: their logons, the keys that follow, and the encrypted messages under them. MS-SMB2 2.2.3 to 2.2.6, 3.1.4, 3.2.5.3;
// MS-SMB 2.2.4.6 for the logons of SMB 1, which encrypts nothing.
import { STATUS_MORE_PROCESSING_REQUIRED } from '../../names/statuses'
import { SMB1, Smb1Command, SMB2, Smb2Command, smbHeader, type SmbHeader, SmbMagic } from '../../dissect/smb'
import { readLittle16, readLittle32, toHex } from '../bytes'
import type { Keyring } from '../keyring'
import { type Logon, newLogon } from '../logon'
import { decompressSmb } from './smb-compression'
import { SecuritySession } from '../security-session'
import {
  cipherKeyBytes,
  openSmb,
  preauthHash,
  SMB_DIALECT_311,
  SmbCipher,
  smbCipherKey,
  smbSessionKey,
  smbTransform,
} from './smb3'
import { logonToken } from '../token'

const ENCRYPTION_CAPABILITIES = 2
const DIALECT_30 = 0x0300
const MAX_SESSIONS = 4096
/** Ways to derive a key (dialect, cipher, preauthentication) that are remembered of one session: one a connection. */
const MAX_WAYS = 16
const ALL_CIPHERS = [SmbCipher.Aes128Gcm, SmbCipher.Aes128Ccm, SmbCipher.Aes256Gcm, SmbCipher.Aes256Ccm]
const ZERO_SESSION = '0000000000000000'

/** One way in which a session's encryption keys may be derived. */
interface Way {
  dialect: number
  ciphers: SmbCipher[]
  keys: Uint8Array[]
  preauth: Uint8Array
}

interface KeyAndCipher {
  key: Uint8Array
  cipher: SmbCipher
}

/** A key, and the session key that it was derived from where it was. */
interface Candidate extends KeyAndCipher {
  sessionKey?: Uint8Array
}

/** A session of any connection: keys belong to it, not to the connection (multichannel). */
interface Session {
  logon?: Logon | undefined
  ways: Way[]
  /** What opened the last message, by direction. */
  client?: KeyAndCipher | undefined
  server?: KeyAndCipher | undefined
}

/** Sessions of all connections, by SessionId. */
export type SmbSessions = Map<string, Session>

/** A session setup under way. */
interface Setup {
  security: SecuritySession
  preauth: Uint8Array
}

export class SmbConnection {
  #dialect: number | undefined
  #cipher: SmbCipher | undefined
  #preauth: Uint8Array = new Uint8Array(64)
  readonly #setups = new Map<string, Setup>()

  constructor(
    private readonly keyring: Keyring,
    private readonly logons: Logon[],
    private readonly sessions: SmbSessions,
    private readonly stream: number,
  ) {}

  /** Takes in the next message (without the four bytes before it); gives what an encrypted or compressed one holds. */
  message(bytes: Uint8Array, fromClient: boolean, frame: number): Uint8Array | undefined {
    if (bytes[0] === SmbMagic.Encrypted) return this.#encrypted(bytes, fromClient, frame)
    if (bytes[0] === SmbMagic.Compressed) {
      const whole = decompressSmb(bytes)
      if (whole) this.clear(whole, frame)
      return whole
    }
    this.clear(bytes, frame)
    return undefined
  }

  /** Reads messages that are in the clear: as they are on the wire, or decrypted. */
  clear(bytes: Uint8Array, frame: number): void {
    const header = smbHeader(bytes)
    if (!header?.isWhole) return
    const { version, command, isResponse } = header
    if (version === 1 && command === Number(Smb1Command.SessionSetupAndX)) this.#setupOfSmb1(header, bytes, frame)
    if (version !== 2) return
    if (command === Number(Smb2Command.Negotiate)) this.#negotiate(bytes, isResponse)
    else if (command === Number(Smb2Command.SessionSetup)) this.#setup(header, bytes, frame)
  }

  #negotiate(bytes: Uint8Array, isAnswer: boolean): void {
    // A negotiate request starts the hash of the connection. MS-SMB2 3.2.5.2.
    this.#preauth = preauthHash(isAnswer ? this.#preauth : new Uint8Array(64), bytes)
    if (!isAnswer) return
    this.#dialect = readLittle16(bytes, SMB2.header + 4)
    this.#cipher = this.#dialect === SMB_DIALECT_311 ? chosenCipher(bytes) : SmbCipher.Aes128Ccm
  }

  #setup({ isResponse: isAnswer, messageId, status }: SmbHeader, bytes: Uint8Array, frame: number): void {
    const session = toHex(bytes.subarray(SMB2.sessionId, SMB2.sessionId + 8))
    const byMessage = `message ${messageId}`
    let setup = isAnswer
      ? this.#setups.get(byMessage)
      : session === ZERO_SESSION
        ? undefined
        : this.#setups.get(session)
    if (!setup) {
      if (isAnswer || this.#setups.size >= MAX_SESSIONS) return
      setup = { security: new SecuritySession(this.keyring, this.logons), preauth: this.#preauth }
    }
    if (!isAnswer) {
      this.#setups.set(byMessage, setup)
      setup.preauth = preauthHash(setup.preauth, bytes)
    } else {
      this.#setups.delete(byMessage)
      if (status === STATUS_MORE_PROCESSING_REQUIRED) {
        this.#setups.set(session, setup)
        setup.preauth = preauthHash(setup.preauth, bytes)
      } else this.#setups.delete(session)
    }
    const token = tokenOf(bytes, SMB2.header + (isAnswer ? 4 : 12))
    if (token) setup.security.token(logonToken(token), { frame, stream: this.stream, isSmb: true })
    if (isAnswer && status === 0) this.#established(session, setup)
  }

  #established(id: string, { security, preauth }: Setup): void {
    const session = this.#session(id)
    if (!session) return
    session.logon = security.logon ?? session.logon
    const keys: Uint8Array[] = []
    if (security.ntlm) keys.push(security.ntlm.key)
    for (const { key } of security.kerberosKeys) keys.push(key)
    if (session.ways.length >= MAX_WAYS) session.ways.shift()
    session.ways.push(this.#way(keys, preauth))
  }

  #way(keys: Uint8Array[], preauth: Uint8Array): Way {
    return {
      dialect: this.#dialect ?? DIALECT_30,
      ciphers: this.#cipher === undefined ? ALL_CIPHERS : [this.#cipher],
      keys,
      preauth,
    }
  }

  #session(id: string): Session | undefined {
    let session = this.sessions.get(id)
    if (!session && this.sessions.size < MAX_SESSIONS) this.sessions.set(id, (session = { ways: [] }))
    return session
  }

  #encrypted(bytes: Uint8Array, fromClient: boolean, frame: number): Uint8Array | undefined {
    const header = smbTransform(bytes)
    const session = header && this.#session(header.session)
    if (!session) return undefined
    if (!session.logon) {
      // The session was set up before the capture began, or on a connection that is not in it.
      session.logon = newLogon({ frame, stream: this.stream, package: 'smb', isSmb: true })
      this.logons.push(session.logon)
    }
    const { logon } = session
    logon.sealed++
    const used = fromClient ? session.client : session.server
    const again = used && openSmb(bytes, used.key, used.cipher)
    if (again) return this.#opened(again, logon, frame)
    for (const { key, cipher, sessionKey } of this.#candidates(header.session, session, fromClient)) {
      const clear = openSmb(bytes, key, cipher)
      if (!clear) continue
      session[fromClient ? 'client' : 'server'] = { key, cipher }
      if (sessionKey) this.keyring.keepSmb(header.session, sessionKey)
      if (logon.secret !== 'right') {
        logon.secret = 'right'
        logon.isOpenedByKey = true
      }
      return this.#opened(clear, logon, frame)
    }
    if (this.keyring.candidates.smbKeys(header.session).length > 0 && logon.secret === 'none') logon.secret = 'wrong'
    return undefined
  }

  #opened(decrypted: Uint8Array, logon: Logon, frame: number): Uint8Array {
    logon.opened++
    logon.checked++ // the tag of the header is the message’s signature: what it does not fit is not opened. MS-SMB2 2.2.41
    // What is compressed is compressed first, then encrypted. MS-SMB2 3.1.4.3.
    const clear = decompressSmb(decrypted) ?? decrypted
    // A channel is bound, and a session set up again, inside an encrypted session.
    this.clear(clear, frame)
    return clear
  }

  *#candidates(id: string, { ways }: Session, fromClient: boolean): Generator<Candidate> {
    const secrets = this.keyring.candidates.smbKeys(id)
    const given = secrets.flatMap(({ key }) => (key ? [key] : []))
    for (const { fromServer, fromClient: fromClientKey } of secrets) {
      const key = fromClient ? fromClientKey : fromServer
      if (key) for (const cipher of ALL_CIPHERS) if (cipherKeyBytes(cipher) === key.length) yield { key, cipher }
    }
    for (const way of ways.length > 0 ? ways.toReversed() : [this.#way([], this.#preauth)])
      for (const cipher of way.ciphers)
        for (const full of [...way.keys, ...given]) {
          const is256 = cipherKeyBytes(cipher) === 32
          // Keys of 256 bits are derived from the whole session key, all others from its first 16 bytes. MS-SMB2 3.2.5.3.1.
          const forms = is256 && full.length > 16 ? [full, smbSessionKey(full)] : [smbSessionKey(full)]
          for (const sessionKey of forms) {
            const key = smbCipherKey(sessionKey, way.dialect, cipher, fromClient, way.preauth)
            yield { key, cipher, sessionKey }
          }
        }
  }

  /** Extended security of SMB 1: only who logs on is of interest. MS-SMB 2.2.4.6. */
  #setupOfSmb1({ isResponse: isAnswer, session, messageId }: SmbHeader, bytes: Uint8Array, frame: number): void {
    const words = SMB1.header + 1
    const wordBytes = (bytes[SMB1.header] ?? 0) * 2
    if (wordBytes !== (isAnswer ? 8 : 24)) return
    const at = words + wordBytes + 2
    const length = readLittle16(bytes, words + (isAnswer ? 6 : 14))
    const id = `smb1 ${session} ${messageId >> 16n}`
    let setup = this.#setups.get(id)
    if (!setup) {
      if (this.#setups.size >= MAX_SESSIONS) return
      setup = { security: new SecuritySession(this.keyring, this.logons), preauth: this.#preauth }
      this.#setups.set(id, setup)
    }
    const token = logonToken(bytes.slice(at, at + length))
    if (token.ntlm?.type === 2) this.#setups.set(`smb1 challenge`, setup)
    // The request before the challenge has no user identifier yet, the one after it has.
    const known = token.ntlm?.type === 3 ? (this.#setups.get('smb1 challenge') ?? setup) : setup
    known.security.token(token, { frame, stream: this.stream, isSmb: true })
  }
}

/** The cipher that a 3.1.1 server chose. MS-SMB2 2.2.4.1.2. */
function chosenCipher(bytes: Uint8Array): SmbCipher | undefined {
  const count = readLittle16(bytes, SMB2.header + 6)
  let at = readLittle32(bytes, SMB2.header + 60)
  for (let i = 0; i < count && at + 8 <= bytes.length; i++) {
    const length = readLittle16(bytes, at + 2)
    if (readLittle16(bytes, at) === ENCRYPTION_CAPABILITIES) return readLittle16(bytes, at + 10) || undefined
    at += (8 + length + 7) & ~7
  }
  return undefined
}

/** The security buffer whose offset and length are at `at`. */
function tokenOf(bytes: Uint8Array, at: number): Uint8Array | undefined {
  const offset = readLittle16(bytes, at)
  const length = readLittle16(bytes, at + 2)
  if (offset < SMB2.header || length === 0 || offset >= bytes.length) return undefined
  return bytes.slice(offset, offset + length)
}
