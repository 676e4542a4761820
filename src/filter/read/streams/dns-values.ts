// Values of DNS messages.
import type { HeaderValue } from '../header-fields'

const DNS_HEADER = 12
const MOST_RECORDS = 256
const POINTER = 0xc0
/** After more a name is a loop. */
const MOST_POINTERS = 255
const MOST_STEPS = 2048
const LONGEST_LABEL = 63
/** Kinds of labels that are not assigned. RFC 1035 4.1.4, RFC 6891 5. */
const RESERVED_LABEL = 0x80
const LONGEST_NAME = 255
const DOT = 0x2e
const [A, AAAA] = [1, 28]

/** Of a DNS message: RFC 1035 4.1. */
export const DNS_VALUES: Readonly<Record<string, (message: Uint8Array) => HeaderValue[]>> = {
  'dns.id': (message) => ofHeader(message, (u16) => u16(0)),
  'dns.flags.response': (message) => ofHeader(message, (u16) => u16(2) >>> 15),
  'dns.flags.rcode': (message) => ofHeader(message, (u16) => (u16(2) >>> 15 ? u16(2) & 15 : undefined)),
  'dns.qry.name': (message) => read(message).questions.map(({ name }) => name),
  'dns.qry.type': (message) => read(message).questions.map(({ type }) => type),
  'dns.a': (message) =>
    read(message)
      .records.filter(({ type, data }) => type === A && data.length === 4)
      .map(dataOf),
  'dns.aaaa': (message) =>
    read(message)
      .records.filter(({ type, data }) => type === AAAA && data.length === 16)
      .map(dataOf),
}

const dataOf = ({ data }: { data: Uint8Array }) => data

function ofHeader(message: Uint8Array, pick: (u16: (at: number) => number) => number | undefined): number[] {
  if (message.length < DNS_HEADER) return []
  const value = pick((at) => (message[at]! << 8) | message[at + 1]!)
  return value === undefined ? [] : [value]
}

interface Records {
  questions: { name: string; type: number }[]
  records: { type: number; data: Uint8Array }[]
}

function read(message: Uint8Array): Records {
  const found: Records = { questions: [], records: [] }
  if (message.length < DNS_HEADER) return found
  const u16 = (at: number) => ((message[at] ?? 0) << 8) | (message[at + 1] ?? 0)
  let at = DNS_HEADER
  for (let left = Math.min(u16(4), MOST_RECORDS); left > 0; left--) {
    const name = nameAt(message, at)
    if (!name || name.end + 4 > message.length) return found
    found.questions.push({ name: name.text, type: u16(name.end) })
    at = name.end + 4
  }
  for (let left = Math.min(u16(6) + u16(8) + u16(10), MOST_RECORDS); left > 0; left--) {
    const name = nameAt(message, at)
    if (!name || name.end + 10 > message.length) return found
    const data = name.end + 10
    at = data + u16(name.end + 8)
    found.records.push({ type: u16(name.end), data: message.subarray(data, at) })
  }
  return found
}

/** A name as Wireshark writes it, and where it ends in place; undefined where it is cut or none. RFC 1035 4.1.4. */
function nameAt(message: Uint8Array, from: number): { text: string; end: number } | undefined {
  const labels: number[][] = []
  let end: number | undefined
  let at = from
  for (let pointers = 0, steps = 0; pointers <= MOST_POINTERS && steps < MOST_STEPS; steps++) {
    const length = message[at]
    if (length === undefined) return undefined
    if (length === 0) return { text: textOf(labels), end: end ?? at + 1 }
    if (length >= POINTER) {
      const low = message[at + 1]
      if (low === undefined) return undefined
      end ??= at + 2
      at = ((length & ~POINTER) << 8) | low
      pointers++
    } else {
      if (length >= RESERVED_LABEL) return undefined
      if (length > LONGEST_LABEL)
        return at === from ? undefined : { text: '<Unknown extended label>', end: end ?? at + 1 }
      if (at + 1 + length > message.length) return undefined
      if (labels.length < LONGEST_NAME) labels.push([...message.subarray(at + 1, at + 1 + length)])
      at += 1 + length
    }
  }
  return end === undefined ? undefined : { text: '<Name contains a pointer that loops>', end }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
/** What is no character that can be shown: controls, formats, surrogates, what is not assigned. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}]/gu
const ESCAPES: Readonly<Record<string, string>> = {
  '\x07': 'a',
  '\b': 'b',
  '\f': 'f',
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
  '\v': 'v',
}

function textOf(labels: readonly (readonly number[])[]): string {
  const bytes = labels.flatMap((label, at) => (at === 0 ? label : [DOT, ...label]))
  if (bytes.length >= LONGEST_NAME - 1) return '<Name too long>'
  return utf8.decode(Uint8Array.from(bytes)).replace(UNPRINTABLE, escaped) || '<Root>'
}

function escaped(character: string): string {
  const code = character.codePointAt(0)!
  if (code < 0x80) return `\\${ESCAPES[character] ?? code.toString(8).padStart(3, '0')}`
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
