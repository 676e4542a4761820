// Unseals one capture: takes in its PDUs, SMB and Kerberos messages in order, and gives back what the secrets open.
import { Datagrams, type DatagramPdu, type OpenedDatagram } from './datagrams'
import { Keyring } from './keyring'
import type { Logon } from './logon'
import { NetlogonChannels } from './netlogon-channels'
import { kerberosMessage } from './kerberos/kerberos-messages'
import { RpcConnection, type RpcPdu, type UnsealedPdu } from './rpc'
import type { SecurityPackages } from './security-context'
import { remember } from './remember'
import type { Secrets } from './secrets/secrets'
import { SmbConnection, type SmbSessions } from './smb/smb'

/** Connections that are followed at the same time at most; the oldest is forgotten. */
const MAX_CONNECTIONS = 65_536

export class Unsealer {
  /** All logons so far, in the order in which they appear. */
  readonly logons: Logon[] = []
  readonly keyring: Keyring
  readonly #packages: SecurityPackages
  readonly #rpc = new Map<string, RpcConnection>()
  readonly #smb = new Map<number, SmbConnection>()
  readonly #sessions: SmbSessions = new Map()
  readonly #datagrams: Datagrams

  constructor(secrets: Secrets) {
    this.keyring = new Keyring(secrets)
    this.#packages = { keyring: this.keyring, logons: this.logons, channels: new NetlogonChannels(this.keyring) }
    this.#datagrams = new Datagrams(this.#packages)
  }

  /** The next PDU of a connection, or of a pipe of it. */
  pdu(stream: number, pipe: number | undefined, pdu: RpcPdu): UnsealedPdu | undefined {
    const id = `${stream} ${pipe ?? ''}`
    let connection = this.#rpc.get(id)
    if (!connection) {
      connection = new RpcConnection(this.#packages, { stream, ...(pipe !== undefined && { pipe }) })
      remember(this.#rpc, id, connection, MAX_CONNECTIONS)
    }
    return connection.pdu(pdu)
  }

  /** The next PDU that is a datagram; gives what could be opened of it, and of earlier ones that waited for a key. */
  datagram(pdu: DatagramPdu): OpenedDatagram[] {
    return this.#datagrams.pdu(pdu)
  }

  /** The next SMB message of a connection, without the four bytes before it; gives the clear messages of an encrypted one. */
  smb(stream: number, fromClient: boolean, bytes: Uint8Array, frame: number): Uint8Array | undefined {
    let connection = this.#smb.get(stream)
    if (!connection) {
      connection = new SmbConnection(this.keyring, this.logons, this.#sessions, stream)
      remember(this.#smb, stream, connection, MAX_CONNECTIONS)
    }
    return connection.message(bytes, fromClient, frame)
  }

  /** The next message between a client and a KDC. */
  kerberos(bytes: Uint8Array): void {
    const message = kerberosMessage(bytes)
    if (message) this.keyring.kdc(message)
  }
}
