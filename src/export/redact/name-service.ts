// DNS, LLMNR and NetBIOS name messages with other names and addresses in them. RFC 1035 4.1, RFC 1002 4.2.
import type { NameBook } from './names'
import { put } from './put'

const HEADER = 12
const POINTER = 0xc0
const NETBIOS_LABEL = 32
const MOST_LABELS = 128
const TYPE_A = 1
const TYPE_AAAA = 28
const TYPE_NB = 0x20
const TYPE_NBSTAT = 0x21
/** How many bytes stand in a record before the name: NS, CNAME, PTR; SOA; MX; SRV. */
const NAME_AT: Readonly<Record<number, number>> = { 2: 0, 5: 0, 6: 0, 12: 0, 15: 2, 33: 6 }
const NETBIOS_NAME = 18

/** The message's length stays; records of other types are blank. */
export function redactNameMessage(bytes: Uint8Array, netbios: boolean, names: NameBook): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes.length)
  if (bytes.length < HEADER) return out
  put(out, bytes.subarray(0, HEADER))
  const count = (at: number) => (bytes[at]! << 8) | bytes[at + 1]!
  const records = count(6) + count(8) + count(10)
  let at = HEADER
  const done = new Set<number>()
  const name = (from: number) => redactName(bytes, out, from, netbios, names, done)
  for (let question = 0; question < count(4) && at < bytes.length; question++) {
    at = name(at)
    put(out, bytes.subarray(at, at + 4), Math.min(at, out.length))
    at += 4
  }
  for (let record = 0; record < records && at < bytes.length; record++) {
    at = name(at)
    if (at + 10 > bytes.length) break
    put(out, bytes.subarray(at, at + 10), at)
    const type = count(at)
    const from = at + 10
    const to = Math.min(bytes.length, from + count(at + 8))
    const data = bytes.subarray(from, to)
    if (type === TYPE_A && data.length === 4) put(out, names.addresses.ipv4(data), from)
    else if (type === TYPE_AAAA && data.length === 16) put(out, names.addresses.ipv6(data), from)
    else if (type === TYPE_NB && netbios) netbiosAddresses(data, out.subarray(from, to), names)
    else if (type === TYPE_NBSTAT && netbios) netbiosNames(data, out.subarray(from, to), names)
    else if (NAME_AT[type] !== undefined && !netbios) {
      const before = from + NAME_AT[type]
      put(out, bytes.subarray(from, Math.min(before, to)), from)
      let end = name(before)
      if (type === 6) end = name(end)
      put(out, bytes.subarray(end, Math.max(end, to)), Math.min(end, out.length))
    }
    at = to
  }
  return out
}

/** Copies a name's labels, replaced, each once; returns what follows it. Names that count an address backwards stay in step with it. */
function redactName(
  bytes: Uint8Array,
  out: Uint8Array,
  from: number,
  netbios: boolean,
  names: NameBook,
  done: Set<number>,
): number {
  const labels: { at: number; text: string }[] = []
  let end: number | undefined
  let at = from
  for (let i = 0; i < MOST_LABELS && at < bytes.length; i++) {
    const length = bytes[at]!
    if ((length & POINTER) === POINTER) {
      if (end === undefined) {
        put(out, bytes.subarray(at, at + 2), at)
        end = at + 2
      }
      const to = ((length & 0x3f) << 8) | (bytes[at + 1] ?? 0)
      if (to >= at) break
      at = to
      continue
    }
    if (end === undefined) out[at] = length
    if (length === 0 || length > 63 || at + 1 + length > bytes.length) {
      end ??= at + 1
      break
    }
    labels.push({ at: at + 1, text: String.fromCharCode(...bytes.subarray(at + 1, at + 1 + length)) })
    at += 1 + length
  }
  const made = backwards(
    labels.map(({ text }) => text),
    names,
  )
  labels.forEach(({ at: place, text }, i) => {
    if (done.has(place)) return
    done.add(place)
    const label =
      made?.[i] ?? (netbios && text.length === NETBIOS_LABEL ? netbiosLabel(text, names) : names.label(text))
    for (let k = 0; k < text.length; k++) out[place + k] = label.charCodeAt(k)
  })
  return end ?? Math.min(bytes.length, at)
}

/** Labels of a name below in-addr.arpa or ip6.arpa that represent a whole address. RFC 1035 3.5, RFC 3596 2.5. */
function backwards(labels: string[], names: NameBook): string[] | undefined {
  const tail = labels.slice(-2).join('.').toLowerCase()
  if (tail === 'in-addr.arpa' && labels.length === 6) {
    const made = names.addresses.ipv4Text(labels.slice(0, 4).reverse().join('.'))
    return made === undefined ? undefined : [...made.split('.').reverse(), ...labels.slice(4)]
  }
  if (tail !== 'ip6.arpa' || labels.length !== 34) return undefined
  const nibbles = labels
    .slice(0, 32)
    .reverse()
    .map((digit) => parseInt(digit, 16))
  if (nibbles.some(Number.isNaN)) return undefined
  const made = names.addresses.ipv6(
    Uint8Array.from({ length: 16 }, (_, i) => nibbles[2 * i]! * 16 + nibbles[2 * i + 1]!),
  )
  const digits = made.flatMap((byte) => [byte >>> 4, byte & 15]).reverse()
  return [...digits.map((digit) => digit.toString(16)), ...labels.slice(32)]
}

/** Two letters a byte: fifteen characters filled up with blanks, and what kind of name it is. RFC 1001 14.1. */
function netbiosLabel(text: string, names: NameBook): string {
  const plain = Array.from(
    { length: 16 },
    (_, i) => ((text.charCodeAt(2 * i) - 65) << 4) | (text.charCodeAt(2 * i + 1) - 65),
  )
  const made = names.text(String.fromCharCode(...plain.slice(0, 15).map((byte) => byte & 0xff)))
  const bytes = [...Array.from(made, (letter) => letter.charCodeAt(0)), plain[15]! & 0xff]
  return bytes.map((byte) => String.fromCharCode(65 + (byte >>> 4), 65 + (byte & 15))).join('')
}

/** Flags and an address, again and again. */
function netbiosAddresses(data: Uint8Array, out: Uint8Array, names: NameBook): void {
  for (let at = 0; at + 6 <= data.length; at += 6) {
    put(out, data.subarray(at, at + 2), at)
    put(out, names.addresses.ipv4(data.subarray(at + 2, at + 6)), at + 2)
  }
}

/** The names of a node; the statistics behind them, its MAC address first, are blank. */
function netbiosNames(data: Uint8Array, out: Uint8Array, names: NameBook): void {
  const end = Math.min(data.length, 1 + (data[0] ?? 0) * NETBIOS_NAME)
  put(out, data.subarray(0, end))
  for (let at = 1; at + NETBIOS_NAME <= end; at += NETBIOS_NAME) names.bytes(out, at, at + 15)
}
