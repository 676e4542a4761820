// A capture filter as a display filter: `tcp port 135`, `host 10.0.0.1 and not port 22`. pcap-filter(7), as far as its primitives
// are about addresses, ports, protocols and lengths.
import { ipv4Of, ipv6Of, macOf } from '../literals/literal'

/** Qualifiers of a primitive, and what they were last: `port 135 or 445` means port 445 too. */
interface Qualifiers {
  protocol?: string
  direction?: string
  type?: string
}

const PROTOCOLS: Record<string, string> = {
  ip: 'ip',
  ip6: 'ipv6',
  arp: 'arp',
  tcp: 'tcp',
  udp: 'udp',
  icmp: 'icmp',
  icmp6: 'icmpv6',
  ether: 'eth',
}
const TYPES = new Set(['host', 'net', 'port', 'portrange'])
/** Names of ports in /etc/services that filters use. */
const PORTS: Record<string, number> = {
  ssh: 22,
  domain: 53,
  http: 80,
  kerberos: 88,
  epmap: 135,
  'netbios-ssn': 139,
  ldap: 389,
  https: 443,
  'microsoft-ds': 445,
}
/** More is no filter that a user typed, and parentheses are read one within another. */
const LONGEST = 500

/** The display filter that shows what a capture filter captures; undefined for text that is no capture filter. */
export function displayFilterOf(text: string): string | undefined {
  if (text.length > LONGEST) return undefined
  const words = text.match(/\(|\)|&&|\|\||!|[^\s()!&|]+/g) ?? []
  if (words.join('') !== text.replace(/\s/g, '')) return undefined
  const reader = new Reader(words)
  const filter = reader.either()
  return filter !== undefined && reader.isAtEnd && reader.hasPrimitive ? filter : undefined
}

class Reader {
  #next = 0
  #last: Qualifiers = {}
  /** True if something was read that only a capture filter has. */
  hasPrimitive = false

  constructor(private readonly words: readonly string[]) {}

  get isAtEnd(): boolean {
    return this.#next === this.words.length
  }

  either(): string | undefined {
    return this.#chain(['or', '||'], ' || ', () => this.#chain(['and', '&&'], ' && ', () => this.#not()))
  }

  #chain(operators: string[], written: string, one: () => string | undefined): string | undefined {
    const parts = [one()]
    while (this.#take(...operators)) parts.push(one())
    if (parts.includes(undefined)) return undefined
    return parts.length === 1 ? parts[0] : parts.map((part) => within(part!)).join(written)
  }

  #not(): string | undefined {
    if (this.#take('not', '!')) {
      const operand = this.#not()
      return operand === undefined ? undefined : `!(${operand})`
    }
    if (!this.#take('(')) return this.#primitive()
    const inner = this.either()
    return this.#take(')') ? inner : undefined
  }

  #take(...wanted: string[]): string | undefined {
    const word = this.words[this.#next]?.toLowerCase()
    if (word === undefined || !wanted.includes(word)) return undefined
    this.#next++
    return word
  }

  #primitive(): string | undefined {
    const length = this.#take('less', 'greater')
    if (length) {
      this.hasPrimitive = true
      const bytes = this.#number()
      return bytes === undefined ? undefined : `frame.len ${length === 'less' ? '<=' : '>='} ${bytes}`
    }
    if (this.#take('vlan')) {
      this.hasPrimitive = true
      const id = this.#number()
      return id === undefined ? 'vlan.id' : `vlan.id == ${id}`
    }
    const own: Qualifiers = {}
    const protocol = this.#take(...Object.keys(PROTOCOLS))
    if (protocol) own.protocol = protocol
    const direction = this.#take('src', 'dst')
    if (direction) own.direction = direction
    const type = this.#take(...TYPES)
    if (type) own.type = type
    const isProtocolOnly = protocol && !direction && !type
    if (isProtocolOnly && !macOf(this.words[this.#next] ?? '')) return PROTOCOLS[protocol]
    const id = this.words[this.#next]
    if (id === undefined) return undefined
    if (!protocol && !direction && !type && !this.#last.type) return undefined
    this.#next++
    const all = protocol || direction || type ? { type: 'host', ...own } : this.#last
    this.#last = all
    const filter = comparison(all, id)
    this.hasPrimitive ||= filter !== undefined
    return filter
  }

  #number(): number | undefined {
    const word = this.words[this.#next]
    if (word === undefined || !/^\d{1,9}$/.test(word)) return undefined
    this.#next++
    return Number(word)
  }
}

function within(filter: string): string {
  return filter.includes(' || ') && !/^\([^()]*\)$/.test(filter) ? `(${filter})` : filter
}

function comparison({ protocol, direction, type }: Qualifiers, id: string): string | undefined {
  if (type === 'port' || type === 'portrange') return portFilter(protocol, direction, type, id)
  const end = direction ?? 'addr'
  if (protocol === 'ether') return macOf(id) && `eth.${end} == ${id}`
  if (type === 'net') return netFilter(end, id)
  if (ipv4Of(id)) return `ip.${end} == ${id}`
  return ipv6Of(id) && `ipv6.${end} == ${id}`
}

/** `net 10.1` is 10.1.0.0/16. */
function netFilter(end: string, id: string): string | undefined {
  if (ipv6Of(id)) return `ipv6.${end} == ${id}`
  const [address = '', bits] = id.split('/')
  const parts = address.split('.')
  const whole = [...parts, '0', '0', '0'].slice(0, 4).join('.')
  const prefix = `${whole}/${bits ?? parts.length * 8}`
  return ipv4Of(prefix) && `ip.${end} == ${prefix}`
}

function portFilter(
  protocol: string | undefined,
  direction: string | undefined,
  type: string,
  id: string,
): string | undefined {
  const [first, last] = (type === 'portrange' ? id.split('-') : [id]).map(
    (text) => PORTS[text.toLowerCase()] ?? portOf(text),
  )
  if (first === undefined || (type === 'portrange' && last === undefined)) return undefined
  const value = last === undefined ? `== ${first}` : `in {${first}..${last}}`
  const field = direction ? `${direction}port` : 'port'
  if (protocol === 'tcp' || protocol === 'udp') return `${protocol}.${field} ${value}`
  return protocol ? undefined : `tcp.${field} ${value} || udp.${field} ${value}`
}

function portOf(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 0xffff ? Number(text) : undefined
}
