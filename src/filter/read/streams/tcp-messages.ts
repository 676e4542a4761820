// Puts messages over TCP together, frame by frame: what a frame completes is what Wireshark shows with it.
import { Frame, Protocol, Stream } from '../../../../asm/layout'
import type { Capture } from '../../../capture/capture'
import { payloadsOfLayers } from '../byte-test'
import type { FrameBytes } from '../frame-bytes'
import type { Framing } from './framings'

/** Bytes held of a message: enough for every header in it. */
const MOST_HELD = 0x10000
/** Segments that wait for one before them; then it is taken as lost. */
const MOST_WAITING = 64
/** Passed-over ranges that are remembered, of each direction. */
const MOST_HOLES = 16

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
  held: number[]
  /** Of the message: bytes so far, and in all once that is known. */
  have: number
  length: number | undefined
}

/** Sequence numbers of bytes that were passed over. */
interface Hole {
  from: number
  to: number
}

function newLane(next: number): Lane {
  return { next, waiting: [], holes: [], held: [], have: 0, length: undefined }
}

export class TcpMessages {
  readonly #lanes = new Map<number, Lane>()

  constructor(
    private readonly capture: Capture,
    private readonly framing: Framing,
  ) {}

  /** First bytes of the messages that a frame completes. */
  add(row: number, frame: FrameBytes): Uint8Array[] {
    const { frames, streams } = this.capture
    const stream = frames.get(Frame.Stream, row)
    const length = frames.get(Frame.PayloadLength, row)
    const bytes = payloadsOfLayers(frame, Protocol.Tcp).at(-1)?.whole
    if (stream >= streams.rows || length === 0 || !bytes) return []
    const isA =
      frames.get(Frame.SourcePort, row) === streams.get(Stream.PortA, stream) &&
      frames.get(Frame.Source, row) === streams.get(Stream.AddressA, stream)
    const segment = { sequence: frames.get(Frame.Seq, row), bytes: bytes.subarray(0, length), length }
    const key = 2 * stream + Number(isA)
    let lane = this.#lanes.get(key)
    if (!lane) {
      lane = newLane(segment.sequence)
      this.#lanes.set(key, lane)
    }
    return this.#segment(lane, segment)
  }

  #segment(lane: Lane, segment: Segment): Uint8Array[] {
    const ahead = (segment.sequence - lane.next) | 0
    if (ahead > 0 && lane.have === 0) {
      // Nothing waits for the bytes between: as Wireshark does, the stream goes on here.
      lane.holes = [...lane.holes.slice(1 - MOST_HOLES), { from: lane.next, to: segment.sequence }]
      lane.next = segment.sequence
      return this.#segment(lane, segment)
    }
    if (ahead > 0) {
      lane.waiting.push({ ...segment, bytes: segment.bytes.slice() })
      if (lane.waiting.length <= MOST_WAITING) return []
      const [first] = lane.waiting.toSorted((a, b) => (a.sequence - b.sequence) | 0)
      lane.next = first!.sequence
      this.#lose(lane)
      return this.#waiting(lane)
    }
    if (ahead + segment.length <= 0) return this.#late(lane, segment)
    const fresh = segment.length + ahead
    const done = this.#take(lane, segment.bytes.subarray(-ahead), fresh)
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
    return this.#take(newLane(segment.sequence), segment.bytes, segment.length)
  }

  #lose(lane: Lane): void {
    lane.held = []
    lane.have = 0
    lane.length = undefined
  }

  /** Takes `length` bytes of the stream, of which `bytes` were captured. */
  #take(lane: Lane, bytes: Uint8Array, length: number): Uint8Array[] {
    const done: Uint8Array[] = []
    for (let at = 0; at < length;) {
      if (lane.length === undefined) {
        const added = Math.min(bytes.length - at, Math.max(0, 16 - lane.held.length))
        const begin = Uint8Array.from([...lane.held, ...bytes.subarray(at, at + Math.max(0, added))])
        const size = begin.length === 0 ? 0 : this.framing(begin)
        // What does not begin a message goes until the next segment that does; so does what was cut off.
        const isNone = size === undefined ? begin.length >= 16 : size === 0 || size < lane.have
        if (isNone) {
          this.#lose(lane)
          return done
        }
        if (size === undefined) {
          lane.held = [...begin]
          lane.have = begin.length
          return done
        }
        lane.length = size
      }
      const part = Math.min(lane.length - lane.have, length - at)
      const room = Math.min(part, MOST_HELD - lane.held.length)
      for (const byte of bytes.subarray(at, at + Math.max(0, room))) lane.held.push(byte)
      lane.have += part
      at += part
      if (lane.have < lane.length) return done
      done.push(Uint8Array.from(lane.held))
      lane.held = []
      lane.have = 0
      lane.length = undefined
    }
    return done
  }
}
