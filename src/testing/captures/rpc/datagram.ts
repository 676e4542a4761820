// Connectionless RPC under a security context, with the server's callback that builds it. C706 12.5, appendix P; MS-RPCE 2.2.3.
import { ByteWriter, concatenate, uuidBytes } from '../../bytes'
import { Random } from '../../random'
import type { Host } from '../network/host'
import type { Side } from '../network/tcp'
import type { Wire } from '../network/wire'
import type { CallPdu, Syntax } from './pdu'

const REQUEST = 0
const RESPONSE = 2
const FAULT = 3
const LAST_FRAGMENT = 2
const FRAGMENT = 4
const PF2_UNRELATED = 4
const CONVERSATION_MANAGER = '333a2276-0000-0000-0d00-00809c000000'
const WHO_ARE_YOU_AUTH = 3
const WHO_ARE_YOU_AUTH_MORE = 4
const PARTIAL_CREDENTIALS = 0x16c9a0f5

/** What protects the bodies of an activity's PDUs. */
export interface DatagramSecurity {
  protection: { type: number; level: number }
  protect(from: Side, pdu: CallPdu): Uint8Array
}

export interface DatagramOptions {
  big?: boolean
  /** Bytes between sec_trailer_cl and the token. */
  padding?: number
  /** What fills the body up is protected with it. */
  protectsFill?: boolean
  /** The client's token comes in pieces of so many bytes. */
  pieceBytes?: number
  /** Zeros behind each token. */
  spareBytes?: number
  keyVersion?: number
}

/** An activity of a client: its calls, and the callbacks that it causes. */
export class DatagramActivity {
  readonly #random: Random
  readonly #activity: Uint8Array
  #sequence = 0
  #callbacks = 0

  constructor(
    private readonly place: { wire: Wire; client: Host; server: Host; clientPort: number; serverPort: number },
    private readonly abstract: Syntax,
    private readonly security: DatagramSecurity,
    private readonly options: DatagramOptions = {},
    seed = '',
  ) {
    this.#random = new Random(`datagram activity ${seed}`)
    this.#activity = this.#random.bytes(16)
  }

  /** The server asks for the client's token, with its own. */
  callback(serverToken: Uint8Array, clientToken: Uint8Array): void {
    const { pieceBytes = clientToken.length } = this.options
    const own = this.#random.bytes(16)
    for (let at = 0; at === 0 || at < clientToken.length; at += pieceBytes) {
      const isMore = at > 0
      const piece = clientToken.slice(at, at + pieceBytes)
      const asked = this.#writer().bytes(this.#activity).u32(0x5f5e1000)
      if (isMore) asked.u32(at)
      else asked.u32(serverToken.length).bytes(serverToken).align(4).u32(serverToken.length)
      asked.u32(pieceBytes)
      const answer = this.#writer()
      if (!isMore) answer.u32(0).bytes(this.#random.bytes(16))
      answer.u32(pieceBytes).u32(0).u32(piece.length).bytes(piece).align(4).u32(piece.length)
      answer.u32(at + pieceBytes < clientToken.length ? PARTIAL_CREDENTIALS : 0)
      const opnum = isMore ? WHO_ARE_YOU_AUTH_MORE : WHO_ARE_YOU_AUTH
      const call = { activity: own, sequence: this.#callbacks++, opnum, abstract: CONVERSATION_MANAGER }
      this.#send('server', this.#pdu({ ...call, type: REQUEST, body: asked.take(), flags2: PF2_UNRELATED }))
      this.#send('client', this.#pdu({ ...call, type: RESPONSE, body: answer.take() }))
    }
  }

  request(opnum: number, fragments: readonly Uint8Array[]): void {
    this.#protected('client', REQUEST, opnum, fragments)
  }

  response(opnum: number, fragments: readonly Uint8Array[]): void {
    this.#protected('server', RESPONSE, opnum, fragments)
    this.#sequence++
  }

  fault(opnum: number, status: number): void {
    this.#protected('server', FAULT, opnum, [this.#writer().u32(status).take()])
    this.#sequence++
  }

  #protected(from: Side, type: number, opnum: number, fragments: readonly Uint8Array[]): void {
    const { padding = 2, protectsFill = false, spareBytes = 0, keyVersion = 1 } = this.options
    const { protection } = this.security
    for (const [number, body] of fragments.entries()) {
      const fill = new Uint8Array(-body.length & 7)
      const part = protectsFill ? concatenate(body, fill) : body
      const whole = this.security.protect(from, { bytes: part, stubAt: 0, stubEnd: part.length } as CallPdu)
      const sealed = concatenate(whole.slice(0, part.length), protectsFill ? new Uint8Array(0) : fill)
      const flags = fragments.length > 1 ? FRAGMENT | (number === fragments.length - 1 ? LAST_FRAGMENT : 0) : 0
      const head = {
        activity: this.#activity,
        sequence: this.#sequence,
        opnum,
        abstract: this.abstract.uuid,
        flags,
        number,
      }
      const pdu = this.#pdu({ ...head, type, body: sealed, length: body.length, package: protection.type })
      const trailer = Uint8Array.of(protection.level, keyVersion)
      this.#send(
        from,
        concatenate(pdu, trailer, new Uint8Array(padding), whole.slice(part.length), new Uint8Array(spareBytes)),
      )
    }
  }

  #pdu(pdu: {
    type: number
    activity: Uint8Array
    sequence: number
    opnum: number
    abstract: string
    body: Uint8Array
    length?: number
    package?: number
    flags?: number
    flags2?: number
    number?: number
  }): Uint8Array {
    const { big = false } = this.options
    return this.#writer()
      .u8(4)
      .u8(pdu.type)
      .u8(pdu.flags ?? 0)
      .u8(pdu.flags2 ?? 0)
      .u8(big ? 0 : 0x10)
      .fill(3)
      .fill(16)
      .bytes(uuidBytes(pdu.abstract, !big))
      .bytes(pdu.activity)
      .u32(0x5f5e1000)
      .u32(pdu.abstract === CONVERSATION_MANAGER ? 3 : 1)
      .u32(pdu.sequence)
      .u16(pdu.opnum)
      .u16(0xffff)
      .u16(0xffff)
      .u16(pdu.length ?? pdu.body.length)
      .u16(pdu.number ?? 0)
      .u8(pdu.package ?? 0)
      .u8(0)
      .bytes(pdu.body)
      .take()
  }

  #writer(): ByteWriter {
    return new ByteWriter(!this.options.big)
  }

  #send(from: Side, bytes: Uint8Array): void {
    const { wire, client, server, clientPort, serverPort } = this.place
    if (from === 'client') wire.udp(client, clientPort, server, serverPort, bytes)
    else wire.udp(server, serverPort, client, clientPort, bytes)
  }
}
