// Made-up names in place of those of hosts, users and domains: the same one always for the same one, whatever its letters'
// case, and of the same length. A name is replaced label by label, so that a host's short and long names still belong together.
import type { AddressBook } from './addresses'

/** What names services, protocols, shares and accounts that every network has. Lower case. */
const KEPT = new Set(
  (
    'rpcss host cifs http https ldap ldaps dns gc krbtgt kadmin changepw termsrv wsman rpc nfs smtpsvc mssqlsvc restrictedkrbhost ' +
    'protectedstorage browser spooler epmapper svcctl samr lsarpc lsass netlogon srvsvc wkssvc winreg atsvc spoolss eventlog ntsvcs ' +
    'initshutdown efsrpc lsaiso protected_storage pipe ipc admin print sysvol root cimv2 default ' +
    'com net org local lan intranet internal arpa in-addr ip6 msdcs domaindnszones forestdnszones dc pdc www wpad isatap localhost ' +
    'nt authority system anonymous logon workgroup service builtin ncacn_ip_tcp ncacn_np ncacn_http ncalrpc ncadg_ip_udp ' +
    'not_defined_in_rfc4178 please_ignore lanman windows microsoft'
  ).split(' '),
)
/** Shorter labels are not looked for where no structure says that a name is there. */
const SHORTEST_SOUGHT = 4
const MOST_TRIES = 50_000
const LABEL = /[\p{L}\p{N}_-]+/gu
const IPV4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g
const IPV6 = /(?<![0-9a-fA-F:])[0-9a-fA-F:]*:[0-9a-fA-F:]*:[0-9a-fA-F:]*(?![0-9a-fA-F:])/g
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export class NameBook {
  readonly #made = new Map<string, string>()
  readonly #taken = new Set<string>()
  readonly #machines = new Map<string, number>()
  #next = 1

  constructor(readonly addresses: AddressBook) {}

  /** How many labels have been replaced. */
  get count(): number {
    return this.#made.size
  }

  /** Labels that have been replaced, lower case, long enough to be looked for anywhere. */
  get sought(): string[] {
    return [...this.#made.keys()].filter((label) => label.length >= SHORTEST_SOUGHT)
  }

  /** A number for the identity that a computer states of itself, from 1; the same one for the same bytes. */
  machine(identity: Uint8Array): number {
    const key = identity.join()
    const number = this.#machines.get(key) ?? this.#machines.size + 1
    this.#machines.set(key, number)
    return number
  }

  /** Text with every name and address in it replaced; the same number of UTF-16 units. */
  text(text: string): string {
    const pieces: string[] = []
    let at = 0
    for (const { found, index } of addressesIn(text)) {
      const made = this.addresses.ipv4Text(found) ?? this.addresses.ipv6Text(found)
      if (made?.length !== found.length) continue
      pieces.push(this.#labels(text.slice(at, index)), made)
      at = index + found.length
    }
    return [...pieces, this.#labels(text.slice(at))].join('')
  }

  #labels(text: string): string {
    return text.replace(LABEL, (label) => this.label(label))
  }

  /** One label of a name. Numbers are ports and versions rather than names, and stay. */
  label(label: string): string {
    const key = label.toLowerCase()
    if (key.length !== label.length) return '-'.repeat(label.length)
    if (KEPT.has(key) || /^[\d_-]*$/.test(key) || key.startsWith('_') || UUID.test(key)) return label
    let made = this.#made.get(key)
    if (made === undefined) {
      made = this.#make(key.length)
      this.#made.set(key, made)
      this.#taken.add(made)
    }
    return [...made].map((letter, i) => (label[i] === key[i] ? letter : letter.toUpperCase())).join('')
  }

  /** UTF-16 in place. */
  utf16(bytes: Uint8Array, at = 0, end = bytes.length): void {
    const length = Math.max(0, end - at) & ~1
    const made = this.text(String.fromCharCode(...units(bytes, at, length)))
    for (let i = 0; i < made.length; i++) {
      bytes[at + 2 * i] = made.charCodeAt(i) & 0xff
      bytes[at + 2 * i + 1] = made.charCodeAt(i) >>> 8
    }
  }

  /** A byte a character, in place. */
  bytes(bytes: Uint8Array, at = 0, end = bytes.length): void {
    const made = this.text(String.fromCharCode(...bytes.subarray(at, end)))
    for (let i = 0; i < made.length; i++) bytes[at + i] = made.charCodeAt(i)
  }

  #make(length: number): string {
    const numbered = `name${this.#next}`
    if (numbered.length <= length) {
      this.#next++
      const made = numbered.padEnd(length, 'x')
      return this.#isFree(made) ? made : this.#make(length)
    }
    const most = Math.min(MOST_TRIES, 36 ** length)
    for (let i = 0; i < most; i++) {
      const made = i.toString(36).padStart(length, 'n').slice(-length)
      if (this.#isFree(made)) return made
    }
    return 'x'.repeat(length)
  }

  #isFree(made: string): boolean {
    return !this.#taken.has(made) && !this.#made.has(made) && !KEPT.has(made) && !/^\d+$/.test(made)
  }
}

function units(bytes: Uint8Array, at: number, length: number): number[] {
  return Array.from({ length: length / 2 }, (_, i) => bytes[at + 2 * i]! | (bytes[at + 2 * i + 1]! << 8))
}

/** What looks like an address, in order. */
function addressesIn(text: string): { found: string; index: number }[] {
  if (!/[.:]/.test(text)) return []
  return [...text.matchAll(IPV4), ...text.matchAll(IPV6)]
    .map((match) => ({ found: match[0], index: match.index }))
    .sort((a, b) => a.index - b.index)
}

/** The least number of letters that are taken for text where nothing says what is there. */
const SHORTEST_RUN = 3

/** Replaces names in every run of printable UTF-16 (little-endian) between `at` and `end`, in place. */
export function replaceRuns(bytes: Uint8Array, names: NameBook, at = 0, end = bytes.length): void {
  for (let from = at; from + 1 < end; from++) {
    let to = from
    while (to + 1 < end && isPrintable(bytes[to]!) && bytes[to + 1] === 0) to += 2
    if (to - from >= 2 * SHORTEST_RUN) {
      names.utf16(bytes, from, to)
      from = to - 1
    }
  }
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f
}
