// One TCP connection that was captured on both sides of an address translation: two streams with the same packets.
import { IpProtocol, Stream } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'

/** A packet passes the device within this time. */
const PASSES_SECONDS = 0.05
/** Streams that are remembered: of more occurrences than this the capture shows a flood, not one cause twice. */
const MAX_REMEMBERED = 2000

/**
 * What was found so far, by the connections it was found on. Address translation keeps sequence numbers (RFC 3022 2.2), and both
 * initial ones are random (RFC 6528): streams that share them, and whose handshakes interleave, are one connection.
 */
export class BothSides {
  readonly #seen = new Map<string, { streams: readonly number[]; count: number }>()

  constructor(private readonly theCase: Examination) {}

  /** True if `what` was found before on other streams of the same connections, and not yet paired; remembers it otherwise. */
  isSecondSight(what: string, streams: readonly number[]): boolean {
    if (streams.length === 0 || this.#seen.size >= MAX_REMEMBERED) return false
    const key = `${what} ${streams.map((stream) => this.#initialNumbers(stream)).join(' ')}`
    const first = this.#seen.get(key)
    if (!first) {
      this.#seen.set(key, { streams, count: 1 })
      return false
    }
    if (first.streams.every((stream, at) => stream === streams[at])) first.count++
    else if (
      first.count > 0 &&
      first.streams.every((stream, at) => isOneConnection(this.theCase, stream, streams[at]!))
    ) {
      first.count--
      return true
    }
    return false
  }

  #initialNumbers(stream: number): string {
    const { streams } = this.theCase.capture
    return `${streams.get(Stream.IsnA, stream)}:${streams.get(Stream.IsnB, stream)}`
  }
}

/** True if two streams with the same initial sequence numbers are one connection: the second SYN came before the first answer. */
function isOneConnection({ capture }: Examination, one: number, other: number): boolean {
  const { streams, frames } = capture
  if (one === other) return true
  const both = [one, other]
  if (both.some((stream) => streams.get(Stream.Transport, stream) !== IpProtocol.Tcp)) return false
  const [first = NONE, second = NONE] = both.map((stream) => streams.get(Stream.SynFrame, stream)).sort((a, b) => a - b)
  if (second === NONE || Math.abs(secondsBetween(frames, first, second)) > PASSES_SECONDS) return false
  const [answer = NONE, later] = both.map((stream) => streams.get(Stream.SynAckFrame, stream)).sort((a, b) => a - b)
  // Without an answer only the client's number is known.
  if (answer === NONE) return streams.get(Stream.PortB, one) === streams.get(Stream.PortB, other)
  return later !== NONE && second < answer
}
