// AES modes: CTS (RFC 3962 5), CCM (SP 800-38C) and GCM (SP 800-38D) over the blocks of aes-blocks.ts.
import { cbc } from '@noble/ciphers/aes.js'
import { equalBytes } from '../bytes'
import { cbcDecryptBlocks, cbcMacBlocks, ctrAndGhash, ctrAndMac, ctrBlocks } from './aes-blocks'

const BLOCK = 16
const RAW = { disablePadding: true }

/** CBC over whole blocks without padding. */
export function cbcEncrypt(key: Uint8Array, iv: Uint8Array, bytes: Uint8Array): Uint8Array {
  return bytes.length === 0 ? new Uint8Array(0) : cbc(key, iv, RAW).encrypt(bytes)
}

function cbcDecrypt(key: Uint8Array, iv: Uint8Array, bytes: Uint8Array): Uint8Array {
  return cbcDecryptBlocks(key, iv, bytes)
}

/** CBC with ciphertext stealing, the last two blocks always swapped, initial vector zero. At least one block. RFC 3962 5. */
export function ctsEncrypt(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const iv = new Uint8Array(BLOCK)
  if (bytes.length <= BLOCK) return cbcEncrypt(key, iv, bytes)
  const padded = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK)
  padded.set(bytes)
  const sealed = cbcEncrypt(key, iv, padded)
  const lastAt = padded.length - BLOCK
  const out = new Uint8Array(bytes.length)
  out.set(sealed.subarray(0, lastAt - BLOCK))
  out.set(sealed.subarray(lastAt), lastAt - BLOCK)
  out.set(sealed.subarray(lastAt - BLOCK, lastAt - BLOCK + bytes.length - lastAt), lastAt)
  return out
}

/** The inverse of ctsEncrypt. Undefined for fewer bytes than a block. */
export function ctsDecrypt(key: Uint8Array, bytes: Uint8Array): Uint8Array | undefined {
  const iv = new Uint8Array(BLOCK)
  if (bytes.length < BLOCK) return undefined
  if (bytes.length === BLOCK) return cbcDecrypt(key, iv, bytes)
  // The block before the last belongs last; what the last one was short of is found in its decryption.
  const lastAt = (Math.ceil(bytes.length / BLOCK) - 1) * BLOCK
  const tail = bytes.length - lastAt
  const stolen = cbcDecrypt(key, iv, bytes.slice(lastAt - BLOCK, lastAt))
  const whole = new Uint8Array(lastAt + BLOCK)
  whole.set(bytes.subarray(0, lastAt - BLOCK))
  whole.set(bytes.subarray(lastAt), lastAt - BLOCK)
  whole.set(stolen.subarray(tail), lastAt - BLOCK + tail)
  whole.set(bytes.subarray(lastAt - BLOCK, lastAt), lastAt)
  return cbcDecrypt(key, iv, whole).subarray(0, bytes.length)
}

/** Opens what CCM sealed; the nonce has 7 to 13 bytes. Undefined when the tag does not fit. SP 800-38C 6.2. */
export function ccmDecrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
  tag: Uint8Array,
): Uint8Array | undefined {
  // Counter block 0 covers the tag, those from 1 on the message.
  const counter = new Uint8Array(BLOCK)
  counter[0] = 14 - nonce.length
  counter.set(nonce, 1)
  const clearTag = ctrBlocks(key, counter, tag)
  counter[BLOCK - 1] = 1
  const head = cbcMacBlocks(key, ccmHead(nonce, associated, sealed.length, tag.length))
  const { clear, code } = ctrAndMac(key, counter, head, sealed)
  return equalBytes(code.subarray(0, tag.length), clearTag) ? clear : undefined
}

/** What is authenticated before the message. SP 800-38C A.2.1, A.2.2. */
function ccmHead(nonce: Uint8Array, associated: Uint8Array, bytes: number, tagBytes: number): Uint8Array {
  const lengthBytes = 15 - nonce.length
  // Associated data is shorter than 0xff00 bytes here: two bytes of length.
  const associatedEnd = associated.length === 0 ? 0 : BLOCK * Math.ceil((associated.length + 2) / BLOCK)
  const blocks = new Uint8Array(BLOCK + associatedEnd)
  blocks[0] = (associated.length > 0 ? 0x40 : 0) | (((tagBytes - 2) / 2) << 3) | (lengthBytes - 1)
  blocks.set(nonce, 1)
  for (let i = 0, length = bytes; i < Math.min(4, lengthBytes); i++, length >>>= 8) blocks[15 - i] = length & 0xff
  if (associated.length > 0) {
    blocks[BLOCK] = associated.length >>> 8
    blocks[BLOCK + 1] = associated.length & 0xff
    blocks.set(associated, BLOCK + 2)
  }
  return blocks
}

/** Opens what GCM sealed; the nonce has 12 bytes. Undefined when the tag does not fit. SP 800-38D 7.2. */
export function gcmDecrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
  tag: Uint8Array,
): Uint8Array | undefined {
  const zero = new Uint8Array(BLOCK)
  const counter = new Uint8Array(BLOCK)
  counter.set(nonce)
  counter[BLOCK - 1] = 1
  const mask = ctrBlocks(key, counter, zero)
  counter[BLOCK - 1] = 2
  const lengths = new Uint8Array(BLOCK)
  const view = new DataView(lengths.buffer)
  view.setBigUint64(0, BigInt(8 * associated.length))
  view.setBigUint64(8, BigInt(8 * sealed.length))
  const hashKey = ctrBlocks(key, zero, zero)
  const { clear, hash } = ctrAndGhash(key, hashKey, counter, [associated, sealed, lengths])
  return equalBytes(
    hash.map((byte, i) => byte ^ mask[i]!),
    tag,
  )
    ? clear
    : undefined
}
