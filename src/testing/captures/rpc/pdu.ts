// Connection-oriented DCE/RPC PDUs, byte by byte. C706 12.6, MS-RPCE 2.2.2.
import { ByteWriter } from '../../bytes'

export const PTYPE = {
  request: 0,
  response: 2,
  fault: 3,
  bind: 11,
  bindAck: 12,
  bindNak: 13,
  alterContext: 14,
  alterContextResponse: 15,
  auth3: 16,
  shutdown: 17,
  cancel: 18,
  orphaned: 19,
} as const

export const PFC_FIRST = 0x01
export const PFC_LAST = 0x02
/** In bind, alter_context and their answers; the same bit means "cancel pending" elsewhere. */
export const PFC_SUPPORT_HEADER_SIGN = 0x04
export const PFC_DID_NOT_EXECUTE = 0x20
const PFC_OBJECT_UUID = 0x80
const PFC_SINGLE = PFC_FIRST | PFC_LAST

const HEADER = 16
export const TRAILER = 8
/** Windows pads a protected stub to this. */
const VERIFIER_ALIGNMENT = 16

/** sec_trailer and auth_value. MS-RPCE 2.2.2.11. */
export interface Verifier {
  type: number
  level: number
  contextId: number
  value: Uint8Array
}

export interface PduOptions {
  callId: number
  flags?: number
  littleEndian?: boolean
  verifier?: Verifier
}

/** An abstract or transfer syntax. */
export interface Syntax {
  uuid: string
  /** Major and minor, as `1.0`. */
  version: string
}

export const NDR32: Syntax = { uuid: '8a885d04-1ceb-11c9-9fe8-08002b104860', version: '2.0' }
export const NDR64: Syntax = { uuid: '71710533-beba-4937-8319-b5dbef9ccc36', version: '1.0' }
const NONE: Syntax = { uuid: '00000000-0000-0000-0000-000000000000', version: '0.0' }

/** Bind-time feature negotiation: bit 0 security context multiplexing, bit 1 keep connection on orphan. MS-RPCE 2.2.2.14. */
export function bindTimeFeatures(bits: number): Syntax {
  return { uuid: `6cb71c2c-9812-4540-${bits.toString(16).padStart(2, '0')}00-000000000000`, version: '1.0' }
}

interface PresentationContext {
  id: number
  abstract: Syntax
  transfers: Syntax[]
}

export interface BindBody {
  contexts: PresentationContext[]
  maxTransmit?: number
  maxReceive?: number
  associationGroup?: number
}

/** Bind or alter_context. */
export function bindPdu(ptype: 11 | 14, body: BindBody, options: PduOptions): Uint8Array<ArrayBuffer> {
  const pdu = header(ptype, options)
  pdu
    .u16(body.maxTransmit ?? 5840)
    .u16(body.maxReceive ?? 5840)
    .u32(body.associationGroup ?? 0)
  pdu.u8(body.contexts.length).fill(3)
  for (const context of body.contexts) {
    pdu.u16(context.id).u8(context.transfers.length).u8(0)
    syntax(pdu, context.abstract)
    for (const transfer of context.transfers) syntax(pdu, transfer)
  }
  return finish(pdu, options.verifier)
}

export const ACCEPTANCE = 0
export const PROVIDER_REJECTION = 2
export const NEGOTIATE_ACK = 3

/** One entry of an answer; for negotiate_ack the reason holds the features agreed on. */
export interface ContextResult {
  result: number
  reason?: number
  transfer?: Syntax
}

export interface BindAckBody {
  results: ContextResult[]
  /** Port or pipe name that a bind_ack repeats; empty in an alter_context_resp. */
  secondaryAddress?: string
  maxTransmit?: number
  maxReceive?: number
  associationGroup?: number
}

/** Bind_ack or alter_context_resp. */
export function bindAckPdu(ptype: 12 | 15, body: BindAckBody, options: PduOptions): Uint8Array<ArrayBuffer> {
  const pdu = header(ptype, options)
  pdu
    .u16(body.maxTransmit ?? 5840)
    .u16(body.maxReceive ?? 5840)
    .u32(body.associationGroup ?? 0)
  const address = body.secondaryAddress ?? ''
  if (address === '') pdu.u16(0)
  else
    pdu
      .u16(address.length + 1)
      .ascii(address)
      .u8(0)
  pdu.align(4).u8(body.results.length).fill(3)
  for (const { result, reason = 0, transfer } of body.results) {
    pdu.u16(result).u16(reason)
    syntax(pdu, transfer ?? (result === ACCEPTANCE ? NDR32 : NONE))
  }
  return finish(pdu, options.verifier)
}

/** Precedes extended error information in a bind_nak. MS-RPCE 2.2.2.9. */
const EXTENDED_ERROR = '90740320-fad0-11d3-82d7-009027b130ab'

/** The reasons of MS-RPCE 2.2.2.5 are 0, 1, 2, 4, 8, 9; an MS-EERR record may follow. */
export function bindNakPdu(reason: number, options: PduOptions, extendedError?: Uint8Array): Uint8Array<ArrayBuffer> {
  const pdu = header(PTYPE.bindNak, options).u16(reason).u8(1).u8(5).u8(0).align(4)
  return finish(extendedError ? pdu.uuid(EXTENDED_ERROR).bytes(extendedError) : pdu)
}

/** The third leg of a logon; nothing answers it. MS-RPCE 2.2.2.3. */
export function auth3Pdu(options: PduOptions): Uint8Array<ArrayBuffer> {
  return finish(header(PTYPE.auth3, options).fill(4), options.verifier)
}

export interface FaultBody {
  status: number
  contextId?: number
  /** An MS-EERR record; its presence sets the fault flag that says so. */
  extendedError?: Uint8Array
}

export function faultPdu(body: FaultBody, options: PduOptions): Uint8Array<ArrayBuffer> {
  const extended = body.extendedError ?? new Uint8Array(0)
  const pdu = header(PTYPE.fault, options)
  const length = HEADER + 16 + extended.length
  pdu
    .u32(length)
    .u16(body.contextId ?? 0)
    .u8(0)
    .u8(extended.length > 0 ? 1 : 0)
  return finish(pdu.u32(body.status).u32(0).bytes(extended), options.verifier)
}

export function cancelPdu(options: PduOptions): Uint8Array<ArrayBuffer> {
  return finish(header(PTYPE.cancel, options), options.verifier)
}

export function orphanedPdu(options: PduOptions): Uint8Array<ArrayBuffer> {
  return finish(header(PTYPE.orphaned, options), options.verifier)
}

export function shutdownPdu(options: PduOptions): Uint8Array<ArrayBuffer> {
  return finish(header(PTYPE.shutdown, options))
}

/** A request or response before it is protected: the PDU up to its verifier, and where the stub lies in it. */
export interface CallPdu {
  bytes: Uint8Array<ArrayBuffer>
  stubAt: number
  /** End of the stub's padding: what is sealed ends here. */
  stubEnd: number
}

export interface RequestBody {
  contextId: number
  opnum: number
  stub: Uint8Array
  object?: string
  allocHint?: number
}

/** A request; with a verifier its stub is padded and room for the auth value is left out: see protect. */
export function requestPdu(
  body: RequestBody,
  options: PduOptions,
  protection?: Omit<Verifier, 'value'>,
  valueLength = 0,
): CallPdu {
  const flags = (options.flags ?? PFC_SINGLE) | (body.object ? PFC_OBJECT_UUID : 0)
  const pdu = header(PTYPE.request, { ...options, flags })
  pdu
    .u32(body.allocHint ?? body.stub.length)
    .u16(body.contextId)
    .u16(body.opnum)
  if (body.object) pdu.uuid(body.object)
  return stubAndTrailer(pdu, body.stub, protection, valueLength)
}

export interface ResponseBody {
  contextId: number
  stub: Uint8Array
  allocHint?: number
}

export function responsePdu(
  body: ResponseBody,
  options: PduOptions,
  protection?: Omit<Verifier, 'value'>,
  valueLength = 0,
): CallPdu {
  const pdu = header(PTYPE.response, options)
  pdu
    .u32(body.allocHint ?? body.stub.length)
    .u16(body.contextId)
    .u8(0)
    .u8(0)
  return stubAndTrailer(pdu, body.stub, protection, valueLength)
}

function stubAndTrailer(
  pdu: ByteWriter,
  stub: Uint8Array,
  protection: Omit<Verifier, 'value'> | undefined,
  valueLength: number,
): CallPdu {
  const stubAt = pdu.length
  pdu.bytes(stub)
  if (protection) {
    const padding = -stub.length & (VERIFIER_ALIGNMENT - 1)
    pdu.fill(padding)
    trailer(pdu, protection, padding, valueLength)
  }
  const stubEnd = protection ? pdu.length - TRAILER : pdu.length
  pdu.setU16(8, pdu.length + valueLength)
  return { bytes: pdu.take(), stubAt, stubEnd }
}

function header(ptype: number, options: PduOptions): ByteWriter {
  const littleEndian = options.littleEndian ?? true
  const pdu = new ByteWriter(littleEndian)
    .u8(5)
    .u8(0)
    .u8(ptype)
    .u8(options.flags ?? PFC_SINGLE)
  return pdu
    .u8(littleEndian ? 0x10 : 0)
    .fill(3)
    .u16(0)
    .u16(0)
    .u32(options.callId)
}

function finish(pdu: ByteWriter, verifier?: Verifier): Uint8Array<ArrayBuffer> {
  if (verifier) {
    const padding = -pdu.length & 3
    pdu.fill(padding)
    trailer(pdu, verifier, padding, verifier.value.length)
    pdu.bytes(verifier.value)
  }
  return pdu.setU16(8, pdu.length).take()
}

function trailer(pdu: ByteWriter, verifier: Omit<Verifier, 'value'>, padding: number, valueLength: number): void {
  pdu.setU16(10, valueLength)
  pdu.u8(verifier.type).u8(verifier.level).u8(padding).u8(0).u32(verifier.contextId)
}

function syntax(pdu: ByteWriter, { uuid, version }: Syntax): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  pdu.uuid(uuid).u16(major).u16(minor)
}
