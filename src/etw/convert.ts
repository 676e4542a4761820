// An event trace becomes a capture that the parser reads (derived.ts): buffers in the order of time, frames without their
// copies, events between them. Only a few buffers are in memory at a time.
import { type Buffer, type Buffers, indexBuffers, readBuffer } from './buffers'
import { Copies, OPEN_MILLISECONDS } from './copies'
import { DerivedCapture } from './derived'
import { FileBytes, type RandomAccess } from './file-bytes'
import { BUFFER_HEADER_BYTES, HEAD_BYTES, type LogHeader, readLogHeader } from './log-header'
import { isMiniport, preview } from './preview'
import { Records } from './records'
import { TraceWriter } from './trace-writer'

/** Enough of a buffer to find the time of its first record. */
const FIRST_RECORD_BYTES = 512
/** Inflated buffers that are merged at a time hold at most so many bytes, but for a single one. */
const MAX_OPEN_BYTES = 192 << 20

/** A buffer that is being merged. */
interface Cursor {
  records: Records
  bytes: number
}

/** Converts one event trace. */
export class TraceConversion {
  /** How many bytes of the file have been taken. */
  consumed = 0
  /** A sentence on what is wrong with the file; undefined when nothing is. */
  note: string | undefined

  /** `maxOpenBytes` bounds the buffers that are merged at a time. */
  constructor(
    private readonly input: RandomAccess,
    private readonly maxOpenBytes = MAX_OPEN_BYTES,
  ) {}

  /** The bytes of the derived capture, in order. */
  async *stream(): AsyncIterable<Uint8Array<ArrayBuffer>> {
    const file = new FileBytes(this.input)
    const header = readLogHeader(await file.read(0, HEAD_BYTES))
    if (!header) {
      this.note = 'The event trace ends within its first record.'
      return
    }
    const buffers = await indexBuffers(file, header)
    if (buffers.notes.length > 0) this.note = buffers.notes.slice(0, 3).join(' ')
    const known = await preview(file, buffers.list, header)
    const derived = new DerivedCapture()
    const copies = new Copies(header.clock.ticksOf(1), (component) => isMiniport(known, component))
    const writer = new TraceWriter(derived, header, known, copies, header.clock.ticksOf(OPEN_MILLISECONDS))
    writer.begin()
    yield* derived.take()
    for await (const records of this.#merged(file, header, buffers)) {
      writer.record(records)
      yield* derived.take()
    }
    writer.end(buffers)
    yield* derived.take(true)
    this.consumed = this.input.size
  }

  /** Buffers as record by record the earliest of all open ones; the record is valid until the next one is asked for. */
  async *#merged(file: FileBytes, header: LogHeader, { list }: Buffers): AsyncIterable<Records> {
    const order = await byTime(file, header, list)
    const open: Cursor[] = []
    let openBytes = 0
    let next = 0
    while (next < order.length || open.length > 0) {
      while (next < order.length) {
        const { buffer, ticks } = order[next]!
        const isDue = open.length === 0 || ticks <= open[0]!.records.ticks
        if (!isDue || (open.length > 0 && openBytes + buffer.bytes > this.maxOpenBytes)) break
        next++
        this.consumed += buffer.stored
        const records = new Records(await readBuffer(file, buffer, header), BUFFER_HEADER_BYTES, header.clock)
        if (!records.next()) continue
        openBytes += buffer.bytes
        insert(open, { records, bytes: buffer.bytes })
      }
      const cursor = open.shift()
      if (!cursor) continue
      // Until another buffer's record is earlier, or another buffer is due.
      const until = Math.min(open[0]?.records.ticks ?? Infinity, order[next]?.ticks ?? Infinity)
      const { records } = cursor
      let hasMore: boolean
      do {
        yield records
        hasMore = records.next()
      } while (hasMore && records.ticks < until)
      if (hasMore) insert(open, cursor)
      else openBytes -= cursor.bytes
    }
  }
}

/** Buffers by the time of their first record; those of one time in the order in which they were filled. */
async function byTime(
  file: FileBytes,
  header: LogHeader,
  list: Buffer[],
): Promise<{ buffer: Buffer; ticks: number }[]> {
  const order: { buffer: Buffer; ticks: number }[] = []
  for (const buffer of list) {
    const records = new Records(
      await readBuffer(file, buffer, header, FIRST_RECORD_BYTES),
      BUFFER_HEADER_BYTES,
      header.clock,
    )
    order.push({ buffer, ticks: records.peekTicks() })
  }
  return order.sort((a, b) => a.ticks - b.ticks || a.buffer.sequence - b.buffer.sequence)
}

/** Puts a cursor behind those that are not later. */
function insert(open: Cursor[], cursor: Cursor): void {
  const { ticks } = cursor.records
  let at = open.length
  while (at > 0 && open[at - 1]!.records.ticks > ticks) at--
  open.splice(at, 0, cursor)
}
