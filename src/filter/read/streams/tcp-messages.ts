// Puts messages over TCP together, frame by frame: what a frame completes is what Wireshark shows with it.
import { Analysis, Frame, Protocol, Stream, TcpFlag } from '../../../../asm/layout'
import type { Capture } from '../../../capture/capture'
import { payloadsOfLayers } from '../byte-test'
import type { FrameBytes } from '../frame-bytes'
import type { Taker } from './taker'

/** Segments that wait for one before them; then it is taken as lost. */
const MOST_WAITING = 64
/** Passed-over ranges that are remembered, of each direction. */
const MOST_HOLES = 16

/** Segments that repeat bytes, unless duplicate acknowledgements asked for them: Wireshark reads no message in these. */
function isRepeated(flags: number): boolean {
  return (flags & (Analysis.Retransmission | Analysis.FastRetransmission)) === Number(Analysis.Retransmission)
}

interface Segment {
  sequence: number
  bytes: Uint8Array
  /** On the wire: more than was captured where the frame was cut. */
  length: number
}

/** One direction of a connection. */
interface Lane {
  next: number
  waiting: Segment[]
  holes: Hole[]
  taker: Taker
}

/** Sequence numbers of bytes that were passed over. */
interface Hole {
  from: number
  to: number
}

/** True if a segment has bytes that the message under way waits for. */
function isAwaited({ next, taker }: Lane, sequence: number, length: number): boolean {
  const ahead = (sequence - next) | 0
  return !taker.isBetween && ahead + length > 0 && ahead < (taker.missing ?? Infinity)
}

export class TcpMessages {
  readonly #lanes = new Map<number, Lane>()

  /** `newTaker` makes what takes one direction's bytes; it is handed the connection's row of Stream. */
  constructor(
    private readonly capture: Capture,
    private readonly newTaker: (stream: number) => Taker,
  ) {}

  /** First bytes of the messages that a frame completes. */
  add(row: number, frame: FrameBytes): Uint8Array[] {
    const { frames, streams } = this.capture
    const stream = frames.get(Frame.Stream, row)
    const length = frames.get(Frame.PayloadLength, row)
    const flags = frames.get(Frame.TcpFlags, row)
    const isLast = (flags & TcpFlag.Fin) !== 0
    if (stream >= streams.rows || (length === 0 && !isLast)) return []
    const isA =
      frames.get(Frame.SourcePort, row) === streams.get(Stream.PortA, stream) &&
      frames.get(Frame.Source, row) === streams.get(Stream.AddressA, stream)
    const key = 2 * stream + Number(isA)
    let lane = this.#lanes.get(key)
    const sequence = frames.get(Frame.Seq, row)
    // Of what was overtaken, Wireshark takes what a message waits for, and shows no message with it.
    const isLate = (flags & Analysis.OutOfOrder) !== 0
    if (isRepeated(flags) || (isLate && !(lane && isAwaited(lane, sequence, length)))) return []
    const bytes = length === 0 ? undefined : payloadsOfLayers(frame, Protocol.Tcp).at(-1)?.whole
    if (!lane) {
      if (!bytes) return []
      lane = { next: sequence, waiting: [], holes: [], taker: this.newTaker(stream) }
      this.#lanes.set(key, lane)
    }
    const done = bytes ? this.#segment(lane, { sequence, bytes: bytes.subarray(0, length), length }) : []
    if (isLate) return []
    const isEnd = isLast && lane.waiting.length === 0 && (sequence + length - lane.next) >>> 0 === 0
    return isEnd ? [...done, ...lane.taker.end()] : done
  }

  #segment(lane: Lane, segment: Segment): Uint8Array[] {
    const ahead = (segment.sequence - lane.next) | 0
    if (ahead > 0 && (lane.taker.isBetween || ahead >= (lane.taker.missing ?? Infinity))) {
      // What comes is no part of the message that waits for the bytes between: as Wireshark does, the stream goes on here.
      lane.taker.lose()
      lane.holes = [...lane.holes.slice(1 - MOST_HOLES), { from: lane.next, to: segment.sequence }]
      lane.next = segment.sequence
      lane.waiting = lane.waiting.filter(({ sequence }) => ((sequence - lane.next) | 0) > 0)
      return this.#segment(lane, segment)
    }
    if (ahead > 0) {
      lane.waiting.push({ ...segment, bytes: segment.bytes.slice() })
      if (lane.waiting.length <= MOST_WAITING) return []
      const [first] = lane.waiting.toSorted((a, b) => (a.sequence - b.sequence) | 0)
      lane.next = first!.sequence
      lane.taker.lose()
      return this.#waiting(lane)
    }
    if (ahead + segment.length <= 0) return this.#late(lane, segment)
    const fresh = segment.length + ahead
    const done = lane.taker.take(segment.bytes.subarray(-ahead), fresh)
    lane.next = (lane.next + fresh) >>> 0
    return lane.waiting.length > 0 ? [...done, ...this.#waiting(lane)] : done
  }

  #waiting(lane: Lane): Uint8Array[] {
    const done: Uint8Array[] = []
    for (;;) {
      const at = lane.waiting.findIndex(({ sequence }) => ((sequence - lane.next) | 0) <= 0)
      if (at < 0) return done
      const [segment] = lane.waiting.splice(at, 1)
      done.push(...this.#segment(lane, segment!))
    }
  }

  /** Messages within a segment that comes after those behind it; none where it was there before. */
  #late(lane: Lane, segment: Segment): Uint8Array[] {
    const within = ({ from, to }: Hole) =>
      ((segment.sequence - from) | 0) >= 0 && ((segment.sequence + segment.length - to) | 0) <= 0
    const hole = lane.holes.findIndex(within)
    if (hole < 0) return []
    const { to } = lane.holes[hole]!
    lane.holes = lane.holes.toSpliced(hole, 1, { from: (segment.sequence + segment.length) >>> 0, to })
    return lane.taker.another().take(segment.bytes, segment.length)
  }
}
