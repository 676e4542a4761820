// Captures inside gzip (RFC 1952), Zstandard (RFC 8878) and ZIP files, unpacked piece by piece.
import { Gunzip, Unzip, UnzipInflate } from 'fflate'
import { Decompress } from 'fzstd'
import type { Packing } from './packing'

/** So little is unpacked at a time that what comes out of it fits into memory however it was made. */
const STEP_BYTES = 4096
/** A file that grows more than so many times, and beyond so many bytes, was made to grow. */
const MOST_GROWTH = 200
const ALWAYS_ALLOWED_BYTES = 256 << 20
const CAPTURE_NAME = /\.(pcap|pcapng|ntar|cap|dmp|snoop|trc|etl)\d*$/i

/** The contents of a packed file as its pieces come. `note` says in a sentence why they end early, if they do. */
export class Unpacking {
  note: string | undefined
  #out: Uint8Array[] = []
  #packed = 0
  #unpacked = 0
  readonly #push: (bytes: Uint8Array, last: boolean) => void

  constructor(
    private readonly packing: Packing,
    /** Growth is not judged below so many bytes. */
    private readonly allowedBytes = ALWAYS_ALLOWED_BYTES,
  ) {
    this.#push = this.#unpacker(packing)
  }

  /** Unpacks the next piece of the file; `last` says that it is the last. After a `note` nothing comes any longer. */
  *feed(bytes: Uint8Array, last: boolean): Iterable<Uint8Array> {
    for (let at = 0; (at < bytes.length || last) && this.note === undefined; at += STEP_BYTES) {
      const step = bytes.slice(at, at + STEP_BYTES)
      const ends = last && at + STEP_BYTES >= bytes.length
      this.#packed += step.length
      try {
        this.#push(step, ends)
      } catch (error) {
        const how = this.#unpacked === 0 ? 'at all' : `beyond ${this.#unpacked.toLocaleString('en')} bytes`
        this.note = `The ${this.packing} file cannot be unpacked ${how}: ${(error as Error).message}.`
      }
      yield* this.#taken()
      if (ends) return
    }
  }

  #taken(): Uint8Array[] {
    const taken = this.#out
    this.#out = []
    this.#unpacked += taken.reduce((sum, piece) => sum + piece.length, 0)
    if (this.#unpacked > this.allowedBytes && this.#unpacked > MOST_GROWTH * this.#packed)
      this.note ??= `The ${this.packing} file grows more than ${MOST_GROWTH} times; only the first ${this.#unpacked} bytes of its contents were read.`
    return taken
  }

  #unpacker(packing: Packing): (bytes: Uint8Array, last: boolean) => void {
    const keep = (piece: Uint8Array) => {
      if (piece.length > 0) this.#out.push(piece)
    }
    switch (packing) {
      case 'gzip': {
        const gunzip = new Gunzip(keep)
        return (bytes, last) => gunzip.push(bytes, last)
      }
      case 'zstd': {
        const decompress = new Decompress(keep)
        return (bytes, last) => void decompress.push(bytes, last)
      }
      case 'zip':
        return this.#zip(keep)
    }
  }

  /** The first capture in the archive, by its name; the others are named in the note. */
  #zip(keep: (piece: Uint8Array) => void): (bytes: Uint8Array, last: boolean) => void {
    const names: string[] = []
    let chosen: string | undefined
    const unzip = new Unzip((file) => {
      names.push(file.name)
      if (chosen !== undefined || !CAPTURE_NAME.test(file.name)) return
      chosen = file.name
      file.ondata = (error, piece) => {
        if (error) throw error
        keep(piece)
      }
      file.start()
    })
    unzip.register(UnzipInflate)
    return (bytes, last) => {
      unzip.push(bytes, last)
      if (!last) return
      if (chosen === undefined)
        this.note ??=
          names.length === 0
            ? 'The ZIP archive is empty or broken.'
            : `The ZIP archive holds no capture, but ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}.`
      else if (names.length > 1) this.note ??= `Of ${names.length} files in the ZIP archive, ${chosen} was read.`
    }
  }
}
