// DNS queries and answers (RFC 1035), which LLMNR shares (RFC 4795), and NetBIOS name queries (RFC 1002).
import { ByteWriter } from '../../bytes'
import { addressBytes } from './address'

export const TYPE_A = 1
export const TYPE_PTR = 12
export const TYPE_AAAA = 28
const CLASS_IN = 1
const QUERY = 0x0100
const ANSWER = 0x8580

export interface DnsAnswer {
  /** An address for A and AAAA, a name for PTR. */
  value: string
  timeToLive?: number
}

export function dnsQuery(id: number, name: string, type: number, flags = QUERY): Uint8Array<ArrayBuffer> {
  return header(id, flags, 0).bytes(question(name, type)).take()
}

/** The answer to dnsQuery; without answers and with `code` 3 it says that there is no such name. */
export function dnsResponse(
  id: number,
  name: string,
  type: number,
  answers: DnsAnswer[],
  code = 0,
): Uint8Array<ArrayBuffer> {
  const message = header(id, ANSWER | code, answers.length).bytes(question(name, type))
  for (const { value, timeToLive = 1200 } of answers) {
    const data = type === TYPE_PTR ? encodedName(value) : addressBytes(value)
    message.u16(0xc00c).u16(type).u16(CLASS_IN).u32(timeToLive).u16(data.length).bytes(data)
  }
  return message.take()
}

/** The name that a PTR query asks for: 6.17.177.10.in-addr.arpa. IPv4 only. */
export function reverseName(address: string): string {
  return `${address.split('.').reverse().join('.')}.in-addr.arpa`
}

/** A broadcast NBNS query for a NetBIOS name of service type `suffix` (0x20 file server). */
export function nbnsQuery(id: number, name: string, suffix = 0x20): Uint8Array<ArrayBuffer> {
  const padded = name.toUpperCase().padEnd(15).slice(0, 15) + String.fromCharCode(suffix)
  const encoded = Array.from(padded, (character) => {
    const code = character.charCodeAt(0)
    return String.fromCharCode(0x41 + (code >> 4), 0x41 + (code & 15))
  }).join('')
  return header(id, 0x0110, 0).bytes(question(encoded, 0x20)).take()
}

function header(id: number, flags: number, answers: number): ByteWriter {
  return new ByteWriter(false).u16(id).u16(flags).u16(1).u16(answers).u16(0).u16(0)
}

function question(name: string, type: number): Uint8Array<ArrayBuffer> {
  return new ByteWriter(false).bytes(encodedName(name)).u16(type).u16(CLASS_IN).take()
}

function encodedName(name: string): Uint8Array<ArrayBuffer> {
  const encoded = new ByteWriter(false)
  for (const label of name.split('.')) encoded.u8(label.length).ascii(label)
  return encoded.u8(0).take()
}
