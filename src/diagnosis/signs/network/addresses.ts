// What kind of network an address belongs to. RFC 1918, RFC 6598, RFC 3927, RFC 5737, RFC 6890.

/** First bytes of IPv4 networks that are not part of the public Internet, and how many bits of them count. */
const NOT_PUBLIC: readonly [network: number, bits: number][] = [
  [0x00000000, 8],
  [0x0a000000, 8],
  [0x64400000, 10],
  [0x7f000000, 8],
  [0xa9fe0000, 16],
  [0xac100000, 12],
  [0xc0000200, 24],
  [0xc0a80000, 16],
  [0xc6336400, 24],
  [0xcb007100, 24],
  [0xe0000000, 3],
]

/** True for an IPv4 address of the public Internet. IPv6 networks use public addresses inside, so theirs say nothing: false. */
export function isPublic(address: string): boolean {
  const parts = address.split('.').map(Number)
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return false
  const word = ((parts[0]! << 24) | (parts[1]! << 16) | (parts[2]! << 8) | parts[3]!) >>> 0
  return !NOT_PUBLIC.some(([network, bits]) => word >>> (32 - bits) === network >>> (32 - bits))
}
