// Small helpers over byte arrays that every file of this folder uses.

/** A new array that holds the parts one after the other. */
export function concatenate(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** True if the first `length` bytes of both are equal (all bytes, by default) and both have them. */
export function equalBytes(a: Uint8Array, b: Uint8Array, length = Math.max(a.length, b.length)): boolean {
  if (a.length < length || b.length < length) return false
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Hexadecimal text in lower case. */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += (byte < 16 ? '0' : '') + byte.toString(16)
  return text
}

/** Bytes of hexadecimal text; colons, dashes and spaces between bytes are allowed. Undefined when it is none. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> | undefined {
  const digits = text.replace(/^0x/i, '').replace(/[\s:-]/g, '')
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return undefined
  const bytes = new Uint8Array(digits.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(digits.slice(2 * i, 2 * i + 2), 16)
  return bytes
}

/** UTF-16LE without a byte order mark, as Windows hashes text. */
export function utf16(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length * 2)
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    bytes[2 * i] = unit & 0xff
    bytes[2 * i + 1] = unit >>> 8
  }
  return bytes
}

/** UTF-8. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

/** Four bytes, least significant first. */
export function little32(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24)
}

/** Four bytes, most significant first. */
export function big32(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
}

export function readLittle16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)
}

export function readBig16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

export function readBig32(bytes: Uint8Array, at: number): number {
  return readBig16(bytes, at) * 0x10000 + readBig16(bytes, at + 2)
}

export function readLittle32(bytes: Uint8Array, at: number): number {
  return (readLittle16(bytes, at) | (readLittle16(bytes, at + 2) << 16)) >>> 0
}

/** The bytes with `mask` exclusive-ored into each. */
export function maskBytes(bytes: Uint8Array, mask: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes, (byte) => byte ^ mask)
}
