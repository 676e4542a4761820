// How a capture may be packed. Apart from unpack.ts, whose code is fetched only for files that are.

export type Packing = 'gzip' | 'zstd' | 'zip'

const MAGICS: [number[], Packing][] = [
  [[0x1f, 0x8b], 'gzip'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'zstd'],
  [[0x50, 0x4b, 0x03, 0x04], 'zip'],
]

/** How a file is packed, by its first four bytes; undefined when it is not. */
export function packingOf(head: Uint8Array): Packing | undefined {
  return MAGICS.find(([magic]) => magic.every((byte, i) => head[i] === byte))?.[1]
}
