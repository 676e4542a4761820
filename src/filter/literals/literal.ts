// What a literal means to a field of a given type. Each reading gives undefined for text that is no such value.

/** A number as C writes it: decimal, 0x hexadecimal, 0b binary, a leading 0 for octal. */
export function numberOf(text: string): number | undefined {
  const [, sign, digits] = /^([+-]?)(0x[0-9a-f]+|0b[01]+|[0-9]+)$/i.exec(text) ?? []
  if (digits === undefined) return undefined
  const value = /^0[0-7]+$/.test(digits) ? parseInt(digits, 8) : Number(digits)
  return sign === '-' ? -value : value
}

/** Seconds with up to nine decimals, in nanoseconds. */
export function nanosecondsOf(text: string): bigint | undefined {
  const [, sign, seconds, fraction = ''] = /^([+-]?)([0-9]+)(?:\.([0-9]{1,9}))?$/.exec(text) ?? []
  if (seconds === undefined) return undefined
  const value = BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'))
  return sign === '-' ? -value : value
}

/** An address and how many of its first bits count. */
export interface Prefix {
  bytes: Uint8Array
  bits: number
}

export function ipv4Of(text: string): Prefix | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text)
  if (!match) return undefined
  const bytes = match.slice(1, 5).map(Number)
  const bits = Number(match[5] ?? 32)
  return bytes.every((byte) => byte < 256) && bits <= 32 ? { bytes: Uint8Array.from(bytes), bits } : undefined
}

export function ipv6Of(text: string): Prefix | undefined {
  const [, address, prefix = '128'] = /^([0-9a-fA-F:.]*:[0-9a-fA-F:.]*)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  if (address === undefined || Number(prefix) > 128) return undefined
  const halves = address.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map(groupsOf)
  if (!head || (halves.length === 2 && !tail)) return undefined
  const missing = 16 - head.length - (tail?.length ?? 0)
  if (tail ? missing < 2 : missing !== 0) return undefined
  return {
    bytes: Uint8Array.from([...head, ...new Array<number>(missing).fill(0), ...(tail ?? [])]),
    bits: Number(prefix),
  }
}

/** Bytes of `a:b:c` or, at the end, `a:b:192.0.2.1`. */
function groupsOf(text: string): number[] | undefined {
  if (text === '') return []
  const bytes: number[] = []
  const groups = text.split(':')
  for (const [i, group] of groups.entries()) {
    const ipv4 = i === groups.length - 1 ? ipv4Of(group) : undefined
    if (ipv4) bytes.push(...ipv4.bytes)
    else if (/^[0-9a-fA-F]{1,4}$/.test(group)) bytes.push(parseInt(group, 16) >>> 8, parseInt(group, 16) & 255)
    else return undefined
  }
  return bytes
}

export function macOf(text: string): Prefix | undefined {
  const bytes = hexBytesOf(text)
  return bytes?.length === 6 ? { bytes, bits: 48 } : undefined
}

/** Lower-case UUID text, without braces. */
export function uuidOf(text: string): string | undefined {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.exec(text.toLowerCase())?.[0]
}

/** Bytes in hexadecimal, perhaps parted by `:`, `-` or `.`. */
export function hexBytesOf(text: string): Uint8Array | undefined {
  if (!/^[0-9a-f]{1,2}$|^[0-9a-f]{2}(?:[:.-]?[0-9a-f]{2})*$/i.test(text)) return undefined
  if (text.length <= 2) return Uint8Array.of(parseInt(text, 16))
  return Uint8Array.from(text.match(/[0-9a-f]{2}/gi) ?? [], (byte) => parseInt(byte, 16))
}
