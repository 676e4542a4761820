// UUIDs as small numbers: equal ones share an index, and text is made only once for each.
import { NULL_UUID } from '../../names/well-known'
import type { Capture } from '../../capture/capture'
import { uuidText } from '../../capture/text'
import { WordMap } from './word-map'

/** Gives every UUID an index, in the order in which they are met. */
export class Interner {
  readonly texts: string[] = []
  readonly #byText = new Map<string, number>()
  /** By the 16 bytes as four words: far cheaper than the text. One map for each byte order. */
  readonly #byWords = [new WordMap(), new WordMap()] as const

  /** Index of a UUID given as lower-case text. */
  ofText(text: string): number {
    const known = this.#byText.get(text)
    if (known !== undefined) return known
    this.#byText.set(text, this.texts.length)
    return this.texts.push(text) - 1
  }

  /** Index of the UUID in 16 bytes at `at`; -1 for the nil UUID and where bytes are missing. */
  ofBytes(bytes: Uint8Array, at: number, big: boolean): number {
    if (at + 16 > bytes.length) return -1
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, 16)
    const [a, b, c, d] = [
      view.getUint32(0, true),
      view.getUint32(4, true),
      view.getUint32(8, true),
      view.getUint32(12, true),
    ]
    const known = this.#byWords[big ? 1 : 0].get(a, b, c, d)
    return known ?? this.#add(a, b, c, d, big, bytes.subarray(at, at + 16))
  }

  /** The same of 16 bytes that a capture has kept, without a copy of them: their address is a multiple of four. */
  ofKept(capture: Capture, at: number, big: boolean): number {
    const [a, b, c, d] = [capture.word(at), capture.word(at + 4), capture.word(at + 8), capture.word(at + 12)]
    const known = this.#byWords[big ? 1 : 0].get(a, b, c, d)
    return known ?? this.#add(a, b, c, d, big, capture.bytes(at, 16))
  }

  /** Index of a UUID whose words were not met before. */
  #add(a: number, b: number, c: number, d: number, big: boolean, bytes: Uint8Array): number {
    const text = uuidText(bytes, 0, big)
    const index = text === NULL_UUID ? -1 : this.ofText(text)
    this.#byWords[big ? 1 : 0].add(a, b, c, d, index)
    return index
  }
}
