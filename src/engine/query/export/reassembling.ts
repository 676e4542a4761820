// TCP payload of whole streams, gathered for redaction: what is contiguous is looked at as one, then handed back by segment.
// Where each byte goes is known from the tables, so that the file is read once, straight into its place.
import { Frame, Stream, IpProtocol } from '../../../../asm/layout'
import type { Capture } from '../../../capture/capture'
import { NONE } from '../../../capture/table'
import type { WindowReader } from '../../read/window-reader'

/** Payload that is held at the most; what comes after it is not looked into. */
const MOST_BYTES = 256 << 20

/** Bytes of one direction without a hole. */
export interface Run {
  stream: number
  fromB: boolean
  /** Sequence number of its first byte, counted from the direction's first segment. */
  from: number
  bytes: Uint8Array
  /** Where segments begin in it, rising. */
  starts: number[]
}

interface Place {
  run: Run
  at: number
}

interface Direction {
  stream: number
  fromB: boolean
  /** Raw sequence number that `from` counts from. */
  base: number
  /** Its segments, by number. */
  segments: number[]
  runs: Run[]
}

export interface Reassembled {
  runs: Run[]
  /** Where a frame's payload lies. */
  placeOf: (row: number) => Place | undefined
  /** Place in its direction of a byte of a frame. */
  positionOf: (row: number, at: number) => Place | undefined
  /** Bytes that there was no room for. */
  left: number
}

/** Gathers the TCP payload of the streams; frames are read once, in order. */
export async function reassemble(
  capture: Capture,
  streams: ReadonlySet<number>,
  reader: WindowReader,
): Promise<Reassembled> {
  const { frames } = capture
  const directions = new Map<number, Direction>()
  const segments = new Segments()
  const left = segments.gather(capture, streams, directions)
  for (const direction of directions.values()) direction.runs = segments.runsOf(direction)
  await segments.fill(capture, reader)
  const positionOf = (row: number, at: number) => {
    const stream = frames.get(Frame.Stream, row)
    const direction = directions.get(keyOf(stream, stream !== NONE && isFromB(capture, stream, row)))
    if (!direction) return undefined
    const place = (frames.get(Frame.Seq, row) + at - frames.get(Frame.PayloadAt, row) - direction.base) | 0
    const run = direction.runs[upTo(direction.runs, ({ from }) => from <= place) - 1]
    return run && place < run.from + run.bytes.length ? { run, at: place - run.from } : undefined
  }
  const runs = [...directions.values()].flatMap((direction) => direction.runs)
  return { runs, placeOf: (row) => segments.placeOf(row), positionOf, left }
}

/** Frames with payload, numbered in their order. Arrays of numbers, since there may be millions. */
class Segments {
  /** Rising. */
  readonly #rows: number[] = []
  readonly #lengths: number[] = []
  /** Place of the first byte: as Run.from, then within its run. */
  readonly #at: number[] = []
  readonly #runs: Run[] = []

  /** Numbers the streams' segments and sorts them by direction. Gives the bytes that there is no room for. */
  gather(capture: Capture, streams: ReadonlySet<number>, directions: Map<number, Direction>): number {
    const { frames } = capture
    let held = 0
    let left = 0
    for (let row = 0; row < frames.rows; row++) {
      const stream = frames.get(Frame.Stream, row)
      if (stream === NONE || !streams.has(stream) || capture.streams.get(Stream.Transport, stream) !== IpProtocol.Tcp)
        continue
      const at = frames.get(Frame.PayloadAt, row)
      const length = Math.min(frames.get(Frame.PayloadLength, row), frames.get(Frame.Captured, row) - at)
      if (at === NONE || length <= 0) continue
      if (held + length > MOST_BYTES) {
        left += length
        continue
      }
      held += length
      const fromB = isFromB(capture, stream, row)
      const key = keyOf(stream, fromB)
      const base = frames.get(Frame.Seq, row)
      let direction = directions.get(key)
      if (!direction) directions.set(key, (direction = { stream, fromB, base, segments: [], runs: [] }))
      direction.segments.push(this.#rows.length)
      this.#rows.push(row)
      this.#lengths.push(length)
      this.#at.push((base - direction.base) | 0)
    }
    return left
  }

  /** Runs in order, their bytes still zero. */
  runsOf({ stream, fromB, segments }: Direction): Run[] {
    const from = (segment: number) => this.#at[segment]!
    const sorted = segments.toSorted((one, other) => from(one) - from(other))
    const runs: Run[] = []
    let end = 0
    for (const segment of sorted) {
      const at = from(segment)
      let run = runs.at(-1)
      if (!run || at > end) {
        if (run) run.bytes = new Uint8Array(end - run.from)
        runs.push((run = { stream, fromB, from: at, bytes: new Uint8Array(0), starts: [] }))
        end = at
      }
      end = Math.max(end, at + this.#lengths[segment]!)
      if (run.starts.at(-1) !== at - run.from) run.starts.push(at - run.from)
      this.#runs[segment] = run
      this.#at[segment] = at - run.from
    }
    const last = runs.at(-1)
    if (last) last.bytes = new Uint8Array(end - last.from)
    return runs
  }

  /** Reads the frames into their runs; of bytes that came twice the first count. */
  async fill({ frames }: Capture, reader: WindowReader): Promise<void> {
    const written = this.#writtenWhereTwice()
    for (const [segment, row] of this.#rows.entries()) {
      const payloadAt = frames.get(Frame.PayloadAt, row)
      const frame = reader.held(row) ?? (await reader.frame(row))
      const payload = frame.subarray(payloadAt, payloadAt + this.#lengths[segment]!)
      const [run, at] = [this.#runs[segment]!, this.#at[segment]!]
      const before = written.get(run)
      if (before) setUnwritten(run.bytes, before, payload, at)
      else run.bytes.set(payload, at)
    }
  }

  /** For each run with bytes that came twice: which were written. */
  #writtenWhereTwice(): Map<Run, Uint8Array> {
    const came = new Map<Run, number>()
    for (const [segment, run] of this.#runs.entries()) came.set(run, (came.get(run) ?? 0) + this.#lengths[segment]!)
    const written = new Map<Run, Uint8Array>()
    for (const [run, bytes] of came) if (bytes > run.bytes.length) written.set(run, new Uint8Array(run.bytes.length))
    return written
  }

  placeOf(row: number): Place | undefined {
    const segment = upTo(this.#rows, (other) => other <= row) - 1
    return this.#rows[segment] === row ? { run: this.#runs[segment]!, at: this.#at[segment]! } : undefined
  }
}

function setUnwritten(bytes: Uint8Array, written: Uint8Array, payload: Uint8Array, at: number): void {
  for (let i = 0; i < payload.length; i++) {
    if (written[at + i] === 1) continue
    bytes[at + i] = payload[i]!
    written[at + i] = 1
  }
}

/** A number for one direction of a stream. */
function keyOf(stream: number, fromB: boolean): number {
  return 2 * stream + Number(fromB)
}

/** How many of the first items are such; the others follow. */
function upTo<T>(items: readonly T[], isSuch: (item: T) => boolean): number {
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isSuch(items[middle]!)) low = middle + 1
    else high = middle
  }
  return low
}

function isFromB({ frames, streams }: Capture, stream: number, row: number): boolean {
  return (
    frames.get(Frame.Source, row) !== streams.get(Stream.AddressA, stream) ||
    frames.get(Frame.SourcePort, row) !== streams.get(Stream.PortA, stream)
  )
}
