// The hashes and keyed hashes of this folder, with their inputs as parts: SHA-2 from @noble/hashes, the others ours.
import { hmac } from '@noble/hashes/hmac.js'
import { HmacMd5, Md5 } from './md5'
import { HmacSha1, Sha1 } from './sha1'
import { sha256, sha384, sha512 as sha512Hash } from '@noble/hashes/sha2.js'

function digest(hash: { create: () => { update: (part: Uint8Array) => unknown; digest: () => Uint8Array } }) {
  return (...parts: Uint8Array[]): Uint8Array => {
    const state = hash.create()
    for (const part of parts) state.update(part)
    return state.digest()
  }
}

function keyed(hash: Parameters<typeof hmac>[0]) {
  return (key: Uint8Array, ...parts: Uint8Array[]): Uint8Array => {
    const state = hmac.create(hash, key)
    for (const part of parts) state.update(part)
    return state.digest()
  }
}

/** RFC 1321. */
export const md5 = (...parts: Uint8Array[]): Uint8Array => {
  const state = new Md5()
  for (const part of parts) state.update(part)
  return state.digest()
}
/** FIPS 180-4. */
export const sha1 = (...parts: Uint8Array[]): Uint8Array => {
  const state = new Sha1()
  for (const part of parts) state.update(part)
  return state.digest()
}
export const sha512 = digest(sha512Hash)
/** RFC 2104 with each hash: the key, then the message in parts. */
export const hmacMd5 = (key: Uint8Array, ...parts: Uint8Array[]): Uint8Array => new HmacMd5(key).code(...parts)
export const hmacSha1 = (key: Uint8Array, ...parts: Uint8Array[]): Uint8Array => new HmacSha1(key).code(...parts)
export const hmacSha256 = keyed(sha256)
export const hmacSha384 = keyed(sha384)
