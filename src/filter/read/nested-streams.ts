// Conversations of tunnels' headers, and of those that ICMP errors quote: as Wireshark counts them, each header is of a
// conversation, which it begins where none of these addresses and ports was before.
import { Address, AddressKind, Frame, Protocol, Stream } from '../../../asm/layout'
import { NONE } from '../../capture/table'
import { type Bits, noBits, setBit } from '../bits'
import { nanosecondsBetween } from '../fields/frames'
import type { Field, Source } from '../field'
import { frameWords, listed } from '../sources'
import type { Subject } from '../subject'
import type { FrameBytes, Layer } from './frame-bytes'
import { nestedFrames, outside, UNREAD } from './nested-values'
import type { FoundValues } from './read-values'
import type { ReadField } from './readings'

interface Kind {
  transport: number
  protocol: Protocol
  /** Bytes of a header that say enough: TCP's up to its window. Many ICMP errors quote 8. */
  least: number
}

const TCP: Kind = { transport: 6, protocol: Protocol.Tcp, least: 16 }
const UDP: Kind = { transport: 17, protocol: Protocol.Udp, least: 8 }
const FIELDS: Readonly<Record<string, Kind>> = { 'tcp.stream': TCP, 'tcp.time_relative': TCP, 'udp.stream': UDP }
const QUOTED = 'quoted '

/** The field with the conversations of all headers; undefined for a field that is none of them, or no frame has more. */
export function withNestedStreams(subject: Subject, field: Field): { field: Field; reads: ReadField[] } | undefined {
  const kind = FIELDS[field.name]
  const among = kind && subject.of(framesToRead)
  if (!among) return undefined
  const name = `all ${kind === TCP ? 'tcp' : 'udp'}.stream`
  const reads: ReadField[] = [{ name, among, otherwise: UNREAD, valuesIn: (frame) => keysIn(frame, kind) }]
  const found = subject.readings?.values(name)
  if (!found) return { field, reads }
  const derive = derivedFrom(found, kind)
  const sources =
    field.name === 'tcp.time_relative'
      ? [...field.sources, quotedTimes(found, derive)]
      : [
          ...field.sources.map((source) => outside(numbers(source, derive), among)),
          listed((of) => ({ frames: found.frames, values: of.of(derive).entries })),
        ]
  return { reads, field: { ...field, sources } }
}

/** Frames with several headers, and those whose only one is a tunnel's: that one is in no row of Stream. */
function framesToRead(subject: Subject): Bits | undefined {
  const { capture, frames } = subject
  let found: Bits | undefined = nestedFrames(subject)?.slice()
  for (let first = 0; first < frames; first += 0x10000) {
    const column = (which: Frame) => capture.frames.column(which, first >>> 16)
    const [ports, streams] = [column(Frame.SourcePort), column(Frame.Stream)]
    const end = Math.min(0x10000, frames - first)
    for (let row = 0; row < end; row++)
      if (ports[row] !== NONE && streams[row]! >= capture.streams.rows) setBit((found ??= noBits(frames)), first + row)
  }
  return found
}

/** Addresses and ports of each header of the transport, the same for both directions. */
function keysIn(frame: FrameBytes, { protocol, least }: Kind): string[] {
  const { bytes } = frame
  const keys: string[] = []
  let network: Layer | undefined
  for (const layer of frame.layers()) {
    if (layer.protocol === Protocol.Ipv4 || layer.protocol === Protocol.Ipv6) network = layer
    if (layer.protocol !== protocol || !network || layer.at + least > layer.end) continue
    const [first, length] = network.protocol === Protocol.Ipv4 ? [12, 4] : [8, 16]
    const end = (which: number) => {
      const address = bytes.subarray(network!.at + first + which * length, network!.at + first + (which + 1) * length)
      const port = bytes.subarray(layer.at + 2 * which, layer.at + 2 * which + 2)
      return hex(address) + hex(port)
    }
    keys.push((layer.isQuoted ? QUOTED : '') + keyOf(end(0), end(1)))
  }
  return keys
}

const keyOf = (a: string, b: string) => (a < b ? a + b : b + a)
const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

interface Conversations {
  /** Number of each row of Stream, and of each value that was read. */
  rows: Uint32Array
  entries: Uint32Array
  /** The frame that began the conversation of each value that was read. */
  firsts: Uint32Array
}

const DERIVED = new WeakMap<FoundValues, (subject: Subject) => Conversations>()

/** The same function for the same values: so its result is made once. */
function derivedFrom(found: FoundValues, kind: Kind): (subject: Subject) => Conversations {
  const derive = DERIVED.get(found) ?? ((subject: Subject) => conversations(subject, found, kind))
  DERIVED.set(found, derive)
  return derive
}

function conversations(subject: Subject, found: FoundValues, { transport }: Kind): Conversations {
  const { streams } = subject.capture
  const rows = new Uint32Array(streams.rows)
  const entries = new Uint32Array(found.frames.length)
  const firsts = new Uint32Array(found.frames.length)
  const known = new Map<string, { number: number; first: number; isOfRow: boolean }>()
  let count = 0
  let row = 0
  const begin = (key: string, first: number) => {
    const conversation = { number: count++, first, isOfRow: false }
    known.set(key, conversation)
    return conversation
  }
  /** Numbers rows that begin up to a frame; of those that begin in it, the ones of that key. */
  const beginRows = (until: number, key?: string) => {
    for (; row < streams.rows; row++) {
      if (streams.get(Stream.Transport, row) !== transport) continue
      const first = streams.get(Stream.FirstFrame, row)
      const own = keyOfRow(subject, row)
      if (first > until || (first === until && key !== undefined && own !== key)) return
      // Where the ports were taken again, rows of one key are conversations of their own.
      const before = known.get(own)
      const conversation = before && !before.isOfRow ? before : begin(own, first)
      conversation.isOfRow = true
      rows[row] = conversation.number
    }
  }
  for (let at = 0; at < entries.length; at++) {
    const frame = found.frames[at]!
    const key = found.entries.text!(found.values[at]!)!.replace(QUOTED, '')
    if (frame > 0) beginRows(frame - 1)
    beginRows(frame, key)
    const conversation = known.get(key) ?? begin(key, frame)
    entries[at] = conversation.number
    firsts[at] = conversation.first
  }
  beginRows(subject.frames)
  return { rows, entries, firsts }
}

function keyOfRow({ capture: { addresses, streams } }: Subject, row: number): string {
  const end = (address: number, port: number) => {
    const words = addresses.get(Address.Kind, address) === AddressKind.Ipv6 ? 4 : 1
    const parts = Array.from({ length: words }, (_, word) => addresses.get(Address.Word0 + word, address))
    return parts.map((part) => part.toString(16).padStart(8, '0')).join('') + port.toString(16).padStart(4, '0')
  }
  return keyOf(
    end(streams.get(Stream.AddressA, row), streams.get(Stream.PortA, row)),
    end(streams.get(Stream.AddressB, row), streams.get(Stream.PortB, row)),
  )
}

/** The numbers of frames' own streams. */
function numbers({ among }: Source, derive: (subject: Subject) => Conversations): Source {
  return frameWords((subject, first, rows, out) => {
    const number = subject.of(derive).rows
    const streams = subject.capture.frames.column(Frame.Stream, first >>> 16)
    for (let row = 0; row < rows; row++) out[row] = number[streams[row]!] ?? NONE
  }, among)
}

/** Seconds since the first frame of the conversation, of quoted headers. */
function quotedTimes(found: FoundValues, derive: (subject: Subject) => Conversations): Source {
  const isQuoted = (at: number) => found.entries.text!(found.values[at]!)!.startsWith(QUOTED)
  const quotes = Uint32Array.from(found.values, (_, at) => at).filter(isQuoted)
  return {
    ofFrames: false,
    pages: () => 1,
    read: (subject) => {
      const { firsts } = subject.of(derive)
      const frames = quotes.map((at) => found.frames[at]!)
      const times = Float64Array.from(quotes, (at, i) => nanosecondsBetween(subject, firsts[at]!, frames[i]!))
      return { values: times, frames, rows: times.length }
    },
  }
}
