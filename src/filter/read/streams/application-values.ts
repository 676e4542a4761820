// Values of HTTP heads and LDAP messages.
import { element, elements, Tag } from '../../../dissect/security/asn1'
import { Reader } from '../../../dissect/reader'
import type { HeaderValue } from '../header-fields'
import { headersOf } from './http-taker'

const latin1 = new TextDecoder('latin1')

/** Of the first line and headers of an HTTP message; none of a segment that only goes on with one. */
export const HTTP_VALUES: Readonly<Record<string, (head: Uint8Array) => HeaderValue[]>> = {
  'http.request.method': (head) => ofRequest(head, ([method]) => method),
  'http.request.uri': (head) => ofRequest(head, ([, uri]) => uri),
  'http.host': (head) => present(headersOf(head).get('host')),
  'http.response.code': (head) => {
    const code = /^HTTP\/\S* +(\d{3})\b/.exec(firstLine(head))?.[1]
    return code === undefined ? [] : [Number(code)]
  },
}

const present = (value: string | undefined) => (value === undefined ? [] : [value])
const firstLine = (head: Uint8Array) => latin1.decode(head.subarray(0, 8192)).split(/\r?\n/, 1)[0]!

function ofRequest(head: Uint8Array, pick: (words: string[]) => string | undefined): string[] {
  const line = firstLine(head)
  return line.startsWith('HTTP/') ? [] : present(pick(line.split(' ')) || undefined)
}

/** Answers whose first part is an LDAPResult: RFC 4511 4.1.9. */
const RESULTS = new Set([0x61, 0x65, 0x67, 0x69, 0x6b, 0x6d, 0x6f, 0x78])

export function ldapResults(bytes: Uint8Array): number[] {
  const found: number[] = []
  const from = new Reader(unwrapped(bytes))
  for (const whole of elements(from)) {
    if (whole.tag !== Number(Tag.Sequence)) break
    const [, operation] = [...elements(whole.contents)]
    if (!operation || !RESULTS.has(operation.tag)) continue
    const result = element(operation.contents)
    if (result?.tag !== Number(Tag.Enumerated)) continue
    const value = result.contents.bytes.subarray(result.contents.at, result.contents.at + 4)
    found.push(value.reduce((number, byte) => number * 256 + byte, 0))
  }
  return found
}

const SASL_LENGTH = 4
const WRAP_HEADER = 16
/** Token of RFC 4121 4.2.6.2, and its flag for what is encrypted. */
const [WRAP, SEALED] = [0x0504, 2]

/** LDAP messages out of a SASL buffer that is signed and not encrypted; none out of others. */
function unwrapped(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0) return bytes
  const token = bytes.subarray(SASL_LENGTH)
  const u16 = (at: number) => ((token[at] ?? 0) << 8) | (token[at + 1] ?? 0)
  if (u16(0) !== WRAP || (token[2]! & SEALED) !== 0) return new Uint8Array(0)
  const [checksum, rotated] = [u16(4), u16(6)]
  // The checksum is at the end; rotated by its own length it is before the messages.
  const at = WRAP_HEADER + (rotated > 0 ? Math.min(rotated, checksum) : 0)
  return token.subarray(at, rotated > 0 ? token.length : Math.max(at, token.length - checksum))
}
