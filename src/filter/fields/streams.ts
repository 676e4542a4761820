// What frames have from their streams: transport, number, and from which side they come. Made once for a capture, since
// looking a stream up for each of ten million frames costs more than any comparison.
import { Analysis, Frame, Stream, TcpFlag } from '../../../asm/layout'
import { streamNumbers } from '../../capture/stream-number'
import { NONE } from '../../capture/table'
import { type Bits, noBits, setBit } from '../bits'
import { frameList, frameWords } from '../sources'
import type { Field, Source } from '../field'
import type { Subject } from '../subject'

/** IP protocol numbers. */
enum Transport {
  Tcp = 6,
  Udp = 17,
}

const PAGE_ROWS = 0x10000

/** Frames of a transport. */
export const tcpFrames = (subject: Subject): Bits => subject.of(transports).tcp
export const udpFrames = (subject: Subject): Bits => subject.of(transports).udp

function transports(subject: Subject): { tcp: Bits; udp: Bits } {
  const { capture, frames: rows } = subject
  const { frames, streams } = capture
  const isTcp = Uint8Array.from({ length: streams.rows }, (_, row) =>
    Number(streams.get(Stream.Transport, row) === Transport.Tcp),
  )
  const [tcp, udp] = [noBits(rows), noBits(rows)]
  for (let first = 0; first < rows; first += PAGE_ROWS) {
    const page = first >>> 16
    const [own, ports] = [frames.column(Frame.Stream, page), frames.column(Frame.SourcePort, page)]
    const flags = frames.column(Frame.TcpFlags, page)
    const end = Math.min(PAGE_ROWS, rows - first)
    for (let row = 0; row < end; row++) {
      if (ports[row] === NONE) continue
      const stream = own[row]!
      // A segment that belongs to no stream, cut off behind its ports, is TCP when it has flags.
      const holds =
        stream < isTcp.length ? isTcp[stream] === 1 : (flags[row]! & ~(Analysis.Nested | Analysis.OtherLength)) !== 0
      ;(holds ? tcp : udp)[(first + row) >>> 5]! |= 1 << (row & 31)
    }
  }
  return { tcp, udp }
}

/** What the fields that a text names derive from every frame, each in some tenths of a second over ten million. */
export function derivedFor(text: string): ((subject: Subject) => unknown)[] {
  return OF_EVERY_FRAME.flatMap(({ fields, derive }) => (fields.test(text) ? derive : []))
}

const OF_EVERY_FRAME = [
  { fields: /\b(tcp|udp)\b/, derive: transports },
  { fields: /\btcp\.(seq|ack|window_size|analysis\.(flags|window_full))\b/, derive: senders },
  { fields: /\btcp\.seq\b/, derive: relativeSequences },
  { fields: /\btcp\.ack\b/, derive: relativeAcknowledgements },
  { fields: /\btcp\.analysis\.(flags|window_full)\b/, derive: fullWindows },
]

/**
 * Shifts of the windows that sides offer. Streams are two sides each: the value of side A of row n is at 2n, that of side
 * B at 2n + 1.
 */
function windowShifts({ capture: { streams } }: Subject): Uint8Array {
  const shift = new Uint8Array(2 * streams.rows)
  for (let row = 0; row < streams.rows; row++) {
    const shifts = streams.get(Stream.WindowShift, row)
    // Scaling counts only when both SYNs offered it, or the capture does not hold the other. RFC 7323 2.2.
    const [shiftA, shiftB] = [shifts >>> 8, shifts & 0xff]
    const isOpen = (syn: Stream) => streams.get(syn, row) === NONE
    if (shiftA !== 0xff && (shiftB !== 0xff || isOpen(Stream.SynAckFrame))) shift[2 * row] = shiftA
    if (shiftB !== 0xff && (shiftA !== 0xff || isOpen(Stream.SynFrame))) shift[2 * row + 1] = shiftB
  }
  return shift
}

/** The side that sends, by frame; NONE for frames of no stream. */
function senders({ capture: { frames, streams }, frames: rows }: Subject): Uint32Array {
  const known = streams.rows
  const portA = Uint32Array.from({ length: known }, (_, row) => streams.get(Stream.PortA, row))
  const addressA = Uint32Array.from({ length: known }, (_, row) => streams.get(Stream.AddressA, row))
  const sender = new Uint32Array(rows)
  for (let first = 0; first < rows; first += PAGE_ROWS) {
    const page = first >>> 16
    const [own, ports] = [frames.column(Frame.Stream, page), frames.column(Frame.SourcePort, page)]
    const sources = frames.column(Frame.Source, page)
    const end = Math.min(PAGE_ROWS, rows - first)
    for (let row = 0; row < end; row++) {
      const stream = own[row]!
      if (stream >= known) {
        sender[first + row] = NONE
        continue
      }
      const fromA = ports[row] === portA[stream] && sources[row] === addressA[stream]
      sender[first + row] = 2 * stream + Number(!fromA)
    }
  }
  return sender
}

/** Counted from the sequence number that the sender began with. */
function relativeSequences(subject: Subject): Uint32Array {
  return relative(subject, (from, side, seq) => seq - from[side]!)
}

/** Counted from the sequence number that the receiver began with; as sent where the flag says that nothing is acknowledged. */
function relativeAcknowledgements(subject: Subject): Uint32Array {
  return relative(subject, (from, side, _, ack, flags) => (flags & TcpFlag.Ack ? ack - from[side ^ 1]! : ack))
}

/**
 * A number of every frame, from the sequence number that each side counts from at that moment: that of its last SYN. A
 * side without one counts from its first segment, or from what is first acknowledged to it.
 */
function relative(
  subject: Subject,
  number: (from: Uint32Array, side: number, seq: number, ack: number, flags: number) => number,
): Uint32Array {
  const sender = subject.of(senders)
  const { frames, streams } = subject.capture
  const from = new Uint32Array(2 * streams.rows)
  const isKnown = new Uint8Array(from.length)
  const found = new Uint32Array(subject.frames)
  for (let first = 0; first < found.length; first += PAGE_ROWS) {
    const column = (which: Frame) => frames.column(which, first >>> 16)
    const [seqs, acks, flags] = [column(Frame.Seq), column(Frame.Ack), column(Frame.TcpFlags)]
    const end = Math.min(PAGE_ROWS, found.length - first)
    for (let row = 0; row < end; row++) {
      const side = sender[first + row]!
      const [seq, ack, bits] = [seqs[row]!, acks[row]!, flags[row]!]
      if (side >= from.length) {
        found[first + row] = NONE
        continue
      }
      if (bits & TcpFlag.Syn) from[side] = seq
      else if (!isKnown[side]) from[side] = seq - 1
      isKnown[side] = 1
      if (!isKnown[side ^ 1] && bits & TcpFlag.Ack) {
        from[side ^ 1] = ack - 1
        isKnown[side ^ 1] = 1
      }
      found[first + row] = number(from, side, seq, ack, bits)
    }
  }
  return found
}

export const relativeSequence = frameList(relativeSequences, tcpFrames)
export const relativeAcknowledgement = frameList(relativeAcknowledgements, tcpFrames)

/** A SYN's window is never scaled. */
export const scaledWindow = frameWords((subject, first, rows, out) => {
  const shift = subject.of(windowShifts)
  const sender = subject.of(senders)
  const page = first >>> 16
  const [values, flags] = [
    subject.capture.frames.column(Frame.Window, page),
    subject.capture.frames.column(Frame.TcpFlags, page),
  ]
  for (let row = 0; row < rows; row++) {
    const side = sender[first + row]!
    out[row] = side < shift.length && !(flags[row]! & TcpFlag.Syn) ? values[row]! << shift[side]! : values[row]!
  }
}, tcpFrames)

/** Segments that fill the window that the other side offered last, where its scale is known: Wireshark's “window full”. */
export function fullWindows(subject: Subject): Bits {
  const { frames, streams } = subject.capture
  const found = noBits(subject.frames)
  const shift = subject.of(windowShifts)
  const sender = subject.of(senders)
  /** Of each side: the sequence number that its last segment allows the other to send up to. */
  const limit = new Uint32Array(shift.length)
  const isKnown = new Uint8Array(shift.length)
  const hasSyn = Uint8Array.from({ length: shift.length }, (_, side) =>
    Number(streams.get(side & 1 ? Stream.SynAckFrame : Stream.SynFrame, side >>> 1) !== NONE),
  )
  for (let first = 0; first < subject.frames; first += PAGE_ROWS) {
    const column = (which: Frame) => frames.column(which, first >>> 16)
    const [seqs, acks, windows] = [column(Frame.Seq), column(Frame.Ack), column(Frame.Window)]
    const [flags, lengths] = [column(Frame.TcpFlags), column(Frame.PayloadLength)]
    const end = Math.min(PAGE_ROWS, subject.frames - first)
    for (let row = 0; row < end; row++) {
      const side = sender[first + row]!
      if (side >= shift.length) continue
      const bits = flags[row]!
      const other = side ^ 1
      const special = TcpFlag.Syn | TcpFlag.Fin | TcpFlag.Rst | Analysis.ZeroWindowProbe
      const fills = isKnown[other] === 1 && hasSyn[other] === 1 && limit[other] === (seqs[row]! + lengths[row]!) >>> 0
      if (fills && lengths[row]! > 0 && (bits & special) === 0) setBit(found, first + row)
      isKnown[side] = Number((bits & TcpFlag.Ack) !== 0)
      limit[side] = acks[row]! + (bits & TcpFlag.Syn ? windows[row]! : windows[row]! << shift[side]!)
    }
  }
  return found
}

const numbers = ({ capture: { streams } }: Subject) => streamNumbers(streams)

function numberSource(among: (subject: Subject) => Bits): Source {
  return frameWords((subject, first, rows, out) => {
    const number = subject.of(numbers)
    const streams = subject.capture.frames.column(Frame.Stream, first >>> 16)
    for (let row = 0; row < rows; row++) {
      const stream = streams[row]!
      out[row] = stream < number.length ? number[stream]! : NONE
    }
  }, among)
}

export const STREAM_FIELDS: Field[] = [
  {
    name: 'tcp.stream',
    type: 'number',
    help: 'Number of the TCP connection, from 0',
    sources: [numberSource(tcpFrames)],
  },
  {
    name: 'udp.stream',
    type: 'number',
    help: 'Number of the UDP conversation, from 0',
    sources: [numberSource(udpFrames)],
  },
]
