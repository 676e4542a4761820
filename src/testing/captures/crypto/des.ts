// DES for NTLMv1 and Netlogon, from Node's triple DES with one key three times.
import { createCipheriv } from 'node:crypto'

/** One block under a key of seven bytes, whose 56 bits are spread over eight bytes. */
export function desBlock(key: Uint8Array, block: Uint8Array): Uint8Array<ArrayBuffer> {
  const bits = [...key].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const spread = Uint8Array.from({ length: 8 }, (_, at) => parseInt(bits.slice(7 * at, 7 * at + 7), 2) << 1)
  const cipher = createCipheriv('des-ede3', Buffer.concat([spread, spread, spread]), null).setAutoPadding(false)
  return Uint8Array.from(cipher.update(block))
}

/** DESL: one block under the three thirds of a 16-byte key and five zeros. MS-NLMP 6. */
export function desLong(key: Uint8Array, block: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = Uint8Array.from([...key, 0, 0, 0, 0, 0])
  return Uint8Array.from([0, 7, 14].flatMap((at) => [...desBlock(whole.subarray(at, at + 7), block)]))
}
