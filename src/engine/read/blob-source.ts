// What a source of bytes is; a file that holds a capture as it is, and how it is streamed. The reading thread needs no more than this of sources.
import type { Packing } from './packing'

/** Bytes of a read; larger reads were no faster, smaller ones slower. */
const READ_BYTES = 4 << 20
/** A read waits for so many: less is given each time a few hundred kilobytes are there, and each piece costs messages between threads. */
const LEAST_READ_BYTES = 1 << 20
/** The first read is small, so that the first rows are there at once. */
const FIRST_READ_BYTES = 256 << 10

/** Where a capture's bytes come from. */
export interface Source {
  /** The file as it lies on disk; undefined where it is not available. */
  readonly blob: Blob | undefined
  /** Bytes of the file as it lies on disk. */
  readonly size: number
  /** How many of them stream() has taken so far. */
  readonly consumed: number
  /** The kind of file that the bytes come out of, or are made of; undefined where they are the file's own. */
  readonly packing: Packing | 'etl' | 'several' | undefined
  /** A sentence on what kept stream() from going on, or what it left out. */
  readonly note: string | undefined
  /** The capture's bytes in order, once. A piece is valid until the next one is asked for. */
  stream(): AsyncIterable<Uint8Array>
  /** `length` bytes of the capture from `at`; fewer at its end, and while a packed file is still streamed. */
  read(at: number, length: number): Promise<Uint8Array<ArrayBuffer>>
}

/** A file whose bytes are those of the capture. */
export class BlobSource implements Source {
  consumed = 0
  readonly packing = undefined
  note: string | undefined

  constructor(readonly blob: Blob) {}

  get size(): number {
    return this.blob.size
  }

  async *stream(): AsyncIterable<Uint8Array> {
    for await (const piece of pieces(this.blob)) {
      this.consumed += piece.length
      yield piece
    }
    if (this.consumed < this.size)
      this.note = `The file became shorter while it was read: ${this.consumed.toLocaleString('en')} of ${this.size.toLocaleString('en')} bytes were left.`
  }

  async read(at: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.blob.slice(at, at + length).arrayBuffer())
  }
}

/**
 * Readers that are read from. A stream whose next piece is awaited is referred to by what awaits it alone, and that by the
 * stream: Chromium clears both away in a worker, and nothing ever goes on.
 */
const reading = new Set<unknown>()

/** A Blob's bytes. A piece is valid until the next one is asked for; while it is worked on the next is already being read. */
export async function* pieces(blob: Blob): AsyncIterable<Uint8Array<ArrayBuffer>> {
  const reader = byteReader(blob)
  reading.add(reader)
  try {
    yield* reader instanceof ReadableStreamDefaultReader ? plain(reader) : intoBuffers(reader)
  } finally {
    reading.delete(reader)
    reader.cancel().catch(() => undefined) // of one that failed it fails again
  }
}

/** A reader into buffers of ours, which saves an allocation a piece; a plain one where the engine has no such reader. */
function byteReader(blob: Blob): ReadableStreamBYOBReader | ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> {
  try {
    return blob.stream().getReader({ mode: 'byob' })
  } catch {
    return blob.stream().getReader()
  }
}

async function* intoBuffers(reader: ReadableStreamBYOBReader): AsyncIterable<Uint8Array<ArrayBuffer>> {
  let next = reader.read(new Uint8Array(FIRST_READ_BYTES))
  let spare = new ArrayBuffer(READ_BYTES)
  for (;;) {
    const { done, value } = await next
    if (!value) return
    if (!done) next = reader.read(new Uint8Array(spare), { min: LEAST_READ_BYTES })
    // The file's last bytes come with its end where they are fewer.
    if (value.length > 0) yield value
    if (done) return
    spare = value.buffer.byteLength === READ_BYTES ? value.buffer : new ArrayBuffer(READ_BYTES)
  }
}

async function* plain(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  let next = reader.read()
  for (;;) {
    const { done, value } = await next
    if (done) return
    next = reader.read()
    yield value
  }
}
