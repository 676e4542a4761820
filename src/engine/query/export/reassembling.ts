// IpProtocol.Tcp payload of whole streams, gathered for redaction: what is contiguous is looked at as one, then handed back by segment.
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

interface Segment {
  row: number
  from: number
  bytes: Uint8Array
}

interface Direction {
  stream: number
  fromB: boolean
  /** Raw sequence number that `from` counts from. */
  base: number
  segments: Segment[]
}

export interface Reassembled {
  runs: Run[]
  /** Where a frame's payload lies. */
  places: Map<number, { run: Run; at: number }>
  /** Place in its direction of a byte of a frame. */
  positionOf: (row: number, at: number) => { run: Run; at: number } | undefined
  /** Bytes that there was no room for. */
  left: number
}

/** Gathers the IpProtocol.Tcp payload of the streams; frames are read once, in order. */
export async function reassemble(
  capture: Capture,
  streams: ReadonlySet<number>,
  reader: WindowReader,
): Promise<Reassembled> {
  const { frames } = capture
  const directions = new Map<number, Direction>()
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
    const bytes = (await reader.frame(row)).slice(at, at + length)
    const fromB = isFromB(capture, stream, row)
    const key = keyOf(stream, fromB)
    const seq = frames.get(Frame.Seq, row)
    let direction = directions.get(key)
    if (!direction) directions.set(key, (direction = { stream, fromB, base: seq, segments: [] }))
    direction.segments.push({ row, from: (seq - direction.base) | 0, bytes })
  }
  const places: Reassembled['places'] = new Map()
  const runs = new Map<number, Run[]>()
  for (const [key, direction] of directions) runs.set(key, runsOf(direction, places))
  const positionOf = (row: number, at: number) => {
    const stream = frames.get(Frame.Stream, row)
    const key = keyOf(stream, stream !== NONE && isFromB(capture, stream, row))
    const direction = directions.get(key)
    if (!direction) return undefined
    const place = (frames.get(Frame.Seq, row) + at - frames.get(Frame.PayloadAt, row) - direction.base) | 0
    const run = runBefore(runs.get(key)!, place)
    return run && place < run.from + run.bytes.length ? { run, at: place - run.from } : undefined
  }
  return { runs: [...runs.values()].flat(), places, positionOf, left }
}

/** A number for one direction of a stream. */
function keyOf(stream: number, fromB: boolean): number {
  return 2 * stream + Number(fromB)
}

/** The last run that begins at a place or before it; runs are in order. */
function runBefore(runs: readonly Run[], place: number): Run | undefined {
  let [low, high] = [0, runs.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (runs[middle]!.from <= place) low = middle + 1
    else high = middle
  }
  return runs[low - 1]
}

function isFromB({ frames, streams }: Capture, stream: number, row: number): boolean {
  return (
    frames.get(Frame.Source, row) !== streams.get(Stream.AddressA, stream) ||
    frames.get(Frame.SourcePort, row) !== streams.get(Stream.PortA, stream)
  )
}

/** Runs in order; of bytes that came twice the first count. */
function runsOf({ stream, fromB, segments }: Direction, places: Reassembled['places']): Run[] {
  const sorted = [...segments].sort((a, b) => a.from - b.from)
  const runs: Run[] = []
  for (let first = 0; first < sorted.length;) {
    const { from } = sorted[first]!
    let end = from
    let next = first
    for (; next < sorted.length && (next === first || sorted[next]!.from <= end); next++)
      end = Math.max(end, sorted[next]!.from + sorted[next]!.bytes.length)
    const members = sorted.slice(first, next)
    const run: Run = { stream, fromB, from, bytes: new Uint8Array(end - from), starts: [] }
    // The earliest is written last, so that it stays.
    for (const { row, from: at, bytes } of members.toSorted((a, b) => b.row - a.row)) {
      run.bytes.set(bytes, at - from)
      places.set(row, { run, at: at - from })
    }
    run.starts = [...new Set(members.map((segment) => segment.from - from))]
    runs.push(run)
    first = next
  }
  return runs
}
