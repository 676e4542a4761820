// What takes the bytes of one direction of a TCP connection, in order, and gives the messages that end in them.
import type { Framing } from './framings'

export interface Taker {
  /** True while no part of a message is held: then nothing waits for bytes that are missing. */
  readonly isBetween: boolean
  /** Bytes that the message still waits for; undefined where that is not known. */
  readonly missing?: number | undefined
  /** Takes `length` bytes of the stream, of which `bytes` were captured; gives the first bytes of messages that end there. */
  take(bytes: Uint8Array, length: number): Uint8Array[]
  /** The sender ends the connection here. */
  end(): Uint8Array[]
  /** Bytes are missing here. */
  lose(): void
  /** A taker of the same direction, for a segment that comes late. */
  another(): Taker
}

/** Bytes held of a message: enough for every header in it. */
const MOST_HELD = 0x10000
/** A framing knows after so many bytes. */
const MOST_BEGINNING = 16

/** What the first bytes of a message that is put together whole look like, where its beginning is not enough. */
const isCompressed = (begin: ArrayLike<number>) => begin[0] === 0 && begin[4] === 0xfc && begin[5] === 0x53
const MOST_COMPRESSED = 0x1000000

/** Segments without the end of a message that count as one all the same, without bytes. */
export interface AlsoCounted {
  /** Those in which no message begins where one should, by the bytes there. */
  others?: (bytes: Uint8Array) => boolean
  /** Those that a message begins with. */
  begun?: () => boolean
}

/** Cuts at lengths that messages begin with. */
export class FramedTaker implements Taker {
  /** First bytes of the message, in the pieces that they came in. */
  #pieces: Uint8Array[] = []
  #held = 0
  /** Of the message: bytes so far, and in all once that is known. */
  #have = 0
  #length: number | undefined
  #most = MOST_HELD

  constructor(
    private readonly framing: Framing,
    private readonly also: AlsoCounted = {},
  ) {}

  get isBetween(): boolean {
    return this.#have === 0
  }

  get missing(): number {
    return this.#length === undefined ? 1 : this.#length - this.#have
  }

  another(): Taker {
    return new FramedTaker(this.framing, this.also)
  }

  end(): Uint8Array[] {
    return []
  }

  lose(): void {
    this.#pieces = []
    this.#held = 0
    this.#have = 0
    this.#length = undefined
  }

  take(bytes: Uint8Array, length: number): Uint8Array[] {
    const begins = this.isBetween
    const done = this.#ends(bytes, length)
    return begins && !this.isBetween && done.length === 0 && this.also.begun?.() ? [new Uint8Array(0)] : done
  }

  #ends(bytes: Uint8Array, length: number): Uint8Array[] {
    const done: Uint8Array[] = []
    for (let at = 0; at < length;) {
      if (this.#length === undefined) {
        const begin = joined([...this.#pieces, bytes.subarray(at, at + Math.max(0, MOST_BEGINNING - this.#held))])
        const size = begin.length === 0 ? 0 : this.framing(begin)
        // What does not begin a message goes until the next segment that does; so does what was cut off.
        const isNone = size === undefined ? begin.length >= MOST_BEGINNING : size === 0 || size < this.#have
        if (isNone) {
          this.lose()
          if (this.also.others?.(begin)) done.push(new Uint8Array(0))
          return done
        }
        if (size === undefined) {
          this.#pieces = [begin]
          this.#held = this.#have = begin.length
          return done
        }
        this.#length = size
        this.#most = isCompressed(begin) ? MOST_COMPRESSED : MOST_HELD
      }
      const part = Math.min(this.#length - this.#have, length - at)
      const room = Math.min(part, this.#most - this.#held)
      const piece = bytes.slice(at, at + Math.max(0, room))
      if (piece.length > 0) this.#pieces.push(piece)
      this.#held += piece.length
      this.#have += part
      at += part
      if (this.#have < this.#length) return done
      done.push(joined(this.#pieces))
      this.lose()
    }
    return done
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
