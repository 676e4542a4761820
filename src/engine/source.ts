// A capture file: streamed once, then read again in small pieces where somebody looks.

/** Bytes of a read; larger reads were no faster, smaller ones slower. */
const READ_BYTES = 4 << 20
/** The first read is small, so that the first rows are there at once. */
const FIRST_READ_BYTES = 256 << 10

export interface Source {
  readonly size: number
  /** The whole file in order, once. A piece is valid until the next one is asked for. */
  stream(): AsyncIterable<Uint8Array>
  /** `length` bytes from `at`; fewer at the end of the file. */
  read(at: number, length: number): Promise<Uint8Array<ArrayBuffer>>
}

/** A Blob or File as a Source. While one piece is parsed the next is already being read. */
export class BlobSource implements Source {
  constructor(private readonly blob: Blob) {}

  get size(): number {
    return this.blob.size
  }

  async *stream(): AsyncIterable<Uint8Array> {
    const reader = byteReader(this.blob)
    if (!reader) return yield* plain(this.blob)
    let reading = reader.read(new Uint8Array(FIRST_READ_BYTES))
    let spare = new ArrayBuffer(READ_BYTES)
    for (;;) {
      const { done, value } = await reading
      if (done || !value) return
      reading = reader.read(new Uint8Array(spare))
      yield value
      spare = value.buffer.byteLength === READ_BYTES ? value.buffer : new ArrayBuffer(READ_BYTES)
    }
  }

  async read(at: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.blob.slice(at, at + length).arrayBuffer())
  }
}

/** A reader into buffers of ours, which saves an allocation a piece; undefined where the engine has none. */
function byteReader(blob: Blob): ReadableStreamBYOBReader | undefined {
  try {
    return blob.stream().getReader({ mode: 'byob' })
  } catch {
    return undefined
  }
}

async function* plain(blob: Blob): AsyncIterable<Uint8Array> {
  const reader = blob.stream().getReader()
  let reading = reader.read()
  for (;;) {
    const { done, value } = await reading
    if (done) return
    reading = reader.read()
    yield value
  }
}
