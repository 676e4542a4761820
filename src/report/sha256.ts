// SHA-256 in pieces. FIPS 180-4. The browser's own takes a message in one piece only, and on plain HTTP it is not there.

const BLOCK = 64
const ROUNDS = 64

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes, of the square roots of the first 8. */
const [ROUND_CONSTANTS, INITIAL] = constants()

/** Feed it the message in pieces of any size, then take the digest. */
export class Sha256 {
  readonly #state = INITIAL.slice()
  readonly #schedule = new Uint32Array(ROUNDS)
  readonly #block = new Uint8Array(BLOCK)
  #held = 0
  #bytes = 0

  update(bytes: Uint8Array): this {
    this.#bytes += bytes.length
    let at = 0
    if (this.#held > 0) {
      at = Math.min(BLOCK - this.#held, bytes.length)
      this.#block.set(bytes.subarray(0, at), this.#held)
      this.#held += at
      if (this.#held < BLOCK) return this
      this.#compress(this.#block, 0)
    }
    for (; at + BLOCK <= bytes.length; at += BLOCK) this.#compress(bytes, at)
    this.#held = bytes.length - at
    this.#block.set(bytes.subarray(at))
    return this
  }

  /** The digest's 32 bytes; nothing may be added afterwards. */
  digest(): Uint8Array<ArrayBuffer> {
    const length = this.#bytes
    const padding = new Uint8Array(((length + 8) % BLOCK < length % BLOCK ? 2 : 1) * BLOCK - (length % BLOCK))
    padding[0] = 0x80
    const view = new DataView(padding.buffer)
    view.setUint32(padding.length - 8, Math.floor(length / 2 ** 29))
    view.setUint32(padding.length - 4, (length * 8) >>> 0)
    this.update(padding)
    const digest = new Uint8Array(32)
    this.#state.forEach((word, i) => new DataView(digest.buffer).setUint32(i * 4, word))
    return digest
  }

  hex(): string {
    return Array.from(this.digest(), (byte) => byte.toString(16).padStart(2, '0')).join('')
  }

  base64(): string {
    return btoa(String.fromCharCode(...this.digest()))
  }

  #compress(bytes: Uint8Array, from: number): void {
    const w = this.#schedule
    for (let i = 0, at = from; i < 16; i++, at += 4)
      w[i] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
    for (let i = 16; i < ROUNDS; i++) {
      const early = w[i - 15]!
      const late = w[i - 2]!
      const s0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3)
      const s1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10)
      w[i] = w[i - 16]! + s0 + w[i - 7]! + s1
    }
    let a = this.#state[0]!
    let b = this.#state[1]!
    let c = this.#state[2]!
    let d = this.#state[3]!
    let e = this.#state[4]!
    let f = this.#state[5]!
    let g = this.#state[6]!
    let h = this.#state[7]!
    for (let i = 0; i < ROUNDS; i++) {
      const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
      const first = (h + s1 + ((e & f) ^ (~e & g)) + ROUND_CONSTANTS[i]! + w[i]!) | 0
      const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
      const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + first) | 0
      d = c
      c = b
      b = a
      a = (first + second) | 0
    }
    for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) this.#state[i]! += word
  }
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits))
}

/** Roots as integers of enough bits: 32 of the fraction are exact only when worked out without floating point. */
function constants(): [Uint32Array, Uint32Array] {
  const primes: bigint[] = []
  for (let candidate = 2n; primes.length < ROUNDS; candidate++)
    if (primes.every((prime) => candidate % prime !== 0n)) primes.push(candidate)
  const fraction = (prime: bigint, power: bigint) => Number(root(prime << (32n * power), power) & 0xffffffffn)
  return [
    Uint32Array.from(primes, (prime) => fraction(prime, 3n)),
    Uint32Array.from(primes.slice(0, 8), (prime) => fraction(prime, 2n)),
  ]
}

/** The whole part of the `power`th root. */
function root(value: bigint, power: bigint): bigint {
  let low = 0n
  for (let high = 1n << 40n; low < high;) {
    const middle = (low + high + 1n) >> 1n
    if (middle ** power <= value) low = middle
    else high = middle - 1n
  }
  return low
}
