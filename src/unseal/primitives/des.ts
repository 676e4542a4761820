// DES as NTLMv1 and old Netlogon credentials use it: one block, keys of seven bytes. MS-NLMP 6 (DES), MS-NRPC 3.1.4.4.2.
import des from 'des.js'

/** Encrypts eight bytes with a key of seven, whose bits are spread over eight bytes with parity. */
export function desBlock(key7: Uint8Array, block: Uint8Array): Uint8Array<ArrayBuffer> {
  const cipher = des.DES.create({ type: 'encrypt', key: spread(key7), padding: false })
  return Uint8Array.from(cipher.update(block))
}

/** Three blocks under the three thirds of a 16-byte key, the last filled with zeros: DESL of MS-NLMP 6. */
export function desLong(key16: Uint8Array, block: Uint8Array): Uint8Array<ArrayBuffer> {
  const key = new Uint8Array(21)
  key.set(key16.subarray(0, 16))
  const out = new Uint8Array(24)
  for (let third = 0; third < 3; third++) out.set(desBlock(key.subarray(7 * third, 7 * third + 7), block), 8 * third)
  return out
}

/** Seven bits a byte, the lowest for parity, which nothing checks. */
function spread(key: Uint8Array): number[] {
  return Array.from({ length: 8 }, (_, i) => {
    const bit = 7 * i
    const pair = ((key[bit >> 3] ?? 0) << 8) | (key[(bit >> 3) + 1] ?? 0)
    return ((pair >> (9 - (bit & 7))) & 0x7f) << 1
  })
}
