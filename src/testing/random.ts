// Numbers that look random and are the same in every run: xorshift128 with a seed from a name.

export class Random {
  readonly #state = new Uint32Array(4)

  /** Two generators with one name give the same numbers. */
  constructor(name: string) {
    let hash = 0x811c9dc5
    for (let at = 0; at < name.length + 4; at++) {
      hash = Math.imul(hash ^ (name.charCodeAt(at) || at), 0x01000193)
      this.#state[at & 3]! ^= hash
    }
    this.#state[0]! |= 1
    for (let warm = 0; warm < 16; warm++) this.u32()
  }

  u32(): number {
    const state = this.#state
    let word = state[3]!
    const first = state[0]!
    state[3] = state[2]!
    state[2] = state[1]!
    state[1] = first
    word ^= word << 11
    word ^= word >>> 8
    state[0] = word ^ first ^ (first >>> 19)
    return state[0]
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return this.u32() % limit
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!
  }

  bytes(count: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length: count }, () => this.u32() >>> 24)
  }

  u64(): bigint {
    return (BigInt(this.u32()) << 32n) | BigInt(this.u32())
  }

  /** A version 4 UUID as text. */
  uuid(): string {
    const hex = Array.from(this.bytes(16), (byte) => byte.toString(16).padStart(2, '0')).join('')
    const variant = '89ab'[this.below(4)]!
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
  }
}
