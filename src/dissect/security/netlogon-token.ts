// The token that opens a Netlogon secure channel. MS-NRPC 2.2.1.3.1 (NL_AUTH_MESSAGE).
import type { Reader } from '../reader'
import { bits, named } from '../show'

export interface NetlogonToken {
  /** 0 asks, 1 answers. */
  type: number
  netbiosDomain?: string | undefined
  netbiosComputer?: string | undefined
  dnsDomain?: string | undefined
  dnsComputer?: string | undefined
}

const MESSAGE: Record<number, string> = { 0: 'negotiate', 1: 'negotiate response' }
const FLAG: Record<number, string> = {
  1: 'NetBIOS domain',
  2: 'NetBIOS computer',
  4: 'DNS domain',
  8: 'DNS host',
  16: 'NetBIOS computer (UTF-8)',
}
const ALL_FLAGS = 31
const LONGEST_NAME = 255

/** True if bytes can be an NL_AUTH_MESSAGE: it has no signature of its own. */
export function isNetlogonToken(bytes: Uint8Array): boolean {
  const zeros = [1, 2, 3, 5, 6, 7].every((at) => bytes[at] === 0)
  return bytes.length >= 8 && zeros && bytes[0]! <= 1 && bytes[4]! <= ALL_FLAGS
}

/** Reads an NL_AUTH_MESSAGE. Undefined when it is none. */
export function netlogonToken(from: Reader): NetlogonToken | undefined {
  if (!isNetlogonToken(from.bytes.subarray(from.at))) return undefined
  return from.group('Netlogon', () => {
    const token: NetlogonToken = { type: from.u32('Message type', named(MESSAGE)) ?? 0 }
    const flags = from.u32('Flags', bits(FLAG)) ?? 0
    if (flags & 1) token.netbiosDomain = oemName(from, 'NetBIOS domain')
    if (flags & 2) token.netbiosComputer = oemName(from, 'NetBIOS computer')
    if (flags & 4) token.dnsDomain = dnsName(from, 'DNS domain')
    if (flags & 8) token.dnsComputer = dnsName(from, 'DNS host')
    if (flags & 16) token.netbiosComputer ??= dnsName(from, 'NetBIOS computer')
    return token
  })
}

function oemName(from: Reader, label: string): string | undefined {
  const end = from.bytes.indexOf(0, from.at)
  const length = (end < 0 ? from.bytes.length : end) - from.at
  const text = from.text(length, label, 'latin1')
  from.skip(1)
  return text
}

/** Labels with their lengths before them, as RFC 1035 4.1.4 writes them; nothing is pointed to. */
function dnsName(from: Reader, label: string): string | undefined {
  const start = from.at
  const labels: string[] = []
  for (let total = 0; total < LONGEST_NAME;) {
    const length = from.u8()
    if (length === undefined) return undefined
    if (length === 0) break
    const text = from.text(length)
    if (text === undefined) return undefined
    labels.push(text)
    total += length + 1
  }
  from.line(label, labels.join('.'), start)
  return labels.join('.')
}
