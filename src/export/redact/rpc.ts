// One DCE/RPC PDU without what it carries: its header, what is negotiated, statuses and the value returned stay; of stubs
// only those that say where things are (endpoint mapper, activation, object exporter, IRemUnknown). C706 12.6, MS-RPCE 2.2.2.

import { AuthLevel, PduType } from '../../../asm/layout'
import { EPM, IACTIVATION, IOBJECT_EXPORTER, ISYSTEM_ACTIVATOR, NETLOGON } from '../../names/well-known'
import { REM_UNKNOWN_INTERFACES } from '../../dissect/com/remunknown'

import { type NameBook, replaceRuns } from './names'
import { put } from './put'
import { redactToken } from './tokens'

/** What is known of a PDU besides its bytes. */
export interface PduContext {
  interface?: string | undefined
  /** A COM interface: its stubs begin with ORPCTHIS or ORPCTHAT. */
  com: boolean
}

const HEADER = 16
const TRAILER = 8
const STUB = 24
const FAULT = 32
const OBJECT = 16
const CONNECTIONLESS = 80
const ORPC_THIS = 32
const ORPC_THAT = 8
const RETURN_VALUE = 4
const OBJECT_UUID = 0x80
const LAST_FRAGMENT = 0x02
const VERSION = 5
const OPNUM = 22

/** NetrServerAuthenticate, 2 and 3, and how many bytes of options follow the credential. MS-NRPC 3.5.4.4.1 and 2. */
const AUTHENTICATE: ReadonlyMap<number, number> = new Map([
  [5, 0],
  [15, 4],
  [26, 4],
])
const CREDENTIAL = 8
/** In place of a credential: one of zeros would look like an attack (CVE-2020-1472), and one of an attack stays. */
const BLANK = 0x2a

/** Interfaces whose stubs hold addresses, identifiers and names, and nothing of a program's. */
const KEPT_STUBS = new Set([...REM_UNKNOWN_INTERFACES, IOBJECT_EXPORTER, ISYSTEM_ACTIVATOR, IACTIVATION, EPM])

const NEGOTIATING: ReadonlySet<number> = new Set([
  PduType.Bind,
  PduType.BindAck,
  PduType.AlterContext,
  PduType.AlterContextResponse,
  PduType.Auth3,
])

/** A PDU of the same length. `pdu` may end early. */
export function redactPdu(pdu: Uint8Array, context: PduContext, names: NameBook): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(pdu.length)
  if (pdu[0] === 4) return connectionless(pdu, out)
  if (pdu[0] !== VERSION || pdu.length < HEADER) return out
  const view = new DataView(pdu.buffer, pdu.byteOffset, pdu.length)
  const little = pdu[4]! >>> 4 === 1
  const type = pdu[2]!
  const length = view.getUint16(8, little)
  const authLength = view.getUint16(10, little)
  const tokenAt = length - authLength
  const bodyEnd = authLength > 0 ? Math.max(HEADER, tokenAt - TRAILER) : length
  const keep = (from: number, to: number) => put(out, pdu.subarray(from, Math.max(from, to)), from)
  keep(0, HEADER)
  if (authLength > 0 && tokenAt >= HEADER + TRAILER) {
    keep(tokenAt - TRAILER, tokenAt)
    if (NEGOTIATING.has(type))
      put(out, redactToken(pdu.subarray(tokenAt, length), names), Math.min(tokenAt, pdu.length))
  }
  const level = authLength > 0 ? (pdu[tokenAt - TRAILER + 1] ?? 0) : 0
  const padding = authLength > 0 ? (pdu[tokenAt - TRAILER + 2] ?? 0) : 0
  switch (type) {
    case PduType.Request: {
      const at = STUB + (pdu[3]! & OBJECT_UUID ? OBJECT : 0)
      keep(HEADER, at)
      stub(at, bodyEnd - padding, false)
      if (context.interface === NETLOGON) proof(pdu, out, view.getUint16(OPNUM, little), bodyEnd - padding)
      break
    }
    case PduType.Response:
      keep(HEADER, STUB)
      stub(STUB, bodyEnd - padding, (pdu[3]! & LAST_FRAGMENT) !== 0)
      break
    case PduType.Fault:
    case PduType.BindNak:
      keep(HEADER, bodyEnd)
      replaceRuns(out, names, type === PduType.Fault ? FAULT : HEADER, Math.min(bodyEnd, out.length))
      break
    case PduType.Bind:
    case PduType.AlterContext:
    case PduType.BindAck:
    case PduType.AlterContextResponse:
      keep(HEADER, bodyEnd)
      break
  }
  return out

  function stub(at: number, end: number, returns: boolean): void {
    if (level === Number(AuthLevel.Privacy)) return
    if (context.interface !== undefined && KEPT_STUBS.has(context.interface)) {
      keep(at, end)
      replaceTowers(out, at, Math.min(end, out.length), names)
      replaceRuns(out, names, at, Math.min(end, out.length))
      return
    }
    if (context.com) keep(at, Math.min(end, at + (type === PduType.Request ? ORPC_THIS : ORPC_THAT)))
    if (returns && end - at >= RETURN_VALUE) keep(end - RETURN_VALUE, end)
  }
}

/** Floors of protocol towers that hold an IPv4 address (9) or a host's name (0x11). C706 appendix L. */
function replaceTowers(bytes: Uint8Array, at: number, end: number, names: NameBook): void {
  for (let from = at; from + 5 <= end; from++) {
    if (bytes[from] !== 1 || bytes[from + 1] !== 0) continue
    const to = from + 5 + bytes[from + 3]! + (bytes[from + 4]! << 8)
    if (to > end) continue
    if (bytes[from + 2] === 9 && to === from + 9)
      bytes.set(names.addresses.ipv4(bytes.subarray(from + 5, to)), from + 5)
    else if (bytes[from + 2] === 0x11) names.bytes(bytes, from + 5, to)
  }
}

/** C706 12.5: the header, and the status of a fault or reject. */
function connectionless(pdu: Uint8Array, out: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const type = pdu[1]
  const isRejection = type === PduType.Fault || type === PduType.Reject
  put(out, pdu.subarray(0, CONNECTIONLESS + (isRejection ? 4 : 0)))
  if (type === PduType.Response && pdu.length >= CONNECTIONLESS + RETURN_VALUE) {
    const length = new DataView(pdu.buffer, pdu.byteOffset, pdu.length).getUint16(74, pdu[4]! >>> 4 === 1)
    const end = CONNECTIONLESS + length
    if (length >= RETURN_VALUE && end <= pdu.length) put(out, pdu.subarray(end - RETURN_VALUE, end), end - RETURN_VALUE)
  }
  return out
}

/** What a computer proves itself with, at the end of a request: only whether it is all zeros, and the options, which are no secret. */
function proof(pdu: Uint8Array, out: Uint8Array, opnum: number, end: number): void {
  const options = AUTHENTICATE.get(opnum)
  if (options === undefined || end > pdu.length || end < STUB + CREDENTIAL + options) return
  const at = end - options - CREDENTIAL
  if (pdu.subarray(at, at + CREDENTIAL).some((byte) => byte !== 0)) out.fill(BLANK, at, at + CREDENTIAL)
  put(out, pdu.subarray(end - options, end), end - options)
}
