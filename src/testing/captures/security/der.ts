// The little of DER that SPNEGO and Kerberos tokens need. X.690 8, 10.
import { ascii, ByteWriter, concatenate } from '../../bytes'

const SEQUENCE = 0x30
export const OCTET_STRING = 0x04

/** One element: tag, length in its shortest form, content. */
export function der(tag: number, ...content: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const value = concatenate(...content)
  const header = new ByteWriter(false).u8(tag)
  if (value.length < 0x80) header.u8(value.length)
  else if (value.length < 0x100) header.u8(0x81).u8(value.length)
  else header.u8(0x82).u16(value.length)
  return header.bytes(value).take()
}

/** A context tag around elements, or around a primitive. */
export function tagged(number: number, ...content: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return der(0xa0 | number, ...content)
}

export function sequence(...content: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return der(SEQUENCE, ...content)
}

export function enumerated(value: number): Uint8Array<ArrayBuffer> {
  return der(0x0a, Uint8Array.of(value))
}

/** A non-negative INTEGER below 2^31, or a negative one down to -128. */
export function integer(value: number): Uint8Array<ArrayBuffer> {
  if (value >= -128 && value < 128) return der(0x02, Uint8Array.of(value & 0xff))
  const bytes = [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff]
  while (bytes[0] === 0 && bytes[1]! < 0x80) bytes.shift()
  return der(0x02, Uint8Array.from(bytes))
}

export function generalString(text: string): Uint8Array<ArrayBuffer> {
  return der(0x1b, ascii(text))
}

export function generalizedTime(microseconds: number): Uint8Array<ArrayBuffer> {
  const digits = new Date(microseconds / 1000).toISOString().replace(/[-:T]|\.\d+/g, '')
  return der(0x18, ascii(digits))
}

/** An object identifier from its dotted text. */
export function oid(text: string): Uint8Array<ArrayBuffer> {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  return der(0x06, Uint8Array.from([40 * first + second, ...rest.flatMap(base128)]))
}

function base128(value: number): number[] {
  const digits = [value & 0x7f]
  for (let left = value >>> 7; left > 0; left >>>= 7) digits.unshift(0x80 | (left & 0x7f))
  return digits
}
