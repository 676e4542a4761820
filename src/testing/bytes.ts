// A byte writer: fluent, growing, little-endian unless asked otherwise; aligns as NDR does, counted from its own start.

export class ByteWriter {
  #bytes = new Uint8Array(256)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  constructor(readonly littleEndian = true) {}

  get length(): number {
    return this.#length
  }

  u8(value: number): this {
    const at = this.#grow(1)
    this.#bytes[at] = value
    return this
  }

  u16(value: number): this {
    const at = this.#grow(2)
    this.#view.setUint16(at, value, this.littleEndian)
    return this
  }

  u32(value: number): this {
    const at = this.#grow(4)
    this.#view.setUint32(at, value, this.littleEndian)
    return this
  }

  u64(value: bigint): this {
    const at = this.#grow(8)
    this.#view.setBigUint64(at, value, this.littleEndian)
    return this
  }

  bytes(value: Uint8Array): this {
    const at = this.#grow(value.length)
    this.#bytes.set(value, at)
    return this
  }

  fill(count: number, value = 0): this {
    const at = this.#grow(count)
    this.#bytes.fill(value, at, at + count)
    return this
  }

  /** Fills up to the next multiple of `to`. */
  align(to: number, value = 0): this {
    return this.fill(-this.#length & (to - 1), value)
  }

  /** A UUID from its text: first three parts in the writer's byte order. C706 appendix A. */
  uuid(text: string): this {
    return this.bytes(uuidBytes(text, this.littleEndian))
  }

  /** UTF-16 in the writer's byte order, without terminator. */
  utf16(text: string): this {
    for (let at = 0; at < text.length; at++) this.u16(text.charCodeAt(at))
    return this
  }

  /** One byte a character, without terminator. */
  ascii(text: string): this {
    return this.bytes(ascii(text))
  }

  setU8(at: number, value: number): this {
    this.#bytes[at] = value
    return this
  }

  setU16(at: number, value: number): this {
    this.#view.setUint16(at, value, this.littleEndian)
    return this
  }

  setU32(at: number, value: number): this {
    this.#view.setUint32(at, value, this.littleEndian)
    return this
  }

  /** A copy of what was written. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length)
  }

  #grow(by: number): number {
    const at = this.#length
    this.#length += by
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length))
      larger.set(this.#bytes)
      this.#bytes = larger
      this.#view = new DataView(larger.buffer)
    }
    return at
  }
}

/** The 16 bytes of a UUID text. */
export function uuidBytes(text: string, littleEndian = true): Uint8Array<ArrayBuffer> {
  const bytes = fromHex(text.replaceAll('-', ''))
  if (bytes.length !== 16) throw new RangeError(`not a UUID: ${text}`)
  if (!littleEndian) return bytes
  bytes.subarray(0, 4).reverse()
  bytes.subarray(4, 6).reverse()
  bytes.subarray(6, 8).reverse()
  return bytes
}

export function ascii(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/** UTF-16, little-endian, without terminator. */
export function utf16(text: string): Uint8Array<ArrayBuffer> {
  return new ByteWriter().utf16(text).take()
}

export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.replace(/\s/g, '')
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) => parseInt(digits.slice(2 * at, 2 * at + 2), 16))
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function concatenate(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
