// The hashes and keyed hashes of this folder, with their inputs as parts.
import { HmacMd5, Md5 } from './md5'
import { HmacSha1, Sha1 } from './sha1'

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
export { hmacSha256, hmacSha384, sha512 } from './sha2'
/** RFC 2104 with each hash: the key, then the message in parts. */
export const hmacMd5 = (key: Uint8Array, ...parts: Uint8Array[]): Uint8Array => new HmacMd5(key).code(...parts)
export const hmacSha1 = (key: Uint8Array, ...parts: Uint8Array[]): Uint8Array => new HmacSha1(key).code(...parts)
