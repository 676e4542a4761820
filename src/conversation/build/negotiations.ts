// Bodies of binds and of their answers. A client's binds differ from one connection to the next only in call id, token and
// association group, so equal bodies are read once.
import { bind, bindAck, type BindAckBody, type BindBody } from '../../dissect/rpc/bind'
import { HEADER } from '../../dissect/pdu'
import { Reader } from '../../dissect/reader'

/** Where the association group is, which no two connections have in common. C706 12.6.4.3. */
const GROUP = HEADER + 4
const AFTER_GROUP = GROUP + 4
/** Data representation: the byte order is part of what the bytes mean. */
const DREP = 4
const TRAILER = 8
/** Beyond so many different bodies nothing is gained by remembering them. */
const MOST = 4096

const LATIN1 = new TextDecoder('latin1')

/** Reads negotiation bodies, each different one once. */
export class Negotiations {
  readonly #offers = new Map<string, BindBody>()
  readonly #answers = new Map<string, BindAckBody>()

  /** The body of a whole bind or alter_context; undefined when it is none. What it holds is shared: it must not be changed. */
  offer(pdu: Uint8Array<ArrayBuffer>): BindBody | undefined {
    return remembered(this.#offers, pdu, bind)
  }

  /** The body of a whole bind_ack or alter_context_resp. */
  answer(pdu: Uint8Array<ArrayBuffer>): BindAckBody | undefined {
    return remembered(this.#answers, pdu, bindAck)
  }
}

function remembered<Body extends { associationGroup?: number | undefined }>(
  known: Map<string, Body>,
  pdu: Uint8Array<ArrayBuffer>,
  read: (from: Reader) => Body | undefined,
): Body | undefined {
  if (pdu.length < AFTER_GROUP) return read(new Reader(pdu))
  const key = keyOf(pdu)
  const before = known.get(key)
  if (before) return { ...before, associationGroup: groupOf(pdu) }
  const body = read(new Reader(pdu))
  if (body && known.size < MOST) known.set(key, body)
  return body
}

/** All of the body that decides what it says: byte order, fragment sizes, and what follows the association group up to the verifier. */
function keyOf(pdu: Uint8Array<ArrayBuffer>): string {
  const little = isLittle(pdu)
  const two = (at: number) => (little ? pdu[at]! | (pdu[at + 1]! << 8) : (pdu[at]! << 8) | pdu[at + 1]!)
  const verifier = two(10)
  const end = verifier === 0 ? pdu.length : Math.min(pdu.length, Math.max(AFTER_GROUP, two(8) - verifier - TRAILER))
  return `${little ? 'l' : 'b'}${LATIN1.decode(pdu.subarray(HEADER, GROUP))}${LATIN1.decode(pdu.subarray(AFTER_GROUP, end))}`
}

function groupOf(pdu: Uint8Array<ArrayBuffer>): number {
  return new DataView(pdu.buffer, pdu.byteOffset).getUint32(GROUP, isLittle(pdu))
}

function isLittle(pdu: Uint8Array): boolean {
  return pdu[DREP]! >>> 4 === 1
}
