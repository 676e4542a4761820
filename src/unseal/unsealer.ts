// Unseals one capture: takes in its PDUs, SMB and Kerberos messages in order, and gives back what the secrets open.
import { Keyring } from './keyring'
import type { Logon } from './logon'
import { NetlogonChannels } from './netlogon-channels'
import { kerberosMessage } from './kerberos/kerberos-messages'
import { RpcConnection, type RpcPdu, type UnsealedPdu } from './rpc'
import type { Secrets } from './secrets/secrets'
import { SmbConnection, type SmbSessions } from './smb/smb'

/** Connections that are followed at the same time at most; the oldest is forgotten. */
const MAX_CONNECTIONS = 65_536

export class Unsealer {
  /** All logons so far, in the order in which they appear. */
  readonly logons: Logon[] = []
  readonly keyring: Keyring
  readonly #channels: NetlogonChannels
  readonly #rpc = new Map<string, RpcConnection>()
  readonly #smb = new Map<number, SmbConnection>()
  readonly #sessions: SmbSessions = new Map()

  constructor(secrets: Secrets) {
    this.keyring = new Keyring(secrets)
    this.#channels = new NetlogonChannels(this.keyring)
  }

  /** The next PDU of a connection, or of a pipe of it. */
  pdu(stream: number, pipe: number | undefined, pdu: RpcPdu): UnsealedPdu | undefined {
    const id = `${stream} ${pipe ?? ''}`
    let connection = this.#rpc.get(id)
    if (!connection) {
      connection = new RpcConnection(this.keyring, this.logons, this.#channels, {
        stream,
        ...(pipe !== undefined && { pipe }),
      })
      remember(this.#rpc, id, connection)
    }
    return connection.pdu(pdu)
  }

  /** The next SMB message of a connection, without the four bytes before it; gives the clear messages of an encrypted one. */
  smb(stream: number, fromClient: boolean, bytes: Uint8Array, frame: number): Uint8Array | undefined {
    let connection = this.#smb.get(stream)
    if (!connection) {
      connection = new SmbConnection(this.keyring, this.logons, this.#sessions, stream)
      remember(this.#smb, stream, connection)
    }
    return connection.message(bytes, fromClient, frame)
  }

  /** The next message between a client and a KDC. */
  kerberos(bytes: Uint8Array): void {
    const message = kerberosMessage(bytes)
    if (message) this.keyring.kdc(message)
  }
}

function remember<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  const [oldest] = map.size >= MAX_CONNECTIONS ? map.keys() : []
  if (oldest !== undefined) map.delete(oldest)
  map.set(key, value)
}
