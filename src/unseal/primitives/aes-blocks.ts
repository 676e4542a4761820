// AES (FIPS 197) over many blocks: CBC decryption, CTR, CBC-MAC and CFB, and GHASH; computed in WebAssembly with the library's key schedules.
import { unsafe } from '@noble/ciphers/aes.js'
import { type Cipher, cipher } from './cipher'

const BLOCK = 16
/** From so many bytes on, CFB decryption by 128 blocks at once pays. */
const MIN_LANES_BYTES = 24

type Expansion = (key: Uint8Array) => Uint32Array
/** Schedules by their keys, and gone with them. */
const schedules = new WeakMap<Uint8Array, Map<Expansion, Uint32Array>>()

/** The round keys where they belong; returns how many rounds they are for. A key is not to be changed afterwards. */
function putSchedule({ run, memory }: Cipher, key: Uint8Array, expand: Expansion): number {
  let known = schedules.get(key)
  if (!known) schedules.set(key, (known = new Map<Expansion, Uint32Array>()))
  let words = known.get(expand)
  if (!words) known.set(expand, (words = expand(key)))
  memory.set(new Uint8Array(words.buffer, words.byteOffset, words.byteLength), run.schedule())
  return words.length / 4 - 1
}

/**
 * Works on `bytes` area by area, with `before` before the first and each filled up to whole blocks with zeros; `out` takes what the work makes of
 * them. Gives the block that the work left before the last. With `goesOn`, the caller lets the module forget.
 */
function byAreas(
  before: Uint8Array,
  bytes: Uint8Array,
  work: (at: number, blocks: number, bytes: number) => void,
  out?: Uint8Array,
  goesOn = false,
): Uint8Array<ArrayBuffer> {
  const { run, memory, area, areaBytes } = cipher()
  memory.set(before, area - BLOCK)
  let most = 0
  for (let from = 0; from < bytes.length; from += areaBytes) {
    const part = bytes.subarray(from, from + areaBytes)
    const padded = (part.length + BLOCK - 1) & -BLOCK
    most = Math.max(most, padded)
    memory.set(part, area)
    if (padded > part.length) memory.fill(0, area + part.length, area + padded)
    work(area, padded / BLOCK, part.length)
    out?.set(memory.subarray(area, area + part.length), from)
  }
  const carried = memory.slice(area - BLOCK, area)
  if (!goesOn) run.forget(most)
  return carried
}

/** CBC over whole blocks, without padding. SP 800-38A 6.2. */
export function cbcDecryptBlocks(key: Uint8Array, iv: Uint8Array, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const rounds = putSchedule(cipher(), key, unsafe.expandKeyDecLE)
  const out = new Uint8Array(bytes.length)
  byAreas(iv, bytes, (at, blocks) => cipher().run.cbcDecrypt(at, blocks, rounds), out)
  return out
}

/** CTR from a counter block whose last 32 bits count, most significant byte first. SP 800-38A 6.5, SP 800-38D 6.2. */
export function ctrBlocks(key: Uint8Array, counter: Uint8Array, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const rounds = putSchedule(cipher(), key, unsafe.expandKeyLE)
  const out = new Uint8Array(bytes.length)
  byAreas(counter, bytes, (at, blocks) => cipher().run.ctr(at, blocks, rounds), out)
  return out
}

/** The last block of CBC encryption from zeros: the code of whole blocks. SP 800-38C 6.1. */
export function cbcMacBlocks(key: Uint8Array, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const rounds = putSchedule(cipher(), key, unsafe.expandKeyLE)
  return byAreas(new Uint8Array(BLOCK), bytes, (at, blocks) => cipher().run.cbcMac(at, blocks, rounds))
}

/** CTR as above, and the CBC-MAC of the clear text, which goes on from `code` and fills the text up with zeros. SP 800-38C 6.2. */
export function ctrAndMac(
  key: Uint8Array,
  counter: Uint8Array,
  code: Uint8Array,
  sealed: Uint8Array,
): { clear: Uint8Array<ArrayBuffer>; code: Uint8Array } {
  const { run, memory, area } = cipher()
  const rounds = putSchedule(cipher(), key, unsafe.expandKeyLE)
  const clear = new Uint8Array(sealed.length)
  const before = area - BLOCK
  let sum = code
  byAreas(
    counter,
    sealed,
    (at, blocks, bytes) => {
      run.ctr(at, blocks, rounds)
      const next = memory.slice(before, area)
      memory.fill(0, at + bytes, at + blocks * BLOCK)
      memory.set(sum, before)
      run.cbcMac(at, blocks, rounds)
      sum = memory.slice(before, area)
      memory.set(next, before)
    },
    clear,
  )
  return { clear, code: sum }
}

/**
 * CTR as above, and GHASH under a key of 16 bytes of the associated data, the sealed bytes and `lengths`; each is filled up to whole
 * blocks with zeros. SP 800-38D 6.4, 7.2.
 */
export function ctrAndGhash(
  key: Uint8Array,
  hashKey: Uint8Array,
  counter: Uint8Array,
  [associated, sealed, lengths]: readonly [Uint8Array, Uint8Array, Uint8Array],
): { clear: Uint8Array<ArrayBuffer>; hash: Uint8Array } {
  const { run, memory } = cipher()
  const rounds = putSchedule(cipher(), key, unsafe.expandKeyLE)
  const state = run.ghashState()
  memory.set(hashKey, state)
  run.ghashStart()
  const clear = new Uint8Array(sealed.length)
  const hashed = (at: number, blocks: number) => run.ghash(at, blocks)
  byAreas(new Uint8Array(BLOCK), associated, hashed, undefined, true)
  const opened = (at: number, blocks: number) => {
    run.ghash(at, blocks)
    run.ctr(at, blocks, rounds)
  }
  byAreas(counter, sealed, opened, clear, true)
  byAreas(new Uint8Array(BLOCK), lengths, hashed, undefined, true)
  const hash = memory.slice(state + BLOCK, state + 2 * BLOCK)
  run.forget(Math.min(cipher().areaBytes, Math.max(associated.length, sealed.length)))
  return { clear, hash }
}

/** CFB with 8-bit feedback: a block for each byte. SP 800-38A 6.3. */
export function cfb8(
  key: Uint8Array,
  iv: Uint8Array,
  bytes: Uint8Array,
  isDecrypting: boolean,
): Uint8Array<ArrayBuffer> {
  if (isDecrypting && key.length === BLOCK && bytes.length >= MIN_LANES_BYTES) return cfb8Decrypt(key, iv, bytes)
  const { run, memory, area } = cipher()
  const rounds = putSchedule(cipher(), key, unsafe.expandKeyLE)
  const out = new Uint8Array(bytes.length)
  const register = iv.slice(0, BLOCK)
  for (let at = 0; at < bytes.length; at++) {
    memory.fill(0, area - BLOCK, area)
    memory.set(register, area)
    run.cbcMac(area, 1, rounds)
    const input = bytes[at]!
    out[at] = input ^ memory[area - BLOCK]!
    // The register moves on by a byte; what was sent goes in at its end.
    register.copyWithin(0, 1)
    register[BLOCK - 1] = isDecrypting ? input : out[at]!
  }
  run.forget(BLOCK)
  return out
}

function cfb8Decrypt(key: Uint8Array, iv: Uint8Array, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { run, memory, area, areaBytes } = cipher()
  putSchedule(cipher(), key, unsafe.expandKeyLE)
  run.spreadKey()
  const out = new Uint8Array(bytes.length)
  for (let from = 0; from < bytes.length; from += areaBytes) {
    const part = bytes.subarray(from, from + areaBytes)
    memory.set(from === 0 ? iv.subarray(0, BLOCK) : bytes.subarray(from - BLOCK, from), area - BLOCK)
    memory.set(part, area)
    run.cfb8Decrypt(area, part.length)
    out.set(memory.subarray(area - BLOCK, area - BLOCK + part.length), from)
  }
  run.forget(Math.min(areaBytes, bytes.length))
  return out
}
