// A capture file: streamed once, then read again in small pieces where the user looks. Packed files are unpacked on the way.
import type { TraceConversion } from '../../etw/frames/convert'
import type { RandomAccess } from '../../etw/container/file-bytes'
import { isCabinetHead, isEventTrace, TRACE_HEAD_BYTES } from '../../etw/container/recognise'
import { BlobSource, pieces, type Source } from './blob-source'
import { type Packing, packingOf } from './packing'
import { bundled, isBundle } from './several/bundle'
import type { Merging } from './several/merge'
import type { Unpacking } from './unpack'

/** Unpacked bytes are handed to the browser in pieces of this size; it keeps them on disk as it sees fit. */
const PART_BYTES = 8 << 20
/** Blocks that are made one by one are handed on in pieces of about this size. */
const GATHERED_BYTES = 1 << 20

export type { Source }

/** A Blob or File as a Source, unpacked when its first bytes say that it is packed. */
export async function sourceOf(blob: Blob): Promise<Source> {
  const head = new Uint8Array(await blob.slice(0, TRACE_HEAD_BYTES).arrayBuffer())
  if (isEventTrace(head)) return traceSource(blob)
  if (isCabinetHead(head)) return cabinetSource(blob)
  if (isBundle(head)) return severalSource(blob)
  const packing = packingOf(head)
  return packing ? packedSource(blob, packing) : new BlobSource(blob)
}

/** Few captures are event traces: the code that converts them is fetched for those alone. */
async function traceSource(blob: Blob): Promise<Source> {
  const { TraceConversion } = await import('../../etw/frames/convert')
  return new TraceSource(blob, new TraceConversion(accessTo(blob)))
}

/** Few captures are packed: the code that unpacks is fetched for those alone. */
async function packedSource(blob: Blob, packing: Packing): Promise<Source> {
  const { Unpacking } = await import('./unpack')
  return new PackedSource(blob, packing, new Unpacking(packing))
}

/** The file does not hold what it held when it was opened. */
export class FileChanged extends Error {
  override readonly name = 'FileChanged'

  constructor() {
    super('it was changed, moved or deleted after it was opened')
  }
}

/** `netsh trace` packs its trace into a cabinet where a report was asked for. */
async function cabinetSource(blob: Blob): Promise<Source> {
  const [{ readCabinet }, { TraceConversion }] = await Promise.all([
    import('../../etw/container/cabinet'),
    import('../../etw/frames/convert'),
  ])
  const parts = new Parts()
  const { report, note } = await readCabinet(accessTo(blob), (piece) => parts.add(piece))
  return new TraceSource(blob, new TraceConversion(accessTo(parts.blob()), report), note)
}

/** Several files that are read as one. */
async function severalSource(blob: Blob): Promise<Source> {
  const { Merging } = await import('./several/merge')
  const members: { name: string; source: Source }[] = []
  for (const file of await bundled(blob)) {
    const head = new Uint8Array(await file.blob.slice(0, TRACE_HEAD_BYTES).arrayBuffer())
    if (!isBundle(head)) members.push({ name: file.name, source: await sourceOf(file.blob) })
  }
  return new SeveralSource(
    blob,
    members.map(({ source }) => source),
    new Merging(members.map(({ name, source }) => ({ name, stream: source.stream() }))),
  )
}

function accessTo(blob: Blob): RandomAccess {
  return {
    size: blob.size,
    read: async (at, length) => new Uint8Array(await blob.slice(at, at + length).arrayBuffer()),
  }
}

/** Gathers pieces as a Blob, which the browser keeps on disk as it sees fit. */
class Parts {
  readonly #parts: Blob[] = []
  #waiting: Uint8Array<ArrayBuffer>[] = []
  #bytes = 0

  /** Adds a piece that does not change any longer. */
  add(piece: Uint8Array<ArrayBuffer>): void {
    this.#waiting.push(piece)
    this.#bytes += piece.length
    if (this.#bytes >= PART_BYTES) this.#flush()
  }

  blob(): Blob {
    this.#flush()
    return new Blob(this.#parts)
  }

  #flush(): void {
    if (this.#waiting.length > 0) this.#parts.push(new Blob(this.#waiting))
    this.#waiting = []
    this.#bytes = 0
  }
}

/** Of a file whose bytes are made of it: they are gathered while they are streamed, to be read again. */
abstract class MadeSource implements Source {
  #made = new Blob([])
  #making: Promise<void> | undefined
  #streamed = false

  constructor(readonly blob: Blob) {}

  get size(): number {
    return this.blob.size
  }

  abstract readonly packing: Packing | 'etl' | 'several'
  abstract readonly consumed: number
  abstract readonly note: string | undefined
  /** The bytes in pieces, each valid until the next one is asked for. */
  protected abstract pieces(): AsyncIterable<Uint8Array>

  async *stream(): AsyncIterable<Uint8Array> {
    this.#streamed = true
    const parts = new Parts()
    try {
      for await (const bytes of this.pieces()) {
        parts.add(bytes.slice())
        yield bytes
      }
    } finally {
      // Also where the reader has seen enough: it asks for the first bytes again to name what they are.
      this.#made = parts.blob()
    }
  }

  /** For a result that was stored: its file is not streamed, but its bytes are read. */
  async #makeAll(): Promise<void> {
    const pieces = this.stream()[Symbol.asyncIterator]()
    while (!(await pieces.next()).done);
  }

  async read(at: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (!this.#streamed) this.#making = this.#makeAll()
    await this.#making
    return new Uint8Array(await this.#made.slice(at, at + length).arrayBuffer())
  }
}

class PackedSource extends MadeSource {
  consumed = 0

  constructor(
    blob: Blob,
    readonly packing: Packing,
    private readonly unpacking: Unpacking,
  ) {
    super(blob)
  }

  get note(): string | undefined {
    return this.unpacking.note
  }

  protected async *pieces(): AsyncIterable<Uint8Array> {
    const unpacked = this.#unpacked()[Symbol.asyncIterator]()
    const first = await unpacked.next()
    if (first.done) return
    const rest: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => unpacked,
    }
    // A trace is not read in order, so it is unpacked whole before it is converted.
    if (isEventTrace(first.value)) {
      const { TraceConversion } = await import('../../etw/frames/convert')
      const trace = new Parts()
      trace.add(first.value.slice())
      for await (const piece of rest) trace.add(piece.slice())
      yield* new TraceConversion(accessTo(trace.blob())).stream()
      return
    }
    yield first.value
    yield* rest
  }

  async *#unpacked(): AsyncIterable<Uint8Array> {
    for await (const piece of pieces(this.blob)) {
      this.consumed += piece.length
      yield* this.unpacking.feed(piece, this.consumed >= this.size)
      if (this.unpacking.note !== undefined) return
    }
  }
}

class TraceSource extends MadeSource {
  readonly packing = 'etl'

  constructor(
    blob: Blob,
    private readonly conversion: TraceConversion,
    private readonly found?: string,
  ) {
    super(blob)
  }

  get consumed(): number {
    return this.conversion.consumed
  }

  get note(): string | undefined {
    const notes = [this.found, this.conversion.note].filter((note) => note !== undefined)
    return notes.length > 0 ? notes.join(' ') : undefined
  }

  protected pieces(): AsyncIterable<Uint8Array> {
    return this.conversion.stream()
  }
}

class SeveralSource extends MadeSource {
  readonly packing = 'several'

  constructor(
    blob: Blob,
    private readonly members: readonly Source[],
    private readonly merging: Merging,
  ) {
    super(blob)
  }

  get consumed(): number {
    return this.members.reduce((sum, { consumed }) => sum + consumed, 0)
  }

  get note(): string | undefined {
    const own = this.members.flatMap(({ note }) => note ?? [])
    return [`${this.members.length} files were read as one, in the order of time.`, ...this.merging.notes, ...own].join(
      ' ',
    )
  }

  protected pieces(): AsyncIterable<Uint8Array> {
    return gathered(this.merging.stream())
  }
}

/** Small pieces, gathered to larger ones. */
async function* gathered(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let out = new Uint8Array(GATHERED_BYTES)
  let used = 0
  for await (const piece of pieces) {
    if (used + piece.length > out.length) {
      yield out.subarray(0, used)
      if (piece.length > out.length) out = new Uint8Array(piece.length)
      used = 0
    }
    out.set(piece, used)
    used += piece.length
  }
  yield out.subarray(0, used)
}

/** In place of a file that is not available: it has no bytes. */
export class MissingSource implements Source {
  readonly blob = undefined
  readonly consumed = 0
  readonly packing = undefined
  readonly note = undefined

  /** `size` is the file's. */
  constructor(readonly size: number) {}

  async *stream(): AsyncIterable<Uint8Array> {
    // nothing to give
  }

  read(): Promise<Uint8Array<ArrayBuffer>> {
    return Promise.resolve(new Uint8Array(0))
  }
}
