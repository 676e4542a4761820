// A TCP connection that keeps both ends' sequence numbers and windows, and cuts what is sent by the MSS. RFC 9293, 7323.
import { ByteWriter } from '../../bytes'
import { Random } from '../../random'
import { internetChecksum } from './checksum'
import type { Host } from './host'
import { PROTOCOL_TCP, pseudoHeaderSum } from './ip'
import type { Wire } from './wire'

export type Side = 'client' | 'server'

const FIN = 1
const SYN = 2
const RST = 4
const PSH = 8
const ACK = 16

/** What Windows Vista and later say in a SYN without having measured the path. */
const INITIAL_WINDOW = 8192
/** 90 segments of 1460: the receive buffer of Windows 7 on Ethernet; scaled by 256 it shows as 131328. */
const RECEIVE_BUFFER = 131400
const TCP_HEADER = 20

export interface TcpOptions {
  client: Host
  clientPort: number
  server: Host
  serverPort: number
  /** Sequence number of the client's first segment here; a random one where it is left out. */
  clientSequence?: number
  mss?: number
  windowScale?: number
}

/** One end: where its next byte is, and what it announces about its window. */
interface End {
  host: Host
  port: number
  /** Sequence number of the next byte, as on the wire. */
  next: number
  /** First sequence number of the peer that no longer fits into its window; stays until the window is opened again. */
  edge: number
  /** Set once the end takes nothing any longer. */
  closed: boolean
}

export interface Segment {
  side: Side
  flags: number
  sequence: number
  payload: Uint8Array
}

export class TcpConnection {
  readonly wire: Wire
  readonly mss: number
  readonly windowScale: number
  readonly #ends: Record<Side, End>

  constructor(wire: Wire, options: TcpOptions) {
    const { client, clientPort, server, serverPort } = options
    const random = new Random(`tcp ${client.address}:${clientPort} ${server.address}:${serverPort}`)
    const end = (host: Host, port: number): End => ({ host, port, next: random.u32(), edge: 0, closed: false })
    this.wire = wire
    this.mss = options.mss ?? (client.version === 6 ? 1440 : 1460)
    this.windowScale = options.windowScale ?? 8
    this.#ends = { client: end(client, clientPort), server: end(server, serverPort) }
    this.#ends.client.next = options.clientSequence ?? this.#ends.client.next
    for (const side of ['client', 'server'] as const) this.#ends[side].edge = this.#fullEdge(side, 1)
  }

  /** The segment that was sent last, for resend(). */
  last: Segment | undefined

  /** Both ends' initial handshake. */
  open(): this {
    this.synchronize('client')
    this.synchronize('server')
    this.acknowledge('client')
    return this
  }

  /** SYN, or SYN with ACK when the server answers. Does not count the sequence number up twice when `again`. */
  synchronize(side: Side, again = false): Segment {
    const end = this.#ends[side]
    if (again) end.next = (end.next - 1) >>> 0
    const segment = { side, flags: side === 'client' ? SYN : SYN | ACK, sequence: end.next, payload: new Uint8Array(0) }
    return this.#emit(segment)
  }

  /** Sends bytes in segments of at most MSS, PSH on the last; gives the segments for resend(). */
  send(side: Side, bytes: Uint8Array): Segment[] {
    const segments: Segment[] = []
    for (let at = 0; at < bytes.length; at += this.mss) {
      const payload = bytes.subarray(at, at + this.mss)
      const flags = at + this.mss >= bytes.length ? ACK | PSH : ACK
      segments.push(this.#emit({ side, flags, sequence: this.#ends[side].next, payload }))
    }
    return segments
  }

  /** The same segment once more, as a retransmission. */
  resend(segment: Segment): Segment {
    return this.#emit(segment)
  }

  /** A bare ACK of everything that the other side has sent. */
  acknowledge(side: Side): Segment {
    return this.#emit({ side, flags: ACK, sequence: this.#ends[side].next, payload: new Uint8Array(0) })
  }

  /** A keep-alive: one byte before the next, already acknowledged. RFC 9293 3.8.4. */
  keepAlive(side: Side): Segment {
    return this.#emit({ side, flags: ACK, sequence: (this.#ends[side].next - 1) >>> 0, payload: new Uint8Array(1) })
  }

  finish(side: Side): Segment {
    return this.#emit({ side, flags: FIN | ACK, sequence: this.#ends[side].next, payload: new Uint8Array(0) })
  }

  /** RST, ACK with a window of nothing, as Windows closes what is idle or refuses a SYN. */
  reset(side: Side): Segment {
    this.#ends[side].closed = true
    return this.#emit({ side, flags: RST | ACK, sequence: this.#ends[side].next, payload: new Uint8Array(0) })
  }

  /** RST without ACK: how a host answers bytes of a connection that it has no record of. RFC 9293 3.5.2. */
  disown(side: Side): Segment {
    return this.#emit({ side, flags: RST, sequence: this.#ends[side].next, payload: new Uint8Array(0) })
  }

  /** A port with no listener: RST, ACK to the client's SYN, with sequence number 0. */
  refuse(): Segment {
    this.#ends.server.next = 0
    return this.reset('server')
  }

  /** FIN from `first`, ACK, FIN from the other, ACK. */
  close(first: Side): void {
    const second = other(first)
    this.finish(first)
    this.acknowledge(second)
    this.finish(second)
    this.acknowledge(first)
  }

  /** The program behind `side` has read everything: its next segment advertises the whole buffer. */
  reopen(side: Side): this {
    this.#ends[side].edge = this.#fullEdge(side)
    return this
  }

  #emit(segment: Segment): Segment {
    this.last = segment
    const { side, flags, sequence, payload } = segment
    const end = this.#ends[side]
    const peer = this.#ends[other(side)]
    const synchronizing = (flags & SYN) !== 0
    const options = synchronizing ? this.#synchronizeOptions() : new Uint8Array(0)
    const window = synchronizing ? INITIAL_WINDOW : this.#window(side)
    const bytes = new ByteWriter(false).u16(end.port).u16(peer.port)
    bytes.u32(sequence).u32(flags & ACK ? peer.next : 0)
    bytes.u16((((TCP_HEADER + options.length) / 4) << 12) | flags).u16(window)
    bytes.u16(0).u16(0).bytes(options).bytes(payload)
    const pseudo = pseudoHeaderSum(end.host.ip, peer.host.ip, PROTOCOL_TCP, bytes.length)
    bytes.setU16(16, internetChecksum(bytes.take(), pseudo))
    if (sequence === end.next) end.next = (end.next + payload.length + (flags & (SYN | FIN) ? 1 : 0)) >>> 0
    this.wire.ip(end.host, peer.host, PROTOCOL_TCP, bytes.take())
    return segment
  }

  /** The window field. What was read is given back only when it makes two segments, as RFC 9293 3.8.6.2.2 asks. */
  #window(side: Side): number {
    const end = this.#ends[side]
    if (end.closed) return 0
    const left = () => (end.edge - this.#ends[other(side)].next) | 0
    if (RECEIVE_BUFFER - left() >= 2 * this.mss) this.reopen(side)
    return left() >>> this.windowScale
  }

  #fullEdge(side: Side, ahead = 0): number {
    return (this.#ends[other(side)].next + ahead + RECEIVE_BUFFER) >>> 0
  }

  /** MSS, window scale, SACK permitted, in the order in which Windows writes them. */
  #synchronizeOptions(): Uint8Array {
    const options = new ByteWriter(false).u8(2).u8(4).u16(this.mss)
    return options.u8(1).u8(3).u8(3).u8(this.windowScale).u8(1).u8(1).u8(4).u8(2).take()
  }
}

function other(side: Side): Side {
  return side === 'client' ? 'server' : 'client'
}
