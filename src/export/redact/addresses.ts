// Made-up addresses in place of real ones: the same one always for the same one, equal prefixes stay equal, and the written
// form keeps its length, digit for digit, so that it fits wherever the address appears as text.
import { ipv6Text } from '../../capture/text'

/** First bytes to choose from by their number of digits: private and documentation ranges before others. */
const FIRST: readonly number[][] = [
  [],
  [9, 8, 7, 6, 5, 4, 3, 2, 1],
  [10, ...range(11, 99)],
  [192, 198, 203, 172, ...range(100, 223)],
]
const LAST_MULTICAST = 224
const LINK_LOCAL = [169, 254]
/** Locally administered: 02:00:00:00:00:01 and on. */
const MADE_UP_MAC = 0x02

export class AddressBook {
  readonly #pairs = new Map<number, readonly [number, number]>()
  /** By numbers of digits: pairs that may still be free. */
  readonly #freePairs = new Map<string, Iterator<readonly [number, number]>>()
  /** What each IPv4 address, as a number, became. */
  readonly #madeIpv4 = new Map<number, number[]>()
  readonly #taken: Set<string>
  readonly #bytes = new Sequences()
  readonly #macs = new Map<number, number[]>()
  readonly #ipv4 = new Set<string>()
  readonly #ipv6 = new Set<string>()

  /** `real`: IPv4 addresses of the capture, whose first two bytes no made-up address shall have. */
  constructor(real: Iterable<Uint8Array> = []) {
    this.#taken = new Set(Array.from(real, ([a, b]) => `${a}.${b}`))
  }

  /** How many different addresses have been replaced. */
  get count(): { ip: number; mac: number } {
    return { ip: this.#ipv4.size + this.#ipv6.size, mac: this.#macs.size }
  }

  /** IPv4 addresses that have been replaced, as text. */
  get ipv4Texts(): Iterable<string> {
    return this.#ipv4
  }

  /** Four bytes for four bytes. What names no host (0.x, loopback, multicast, broadcast) stays. */
  ipv4(bytes: Uint8Array): readonly number[] {
    const a = bytes[0] ?? 0 // one by one: there are millions, and taking an array apart costs more than the rest
    const b = bytes[1] ?? 0
    const c = bytes[2] ?? 0
    const d = bytes[3] ?? 0
    if (a === 0 || a === 127 || a >= LAST_MULTICAST) return [a, b, c, d]
    const number = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
    const known = this.#madeIpv4.get(number)
    if (known) return known
    this.#ipv4.add(`${a}.${b}.${c}.${d}`)
    const isLinkLocal = a === LINK_LOCAL[0] && b === LINK_LOCAL[1]
    const [first, second] = isLinkLocal ? [a, b] : this.#pair(a, b)
    const prefix = `${a}.${b}`
    const made = [first, second, this.#byte(prefix, c), this.#byte(`${prefix}.${c}`, d)]
    this.#madeIpv4.set(number, made)
    return made
  }

  /** Dotted text; undefined when it is none. */
  ipv4Text(text: string): string | undefined {
    const bytes = text.split('.').map(Number)
    if (bytes.length !== 4 || bytes.some((byte) => !(byte <= 255)) || bytes.join('.') !== text) return undefined
    return this.ipv4(Uint8Array.from(bytes)).join('.')
  }

  /** Sixteen bytes for sixteen; unspecified, loopback and multicast stay, of a solicited-node group the host's part goes. */
  ipv6(address: Uint8Array): number[] {
    const bytes = [...address.subarray(0, 16)]
    if (bytes[0] === 0xff)
      return bytes[1] === 2 && bytes[11] === 1 && bytes[12] === 0xff ? [...bytes.slice(0, 13), 0, 0, 0] : bytes
    if (bytes.slice(0, 15).every((byte) => byte === 0)) return bytes
    this.#ipv6.add(ipv6Text(bytes))
    if (bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff)
      return [...bytes.slice(0, 12), ...this.ipv4(Uint8Array.from(bytes.slice(12)))]
    let prefix = ''
    return Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!).flatMap((group, index) => {
      const made = this.#group(prefix, group, index)
      prefix += `${group.toString(16)}:`
      return [made >>> 8, made & 0xff]
    })
  }

  /** Text as RFC 5952 writes it, or with fewer abbreviations; undefined when it is none. */
  ipv6Text(text: string): string | undefined {
    const bytes = parseIpv6(text)
    if (!bytes) return undefined
    const made = this.ipv6(bytes)
    // Zero groups stay zero and others keep their digits, so the original's own form carries over group by group.
    const groups = Array.from({ length: 8 }, (_, i) => ((made[2 * i]! << 8) | made[2 * i + 1]!).toString(16))
    const gap = text.indexOf('::')
    let at = 0
    return text.replace(/[0-9a-fA-F]+/g, (group, offset: number) => {
      if (gap >= 0 && offset > gap) at = Math.max(at, 8 - countGroups(text.slice(offset)))
      return groups[at++]!.padStart(group.length, '0')
    })
  }

  /** Six bytes for six; group addresses stay, except for the part of a multicast one that an IPv6 address shows in. */
  mac(bytes: Uint8Array): ArrayLike<number> {
    const a = bytes[0] ?? 0
    const b = bytes[1] ?? 0
    const c = bytes[2] ?? 0
    if (a === 0x33 && b === 0x33 && c === 0xff) return [a, b, c, 0, 0, 0]
    const key =
      ((a << 16) | (b << 8) | c) * 2 ** 24 + (((bytes[3] ?? 0) << 16) | ((bytes[4] ?? 0) << 8) | (bytes[5] ?? 0))
    if ((a & 1) !== 0 || key === 0) return bytes.subarray(0, 6)
    const known = this.#macs.get(key)
    if (known) return known
    const number = this.#macs.size + 1
    const made = [MADE_UP_MAC, 0, 0, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff]
    this.#macs.set(key, made)
    return made
  }

  #pair(a: number, b: number): readonly [number, number] {
    const known = this.#pairs.get((a << 8) | b)
    if (known) return known
    const digits = `${String(a).length} ${String(b).length}`
    let free = this.#freePairs.get(digits)
    if (!free) this.#freePairs.set(digits, (free = pairs(FIRST[String(a).length]!, sameDigits(b))))
    let next = free.next()
    while (!next.done && this.#taken.has(next.value.join('.'))) next = free.next()
    const made = next.done ? ([a, b] as const) : next.value
    this.#taken.add(made.join('.'))
    this.#pairs.set((a << 8) | b, made)
    return made
  }

  /** Network and broadcast stay what they are. */
  #byte(prefix: string, byte: number): number {
    return byte === 0 || byte === 255
      ? byte
      : this.#bytes.next(prefix, byte, String(byte).length, () => sameDigits(byte))
  }

  #group(prefix: string, group: number, index: number): number {
    if (group === 0 || (index === 0 && group >>> 13 !== 1)) return group
    if (index === 0) return 0x2001
    const digits = group.toString(16).length
    const least = digits === 1 ? 1 : 16 ** (digits - 1)
    const start = index === 1 && digits === 3 ? 0xdb8 : least
    const most = 16 ** digits - least
    return this.#bytes.next(prefix, group, digits, function* () {
      for (let i = 0; i < most; i++) yield least + ((start - least + i) % most)
    })
  }
}

/** What is known of one prefix. */
interface Sequence {
  made: Map<number, number>
  taken: Set<number>
  /** By number of digits: candidates that have not been looked at. Those before are taken. */
  free: Map<number, Iterator<number>>
}

/** For each prefix, values in the order in which they are met get the first that is free of as many digits. */
class Sequences {
  readonly #byPrefix = new Map<string, Sequence>()

  next(prefix: string, value: number, digits: number, candidates: () => Iterable<number>): number {
    let sequence = this.#byPrefix.get(prefix)
    if (!sequence) this.#byPrefix.set(prefix, (sequence = { made: new Map(), taken: new Set(), free: new Map() }))
    const { made, taken, free } = sequence
    const known = made.get(value)
    if (known !== undefined) return known
    let rest = free.get(digits)
    if (!rest) free.set(digits, (rest = candidates()[Symbol.iterator]()))
    let next = rest.next()
    while (!next.done && taken.has(next.value)) next = rest.next()
    const chosen = next.done ? value : next.value
    made.set(value, chosen)
    taken.add(chosen)
    return chosen
  }
}

const BYTES_BY_DIGITS: readonly number[][] = [[], range(1, 9), range(10, 99), range(100, 254)]

function sameDigits(byte: number): readonly number[] {
  return BYTES_BY_DIGITS[String(byte).length]!
}

function* pairs(firsts: readonly number[], seconds: readonly number[]): Generator<readonly [number, number]> {
  for (const first of firsts) for (const second of seconds) yield [first, second]
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

function countGroups(text: string): number {
  return text.split(':').filter(Boolean).length
}

/** Sixteen bytes; undefined when it is no IPv6 address. RFC 4291 2.2, without a dotted tail. */
function parseIpv6(text: string): Uint8Array | undefined {
  if (!/^[0-9a-fA-F:]+$/.test(text) || text.split('::').length > 2 || !text.includes(':')) return undefined
  const [head = '', tail] = text.split('::')
  const groups = (part: string) => (part ? part.split(':') : [])
  const before = groups(head)
  const after = groups(tail ?? '')
  const missing = 8 - before.length - after.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const all = [...before, ...Array<string>(missing).fill('0'), ...after]
  if (all.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined
  return Uint8Array.from(all.flatMap((group) => [parseInt(group, 16) >>> 8, parseInt(group, 16) & 0xff]))
}
