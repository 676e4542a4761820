// RC4 with its state kept from call to call, as NTLM's sealing handle is.

export class Rc4 {
  readonly #state = Uint8Array.from({ length: 256 }, (_, at) => at)
  #i = 0
  #j = 0

  constructor(key: Uint8Array) {
    const state = this.#state
    for (let i = 0, j = 0; i < 256; i++) {
      j = (j + state[i]! + key[i % key.length]!) & 0xff
      ;[state[i], state[j]] = [state[j]!, state[i]!]
    }
  }

  /** Encrypts or decrypts with the next bytes of the key stream. */
  apply(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const state = this.#state
    return Uint8Array.from(bytes, (byte) => {
      this.#i = (this.#i + 1) & 0xff
      this.#j = (this.#j + state[this.#i]!) & 0xff
      ;[state[this.#i], state[this.#j]] = [state[this.#j]!, state[this.#i]!]
      return byte ^ state[(state[this.#i]! + state[this.#j]!) & 0xff]!
    })
  }
}
