// Who is asked for a name, and what the answer is: DNS (RFC 1035, RFC 2782 SRV, RFC 3596 AAAA, RFC 6891 EDNS), LLMNR
// (RFC 4795) and the NetBIOS name service (RFC 1002 4.2), which share one layout.
import { ipv6Text } from '../../capture/text'
import { domainName, netbiosName, netbiosNameText } from './domain-name'
import type { Reader } from '../reader'
import { hexBytes, hex16, named } from '../show'

export interface NameMessage {
  id: number
  /** False for a query, also for a NetBIOS registration. */
  response: boolean
  opcode: number
  /** With the extension of EDNS where there is one: 0 no error, 2 server failure, 3 no such name, 5 refused ... */
  rcode: number
  /** The answer did not fit; the client will ask again over TCP. */
  truncated: boolean
  questions: NameQuestion[]
  answers: NameRecord[]
  authority: NameRecord[]
  additional: NameRecord[]
}

interface NameQuestion {
  name: string
  /** RecordType or another number. */
  type: number
}

interface NameRecord {
  name: string
  type: number
  timeToLive: number
  /** Text of IP addresses: A, AAAA; NetBIOS NB may hold several. */
  addresses?: string[] | undefined
  /** The name that CNAME, PTR, NS, SOA or SRV points to. */
  target?: string | undefined
  /** SRV. */
  port?: number | undefined
  /** NBSTAT: all names of a machine, `S1<20>`. */
  netbiosNames?: string[] | undefined
}

export enum RecordType {
  A = 1,
  Ns = 2,
  Cname = 5,
  Soa = 6,
  Ptr = 12,
  Aaaa = 28,
  /** Of NetBIOS; in DNS the number means nothing that is used. */
  Nb = 32,
  /** SRV of DNS, NBSTAT of NetBIOS. */
  Srv = 33,
  Opt = 41,
}

/** RFC 1035 4.1.1, RFC 2136 2.2, RFC 6891 9. */
export const RESPONSE_CODES: Readonly<Record<number, string>> = {
  0: 'no error',
  1: 'format error',
  2: 'server failure',
  3: 'no such name',
  4: 'not implemented',
  5: 'refused',
  6: 'name exists',
  7: 'record set exists',
  8: 'no such record set',
  9: 'not authoritative',
  10: 'not in zone',
  16: 'bad version or signature',
}

/** RFC 1002 4.2.6, 4.2.11, 4.2.14. */
const NETBIOS_RESPONSE_CODES: Readonly<Record<number, string>> = {
  0: 'no error',
  1: 'format error',
  2: 'server failure',
  3: 'no such name',
  4: 'not supported',
  5: 'refused',
  6: 'name is active',
  7: 'name in conflict',
}

const TYPES: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  41: 'OPT',
  64: 'SVCB',
  65: 'HTTPS',
  249: 'TKEY',
  250: 'TSIG',
  255: 'ANY',
}
const NETBIOS_TYPES: Readonly<Record<number, string>> = { 10: 'NULL', 32: 'NB', 33: 'NBSTAT' }
/** Opcodes share their numbers up to 5; those of NetBIOS from 6 on are RFC 1002 4.2.1.1. */
const OPCODES: Readonly<Record<number, string>> = { 0: 'query', 2: 'status', 4: 'notify', 5: 'update' }
const NETBIOS_OPCODES: Readonly<Record<number, string>> = {
  0: 'query',
  5: 'registration',
  6: 'release',
  7: 'wait for acknowledgement',
  8: 'refresh',
  9: 'refresh',
  15: 'multi-homed registration',
}

const RESPONSE = 0x8000
const TRUNCATED = 0x200
const NETBIOS_GROUP = 0x8000
/** A name with its suffix and flags in an NBSTAT answer. */
const NETBIOS_NAME_BYTES = 15

/** How a protocol differs from the others that share the layout. */
interface Dialect {
  label: string
  /** Prefix of Wireshark's names. */
  filter: string
  name: (from: Reader) => string | undefined
  types: Readonly<Record<number, string>>
  opcodes: Readonly<Record<number, string>>
  codes: Readonly<Record<number, string>>
  data: (part: Reader, record: NameRecord, message: Reader) => void
}

const DNS: Dialect = {
  label: 'DNS',
  filter: 'dns',
  name: domainName,
  types: TYPES,
  opcodes: OPCODES,
  codes: RESPONSE_CODES,
  data: domainData,
}
const LLMNR: Dialect = { ...DNS, label: 'LLMNR' }
const NETBIOS: Dialect = {
  label: 'NetBIOS name service',
  filter: 'nbns',
  name: netbiosName,
  types: NETBIOS_TYPES,
  opcodes: NETBIOS_OPCODES,
  codes: NETBIOS_RESPONSE_CODES,
  data: netbiosData,
}

/** Reads a DNS message as UDP carries it. Undefined when there is not even a header. */
export function dns(from: Reader): NameMessage | undefined {
  return message(from, DNS)
}

/** Reads an LLMNR message. */
export function llmnr(from: Reader): NameMessage | undefined {
  return message(from, LLMNR)
}

/** Reads a NetBIOS name service message. */
export function nbns(from: Reader): NameMessage | undefined {
  return message(from, NETBIOS)
}

function message(from: Reader, dialect: Dialect): NameMessage | undefined {
  from.little = false
  return from.group(
    dialect.label,
    () => {
      const id = from.u16('Transaction id', hex16, `${dialect.filter}.id`)
      const flags = header(from, dialect)
      const counts = ['Questions', 'Answers', 'Authority records', 'Additional records'].map((label) => from.u16(label))
      if (id === undefined || flags === undefined || counts.includes(undefined)) return undefined
      const found: NameMessage = {
        id,
        response: (flags & RESPONSE) !== 0,
        opcode: (flags >>> 11) & 15,
        rcode: flags & 15,
        truncated: (flags & TRUNCATED) !== 0,
        questions: list(from, counts[0]!, () => question(from, dialect)),
        answers: list(from, counts[1]!, () => record(from, dialect, 'Answer')),
        authority: list(from, counts[2]!, () => record(from, dialect, 'Authority')),
        additional: list(from, counts[3]!, () => record(from, dialect, 'Additional')),
      }
      // The upper eight bits of an extended code are in the OPT record's TTL. RFC 6891 6.1.3.
      const extension = dialect === NETBIOS ? undefined : found.additional.find(({ type }) => type === RecordType.Opt)
      if (extension) found.rcode |= (extension.timeToLive >>> 24) << 4
      return found
    },
    (found) => (found ? summary(found, dialect) : ''),
  )
}

function header(from: Reader, { opcodes, codes, filter }: Dialect): number | undefined {
  const show = (flags: number) => {
    const opcode = named(opcodes)((flags >>> 11) & 15)
    const parts = [hex16(flags), opcode]
    if ((flags & RESPONSE) !== 0) parts.push(`answer: ${named(codes)(flags & 15)}`)
    if ((flags & TRUNCATED) !== 0) parts.push('truncated')
    return parts.join(', ')
  }
  return from.u16('Flags', show, `${filter}.flags`)
}

function list<T>(from: Reader, count: number, read: () => T | undefined): T[] {
  const found: T[] = []
  for (let i = 0; i < count && from.left > 0; i++) {
    const one = read()
    if (one === undefined) break
    found.push(one)
  }
  return found
}

function question(from: Reader, { name: readName, types, filter }: Dialect): NameQuestion | undefined {
  const start = from.at
  const name = readName(from)
  const type = from.u16()
  from.skip(2)
  if (name === undefined || type === undefined) return undefined
  from.line('Question', `${name} ${named(types)(type)}`, start, filter === 'dns' ? 'dns.qry.name' : 'nbns.name')
  return { name, type }
}

function record(from: Reader, dialect: Dialect, label: string): NameRecord | undefined {
  return from.group(
    label,
    () => {
      const name = dialect.name(from)
      const type = from.u16('Type', named(dialect.types))
      from.skip(2)
      const timeToLive = from.u32('Time to live (s)')
      const length = from.u16()
      if (name === undefined || length === undefined) return undefined
      const found: NameRecord = { name, type: type!, timeToLive: timeToLive! }
      const start = from.at
      const part = from.part(length)
      // Names in the data may point to anywhere before them, so they are read in the message itself.
      const whole = from.window(0, start + part.bytes.length)
      whole.at = start
      // Dynamic updates name records without their data. RFC 2136 2.4.
      if (length > 0) dialect.data(part, found, whole)
      return found
    },
    (found) => (found ? recordText(found, dialect) : ''),
  )
}

function domainData(part: Reader, found: NameRecord, whole: Reader): void {
  switch (found.type as RecordType) {
    case RecordType.A:
      found.addresses = addressOf(part, 4, 'dns.a')
      return
    case RecordType.Aaaa:
      found.addresses = addressOf(part, 16, 'dns.aaaa')
      return
    case RecordType.Srv:
      whole.u16('Priority')
      whole.u16('Weight')
      found.port = whole.u16('Port', undefined, 'dns.srv.port')
      found.target = targetOf(whole, 'dns.srv.target')
      return
    case RecordType.Cname:
      found.target = targetOf(whole, 'dns.cname')
      return
    case RecordType.Ptr:
      found.target = targetOf(whole, 'dns.ptr.domain_name')
      return
    case RecordType.Ns:
    case RecordType.Soa:
      found.target = targetOf(whole, found.type === RecordType.Ns ? 'dns.ns' : 'dns.soa.mname')
      return
    default:
      if (part.left > 0) part.take(part.left, 'Data')
  }
}

function addressOf(part: Reader, length: number, filter: string): string[] | undefined {
  const bytes = part.take(length, 'Address', addressText, filter)
  return bytes && [addressText(bytes)]
}

function addressText(bytes: Uint8Array): string {
  return bytes.length === 16 ? ipv6Text(bytes) : bytes.join('.')
}

function targetOf(whole: Reader, filter: string): string | undefined {
  const start = whole.at
  const name = domainName(whole)
  if (name !== undefined) whole.line('Name', name, start, filter)
  return name
}

function netbiosData(part: Reader, found: NameRecord): void {
  if (found.type === RecordType.Nb) found.addresses = netbiosAddresses(part)
  else if (found.type === RecordType.Srv) found.netbiosNames = nodeStatus(part)
  else if (part.left > 0) part.take(part.left, 'Data')
}

/** Flags and an address for each network interface. RFC 1002 4.2.2. */
function netbiosAddresses(part: Reader): string[] {
  const found: string[] = []
  while (part.left > 0) {
    part.u16('Flags', (flags) => `${hex16(flags)}${(flags & NETBIOS_GROUP) === 0 ? '' : ' group'}`)
    const bytes = part.take(4, 'Address', addressText, 'nbns.addr')
    if (!bytes) break
    found.push(addressText(bytes))
  }
  return found
}

/** Names, then the machine's MAC address and statistics. RFC 1002 4.2.18. */
function nodeStatus(part: Reader): string[] {
  const found: string[] = []
  const count = part.u8('Names', undefined, 'nbns.number_of_names') ?? 0
  for (let i = 0; i < count; i++) {
    const start = part.at
    const name = part.text(NETBIOS_NAME_BYTES, undefined, 'latin1')
    const suffix = part.u8()
    const flags = part.u16()
    if (name === undefined || suffix === undefined || flags === undefined) break
    const text = netbiosNameText(name, suffix)
    part.line('Name', (flags & NETBIOS_GROUP) === 0 ? text : `${text} group`, start, 'nbns.name')
    found.push(text)
  }
  if (part.left >= 6) part.take(6, 'Unit id', hexBytes)
  return found
}

/** A message in one line: `no such name (3): pc7 A`, `answer: pc7.example A 10.0.0.7`. */
export function nameMessageText(found: NameMessage, netbios = false): string {
  return summary(found, netbios ? NETBIOS : DNS)
}

function summary(found: NameMessage, dialect: Dialect): string {
  const asked = found.questions.map(({ name, type }) => `${name} ${dialect.types[type] ?? type}`)
  const subject = asked.join(', ') || (found.answers[0]?.name ?? '')
  if (!found.response) return `${dialect.opcodes[found.opcode] ?? `opcode ${found.opcode}`}: ${subject}`
  if (found.rcode !== 0) return `${named(dialect.codes)(found.rcode)}: ${subject}`
  return `answer: ${found.answers.map((one) => recordText(one, dialect)).join(', ') || `nothing for ${subject}`}`
}

function recordText(found: NameRecord, { types }: Dialect): string {
  const { name, type, addresses, target, port, netbiosNames } = found
  const data = [...(addresses ?? []), ...(netbiosNames ?? [])].join(' ')
  const place = target === undefined ? '' : port === undefined ? target : `${target}:${port}`
  return [name, types[type] ?? `type ${type}`, data, place].filter((part) => part !== '').join(' ')
}
