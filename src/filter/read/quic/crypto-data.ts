// CRYPTO frames in Initial packets, and when what they carry can be handed to TLS. RFC 9000 19.6.
import { varint } from './long-header'

/** Types of the frames that Initial packets may hold: RFC 9000 17.2.2. */
const [PADDING, PING, ACK, ACK_ECN, CRYPTO, CLOSE] = [0, 1, 2, 3, 6, 0x1c]

interface CryptoRange {
  from: number
  to: number
}

/** The ranges of CRYPTO data in order, up to a frame that is cut or must not be there; `isWhole` is false where there is one. */
export function cryptoRanges(frames: Uint8Array): { ranges: CryptoRange[]; isWhole: boolean } {
  const ranges: CryptoRange[] = []
  let at = 0
  /** The next integer; NaN beyond the end, and from then on. */
  const next = () => {
    const found = varint(frames, at)
    at = found ? found.end : frames.length + 1
    return found ? found.value : NaN
  }
  const skip = (count: number) => {
    for (let left = count; left > 0 && at <= frames.length; left--) next()
  }
  while (at < frames.length) {
    const type = next()
    if (type === ACK || type === ACK_ECN) {
      skip(2)
      const further = next()
      skip(1 + 2 * further + (type === ACK_ECN ? 3 : 0))
    } else if (type === CRYPTO) {
      const from = next()
      const length = next()
      if (Number.isNaN(length)) break
      ranges.push({ from, to: from + length })
      at += length
    } else if (type === CLOSE) {
      skip(2)
      at += next()
    } else if (type !== PADDING && type !== PING) return { ranges, isWhole: false }
  }
  return { ranges, isWhole: at === frames.length }
}

/** Ranges kept of one stream while a gap before them is open. */
const MOST_RANGES = 256

/** One side's CRYPTO data: TLS gets what is new, in order, and what is behind a gap once no gap is left. */
export class CryptoStream {
  /** All bytes before this were met. */
  #end = 0
  /** What was met behind a gap, ascending. */
  readonly #behind: CryptoRange[] = []

  /** Adds a range; true if TLS gets bytes with it. */
  add(range: CryptoRange): boolean {
    const behind = this.#behind
    if (range.to <= this.#end) return false
    if (range.from > this.#end) {
      const place = behind.findIndex(({ from }) => from > range.from)
      if (behind.length < MOST_RANGES) behind.splice(place < 0 ? behind.length : place, 0, range)
      return false
    }
    this.#end = range.to
    while (behind.length > 0 && behind[0]!.from <= this.#end) this.#end = Math.max(this.#end, behind.shift()!.to)
    return behind.length === 0
  }
}
