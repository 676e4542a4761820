// One frame around its payload: headers stay, the addresses in them are replaced, checksums mended, all that is not
// understood is blank. RFC 791, 9293, 768, 792, 4443, 4861; RFC 1624 (a checksum follows what changed under it).
import { FieldKey, Format, Protocol } from '../../../asm/layout'
import type { RecordedField } from '../../capture/field'
import type { NameBook } from './names'
import { put } from './put'

/** Where the transport's payload lies in the frame, and what it is to be. */
export interface Payload {
  at: number
  bytes: Uint8Array
}

const NO_OPERATION = 1
const NEIGHBOUR = new Set([135, 136, 137])
const REDIRECT = 5

/**
 * The frame with other addresses. `fields` are what the parser records of it; `payload` is what TCP or UDP carry, already
 * redacted. Without one, whatever follows the last header is blank. The length stays.
 */
export function redactFrame(
  frame: Uint8Array,
  fields: readonly RecordedField[],
  payload: Payload | undefined,
  names: NameBook,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(frame.length)
  const described = fields.filter(({ key }) => key !== FieldKey.Payload)
  const headersEnd = payload?.at ?? Math.max(0, ...described.map(({ at, length }) => at + length))
  put(out, frame.subarray(0, headersEnd))
  for (const { key, at, length, format, protocol } of described) {
    if (at + length > frame.length) continue
    const bytes = frame.subarray(at, at + length)
    if (format === Format.Ipv4 && length === 4) put(out, names.addresses.ipv4(bytes), at)
    else if (format === Format.Ipv6 && length === 16) put(out, names.addresses.ipv6(bytes), at)
    else if (format === Format.Mac && length === 6) put(out, names.addresses.mac(bytes), at)
    else if (protocol === Protocol.Ipv4 && key === FieldKey.Options) out.fill(NO_OPERATION, at, at + length)
    else if (key === FieldKey.Type && (protocol === Protocol.Icmp || protocol === Protocol.Icmpv6))
      icmp(frame, out, at, protocol, names)
  }
  if (payload) put(out, payload.bytes.subarray(0, Math.max(0, frame.length - payload.at)), payload.at)
  mendChecksums(frame, out, described)
  return out
}

/** Addresses in ICMP itself: a redirect's gateway, a neighbour's address. */
function icmp(frame: Uint8Array, out: Uint8Array, at: number, protocol: Protocol, names: NameBook): void {
  const type = frame[at]!
  if (protocol === Protocol.Icmp && type === REDIRECT && at + 8 <= frame.length)
    put(out, names.addresses.ipv4(frame.subarray(at + 4, at + 8)), at + 4)
  if (protocol === Protocol.Icmpv6 && NEIGHBOUR.has(type) && at + 24 <= frame.length)
    put(out, names.addresses.ipv6(frame.subarray(at + 8, at + 24)), at + 8)
}

/** Where each transport's checksum is in its header. */
const CHECKSUM_AT: Partial<Record<Protocol, number>> = {
  [Protocol.Tcp]: 16,
  [Protocol.Udp]: 6,
  [Protocol.Icmp]: 2,
  [Protocol.Icmpv6]: 2,
}

/** Inner ones first: an outer one covers them. A checksum that was right stays right, one that was not stays wrong. */
function mendChecksums(frame: Uint8Array, out: Uint8Array, fields: readonly RecordedField[]): void {
  for (let index = fields.length - 1; index >= 0; index--) {
    const { key, at, protocol } = fields[index]!
    if (key === FieldKey.HeaderChecksum && protocol === Protocol.Ipv4) {
      const start = at - 10
      const end = start + ((frame[start] ?? 0) & 15) * 4
      mend(frame, out, at, change(frame, out, start, end, at))
    } else if (key === FieldKey.Checksum && CHECKSUM_AT[protocol] !== undefined) {
      const start = at - CHECKSUM_AT[protocol]
      const ip = innermostIp(fields, index, start)
      if (!ip) continue
      const isSix = ip.protocol === Protocol.Ipv6
      const end = datagramEnd(frame, ip.at, isSix)
      const addresses = isSix ? ip.at + 8 : ip.at + 12
      const pseudo = protocol === Protocol.Icmp ? 0 : change(frame, out, addresses, addresses + (isSix ? 32 : 8), -2)
      const isUnused = protocol === Protocol.Udp && frame[at] === 0 && frame[at + 1] === 0
      if (!isUnused) mend(frame, out, at, change(frame, out, start, end, at) + pseudo, protocol === Protocol.Udp)
    }
  }
}

/** The last IP header before a field that ends where `end` begins or earlier. */
function innermostIp(fields: readonly RecordedField[], before: number, end: number): RecordedField | undefined {
  for (let index = before - 1; index >= 0; index--) {
    const field = fields[index]!
    if (isIp(field) && field.at + field.length <= end) return field
  }
  return undefined
}

function isIp({ depth, protocol }: RecordedField): boolean {
  return depth === 0 && (protocol === Protocol.Ipv4 || protocol === Protocol.Ipv6)
}

/** One past the datagram's last byte, by its own length; the frame's end where that says nothing. */
function datagramEnd(frame: Uint8Array, at: number, isSix: boolean): number {
  const stated = isSix ? (frame[at + 4]! << 8) | frame[at + 5]! : (frame[at + 2]! << 8) | frame[at + 3]!
  return stated === 0 ? frame.length : Math.min(frame.length, at + stated + (isSix ? 40 : 0))
}

/** By how much the sum of 16-bit words from `start` to `end` changed, without the one at `but`. */
function change(before: Uint8Array, after: Uint8Array, start: number, end: number, but: number): number {
  let sum = 0
  for (let at = start, last = Math.min(end, before.length); at < last; at++) {
    const difference = after[at]! - before[at]!
    if (difference === 0 || at === but || at === but + 1) continue
    sum += ((at - start) & 1) === 0 ? difference * 256 : difference
  }
  return sum
}

function mend(before: Uint8Array, out: Uint8Array, at: number, changed: number, neverZero = false): void {
  if (at + 2 > out.length) return
  const old = (before[at]! << 8) | before[at + 1]!
  let sum = (~old & 0xffff) + changed
  sum = ((sum % 0xffff) + 0xffff) % 0xffff
  let made = ~sum & 0xffff
  if (changed === 0) made = old
  if (made === 0 && neverZero) made = 0xffff
  out[at] = made >>> 8
  out[at + 1] = made & 0xff
}
