// Security contexts of connectionless RPC, and the PDUs under them. C706 12.5, 13.3; MS-RPCE 2.2.3, 3.2.1.4.1.
// The client chooses a context and sends a protected request. The server does not know the context, so it calls back: its token travels
// as an argument of conv_who_are_you_auth, the client's as the answer. So the key comes after the first PDUs under it.
import { AuthLevel, PduType } from '../../asm/layout'
import { uuidText } from '../capture/text'
import { concatenate, equalBytes, readBig16, readBig32, readLittle16, readLittle32 } from './bytes'
import type { OpenedPdu, ProtectedPdu } from './protection'
import { remember } from './remember'
import type { UnsealedPdu } from './rpc'
import { SecurityContext, type SecurityPackages } from './security-context'

const VERSION = 4
/** Header: C706 12.5.2. */
const HEADER_BYTES = 80
const INTERFACE_AT = 24
const ACTIVITY_AT = 40
const SEQUENCE_AT = 64
const OPERATION_AT = 68
const LENGTH_AT = 74
const PACKAGE_AT = 78
/** The body is filled up to this, then comes sec_trailer_cl, then padding, which depends on the package. MS-RPCE 2.2.3.4. */
const BODY_ALIGNMENT = 8
const TRAILER_BYTES = 2
const PADDINGS = [2, 6, 14]
const NTLM_PACKAGE = 10
const NTLM_TOKEN_BYTES = 16
const NETLOGON_PACKAGE = 68

/** The conversation manager's interface, and its operations that carry tokens. C706 appendix P. */
const CONVERSATION_MANAGER = '333a2276-0000-0000-0d00-00809c000000'
const WHO_ARE_YOU_AUTH = 3
const WHO_ARE_YOU_AUTH_MORE = 4

const MAX_ACTIVITIES = 65_536
const MAX_CALLBACKS = 4096
/** Contexts of one activity. */
const MAX_CONTEXTS = 256
const MAX_TOKEN_BYTES = 1 << 18
/** PDUs that wait for the key of their context: in one activity, and their bytes in all. */
const MAX_WAITING = 256
const MAX_WAITING_BYTES = 32 << 20

/** A PDU that is a datagram, with all that follows its body. */
export interface DatagramPdu {
  row: number
  stream: number
  frame: number
  bytes: Uint8Array
}

export interface OpenedDatagram extends UnsealedPdu {
  row: number
  /** The datagram as it was sent. */
  bytes: Uint8Array
}

/** Where the parts of a protected datagram are, as a right signature has shown. */
interface Layout {
  bodyAlignment: number
  padding: number
}

interface Context {
  security: SecurityContext
  layout?: Layout | undefined
}

interface Activity {
  /** By key_vers_num. */
  contexts: Map<number, Context>
  /** One that was built before a PDU under it was seen. */
  unclaimed?: Context | undefined
  waiting: DatagramPdu[]
  /** The tokens of the callback under way, and those that have built a context. */
  serverToken?: Uint8Array | undefined
  clientToken: Uint8Array
  builtBy?: Uint8Array | undefined
}

/** True if a PDU has the version of connectionless RPC. */
export function isDatagram(bytes: Uint8Array): boolean {
  return bytes[0] === VERSION
}

export class Datagrams {
  readonly #activities = new Map<string, Activity>()
  /** Callbacks under way, by their own activity and sequence number: the activity that they are about. */
  readonly #callbacks = new Map<string, { activity: string; at: number }>()
  #waitingBytes = 0

  constructor(private readonly packages: SecurityPackages) {}

  /** Takes in the next PDU; gives what could be opened of it, and of those that waited for what it brings. */
  pdu(pdu: DatagramPdu): OpenedDatagram[] {
    const { bytes } = pdu
    if (bytes.length < HEADER_BYTES || !isDatagram(bytes)) return []
    const isLittle = (bytes[4]! & 0x10) !== 0
    if (bytes[PACKAGE_AT] !== 0) return this.#protected(pdu, isLittle)
    if (uuidText(bytes, INTERFACE_AT, !isLittle) !== CONVERSATION_MANAGER) return []
    return this.#callback(pdu, isLittle)
  }

  #activity(id: string): Activity {
    let activity = this.#activities.get(id)
    if (!activity) {
      activity = { contexts: new Map(), waiting: [], clientToken: new Uint8Array(0) }
      remember(this.#activities, id, activity, MAX_ACTIVITIES)
    }
    return activity
  }

  #protected(pdu: DatagramPdu, isLittle: boolean): OpenedDatagram[] {
    const { bytes } = pdu
    const trailerAt = trailerOf(bytes, isLittle)
    if (trailerAt + TRAILER_BYTES > bytes.length) return []
    const activity = this.#activity(uuidText(bytes, ACTIVITY_AT, !isLittle))
    const key = bytes[trailerAt + 1]!
    let context = activity.contexts.get(key)
    if (!context && activity.unclaimed) {
      context = activity.unclaimed
      activity.unclaimed = undefined
      activity.contexts.set(key, context)
    }
    if (context) return this.#open(context, pdu, isLittle)
    if (activity.waiting.length < MAX_WAITING && this.#waitingBytes + bytes.length <= MAX_WAITING_BYTES) {
      activity.waiting.push(pdu)
      this.#waitingBytes += bytes.length
    }
    return []
  }

  #open(context: Context, pdu: DatagramPdu, isLittle: boolean): OpenedDatagram[] {
    const { logon, protection } = context.security
    const level = pdu.bytes[trailerOf(pdu.bytes, isLittle)]!
    const isSealed = level === Number(AuthLevel.Privacy)
    if (logon && isSealed) logon.sealed++
    if (!logon || !protection || level < Number(AuthLevel.Packet)) return []
    let opened: OpenedPdu | undefined
    for (const layout of context.layout ? [context.layout] : layouts(pdu.bytes, isLittle)) {
      for (const fromClient of senders(pdu.bytes[1]!)) {
        const part = partsOf(pdu.bytes, isLittle, layout, fromClient, isSealed)
        const tried = part && protection.open(part)
        if (tried && (tried.verified || !opened)) opened = tried
        if (tried?.verified) context.layout = layout
      }
      if (opened?.verified) break
    }
    // Until a signature was right, nothing shows how this package lays out its PDUs.
    if (!opened || !context.layout) return []
    logon.checked++
    if (!opened.verified) logon.failed++
    if (isSealed) logon.opened++
    // What fills the body up is no part of it.
    const clear = opened.clear?.slice(0, lengthOf(pdu.bytes, isLittle))
    return [{ row: pdu.row, bytes: pdu.bytes, at: HEADER_BYTES, verified: opened.verified, ...(clear && { clear }) }]
  }

  #callback(pdu: DatagramPdu, isLittle: boolean): OpenedDatagram[] {
    const { bytes } = pdu
    const operation = u16(bytes, OPERATION_AT, isLittle)
    if (operation !== WHO_ARE_YOU_AUTH && operation !== WHO_ARE_YOU_AUTH_MORE) return []
    const call = `${uuidText(bytes, ACTIVITY_AT, !isLittle)} ${u32(bytes, SEQUENCE_AT, isLittle)}`
    const body = bytes.subarray(HEADER_BYTES, HEADER_BYTES + lengthOf(bytes, isLittle))
    if (bytes[1] === Number(PduType.Request)) this.#asked(call, operation, body, isLittle)
    else if (bytes[1] === Number(PduType.Response)) return this.#answered(call, operation, body, pdu, isLittle)
    return []
  }

  /** The activity's identifier, the server's boot time; then the server's token, or where the rest of the client's begins. */
  #asked(call: string, operation: number, body: Uint8Array, isLittle: boolean): void {
    if (body.length < 24) return
    const activity = uuidText(body, 0, !isLittle)
    const value = u32(body, 20, isLittle)
    remember(this.#callbacks, call, { activity, at: operation === WHO_ARE_YOU_AUTH_MORE ? value : 0 }, MAX_CALLBACKS)
    if (operation === WHO_ARE_YOU_AUTH) this.#activity(activity).serverToken = body.slice(24, 24 + value)
  }

  /** The client's token as a varying array, its length, and a status: 0 where the token is complete. */
  #answered(call: string, operation: number, body: Uint8Array, pdu: DatagramPdu, isLittle: boolean): OpenedDatagram[] {
    const asked = this.#callbacks.get(call)
    this.#callbacks.delete(call)
    // Before it conv_who_are_you_auth gives a sequence number and the client's address space.
    const arrayAt = operation === WHO_ARE_YOU_AUTH ? 20 : 0
    if (!asked || body.length < arrayAt + 20) return []
    const length = u32(body, arrayAt + 8, isLittle)
    const tokenAt = arrayAt + 12
    const statusAt = ((tokenAt + length + 3) & ~3) + 4
    if (statusAt + 4 > body.length) return []
    const activity = this.#activity(asked.activity)
    if (asked.at > activity.clientToken.length || asked.at + length > MAX_TOKEN_BYTES) return []
    activity.clientToken = concatenate(
      activity.clientToken.subarray(0, asked.at),
      body.subarray(tokenAt, tokenAt + length),
    )
    const isRepeated = activity.builtBy && equalBytes(activity.builtBy, activity.clientToken)
    if (u32(body, statusAt, isLittle) !== 0 || isRepeated) return []
    return this.#built(activity, pdu)
  }

  /** A callback has built a context: that of the PDUs that wait, as the newest of them says, or one whose PDUs are to come. */
  #built(activity: Activity, { frame, stream }: DatagramPdu): OpenedDatagram[] {
    activity.builtBy = activity.clientToken
    const context: Context = { security: new SecurityContext(this.packages) }
    const place = { frame, stream, isSmb: false }
    if (activity.serverToken) context.security.token(activity.serverToken, place, false, true)
    const newest = activity.waiting.at(-1)
    const isChannel = !newest || newest.bytes[PACKAGE_AT] === NETLOGON_PACKAGE
    context.security.token(activity.clientToken, place, isChannel, true)
    if (!newest) {
      activity.unclaimed = context
      return []
    }
    const keyOf = ({ bytes }: DatagramPdu) => bytes[trailerOf(bytes, (bytes[4]! & 0x10) !== 0) + 1]!
    const key = keyOf(newest)
    if (activity.contexts.size < MAX_CONTEXTS) activity.contexts.set(key, context)
    const own = activity.waiting.filter((one) => keyOf(one) === key)
    activity.waiting = activity.waiting.filter((one) => keyOf(one) !== key)
    for (const { bytes } of own) this.#waitingBytes -= bytes.length
    return own.flatMap((one) => this.#open(context, one, (one.bytes[4]! & 0x10) !== 0))
  }
}

function lengthOf(bytes: Uint8Array, isLittle: boolean): number {
  return u16(bytes, LENGTH_AT, isLittle)
}

function trailerOf(bytes: Uint8Array, isLittle: boolean): number {
  return aligned(HEADER_BYTES + lengthOf(bytes, isLittle), BODY_ALIGNMENT)
}

function aligned(at: number, alignment: number): number {
  return Math.ceil(at / alignment) * alignment
}

/** The layouts that a protected datagram may have: what fills the body up may be protected with it. */
function layouts(bytes: Uint8Array, isLittle: boolean): Layout[] {
  const isFilled = lengthOf(bytes, isLittle) % BODY_ALIGNMENT !== 0
  return PADDINGS.flatMap((padding) =>
    (isFilled ? [BODY_ALIGNMENT, 1] : [BODY_ALIGNMENT]).map((bodyAlignment) => ({ padding, bodyAlignment })),
  )
}

/** Who may have sent a PDU: a fack comes from either side. C706 12.5.1. */
function senders(type: number): boolean[] {
  switch (type as PduType) {
    case PduType.Request:
    case PduType.Ping:
    case PduType.Ack:
    case PduType.DatagramCancel:
      return [true]
    case PduType.Fack:
      return [true, false]
    default:
      return [false]
  }
}

function partsOf(
  bytes: Uint8Array,
  isLittle: boolean,
  { bodyAlignment, padding }: Layout,
  fromClient: boolean,
  isSealed: boolean,
): ProtectedPdu | undefined {
  const tokenAt = trailerOf(bytes, isLittle) + TRAILER_BYTES + padding
  if (tokenAt >= bytes.length) return undefined
  // What a sender leaves of the room for a token is zeros, and belongs to it. MS-RPCE 2.2.3.5.
  const end = bytes[PACKAGE_AT] === NTLM_PACKAGE ? tokenAt + NTLM_TOKEN_BYTES : bytes.length
  return {
    bytes: bytes.subarray(0, tokenAt),
    stubAt: HEADER_BYTES,
    stubEnd: aligned(HEADER_BYTES + lengthOf(bytes, isLittle), bodyAlignment),
    token: bytes.subarray(tokenAt, end),
    fromClient,
    isSealed,
  }
}

function u16(bytes: Uint8Array, at: number, isLittle: boolean): number {
  return isLittle ? readLittle16(bytes, at) : readBig16(bytes, at)
}

function u32(bytes: Uint8Array, at: number, isLittle: boolean): number {
  return isLittle ? readLittle32(bytes, at) : readBig32(bytes, at)
}
