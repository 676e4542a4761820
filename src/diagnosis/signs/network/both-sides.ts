// One conversation that was captured on both sides of an address translation: two streams with the same packets.
import { Frame, IpProtocol, Message, Pdu, Stream } from '../../../../asm/layout'
import type { Capture } from '../../../capture/capture'
import { messageBytes } from '../../../capture/messages'
import { pduBytes } from '../../../capture/pdu'
import { NONE, type Table } from '../../../capture/table'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'

/** A packet passes the device within this time. */
const PASSES_SECONDS = 0.05
/** Streams that are remembered: of more occurrences than this the capture shows a flood, not one cause twice. */
const MAX_REMEMBERED = 2000

/** FNV-1a, 32 bits. */
const [HASH_START, HASH_PRIME] = [0x811c9dc5, 0x01000193]

/** What an occurrence was found on, and in which frames where that is no stream. */
interface Sight {
  streams: readonly number[]
  evidence?: readonly { frame: number }[]
}

/**
 * What was found so far, by the conversations it was found on. Address translation keeps sequence numbers (RFC 3022 2.2), and
 * both initial ones are random (RFC 6528): TCP streams that share them, and whose handshakes interleave, are one connection.
 * It keeps datagrams, and a request holds what its client chose at random (the identifier of DNS, the nonce of Kerberos, the
 * activity of RPC): UDP streams that begin with the same request, and interleave, are one conversation.
 */
export class BothSides {
  readonly #seen = new Map<string, { streams: readonly number[]; count: number }>()

  constructor(private readonly theCase: Examination) {}

  /** True if `what` was found before on other streams of the same conversations, and not yet paired; remembers it otherwise. */
  isSecondSight(what: string, sight: Sight): boolean {
    if (this.#seen.size >= MAX_REMEMBERED) return false
    const { capture } = this.theCase
    const streams = sight.streams.length > 0 ? sight.streams : streamsOf(capture, sight.evidence ?? [])
    if (streams.length === 0) return false
    const key = `${what} ${streams.map((stream) => beginning(capture, stream)).join(' ')}`
    const first = this.#seen.get(key)
    if (!first) {
      this.#seen.set(key, { streams, count: 1 })
      return false
    }
    if (first.streams.every((stream, at) => stream === streams[at])) first.count++
    else if (first.count > 0 && first.streams.every((stream, at) => isOneConversation(capture, stream, streams[at]!))) {
      first.count--
      return true
    }
    return false
  }
}

/** Streams of frames, each once. */
function streamsOf({ frames }: Capture, evidence: readonly { frame: number }[]): number[] {
  const streams = new Set(evidence.map(({ frame }) => frames.get(Frame.Stream, frame)))
  streams.delete(NONE)
  return [...streams]
}

/** What both sides of an address translation show alike: initial sequence numbers, or a hash of the first datagram. */
function beginning(capture: Capture, stream: number): string {
  const { streams } = capture
  if (isTcp(streams, stream)) return `${streams.get(Stream.IsnA, stream)}:${streams.get(Stream.IsnB, stream)}`
  let hash = HASH_START
  for (const byte of firstDatagram(capture, stream)) hash = Math.imul(hash ^ byte, HASH_PRIME)
  return `udp ${hash}`
}

function isOneConversation(capture: Capture, one: number, other: number): boolean {
  if (one === other) return true
  const [first, second] = [isTcp(capture.streams, one), isTcp(capture.streams, other)]
  if (first !== second) return false
  return first ? isOneConnection(capture, one, other) : isOneExchange(capture, one, other)
}

/** True if two streams with the same initial sequence numbers are one connection: the second SYN came before the first answer. */
function isOneConnection({ streams, frames }: Capture, one: number, other: number): boolean {
  const both = [one, other]
  const [first = NONE, second = NONE] = both.map((stream) => streams.get(Stream.SynFrame, stream)).sort((a, b) => a - b)
  if (second === NONE || Math.abs(secondsBetween(frames, first, second)) > PASSES_SECONDS) return false
  const [answer = NONE, later] = both.map((stream) => streams.get(Stream.SynAckFrame, stream)).sort((a, b) => a - b)
  // Without an answer only the client's number is known.
  if (answer === NONE) return streams.get(Stream.PortB, one) === streams.get(Stream.PortB, other)
  return later !== NONE && second < answer
}

/**
 * True if two UDP streams begin with the same datagram, for the same port of the same server, and the second one passed before
 * the first answer. A client may send one request to several servers, and again: only other clients' are taken for its copy.
 */
function isOneExchange(capture: Capture, one: number, other: number): boolean {
  const { streams, frames } = capture
  const both = [one, other]
  const differs = (column: Stream) => streams.get(column, one) !== streams.get(column, other)
  if (differs(Stream.AddressB) || differs(Stream.PortB) || !differs(Stream.AddressA)) return false
  const [first = NONE, second = NONE] = both
    .map((stream) => streams.get(Stream.FirstFrame, stream))
    .sort((a, b) => a - b)
  if (Math.abs(secondsBetween(frames, first, second)) > PASSES_SECONDS) return false
  if (both.some((stream) => streams.get(Stream.LastFrameB, stream) < second)) return false
  const [bytes, again] = both.map((stream) => firstDatagram(capture, stream)) as [Uint8Array, Uint8Array]
  return bytes.length > 0 && bytes.length === again.length && bytes.every((byte, at) => byte === again[at])
}

/** The bytes kept of the message or PDU that a UDP stream begins with; none where nothing of it was kept. */
function firstDatagram(capture: Capture, stream: number): Uint8Array {
  const { streams, messages, pdus } = capture
  const frame = streams.get(Stream.FirstFrame, stream)
  const message = rowAt(messages, Message.Frame, frame)
  if (message !== undefined) return messageBytes(capture, message)
  const pdu = rowAt(pdus, Pdu.Frame, frame)
  return pdu === undefined ? new Uint8Array(0) : pduBytes(capture, pdu)
}

/** The first row of a table, in order of frames, that belongs to a frame. */
function rowAt(table: Table, column: number, frame: number): number | undefined {
  let [from, to] = [0, table.rows]
  while (from < to) {
    const middle = (from + to) >>> 1
    if (table.get(column, middle) < frame) from = middle + 1
    else to = middle
  }
  return from < table.rows && table.get(column, from) === frame ? from : undefined
}

function isTcp(streams: Table, stream: number): boolean {
  return streams.get(Stream.Transport, stream) === Number(IpProtocol.Tcp)
}
