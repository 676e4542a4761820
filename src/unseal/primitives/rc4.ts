// RC4, the stream cipher of NTLM, RC4-HMAC and old Netlogon channels. Its state can be copied, so that a place in the
// key stream can be tried and given up again.

export class Rc4 {
  readonly #state: Uint8Array
  #i = 0
  #j = 0

  /** A stream at its first byte; `key` has 1 to 256 bytes. */
  constructor(key: Uint8Array | Rc4) {
    if (key instanceof Rc4) {
      this.#state = key.#state.slice()
      this.#i = key.#i
      this.#j = key.#j
      return
    }
    const state = (this.#state = new Uint8Array(256))
    for (let i = 0; i < 256; i++) state[i] = i
    for (let i = 0, j = 0; i < 256; i++) {
      const value = state[i]!
      j = (j + value + key[i % key.length]!) & 0xff
      state[i] = state[j]!
      state[j] = value
    }
  }

  /** Encrypts or decrypts with the next bytes of the key stream; into a new array. */
  apply(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(bytes.length)
    const state = this.#state
    let i = this.#i
    let j = this.#j
    for (let at = 0; at < bytes.length; at++) {
      i = (i + 1) & 0xff
      const a = state[i]!
      j = (j + a) & 0xff
      const b = state[j]!
      state[i] = b
      state[j] = a
      out[at] = bytes[at]! ^ state[(a + b) & 0xff]!
    }
    this.#i = i
    this.#j = j
    return out
  }

  /** Passes over bytes of the key stream. */
  skip(count: number): void {
    const state = this.#state
    let i = this.#i
    let j = this.#j
    for (let at = 0; at < count; at++) {
      i = (i + 1) & 0xff
      const a = state[i]!
      j = (j + a) & 0xff
      state[i] = state[j]!
      state[j] = a
    }
    this.#i = i
    this.#j = j
  }

  /** A stream of its own at the same place. */
  copy(): Rc4 {
    return new Rc4(this)
  }
}

/** RC4 over one message with a key of its own. */
export function rc4(key: Uint8Array, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Rc4(key).apply(bytes)
}
