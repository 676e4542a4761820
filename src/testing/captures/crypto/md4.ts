// MD4, which OpenSSL 3 no longer offers by default and NTLM still hashes passwords with. RFC 1320.

const BLOCK = 64
const ROUND_CONSTANTS = [0, 0x5a827999, 0x6ed9eba1]
const SHIFTS = [
  [3, 7, 11, 19],
  [3, 5, 9, 13],
  [3, 9, 11, 15],
]
const WORD_ORDER = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
  [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
]

export function md4(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(Math.ceil((message.length + 9) / BLOCK) * BLOCK)
  padded.set(message)
  padded[message.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, message.length * 8, true)
  view.setUint32(padded.length - 4, Math.floor(message.length / 2 ** 29), true)

  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476)
  for (let block = 0; block < padded.length; block += BLOCK) {
    const words = Uint32Array.from({ length: 16 }, (_, word) => view.getUint32(block + 4 * word, true))
    mix(state, words)
  }
  const digest = new DataView(new ArrayBuffer(16))
  state.forEach((word, at) => digest.setUint32(4 * at, word, true))
  return new Uint8Array(digest.buffer)
}

function mix(state: Uint32Array, words: Uint32Array): void {
  let [a, b, c, d] = [state[0]!, state[1]!, state[2]!, state[3]!]
  for (let step = 0; step < 48; step++) {
    const round = step >> 4
    const word = words[WORD_ORDER[round]![step & 15]!]!
    const sum = (a + nonlinear(round, b, c, d) + word + ROUND_CONSTANTS[round]!) >>> 0
    const shift = SHIFTS[round]![step & 3]!
    ;[a, b, c, d] = [d, ((sum << shift) | (sum >>> (32 - shift))) >>> 0, b, c]
  }
  state[0]! += a
  state[1]! += b
  state[2]! += c
  state[3]! += d
}

function nonlinear(round: number, x: number, y: number, z: number): number {
  if (round === 0) return (x & y) | (~x & z)
  if (round === 1) return (x & y) | (x & z) | (y & z)
  return x ^ y ^ z
}
