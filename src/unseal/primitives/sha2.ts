// SHA-256, SHA-384, SHA-512 (FIPS 180-4) and HMAC over them (RFC 2104) of messages in parts; computed in WebAssembly.
import { cipher, fractionOfRoot, primes } from './cipher'

interface Kind {
  blockBytes: number
  digestBytes: number
  /** Bytes of a word of the state. */
  wordBytes: 4 | 8
  initial: BigUint64Array
}

const ROOTS = primes(16).map((prime) => fractionOfRoot(prime, 2n))
/** FIPS 180-4 5.3.3 to 5.3.5: SHA-256 takes the upper halves. */
const SHA_256: Kind = { blockBytes: 64, digestBytes: 32, wordBytes: 4, initial: BigUint64Array.from(ROOTS.slice(0, 8)) }
const SHA_384: Kind = { blockBytes: 128, digestBytes: 48, wordBytes: 8, initial: BigUint64Array.from(ROOTS.slice(8)) }
const SHA_512: Kind = { ...SHA_384, digestBytes: 64, initial: SHA_256.initial }

function digest({ blockBytes, digestBytes, wordBytes, initial }: Kind, parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const { run, memory, area, areaBytes } = cipher()
  const compress = wordBytes === 4 ? run.sha256 : run.sha512
  const state = new DataView(memory.buffer, run.hashState())
  for (const [i, word] of initial.entries())
    if (wordBytes === 4) state.setUint32(4 * i, Number(word >> 32n), true)
    else state.setBigUint64(8 * i, word, true)
  let held = 0
  let total = 0
  for (const part of parts) {
    total += part.length
    for (let from = 0; from < part.length;) {
      const take = Math.min(part.length - from, areaBytes - held)
      memory.set(part.subarray(from, from + take), area + held)
      held += take
      from += take
      if (held < areaBytes) continue
      compress(area, areaBytes / blockBytes)
      held = 0
    }
  }
  const whole = Math.floor(held / blockBytes)
  compress(area, whole)
  // The rest, a bit of one, zeros, and the number of bits in the last bytes.
  const rest = held - whole * blockBytes
  memory.copyWithin(area, area + held - rest, area + held)
  memory[area + rest] = 0x80
  const end = rest + 1 + 2 * wordBytes > blockBytes ? 2 * blockBytes : blockBytes
  memory.fill(0, area + rest + 1, area + end)
  new DataView(memory.buffer, area + end - 8).setBigUint64(0, 8n * BigInt(total))
  compress(area, end / blockBytes)
  const out = new Uint8Array(digestBytes)
  for (let i = 0; i < digestBytes; i++)
    out[i] = state.getUint8((i & -wordBytes) + wordBytes - 1 - (i & (wordBytes - 1)))
  run.forget(Math.min(areaBytes, total + blockBytes))
  return out
}

function keyed(kind: Kind, key: Uint8Array, parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(kind.blockBytes)
  block.set(key.length > kind.blockBytes ? digest(kind, [key]) : key)
  const inner = digest(kind, [block.map((byte) => byte ^ 0x36), ...parts])
  return digest(kind, [block.map((byte) => byte ^ 0x5c), inner])
}

export const sha256 = (...parts: Uint8Array[]) => digest(SHA_256, parts)
export const sha384 = (...parts: Uint8Array[]) => digest(SHA_384, parts)
export const sha512 = (...parts: Uint8Array[]) => digest(SHA_512, parts)
/** RFC 2104 with each hash: the key, then the message in parts. */
export const hmacSha256 = (key: Uint8Array, ...parts: Uint8Array[]) => keyed(SHA_256, key, parts)
export const hmacSha384 = (key: Uint8Array, ...parts: Uint8Array[]) => keyed(SHA_384, key, parts)
