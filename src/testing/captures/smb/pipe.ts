// A named pipe over SMB2 that carries RPC: binds by write and read, calls by transceive, as Windows does. MS-RPCE 2.1.1.2.
import { type Side, TcpConnection } from '../network/tcp'
import { ByteWriter, concatenate } from '../../bytes'
import { Random } from '../../random'
import { PTYPE } from '../rpc/pdu'
import type { Logon } from '../security/logon'
import type { SealedKerberos } from '../security/sealed-kerberos'
import { negTokenInit, OID_NTLM } from '../security/spnego'
import { type Smb3, SmbEncryption } from './encryption'
import {
  closeRequest,
  closeResponse,
  COMMAND,
  createRequest,
  createResponse,
  encryptedMessage,
  errorResponse,
  goodbye,
  message,
  negotiateRequest,
  negotiateResponse,
  readRequest,
  readResponse,
  sessionSetupRequest,
  SESSION_IS_GUEST,
  sessionSetupResponse,
  STATUS_MORE_PROCESSING_REQUIRED,
  transceiveRequest,
  transceiveResponse,
  treeConnectRequest,
  treeConnectResponse,
  writeRequest,
  writeResponse,
} from './messages'

const PFC_LAST_AT = 3
const PFC_LAST = 0x02
const STATUS_PENDING = 0x103
const STATUS_NETWORK_SESSION_EXPIRED = 0xc000035c
/** In front of every message on port 445. */
const LENGTH_FIELD = 4

export interface PipeOptions {
  /** Without `\pipe\`: `svcctl`. */
  pipe: string
  serverName: string
  /** Who opens the SMB session; made with package `spnego`. */
  logon: Logon
  /** Opens the session instead, in one leg. */
  kerberos?: SealedKerberos
  /** Everything after the session setup is encrypted, as SMB 3 does. */
  encrypted?: boolean
  /** The same for real, with keys of the logon. */
  smb3?: Smb3
}

/** NTSTATUS of a step that fails; what comes after it does not happen. */
export interface PipeFailures {
  negotiate?: number
  /** The client goes no further than the negotiation. */
  leaves?: boolean
  sessionSetup?: number
  /** The server closes the connection, or resets it, instead of an answer to the last message of the logon. */
  dropsLogon?: boolean | 'reset'
  /** The server lets the user in as guest; the client then leaves. */
  guest?: boolean
  treeConnect?: number
  create?: number
  /** The access mask of the create. */
  access?: number
  /** Seconds that the server takes to answer the negotiation, the last message of the logon, and the create. */
  slowNegotiate?: number
  slowLogon?: number
  slowCreate?: number
  /** An earlier pipe of the same client, whose session the server ends right before it accepts the logon. */
  expiresEarlier?: SmbPipe
}

export class SmbPipe {
  readonly #random = new Random('smb')
  readonly #sessionId = this.#random.u64() >> 8n
  readonly #fileId = this.#random.uuid()
  #messageId = 0n
  #treeId = 0
  /** The session's id is stated from the server's first answer to its setup on. */
  #stated = 0n
  #transceiving = false
  #encrypting = false
  readonly #encryption: SmbEncryption | undefined

  constructor(
    readonly tcp: TcpConnection,
    readonly options: PipeOptions,
  ) {
    const { smb3 } = options
    this.#encryption = smb3 && new SmbEncryption(smb3, this.#sessionId)
  }

  /** Negotiate, session setup in two legs, tree connect to IPC$, create of the pipe. */
  open(failures: PipeFailures = {}): boolean {
    const { logon } = this.options
    const random = this.#random
    const { dialect, cipher } = this.options.smb3 ?? {}
    const mechanisms = negTokenInit([OID_NTLM])
    const offered = negotiateResponse(random.uuid(), logon.options.fileTime, mechanisms, dialect, cipher)
    this.#request(COMMAND.negotiate, negotiateRequest(random.uuid()))
    this.#work(failures.slowNegotiate)
    if (!this.#respond(COMMAND.negotiate, offered, failures.negotiate)) return false
    if (failures.leaves) return false

    const { kerberos } = this.options
    if (kerberos) {
      this.#request(COMMAND.sessionSetup, sessionSetupRequest(kerberos.negotiate().value))
      this.#stated = this.#sessionId
      this.#respond(COMMAND.sessionSetup, sessionSetupResponse(kerberos.challenge().value))
      return this.#connect(failures)
    }
    this.#request(COMMAND.sessionSetup, sessionSetupRequest(logon.negotiate().value))
    this.#stated = this.#sessionId
    this.#respond(COMMAND.sessionSetup, sessionSetupResponse(logon.challenge().value), STATUS_MORE_PROCESSING_REQUIRED)
    const setup = sessionSetupRequest(logon.authenticate().value)
    if (failures.dropsLogon) {
      this.#request(COMMAND.sessionSetup, setup)
      if (failures.dropsLogon === 'reset') this.tcp.reset('server')
      else this.tcp.close('server')
      return false
    }
    const done = sessionSetupResponse(logon.complete().value, failures.guest ? SESSION_IS_GUEST : 0)
    this.#request(COMMAND.sessionSetup, setup)
    this.#work(failures.slowLogon)
    failures.expiresEarlier?.expire()
    if (!this.#respond(COMMAND.sessionSetup, done, failures.sessionSetup)) return false
    if (failures.guest) {
      this.tcp.close('client')
      return false
    }
    return this.#connect(failures)
  }

  /** Tree connect to IPC$, create of the pipe. */
  #connect(failures: PipeFailures): boolean {
    const { serverName, pipe } = this.options
    this.#encrypting = (this.options.encrypted ?? false) || this.#encryption !== undefined

    this.#request(COMMAND.treeConnect, treeConnectRequest(`\\\\${serverName}\\IPC$`))
    if (!failures.treeConnect) this.#treeId = 1
    if (!this.#respond(COMMAND.treeConnect, treeConnectResponse(), failures.treeConnect)) return false
    this.#request(COMMAND.create, createRequest(pipe, failures.access))
    this.#work(failures.slowCreate)
    return this.#respond(COMMAND.create, createResponse(this.#fileId), failures.create)
  }

  /** The server acknowledges a request at once and answers it so many seconds later. */
  #work(seconds: number | undefined): void {
    if (seconds === undefined) return
    this.tcp.acknowledge('server')
    this.tcp.wire.wait(seconds)
  }

  /** The server reports that the session has expired. */
  expire(): void {
    this.#send(
      'server',
      message(this.#header(COMMAND.sessionSetup, true, STATUS_NETWORK_SESSION_EXPIRED), errorResponse()),
    )
  }

  /** Carries a PDU: the client's by write, or by transceive where a response is to come; the server's as its answer. */
  send(side: Side, pdu: Uint8Array): void {
    if (side === 'client') {
      this.#transceiving = pdu[2] === PTYPE.request && (pdu[PFC_LAST_AT]! & PFC_LAST) !== 0
      if (this.#transceiving) this.#request(COMMAND.ioctl, transceiveRequest(this.#fileId, pdu))
      else this.#exchange(COMMAND.write, writeRequest(this.#fileId, pdu), writeResponse(pdu.length))
    } else if (this.#transceiving) {
      this.#transceiving = false
      this.#respond(COMMAND.ioctl, transceiveResponse(this.#fileId, pdu))
    } else {
      this.#exchange(COMMAND.read, readRequest(this.#fileId), readResponse(pdu))
    }
  }

  /** The server answers what is outstanding with an NTSTATUS instead of a PDU. */
  fail(status: number): void {
    if (!this.#transceiving) this.#request(COMMAND.read, readRequest(this.#fileId))
    this.#respond(this.#transceiving ? COMMAND.ioctl : COMMAND.read, errorResponse(), status)
    this.#transceiving = false
  }

  /** The server puts off its answer to what is outstanding: STATUS_PENDING. */
  interim(): void {
    this.#send('server', message(this.#header(COMMAND.ioctl, true, STATUS_PENDING), errorResponse()))
  }

  /** Close of the pipe, tree disconnect, logoff. */
  close(): void {
    this.#exchange(COMMAND.close, closeRequest(this.#fileId), closeResponse())
    this.#exchange(COMMAND.treeDisconnect, goodbye(), goodbye())
    this.#exchange(COMMAND.logoff, goodbye(), goodbye())
  }

  #exchange(command: number, request: Uint8Array, response: Uint8Array, status = 0): boolean {
    this.#request(command, request)
    return this.#respond(command, response, status)
  }

  #request(command: number, body: Uint8Array): void {
    this.#send('client', message(this.#header(command, false, 0), body))
  }

  /** Answers the request sent last; gives whether it went well. */
  #respond(command: number, body: Uint8Array, status = 0): boolean {
    const fails = status !== 0 && status !== STATUS_MORE_PROCESSING_REQUIRED
    this.#send('server', message(this.#header(command, true, status), fails ? errorResponse() : body))
    this.#messageId++
    return !fails
  }

  #send(side: Side, sent: Uint8Array<ArrayBuffer>): void {
    const length = sent.length - LENGTH_FIELD
    if (this.#encryption) this.tcp.send(side, this.#secured(this.#encryption, side, sent))
    else this.tcp.send(side, this.#encrypting ? encryptedMessage(this.#sessionId, length, this.#random) : sent)
  }

  /** The last answer of the session setup is in no hash; what comes after it is sealed. MS-SMB2 3.3.5.5. */
  #secured(encryption: SmbEncryption, side: Side, sent: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const message = sent.subarray(LENGTH_FIELD)
    if (this.#encrypting) {
      const sealed = encryption.seal(side, message)
      return concatenate(new ByteWriter(false).u32(sealed.length).take(), sealed)
    }
    const view = new DataView(message.buffer, message.byteOffset)
    const isLast =
      side === 'server' && view.getUint16(12, true) === COMMAND.sessionSetup && view.getUint32(8, true) === 0
    if (isLast) encryption.start(this.#sessionKey())
    else encryption.hash(message)
    return sent
  }

  /** Ciphers of 256 bits take the whole key, all others its first 16 bytes. MS-SMB2 3.3.5.5.3. */
  #sessionKey(): Uint8Array {
    const { kerberos, logon, smb3 } = this.options
    const key = (kerberos ?? logon).exportedSessionKey!
    return smb3 && smb3.cipher > 2 ? key.slice() : key.slice(0, 16)
  }

  #header(command: number, response: boolean, status: number) {
    return { command, response, status, messageId: this.#messageId, treeId: this.#treeId, sessionId: this.#stated }
  }
}
