// MD5 (RFC 1321) and HMAC-MD5 (RFC 2104), from Node.
import { createHash, createHmac } from 'node:crypto'

export function md5(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const hash = createHash('md5')
  for (const part of parts) hash.update(part)
  return Uint8Array.from(hash.digest())
}

export function hmacMd5(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const hmac = createHmac('md5', key)
  for (const part of parts) hmac.update(part)
  return Uint8Array.from(hmac.digest())
}
