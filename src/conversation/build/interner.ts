// UUIDs as small numbers: equal ones share an index, and text is made only once for each.
import { NULL_UUID } from '../../names/well-known'
import { uuidText } from '../../capture/text'

/** Gives every UUID an index, in the order in which they are met. */
export class Interner {
  readonly texts: string[] = []
  readonly #byText = new Map<string, number>()
  /** By the 16 bytes as eight characters: far cheaper to make than the text. One map for each byte order. */
  readonly #byBytes = [new Map<string, number>(), new Map<string, number>()] as const

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
    const two = (i: number) => bytes[at + i]! | (bytes[at + i + 1]! << 8)
    const key = String.fromCharCode(two(0), two(2), two(4), two(6), two(8), two(10), two(12), two(14))
    const known = this.#byBytes[big ? 1 : 0].get(key)
    if (known !== undefined) return known
    const text = uuidText(bytes, at, big)
    const index = text === NULL_UUID ? -1 : this.ofText(text)
    this.#byBytes[big ? 1 : 0].set(key, index)
    return index
  }
}
