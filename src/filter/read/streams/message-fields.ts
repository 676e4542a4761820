// Fields of messages over TCP and in datagrams: SMB commands and statuses, tokens, and that a frame completes a message at all.
import { Frame, Protocol, Stream, StreamFlag, TcpFlag } from '../../../../asm/layout'
import { type Bits, noBits, setBit } from '../../bits'
import type { Field } from '../../field'
import { TOKEN_VALUES } from '../../fields/token-values'
import type { Token } from '../../../dissect/security/token'
import type { Subject } from '../../subject'
import { joinedTo } from '../joined'
import type { HeaderValue } from '../header-fields'
import { inQuic } from '../quic/tls-in-quic'
import { otherwiseOf, type ReadField } from '../readings'
import { inDatagrams } from './datagram-fields'
import { anyNbss, dns, type Framing, isText, isTlsHello, isTlsRecord, ldap, nbss, tds, tls } from './framings'
import { HttpTaker, type HttpTalk } from './http-taker'
import { HTTP_VALUES, ldapResults } from './application-values'
import { DNS_VALUES } from './dns-values'
import { isSmb2, smb1Commands, smb1Status, smb2Answers, smb2Commands, smb2Statuses, smb2Trees } from './smb-messages'
import { FramedTaker, type Taker } from './taker'
import { TcpMessages } from './tcp-messages'
import { dnsTokens, httpTokens, ldapTokens, tdsTokens } from './tokens'

/** What carries messages: how they are cut, and the streams that may hold them. */
interface Carrier {
  name: string
  takers(subject: Subject): (stream: number) => Taker
  mayHold(subject: Subject, stream: number): boolean
  /** Protocols that a frame of any stream is recognised as. */
  protocols: readonly Protocol[]
}

interface MessageField {
  /** True if the tables hold values that these do not: what is not in the clear on the wire, or is carried otherwise. */
  isAdded?: boolean
  from: readonly (readonly [Carrier, (message: Uint8Array) => HeaderValue[]])[]
}

const portsOf = ({ capture: { streams } }: Subject, row: number) => [
  streams.get(Stream.PortA, row),
  streams.get(Stream.PortB, row),
]

function framed(name: string, framing: Framing, ports: readonly number[], protocols: readonly Protocol[]): Carrier {
  return {
    name,
    protocols,
    takers: () => () => new FramedTaker(framing),
    mayHold: (subject, row) => portsOf(subject, row).some((port) => ports.includes(port)),
  }
}

const SMB = framed('SMB', nbss, [139, 445], [Protocol.NetbiosSession, Protocol.Smb1, Protocol.Smb2])
/** With what goes over SMB's ports and is none of its packets: Wireshark shows it as a continuation. */
const NBSS: Carrier = { ...SMB, name: 'NetBIOS', takers: () => () => new FramedTaker(anyNbss, { others: () => true }) }
const LDAP = framed('LDAP', ldap, [389, 3268], [Protocol.Ldap])
/** Those of Wireshark's preferences, and that of the global catalog. */
const TLS_PORTS = new Set([
  324, 443, 465, 636, 802, 853, 993, 995, 1300, 2221, 2443, 3249, 3250, 3251, 3252, 3269, 3496, 5061, 5671, 5684, 5868,
  8883, 11207, 19999, 27017,
])
/** Ports of protocols that go on in TLS once both sides have agreed to. */
const STARTTLS_PORTS = new Set([25, 110, 143, 389])
const DNS = framed('DNS', dns, [53], [])
const TDS = framed('TDS', tds, [1433], [])

/** Those of Wireshark's preferences. */
const HTTP_PORTS = new Set([80, 3128, 3132, 5985, 8080, 8088, 11371, 1900, 2869, 2710])
/** Ports of protocols that are recognised before HTTP is looked for. */
const OTHER_PORTS = new Set([22, 25, 53, 88, 110, 139, 143, 389, 443, 445, 636, 3268, 3269])

/** True for streams in which any protocol may be found. */
function isFree(subject: Subject, row: number): boolean {
  const flags = subject.capture.streams.get(Stream.Flags, row)
  return (flags & StreamFlag.Rpc) === 0 && !portsOf(subject, row).some((port) => OTHER_PORTS.has(port))
}

/** TLS on its ports, and on others from a record on; from then on, whatever a segment holds is shown as TLS. */
const TLS: Carrier = {
  name: 'TLS',
  protocols: [Protocol.Tls],
  takers: (subject) => {
    const known = new Set<number>()
    return (stream) => {
      const ports = portsOf(subject, stream)
      if (ports.some((port) => TLS_PORTS.has(port))) known.add(stream)
      const isTls = ports.some((port) => STARTTLS_PORTS.has(port)) ? isTlsHello : isTlsRecord
      const isKnown = () => known.has(stream)
      const framing = (bytes: Uint8Array) => {
        if (!isKnown() && isTls(bytes)) known.add(stream)
        return isKnown() ? tls(bytes) : 0
      }
      return new FramedTaker(framing, { others: (bytes) => isKnown() && !isText(bytes), begun: isKnown })
    }
  },
  mayHold: (subject, row) =>
    isFree(subject, row) || portsOf(subject, row).some((port) => TLS_PORTS.has(port) || STARTTLS_PORTS.has(port)),
}

/** HTTP on its ports, and on others where a line names its version. */
const HTTP: Carrier = {
  name: 'HTTP',
  protocols: [Protocol.Http],
  takers: (subject) => {
    const talks = new Map<number, HttpTalk>()
    return (stream) => {
      const isPort = portsOf(subject, stream).some((port) => HTTP_PORTS.has(port))
      const talk = talks.get(stream) ?? { isHttp: false, isPort, method: '', isSwitched: false }
      talks.set(stream, talk)
      return new HttpTaker(talk)
    }
  },
  mayHold: (subject, row) =>
    (subject.capture.streams.get(Stream.Flags, row) & StreamFlag.Http) !== 0 || isFree(subject, row),
}

/** Of a DNS message over TCP. */
const TCP_LENGTH = 2
const one = () => [1]

function ofTokens(name: string): MessageField {
  const value = TOKEN_VALUES[name]!
  const values = (tokens: Token[]) => tokens.map(value).filter((found) => found !== undefined)
  return {
    isAdded: true,
    from: [
      [LDAP, (message) => values(ldapTokens(message))],
      [HTTP, (message) => values(httpTokens(message))],
      [TDS, (message) => values(tdsTokens(message))],
      [DNS, (message) => values(dnsTokens(message))],
    ],
  }
}

const FIELDS: Record<string, MessageField> = {
  'smb2.cmd': { isAdded: true, from: [[SMB, smb2Commands]] },
  'smb2.nt_status': { isAdded: true, from: [[SMB, smb2Statuses]] },
  'smb.cmd': { from: [[SMB, smb1Commands]] },
  'smb.nt_status': { from: [[SMB, smb1Status]] },
  nbss: { isAdded: true, from: [[NBSS, one]] },
  smb: { isAdded: true, from: [[SMB, (message) => smb1Commands(message).slice(0, 1)]] },
  smb2: { isAdded: true, from: [[SMB, (message) => (isSmb2(message) ? [1] : [])]] },
  ldap: { from: [[LDAP, one]] },
  tls: { from: [[TLS, one]] },
  http: { from: [[HTTP, one]] },
  'smb2.flags.response': { from: [[SMB, smb2Answers]] },
  'smb2.tid': { from: [[SMB, smb2Trees]] },
  'ldap.resultCode': { from: [[LDAP, ldapResults]] },
  ...Object.fromEntries(Object.entries(HTTP_VALUES).map(([name, values]) => [name, { from: [[HTTP, values]] }])),
  ...Object.fromEntries(
    Object.entries(DNS_VALUES).map(([name, values]) => [
      name,
      { from: [[DNS, (message: Uint8Array) => values(message.subarray(TCP_LENGTH))]] },
    ]),
  ),
  dns: { isAdded: true, from: [[DNS, one]] },
  ...Object.fromEntries(Object.keys(TOKEN_VALUES).map((name) => [name, ofTokens(name)])),
}

/** Fields that the file has to be read for, and how; undefined for a field that is none of them. */
export function ofMessages(subject: Subject, field: Field): { field: Field; reads: ReadField[] } | undefined {
  const kind = FIELDS[field.name]
  const reads = [
    ...(kind?.from ?? []).flatMap((from) => readOf(subject, field, from)),
    ...inDatagrams(subject, field),
    ...inQuic(subject, field),
  ]
  if (!kind && reads.length === 0) return undefined
  if (reads.length === 0) return { field, reads }
  const found = reads.map(({ name }) => subject.readings?.values(name))
  if (found.some((one) => !one)) return { field, reads }
  const base = kind && !kind.isAdded ? { ...field, sources: [] } : field
  return {
    reads,
    field: joinedTo(
      base,
      found.filter((one) => one !== undefined),
    ),
  }
}

function readOf(
  subject: Subject,
  field: Field,
  [carrier, valuesIn]: readonly [Carrier, (message: Uint8Array) => HeaderValue[]],
): ReadField[] {
  const among = framesOf(subject, carrier)
  if (!among) return []
  return [
    {
      name: `all ${field.name} in ${carrier.name}`,
      among,
      ...otherwiseOf(field),
      start: () => {
        const messages = new TcpMessages(subject.capture, carrier.takers(subject))
        return (row, frame) => messages.add(row, frame).flatMap((message) => valuesIn(message))
      },
    },
  ]
}

const FRAMES = new Map<Carrier, (subject: Subject) => Bits | undefined>()

function framesOf(subject: Subject, carrier: Carrier): Bits | undefined {
  let derive = FRAMES.get(carrier)
  if (!derive) FRAMES.set(carrier, (derive = (of) => findFrames(of, carrier)))
  return subject.of(derive)
}

/** Frames with a payload, or an end, of the streams that may hold such messages; undefined where there is none. */
function findFrames(subject: Subject, carrier: Carrier): Bits | undefined {
  const { frames, capture } = subject
  const { streams } = capture
  const isOne = new Uint8Array(streams.rows)
  for (let row = 0; row < streams.rows; row++)
    isOne[row] = Number(streams.get(Stream.Transport, row) === 6 && carrier.mayHold(subject, row))
  let found: Bits | undefined
  for (const pass of [0, 1]) {
    for (let first = 0; first < frames; first += 0x10000) {
      const column = (which: Frame) => capture.frames.column(which, first >>> 16)
      const [own, met, lengths] = [column(Frame.Stream), column(Frame.Protocol), column(Frame.PayloadLength)]
      const flags = column(Frame.TcpFlags)
      const end = Math.min(0x10000, frames - first)
      for (let row = 0; row < end; row++) {
        const stream = own[row]!
        if (stream >= isOne.length) continue
        if (pass === 0 && carrier.protocols.includes(met[row]!) && streams.get(Stream.Transport, stream) === 6)
          isOne[stream] = 1
        const counts = lengths[row]! > 0 || (flags[row]! & TcpFlag.Fin) !== 0
        if (pass === 1 && isOne[stream] === 1 && counts) setBit((found ??= noBits(frames)), first + row)
      }
    }
  }
  return found
}
