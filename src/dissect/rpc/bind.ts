// The bodies that negotiate presentation contexts: bind, bind_ack, bind_nak, alter_context and its response.
// C706 12.6.4.3 to 12.6.4.5, 12.6.4.1, 12.6.4.2; MS-RPCE 2.2.2.4, 2.2.2.5, 2.2.2.14 (bind-time features).
import { EXTENDED_ERROR } from '../../names/well-known'
import {
  BIND_TIME_FEATURES,
  CONTEXT_RESULTS,
  NAK_REASONS,
  PROVIDER_REASONS,
  TRANSFER_SYNTAXES,
} from '../../names/labels'
import { pduHead } from '../pdu'
import type { Reader } from '../reader'
import { bits, hex, hex16, named } from '../show'

/** First half of the UUID that offers features instead of a transfer syntax; the bits follow it. */
const FEATURES = '6cb71c2c-9812-4540'

/** One offered presentation context. */
interface ContextItem {
  id: number
  interface: string
  /** `major.minor`. */
  version: string
  /** UUIDs of the transfer syntaxes offered, in order. */
  transfer: string[]
  /** Bits of the bind-time features, where this item offers them. */
  features?: number | undefined
}

/** bind and alter_context. */
export interface BindBody {
  maxTransmit?: number | undefined
  maxReceive?: number | undefined
  associationGroup?: number | undefined
  contexts: ContextItem[]
}

/** The answer to one offered context; results stand in the order of the offer. */
interface ContextResult {
  result: number
  /** Provider reason of a rejection; the agreed features where `result` is 3. */
  reason: number
  /** UUID of the transfer syntax agreed upon; all zeros without. */
  transfer: string
}

/** bind_ack and alter_context_resp. */
export interface BindAckBody {
  maxTransmit?: number | undefined
  maxReceive?: number | undefined
  associationGroup?: number | undefined
  /** Port or pipe as the server names it; empty in answers to alter_context. */
  secondaryAddress?: string | undefined
  results: ContextResult[]
}

export interface BindNakBody {
  reason?: number | undefined
  /** Protocol versions that the server speaks, as `major.minor`. */
  versions: string[]
  /** Where extended error information begins in the PDU, when it follows (MS-RPCE 2.2.2.9). */
  extendedErrorAt?: number | undefined
}

/** Reads a whole bind or alter_context PDU. Undefined when it is no PDU. */
export function bind(from: Reader): BindBody | undefined {
  if (!pduHead(from)) return undefined
  const body: BindBody = { ...sizes(from), contexts: [] }
  const count = from.u8('Context items', undefined, 'dcerpc.cn_num_ctx_items') ?? 0
  from.skip(3)
  for (let i = 0; i < count; i++) {
    const item = from.group(`Context item ${i}`, () => contextItem(from))
    if (!item) break
    body.contexts.push(item)
  }
  return body
}

function contextItem(from: Reader): ContextItem | undefined {
  const id = from.u16('Context id', undefined, 'dcerpc.cn_ctx_id')
  const transfers = from.u8('Transfer syntaxes', undefined, 'dcerpc.cn_num_trans_items') ?? 0
  from.skip(1)
  const uuid = from.uuid('Interface', undefined, 'dcerpc.cn_bind_to_uuid')
  const version = from.u32('Interface version', versionText)
  if (version === undefined) return undefined
  const item: ContextItem = { id: id!, interface: uuid!, version: versionText(version), transfer: [] }
  for (let i = 0; i < transfers; i++) {
    const transfer = from.uuid('Transfer syntax', transferText, 'dcerpc.cn_bind_trans_id')
    if (from.u32('Transfer syntax version') === undefined) break
    item.transfer.push(transfer!)
    item.features ??= featuresOf(transfer!)
  }
  return item
}

/** Bits of bind-time features that a "transfer syntax" offers; undefined when it is a real one. */
function featuresOf(transfer: string): number | undefined {
  if (!transfer.startsWith(FEATURES)) return undefined
  return parseInt(transfer.slice(21, 23) + transfer.slice(19, 21), 16)
}

/** Reads a whole bind_ack or alter_context_resp PDU. Undefined when it is no PDU. */
export function bindAck(from: Reader): BindAckBody | undefined {
  if (!pduHead(from)) return undefined
  const body: BindAckBody = { ...sizes(from), results: [] }
  const length = from.u16('Secondary address length', undefined, 'dcerpc.cn_sec_addr_len') ?? 0
  const address = from.text(length, length > 0 ? 'Secondary address' : undefined, 'latin1', 'dcerpc.cn_sec_addr')
  body.secondaryAddress = address?.replace(/\0.*$/s, '')
  from.align(4)
  const count = from.u8('Results', undefined, 'dcerpc.cn_num_results') ?? 0
  from.skip(3)
  for (let i = 0; i < count; i++) {
    const result = from.group(`Result ${i}`, () => contextResult(from))
    if (!result) break
    body.results.push(result)
  }
  return body
}

function contextResult(from: Reader): ContextResult | undefined {
  const result = from.u16('Result', named(CONTEXT_RESULTS), 'dcerpc.cn_ack_result')
  const negotiates = result === 3
  const reason = from.u16(
    negotiates ? 'Bind-time features' : 'Reason',
    negotiates ? bits(BIND_TIME_FEATURES, hex16) : named(PROVIDER_REASONS),
    'dcerpc.cn_ack_reason',
  )
  const transfer = from.uuid('Transfer syntax', transferText, 'dcerpc.cn_ack_trans_id')
  if (from.u32('Transfer syntax version') === undefined) return undefined
  return { result: result!, reason: reason!, transfer: transfer! }
}

/** Reads a whole bind_nak PDU. Undefined when it is no PDU. */
export function bindNak(from: Reader): BindNakBody | undefined {
  if (!pduHead(from)) return undefined
  const body: BindNakBody = { versions: [] }
  body.reason = from.u16('Reject reason', named(NAK_REASONS), 'dcerpc.cn_reject_reason')
  // Some peers send the reason alone.
  if (from.left === 0) return body
  const count = from.u8('Protocol versions', undefined, 'dcerpc.cn_num_protocols') ?? 0
  for (let i = 0; i < count; i++) {
    const major = from.u8('Major version')
    const minor = from.u8('Minor version')
    if (minor === undefined) break
    body.versions.push(`${major}.${minor}`)
  }
  from.align(4)
  if (from.left > 16 && from.uuid('Signature') === EXTENDED_ERROR) body.extendedErrorAt = from.at
  return body
}

function sizes(from: Reader) {
  return {
    maxTransmit: from.u16('Max transmit fragment', undefined, 'dcerpc.cn_max_xmit'),
    maxReceive: from.u16('Max receive fragment', undefined, 'dcerpc.cn_max_recv'),
    associationGroup: from.u32('Association group', hex, 'dcerpc.cn_assoc_group'),
  }
}

/** Interface versions hold the major part in the low half. C706 12.6.3.1. */
function versionText(version: number): string {
  return `${version & 0xffff}.${version >>> 16}`
}

function transferText(uuid: string): string {
  const name = TRANSFER_SYNTAXES[uuid]
  if (name !== undefined) return `${name} ${uuid}`
  const features = featuresOf(uuid)
  return features === undefined ? uuid : `bind-time features ${bits(BIND_TIME_FEATURES, hex16)(features)}`
}
