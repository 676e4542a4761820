// An event trace becomes a capture that the parser reads (derived.ts): buffers in the order of time, frames without their
// copies, events between them. Only a few buffers are in memory at a time.
import { NoteKind } from '../../../asm/layout'
import type { MachineReport } from '../report/model'
import { type Buffer, indexBuffers, readBuffer } from '../container/buffers'
import { Copies, OPEN_MILLISECONDS } from './copies'
import { DerivedCapture } from './derived'
import { FileBytes, type RandomAccess } from '../container/file-bytes'
import { BUFFER_HEADER_BYTES, HEAD_BYTES, type LogHeader, readLogHeader } from '../container/log-header'
import { isMiniport, preview } from './preview'
import { Records } from '../container/records'
import { TraceWriter } from './trace-writer'

/** Inflated buffers that are merged at a time hold at most so many bytes, except for a single one. */
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

  /** `report` is what came beside the trace; `maxOpenBytes` bounds the buffers that are merged at a time. */
  constructor(
    private readonly input: RandomAccess,
    private readonly report?: MachineReport,
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
    if (this.report) derived.note(NoteKind.Report, new TextEncoder().encode(JSON.stringify(this.report)))
    yield* derived.take()
    const merge = new Merge(file, header, byTime(buffers.list), this.maxOpenBytes)
    while (await merge.load()) {
      merge.run((records) => {
        writer.record(records)
        return !derived.isReady
      })
      this.consumed = merge.consumed
      yield* derived.take()
    }
    writer.end(buffers)
    yield* derived.take(true)
    this.consumed = this.input.size
  }
}

/** Records of all buffers in the order of time, with no more buffers in memory than overlap. */
class Merge {
  /** Bytes of the file in buffers that were begun. */
  consumed = 0
  readonly #open: Cursor[] = []
  #openBytes = 0
  #next = 0

  /** `order` lists the buffers by the time of their first record. */
  constructor(
    private readonly file: FileBytes,
    private readonly header: LogHeader,
    private readonly order: readonly Buffer[],
    private readonly maxOpenBytes: number,
  ) {}

  /** Opens buffers that begin before the earliest open record; false when there is no record left. */
  async load(): Promise<boolean> {
    while (this.#next < this.order.length && (this.#open.length === 0 || this.#dueTicks() <= this.#earliest())) {
      const buffer = this.order[this.#next++]!
      this.consumed += buffer.stored
      const read = await readBuffer(this.file, buffer, this.header)
      // A small buffer must not keep the whole piece of the file that it lies in.
      const bytes = read.buffer.byteLength > 2 * read.length ? read.slice() : read
      const records = new Records(bytes, BUFFER_HEADER_BYTES, this.header.clock)
      if (!records.next()) continue
      this.#openBytes += buffer.bytes
      insert(this.#open, { records, bytes: buffer.bytes })
    }
    return this.#open.length > 0
  }

  /** Takes records up to where another buffer has to be opened, or until `take` returns false. */
  run(take: (records: Records) => boolean): void {
    const due = this.#dueTicks()
    let goesOn = true
    while (goesOn && this.#open.length > 0) {
      const cursor = this.#open.shift()!
      const { records } = cursor
      const until = Math.min(this.#earliest(), due)
      let hasMore: boolean
      do {
        goesOn = take(records)
        hasMore = records.next()
      } while (goesOn && hasMore && records.ticks < until)
      if (hasMore) insert(this.#open, cursor)
      else this.#openBytes -= cursor.bytes
      if (this.#earliest() >= due) return
    }
  }

  #earliest(): number {
    return this.#open[0]?.records.ticks ?? Infinity
  }

  /** When the next buffer begins; never where there is none, or no room for it. */
  #dueTicks(): number {
    const next = this.order[this.#next]
    if (!next) return Infinity
    return this.#open.length > 0 && this.#openBytes + next.bytes > this.maxOpenBytes ? Infinity : next.ticks
  }
}

/** Buffers by the time of their first record; those of one time in the order in which they were filled. */
function byTime(list: readonly Buffer[]): Buffer[] {
  return [...list].sort((a, b) => a.ticks - b.ticks || a.sequence - b.sequence)
}

/** Puts a cursor behind those that are not later. */
function insert(open: Cursor[], cursor: Cursor): void {
  const { ticks } = cursor.records
  let at = open.length
  while (at > 0 && open[at - 1]!.records.ticks > ticks) at--
  open.splice(at, 0, cursor)
}
