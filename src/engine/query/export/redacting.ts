// Redacts frames of the open capture: streams are put together first, so that what spans frames is understood as one;
// then each frame is given with its length unchanged. Nothing survives that is not understood.
import {
  Address,
  AddressKind,
  FieldKey,
  Frame,
  Message,
  Pdu,
  PduFlag,
  Pipe,
  Protocol,
  Stream,
  IpProtocol,
} from '../../../../asm/layout'
import { messageBytes } from '../../../capture/messages'
import type { Capture } from '../../../capture/capture'
import { fragmentLength, pduFlags } from '../../../capture/pdu'
import { NONE } from '../../../capture/table'
import { pduInterface } from '../../../describe/pdu/pdu-view'
import { AddressBook } from '../../../export/redact/addresses'
import { NameBook } from '../../../export/redact/names'
import { redactNameMessage } from '../../../export/redact/name-service'
import { type Payload, redactFrame } from '../../../export/redact/packet'
import { put } from '../../../export/redact/put'
import { redactPdu } from '../../../export/redact/rpc'
import { isSmb, redactSmb } from '../../../export/redact/smb'
import { Sweep } from '../../../export/redact/sweep'
import { redactToken } from '../../../export/redact/tokens'
import type { QueriedCapture } from '../queried-capture'
import { reassemble, type Reassembled, type Run } from './reassembling'
import { WindowReader } from '../../read/window-reader'

const LENGTH_FIELD = 4
const TLS_HEADER = 5
/** Channels of RPC over HTTP show themselves by their first bytes; what the parser looks at stays. MS-RPCH 2.1. */
const HTTP_STARTS = ['RPC_IN_DATA', 'RPC_OUT_DATA', 'ncacn_http/1.0', 'HTTP/1.1 200']

/** What kind of payload a frame of IpProtocol.Udp carries. */
const NAME_PROTOCOLS: ReadonlySet<number> = new Set([Protocol.Dns, Protocol.Nbns, Protocol.Llmnr])

export class Redactor {
  readonly names: NameBook
  readonly #sweep: Sweep
  readonly #made = new Map<Run, Uint8Array>()
  readonly #messages = new Map<number, number>()
  readonly #datagrams = new Map<number, number[]>()
  /** Streams (rows) with named pipes on them. */
  readonly #withPipes = new Set<number>()
  #blankPayloads = 0
  #blankFrames = 0
  #frames = 0

  private constructor(
    private readonly open: QueriedCapture,
    private readonly streams: Reassembled,
    private readonly reader: WindowReader,
  ) {
    this.names = new NameBook(new AddressBook(ipv4Addresses(open.capture)))
    this.#index(open.capture)
    this.#redactRuns()
    for (const row of this.#messages.keys()) this.#redactKept(row)
    this.#sweep = new Sweep(this.names)
  }

  /** Reads every stream that the rows touch. */
  static async over(open: QueriedCapture, rows: ArrayLike<number>): Promise<Redactor> {
    const { capture, file } = open
    const touched = new Set<number>()
    for (let i = 0; i < rows.length; i++) touched.add(capture.frames.get(Frame.Stream, rows[i]!))
    return new Redactor(
      open,
      await reassemble(capture, touched, new WindowReader(capture, file)),
      new WindowReader(capture, file),
    )
  }

  /** A frame's bytes, redacted. */
  async frame(row: number): Promise<Uint8Array<ArrayBuffer>> {
    const { capture } = this.open
    const bytes = this.reader.held(row) ?? (await this.reader.frame(row))
    const fields = this.open.recordedFields(row, bytes)
    this.#frames++
    if (fields.length === 0) {
      this.#blankFrames++
      return new Uint8Array(bytes.length)
    }
    const isFragment = fields.some(
      ({ key, at }) =>
        key === FieldKey.FragmentHeader ||
        (key === FieldKey.FlagsAndFragmentOffset && ((((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)) & 0x3fff) !== 0),
    )
    const at = capture.frames.get(Frame.PayloadAt, row)
    const payload = isFragment || at === NONE || at > bytes.length ? undefined : this.#payload(row, at, bytes)
    return redactFrame(bytes, fields, payload && this.#swept(payload), this.names)
  }

  /** What was done, and what was not looked into, in sentences. */
  get statements(): string[] {
    const { names, streams } = this
    const { ip, mac } = names.addresses.count
    return [
      `Replaced: ${ip} IP addresses and ${mac} MAC addresses, the same by the same throughout; ${names.count} names of hosts, users, domains, shares and files, part by part.`,
      'Blank, with lengths kept: responses, keys and integrity codes of NTLM, tickets and authenticators of Kerberos, signatures, the contents of RPC calls but for the value returned, and of files.',
      'Kept as they are: times, ports, lengths, TCP numbers and time stamps, interface and object identifiers, statuses, versions of Windows in NTLM.',
      `Blank because Faultline does not read their protocol: the contents of ${this.#blankPayloads} of ${this.#frames} frames (HTTP, TLS, LDAP and others), and ${this.#blankFrames} frames as a whole. Contents of IP fragments are blank as well.`,
      ...(streams.left > 0 ? [`Blank because streams were too long to be put together: ${streams.left} bytes.`] : []),
      ...(this.open.capture.events.rows > 0
        ? [
            `Left out: the ${this.open.capture.events.rows} events of the trace, and what its report says. Findings that rest on them are not in the copy.`,
          ]
        : []),
      'Left out: the file’s own comments, names of its interfaces, of the machine and of hosts, and decryption secrets.',
      'Not looked for: names in your own comments that appear nowhere in the frames; names of fewer than four letters outside the fields that hold names; whether times and ports identify someone to a reader who knows the network.',
    ]
  }

  #index(capture: Capture): void {
    const { messages, pdus, pipes, streams } = capture
    for (let row = 0; row < pipes.rows; row++) this.#withPipes.add(pipes.get(Pipe.Stream, row))
    for (let row = 0; row < messages.rows; row++) {
      const frame = messages.get(Message.Frame, row)
      const stream = messages.get(Message.Stream, row)
      const isDatagram = stream === NONE || streams.get(Stream.Transport, stream) === IpProtocol.Udp
      if (isDatagram) this.#messages.set(frame, row)
    }
    for (let row = 0; row < pdus.rows; row++) {
      if (streams.get(Stream.Transport, pdus.get(Pdu.Stream, row)) !== IpProtocol.Udp) continue
      const frame = pdus.get(Pdu.Frame, row)
      const known = this.#datagrams.get(frame)
      if (known) known.push(row)
      else this.#datagrams.set(frame, [row])
    }
  }

  #redactRuns(): void {
    const pdusOfRun = new Map<Run, { pdu: number; at: number }[]>()
    const { pdus } = this.open.capture
    for (let pdu = 0; pdu < pdus.rows; pdu++) {
      if (pdus.get(Pdu.Pipe, pdu) !== NONE) continue
      const place = this.streams.positionOf(pdus.get(Pdu.FirstFrame, pdu), pdus.get(Pdu.At, pdu))
      if (!place) continue
      const known = pdusOfRun.get(place.run)
      if (known) known.push({ pdu, at: place.at })
      else pdusOfRun.set(place.run, [{ pdu, at: place.at }])
    }
    for (const run of this.streams.runs) {
      this.#made.set(run, this.#redactRun(run, pdusOfRun.get(run) ?? []))
      run.bytes = new Uint8Array(0)
    }
  }

  #redactRun({ bytes, starts, stream }: Run, pdus: { pdu: number; at: number }[]): Uint8Array {
    const { names } = this
    if (starts.some((start) => isSmb(bytes, start)) || this.#withPipes.has(stream))
      return redactSmb(bytes, starts, names)
    const out = new Uint8Array(bytes.length)
    const head = String.fromCharCode(...bytes.subarray(0, 16))
    const http = HTTP_STARTS.find((start) => head.startsWith(start))
    if (http) put(out, bytes.subarray(0, http.length))
    for (const { pdu, at } of pdus) {
      const length = fragmentLength(this.open.capture.pdus.get(Pdu.Lengths, pdu))
      put(out, redactPdu(bytes.subarray(at, at + length), this.#pduContext(pdu), names), at)
    }
    if (pdus.length === 0) kerberosOverTcp(bytes, out, starts, names)
    return out
  }

  #pduContext(pdu: number) {
    const { capture, conversation, names } = this.open
    const uuid = pduInterface({ capture, conversation }, pdu)
    return { interface: uuid, com: uuid !== undefined && (names?.isCom(uuid) ?? false) }
  }

  /** Names that only datagrams hold must be known before the first frame is written. */
  #redactKept(frame: number): void {
    const { capture } = this.open
    const { messages } = capture
    const row = this.#messages.get(frame)!
    const bytes = messageBytes(capture, row)
    this.#message(messages.get(Message.Protocol, row), bytes)
  }

  #message(protocol: number, bytes: Uint8Array): Uint8Array | undefined {
    if (NAME_PROTOCOLS.has(protocol)) return redactNameMessage(bytes, protocol === Number(Protocol.Nbns), this.names)
    return protocol === Number(Protocol.Kerberos) ? redactToken(bytes, this.names) : undefined
  }

  #payload(row: number, at: number, frame: Uint8Array): Payload {
    const { frames, messages, pdus } = this.open.capture
    const length = Math.max(0, Math.min(frames.get(Frame.PayloadLength, row), frame.length - at))
    const bytes = frame.subarray(at, at + length)
    const place = this.streams.placeOf(row)
    if (place)
      return { at, bytes: this.#kept(this.#made.get(place.run)!.subarray(place.at, place.at + length), row, bytes) }
    const message = this.#messages.get(row)
    const made = message === undefined ? undefined : this.#message(messages.get(Message.Protocol, message), bytes)
    if (made) return { at, bytes: made }
    const out = new Uint8Array(length)
    for (const pdu of this.#datagrams.get(row) ?? []) {
      if (pduFlags(pdus.get(Pdu.Head, pdu)) & PduFlag.Cut) continue
      const from = pdus.get(Pdu.At, pdu) - at
      if (from >= 0 && from < length) put(out, redactPdu(bytes.subarray(from), this.#pduContext(pdu), this.names), from)
    }
    return { at, bytes: this.#kept(out, row, bytes) }
  }

  /** Counts what is blank; of a TLS record the header stays, which says no more than that it is one. */
  #kept(made: Uint8Array, row: number, original: Uint8Array): Uint8Array {
    if (original.length === 0 || !isBlank(made)) return made
    this.#blankPayloads++
    if (this.open.capture.frames.get(Frame.Protocol, row) !== Number(Protocol.Tls)) return made
    const record = made.slice() // what was made of a stream belongs to other frames as well
    record.set(original.subarray(0, Math.min(TLS_HEADER, made.length)))
    return record
  }

  #swept({ at, bytes }: Payload): Payload {
    return { at, bytes: this.#sweep.over(bytes) }
  }
}

function isBlank(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== 0) return false
  return true
}

/** RFC 4120 7.2.2: a length before each message. */
function kerberosOverTcp(bytes: Uint8Array, out: Uint8Array, starts: readonly number[], names: NameBook): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (const start of starts)
    for (let at = start; at + LENGTH_FIELD < bytes.length;) {
      const length = view.getUint32(at)
      const tag = bytes[at + LENGTH_FIELD]!
      if (tag < 0x6a || tag > 0x7e || length > bytes.length - at - LENGTH_FIELD) break
      put(out, bytes.subarray(at, at + LENGTH_FIELD), at)
      const from = at + LENGTH_FIELD
      put(out, redactToken(bytes.subarray(from, from + length), names), from)
      at = from + length
    }
}

function ipv4Addresses({ addresses }: Capture): Uint8Array[] {
  const found: Uint8Array[] = []
  for (let row = 0; row < addresses.rows; row++) {
    if (addresses.get(Address.Kind, row) !== Number(AddressKind.Ipv4)) continue
    const word = addresses.get(Address.Word0, row)
    found.push(Uint8Array.of(word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255))
  }
  return found
}
