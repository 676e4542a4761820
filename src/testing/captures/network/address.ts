// Addresses from their text forms to bytes: IPv4, IPv6 (RFC 4291 2.2), MAC.
import { fromHex } from '../../bytes'

/** 4 or 16 bytes. */
export function addressBytes(text: string): Uint8Array<ArrayBuffer> {
  if (!text.includes(':')) return Uint8Array.from(text.split('.'), Number)
  const [left = '', right] = text.split('::')
  const head = groups(left)
  if (right === undefined) return Uint8Array.from(head)
  const tail = groups(right)
  return Uint8Array.from([...head, ...new Array<number>(16 - head.length - tail.length).fill(0), ...tail])
}

function groups(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff])
}

export function macBytes(text: string): Uint8Array<ArrayBuffer> {
  return fromHex(text.replace(/[:-]/g, ''))
}
