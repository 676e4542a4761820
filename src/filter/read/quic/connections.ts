// QUIC connections by their connection IDs, as far as Initial packets need them: as Wireshark keeps them. RFC 9000 5.2, 7.2.
import { bytesToHex } from '@noble/hashes/utils.js'
import { CryptoStream, cryptoRanges } from './crypto-data'
import { initialKeys, openInitial } from './initial-packets'
import { type LongHeader, longHeader } from './long-header'

export interface QuicDatagram {
  payload: Uint8Array
  /** The same number for both directions of a pair of addresses and ports. */
  conversation: number
  /** Address and port of each end. */
  from: string
  to: string
}

interface Connection {
  version: number
  /** The server's address and port. */
  server: string
  /** The connection ID that gives the keys; undefined after a Retry, until the client answers it. */
  firstId: string | undefined
  serverId: string
  keys: ReturnType<typeof initialKeys>
  keyedBy: string
  streams: { client: CryptoStream; server: CryptoStream }
  largest: { client: number; server: number }
}

/** Connections kept; the oldest is dropped. */
const MOST_CONNECTIONS = 1 << 16

export class QuicConnections {
  /** By the connection IDs that each side chose for itself, by the first that the client chose for the server, and by conversation. */
  readonly #ofClients = new Map<string, Connection>()
  readonly #ofServers = new Map<string, Connection>()
  readonly #byFirst = new Map<string, Connection>()
  readonly #ofConversations = new Map<number, Connection>()

  /** Takes the next datagram; true if one of its Initial packets brings TLS something. */
  add(datagram: QuicDatagram): boolean {
    const { payload } = datagram
    const first = longHeader(payload, 0)
    if (!first) return false
    const { connection, side } = this.#connectionOf(first, datagram)
    if (!connection) return false
    let showsTls = false
    let at = 0
    for (let header: LongHeader | undefined = first; header; header = longHeader(payload, at)) {
      if (bytesToHex(header.destination) !== bytesToHex(first.destination)) break
      if (header.type === 'initial') {
        const opened = open(connection, side, header, payload.subarray(at, header.end), at)
        showsTls ||= opened.showsTls
        if (!opened.isWhole) break
      }
      at = header.end
    }
    return showsTls
  }

  /** The connection of a datagram by its first packet, which may begin one, and the side that sent it. */
  #connectionOf(header: LongHeader, datagram: QuicDatagram): { connection?: Connection; side: 'client' | 'server' } {
    const [destination, source] = [bytesToHex(header.destination), bytesToHex(header.source)]
    const { connection: known, isServer } = this.#find(header.type, destination, datagram)
    const begins = !known && header.type === 'initial' && !isServer
    const connection = begins ? this.#begin(header.version, source, destination, datagram) : known
    if (connection && header.type === 'initial' && !isServer) {
      // A client answers a Retry with another first ID, from which further keys come: RFC 9000 17.2.5.2.
      if (connection.firstId === undefined && destination !== '') {
        this.#ofServers.delete(connection.serverId)
        connection.serverId = ''
        this.#setIds(connection, source, destination)
      }
    } else if (connection && isServer && header.type !== 'zeroRtt') {
      if (header.type === 'retry') {
        if (connection.firstId !== undefined) this.#byFirst.delete(connection.firstId)
        connection.firstId = undefined
      }
      if (connection.serverId === '' && source !== '') {
        connection.serverId = source
        keep(this.#ofServers, source, connection)
      }
    }
    return { ...(connection && { connection }), side: isServer ? 'server' : 'client' }
  }

  /** The connection that a connection ID or conversation names, and if its server sent the packet. */
  #find(
    type: LongHeader['type'],
    id: string,
    { conversation, from }: QuicDatagram,
  ): { connection?: Connection | undefined; isServer: boolean } {
    const first = this.#byFirst.get(id)
    if (type === 'zeroRtt' && id !== '') return { connection: first, isServer: false }
    const [client, server] = [this.#ofClients.get(id), this.#ofServers.get(id)]
    // Without an ID, or with one that both sides chose, only the address separates the sides.
    const either = id === '' ? this.#ofConversations.get(conversation) : server && client
    const isServer = either ? either.server === from : client !== undefined
    const isInitial = type === 'initial' && id !== ''
    const connection = either ?? client ?? server ?? (isInitial ? first : undefined)
    // A client's Initial packet to an ID that is neither the first nor the server's begins another connection.
    const isOther =
      isInitial && connection && !isServer && id !== connection.firstId && !id.startsWith(connection.serverId)
    return { connection: isOther ? undefined : connection, isServer }
  }

  #begin(version: number, source: string, destination: string, { conversation, to }: QuicDatagram): Connection {
    const connection: Connection = {
      version,
      server: to,
      firstId: destination,
      serverId: '',
      keys: initialKeys(version, bytesOf(destination)),
      keyedBy: destination,
      streams: { client: new CryptoStream(), server: new CryptoStream() },
      largest: { client: 0, server: 0 },
    }
    keep(this.#ofConversations, conversation, connection)
    this.#setIds(connection, source, destination)
    return connection
  }

  #setIds(connection: Connection, source: string, destination: string): void {
    if (source !== '') keep(this.#ofClients, source, connection)
    if (destination !== '') keep(this.#byFirst, destination, connection)
    connection.firstId = destination
  }
}

const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16))

function keep<Key>(map: Map<Key, Connection>, key: Key, connection: Connection): void {
  map.set(key, connection)
  if (map.size > MOST_CONNECTIONS) for (const oldest of map.keys()) return void map.delete(oldest)
}

/** Makes the keys of this version and the connection's first ID, if they are others than before. */
function setKeys(connection: Connection, version: number): void {
  const { firstId } = connection
  if (firstId === undefined || (firstId === connection.keyedBy && version === connection.version)) return
  connection.keys = initialKeys(version, bytesOf(firstId))
  connection.keyedBy = firstId
  connection.version = version
}

/** Opens an Initial packet; `isWhole` is false where what is behind it in the datagram is not read. */
function open(
  connection: Connection,
  side: 'client' | 'server',
  header: LongHeader,
  packet: Uint8Array,
  at: number,
): { showsTls: boolean; isWhole: boolean } {
  // The server may answer in another version: RFC 9368 2.3. A client's answer to a Retry has keys of its own.
  if (side === 'server') setKeys(connection, header.version)
  else if (bytesToHex(header.destination) === connection.firstId) setKeys(connection, connection.version)
  const opened = openInitial(packet, header.numberAt - at, connection.keys[side], connection.largest[side])
  if (typeof opened === 'string') return { showsTls: false, isWhole: opened === 'forged' }
  connection.largest[side] = opened.number
  const { ranges, isWhole } = cryptoRanges(opened.frames)
  let showsTls = false
  for (const range of ranges) if (connection.streams[side].add(range)) showsTls = true
  return { showsTls, isWhole }
}
