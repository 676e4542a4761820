// Fields of SMB in NetBIOS datagrams: mailslots. RFC 1002 4.4.2, MS-MAIL 2.2.1.
import { Frame, Protocol, Status } from '../../../../asm/layout'
import { type Bits, noBits, setBit } from '../../bits'
import type { Field } from '../../field'
import type { Subject } from '../../subject'
import { Fragments } from '../fragments'
import type { HeaderValue } from '../header-fields'
import { nestedFrames } from '../nested-values'
import { otherwiseOf, type ReadField } from '../readings'
import { HTTP_VALUES, ldapResults } from './application-values'
import { DNS_VALUES } from './dns-values'
import { isBrowser, isSmb1, smb1CommandsOf, smb1StatusOf } from './smb-messages'

const MAILSLOT_PORTS = [138]
/** Names, of one link too: RFC 1035, RFC 6762, RFC 4795. */
const DNS_PORTS = [53, 5353, 5355]
const DNS = { ports: DNS_PORTS, protocol: Protocol.Dns }
const LDAP_PORTS = [389]
/** Discovery by HTTP messages: UPnP Device Architecture 2.0, 1.3. */
const SSDP_PORTS = [1900]
/** Direct unique and group datagrams, and broadcasts. */
const DATA_TYPES = [0x10, 0x11, 0x12]
/** Header, then the names of sender and receiver. */
const HEADER = 14
const MOST_LABELS = 16

interface DatagramField {
  ports: readonly number[]
  /** What the parser recognises on other ports. */
  protocol?: Protocol
  valuesIn(datagram: Uint8Array): HeaderValue[]
}

const ofMailslot = (valuesIn: (smb: Uint8Array) => number[]): DatagramField => ({
  ports: MAILSLOT_PORTS,
  valuesIn: (datagram) => valuesIn(carried(datagram)),
})

const FIELDS: Record<string, DatagramField> = {
  smb: ofMailslot((smb) => (isSmb1(smb) ? [1] : [])),
  browser: ofMailslot((smb) => (isBrowser(smb) ? [1] : [])),
  'smb.cmd': ofMailslot(smb1CommandsOf),
  'smb.nt_status': ofMailslot(smb1StatusOf),
  'ldap.resultCode': { ports: LDAP_PORTS, valuesIn: ldapResults },
  ...Object.fromEntries(
    Object.entries(HTTP_VALUES).map(([name, valuesIn]) => [name, { ports: SSDP_PORTS, valuesIn }] as const),
  ),
  ...Object.fromEntries(Object.entries(DNS_VALUES).map(([name, valuesIn]) => [name, { ...DNS, valuesIn }] as const)),
}

/** What has to be read for a field that datagrams have too. */
export function inDatagrams(subject: Subject, field: Field): ReadField[] {
  const kind = FIELDS[field.name]
  const among = kind && subject.of(framesOf(kind))
  if (!among) return []
  const isOfPort = (datagram: Uint8Array) => kind.ports.some((port) => portsOf(datagram).includes(port))
  const { frames } = subject.capture
  return [
    {
      name: `all ${field.name} in datagrams`,
      among,
      ...otherwiseOf(field),
      start: () => {
        const fragments = new Fragments()
        return (row, frame) => {
          const isRecognised = kind.protocol !== undefined && frames.get(Frame.Protocol, row) === kind.protocol
          return fragments
            .layers(frame, Protocol.Udp)
            .filter(({ bytes }, at, { length }) => isOfPort(bytes) || (isRecognised && at === length - 1))
            .flatMap(({ bytes }) => kind.valuesIn(bytes.subarray(UDP_HEADER)))
        }
      },
    },
  ]
}

const UDP_HEADER = 8
const portsOf = (udp: Uint8Array) => [((udp[0] ?? 0) << 8) | (udp[1] ?? 0), ((udp[2] ?? 0) << 8) | (udp[3] ?? 0)]

/** What a datagram carries. */
function carried(datagram: Uint8Array): Uint8Array {
  if (!DATA_TYPES.includes(datagram[0]!)) return new Uint8Array(0)
  return datagram.subarray(nameEnd(datagram, nameEnd(datagram, HEADER)))
}

function nameEnd(bytes: Uint8Array, from: number): number {
  let at = from
  for (let count = 0; count < MOST_LABELS && at < bytes.length; count++) {
    const length = bytes[at]!
    if (length >= 0xc0) return at + 2
    at += 1 + length
    if (length === 0) return at
  }
  return bytes.length
}

const FRAMES = new Map<readonly number[], (subject: Subject) => Bits | undefined>()

/** Finds frames from or to these ports, and those with several headers; the same function for the same ports. */
function framesOf({ ports, protocol }: DatagramField): (subject: Subject) => Bits | undefined {
  const find = FRAMES.get(ports) ?? ((subject: Subject) => findFrames(subject, ports, protocol))
  FRAMES.set(ports, find)
  return find
}

function findFrames(subject: Subject, ports: readonly number[], protocol?: Protocol): Bits | undefined {
  const isOne = (source: number, destination: number, met: number) =>
    ports.includes(source) || ports.includes(destination) || met === protocol
  const found = marked(subject, nestedFrames(subject)?.slice(), isOne)
  // The last fragment of a datagram has its ports; its bytes are in those before.
  return found && marked(subject, found, (_, __, ___, status) => status === Number(Status.Fragment))
}

function marked(
  { capture, frames }: Subject,
  found: Bits | undefined,
  isOne: (source: number, destination: number, protocol: number, status: number) => boolean,
): Bits | undefined {
  let marks = found
  for (let first = 0; first < frames; first += 0x10000) {
    const column = (which: Frame) => capture.frames.column(which, first >>> 16)
    const [sources, destinations] = [column(Frame.SourcePort), column(Frame.DestinationPort)]
    const [protocols, statuses] = [column(Frame.Protocol), column(Frame.Status)]
    const end = Math.min(0x10000, frames - first)
    for (let row = 0; row < end; row++)
      if (isOne(sources[row]!, destinations[row]!, protocols[row]!, statuses[row]!))
        setBit((marks ??= noBits(frames)), first + row)
  }
  return marks
}
