// MD4: RFC 1320. NTLM and RC4-HMAC hash passwords with it, and no maintained library has it.

const ORDER_2 = [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15]
const ORDER_3 = [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15]
const SHIFT_1 = [3, 7, 11, 19]
const SHIFT_2 = [3, 5, 9, 13]
const SHIFT_3 = [3, 9, 11, 15]
const BLOCK_BYTES = 64

/** The 16-byte digest of a message. RFC 1320 3. */
export function md4(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array((((message.length + 8) >>> 6) << 6) + BLOCK_BYTES)
  padded.set(message)
  padded[message.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, message.length << 3, true)
  view.setUint32(padded.length - 4, message.length >>> 29, true)
  const x = new Uint32Array(16)
  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476)
  for (let block = 0; block < padded.length; block += BLOCK_BYTES) {
    for (let i = 0; i < 16; i++) x[i] = view.getUint32(block + 4 * i, true)
    compress(state, x)
  }
  const digest = new DataView(new ArrayBuffer(16))
  for (let i = 0; i < 4; i++) digest.setUint32(4 * i, state[i]!, true)
  return new Uint8Array(digest.buffer)
}

function compress(state: Uint32Array, x: Uint32Array): void {
  let a = state[0]!
  let b = state[1]!
  let c = state[2]!
  let d = state[3]!
  const turn = (sum: number, shift: number) => {
    const rotated = (sum << shift) | (sum >>> (32 - shift))
    a = d
    d = c
    c = b
    b = rotated
  }
  for (let i = 0; i < 16; i++) turn((a + ((b & c) | (~b & d)) + x[i]!) | 0, SHIFT_1[i & 3]!)
  for (let i = 0; i < 16; i++)
    turn((a + ((b & c) | (b & d) | (c & d)) + x[ORDER_2[i]!]! + 0x5a827999) | 0, SHIFT_2[i & 3]!)
  for (let i = 0; i < 16; i++) turn((a + (b ^ c ^ d) + x[ORDER_3[i]!]! + 0x6ed9eba1) | 0, SHIFT_3[i & 3]!)
  state[0]! += a
  state[1]! += b
  state[2]! += c
  state[3]! += d
}
