// Fields of messages over TCP: SMB commands and statuses, and that a frame completes a message at all.
import { Frame, Protocol, Stream } from '../../../../asm/layout'
import { type Bits, noBits, setBit } from '../../bits'
import type { Field } from '../../field'
import { listed } from '../../sources'
import type { Subject } from '../../subject'
import { payloadsOfLayers } from '../byte-test'
import type { ReadField } from '../readings'
import { type Framing, ldap, nbss, tls } from './framings'
import { TcpMessages } from './tcp-messages'

interface MessageField {
  framing: Framing
  /** Streams that may hold such messages: by a port, or by a frame that was recognised. */
  ports: readonly number[]
  protocols: readonly Protocol[]
  valuesIn(message: Uint8Array): number[]
  /** True if the index holds values that are not in the clear on the wire. */
  isAdded?: boolean
}

const SMB = { framing: nbss, ports: [139, 445], protocols: [Protocol.NetbiosSession, Protocol.Smb1, Protocol.Smb2] }
const NBSS_HEADER = 4
const SMB2_HEADER = 64
const [SMB1_MAGIC, SMB2_MAGIC] = [0xff, 0xfe]
/** Messages of a compound are no more than this. */
const MOST_COMPOUND = 256

/** Headers of SMB 2 messages, those of a compound one by one. MS-SMB2 2.2.1. */
function smb2(read: (header: DataView) => number | undefined) {
  return (message: Uint8Array): number[] => {
    const values: number[] = []
    const view = new DataView(message.buffer, message.byteOffset, message.length)
    let at = NBSS_HEADER
    for (let count = 0; count < MOST_COMPOUND && at + SMB2_HEADER <= message.length; count++) {
      if (message[at] !== SMB2_MAGIC) break
      const value = read(new DataView(view.buffer, view.byteOffset + at, SMB2_HEADER))
      if (value !== undefined) values.push(value)
      const next = view.getUint32(at + 20, true)
      if (next < SMB2_HEADER) break
      at += next
    }
    return values
  }
}

const isAnswer = (header: DataView) => (header.getUint32(16, true) & 1) === 1

const SMB1_HEADER = 32
/** Commands that another may follow in one message. MS-CIFS 2.2.3.4. */
const CHAINED = new Set([0x24, 0x2d, 0x2e, 0x2f, 0x73, 0x74, 0x75, 0xa2])
const MOST_CHAINED = 16

/** The message behind its NetBIOS header; undefined where it is not of SMB 1. MS-CIFS 2.2.3.1. */
function smb1(message: Uint8Array): Uint8Array | undefined {
  const isOne = message.length > NBSS_HEADER + SMB1_HEADER && message[NBSS_HEADER] === SMB1_MAGIC
  return isOne ? message.subarray(NBSS_HEADER) : undefined
}

/** The command, and those that follow it: 0xff where none does. */
function smb1Commands(message: Uint8Array): number[] {
  const smb = smb1(message)
  if (!smb) return []
  const commands = [smb[4]!]
  let words = SMB1_HEADER
  while (
    CHAINED.has(commands.at(-1)!) &&
    commands.length < MOST_CHAINED &&
    words + 5 <= smb.length &&
    smb[words]! >= 2
  ) {
    commands.push(smb[words + 1]!)
    words = smb[words + 3]! | (smb[words + 4]! << 8)
  }
  return commands
}

/** Flag of the second flags: the status is not a DOS error. */
const NT_STATUS = 0x40

function smb1Status(message: Uint8Array): number[] {
  const smb = smb1(message)
  if (!smb || (smb[11]! & NT_STATUS) === 0) return []
  return [new DataView(smb.buffer, smb.byteOffset).getUint32(5, true)]
}

const one = () => [1]

const FIELDS: Record<string, MessageField> = {
  'smb2.cmd': { ...SMB, isAdded: true, valuesIn: smb2((header) => header.getUint16(12, true)) },
  'smb2.nt_status': {
    ...SMB,
    isAdded: true,
    valuesIn: smb2((header) => (isAnswer(header) ? header.getUint32(8, true) : undefined)),
  },
  'smb.cmd': { ...SMB, valuesIn: smb1Commands },
  'smb.nt_status': { ...SMB, valuesIn: smb1Status },
  ldap: { framing: ldap, ports: [389, 3268], protocols: [Protocol.Ldap], valuesIn: one },
  tls: { framing: tls, ports: [443, 636, 3269], protocols: [Protocol.Tls], valuesIn: one },
}

/** NetBIOS datagrams carry SMB too: mailslots. RFC 1002 4.4.2. */
const DATAGRAM_PORT = 138
const DATAGRAM_HEADER = 82

function smbInDatagrams(subject: Subject, field: Field): { field: Field; reads: ReadField[] } {
  const among = subject.of(datagramFrames)
  if (!among) return { field, reads: [] }
  const name = `all ${field.name}`
  const isSmb = (bytes: Uint8Array) => bytes[0] === SMB1_MAGIC && bytes[1] === 0x53 && bytes[2] === 0x4d
  const reads: ReadField[] = [
    {
      name,
      among,
      otherwise: '',
      valuesIn: (frame) =>
        payloadsOfLayers(frame, Protocol.Udp)
          .filter(({ whole }) => isSmb(whole.subarray(DATAGRAM_HEADER)))
          .map(() => 1),
    },
  ]
  const found = subject.readings?.values(name)
  return { reads, field: found ? { ...field, sources: [...field.sources, listed(() => found)] } : field }
}

function datagramFrames({ capture, frames }: Subject): Bits | undefined {
  let found: Bits | undefined
  for (let first = 0; first < frames; first += 0x10000) {
    const ports = capture.frames.column(Frame.DestinationPort, first >>> 16)
    const end = Math.min(0x10000, frames - first)
    for (let row = 0; row < end; row++)
      if (ports[row] === DATAGRAM_PORT) setBit((found ??= noBits(frames)), first + row)
  }
  return found
}

/** Fields that the file has to be read for, and how; undefined for a field that is none of them. */
export function ofMessages(subject: Subject, field: Field): { field: Field; reads: ReadField[] } | undefined {
  if (field.name === 'smb') return smbInDatagrams(subject, field)
  const kind = FIELDS[field.name]
  if (!kind) return undefined
  const among = framesOf(subject, kind)
  if (!among) return { field, reads: [] }
  const name = `all ${field.name}`
  const reads: ReadField[] = [
    {
      name,
      among,
      // What the tables hold of it, the field itself says.
      ...(field.sources.length > 0 && { otherwise: '' }),
      start: () => {
        const messages = new TcpMessages(subject.capture, kind.framing)
        return (row, frame) => messages.add(row, frame).flatMap((message) => kind.valuesIn(message))
      },
    },
  ]
  const found = subject.readings?.values(name)
  if (!found) return { field, reads }
  const { indexed: _, ...rest } = field
  return { reads, field: { ...rest, sources: [...(kind.isAdded ? field.sources : []), listed(() => found)] } }
}

/** Frames with a payload of the streams that may hold such messages; undefined where there is none. */
function framesOf({ capture, frames }: Subject, { ports, protocols }: MessageField): Bits | undefined {
  const { streams } = capture
  const isOne = new Uint8Array(streams.rows)
  for (let row = 0; row < streams.rows; row++) {
    if (streams.get(Stream.Transport, row) !== 6) continue
    if (ports.includes(streams.get(Stream.PortA, row)) || ports.includes(streams.get(Stream.PortB, row))) isOne[row] = 1
  }
  let found: Bits | undefined
  for (const pass of [0, 1]) {
    for (let first = 0; first < frames; first += 0x10000) {
      const column = (which: Frame) => capture.frames.column(which, first >>> 16)
      const [own, met, lengths] = [column(Frame.Stream), column(Frame.Protocol), column(Frame.PayloadLength)]
      const end = Math.min(0x10000, frames - first)
      for (let row = 0; row < end; row++) {
        const stream = own[row]!
        if (stream >= isOne.length) continue
        if (pass === 0 && protocols.includes(met[row]!) && streams.get(Stream.Transport, stream) === 6)
          isOne[stream] = 1
        if (pass === 1 && isOne[stream] === 1 && lengths[row]! > 0) setBit((found ??= noBits(frames)), first + row)
      }
    }
  }
  return found
}
