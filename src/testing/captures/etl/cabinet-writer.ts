// Writes cabinets (MS-CAB) of one folder packed with MSZIP, as netsh does; each block's deflate refers to the one before.
import { deflateRawSync } from 'node:zlib'
import { ByteWriter } from '../../bytes'

const BLOCK = 0x8000

export interface PackedFile {
  name: string
  bytes: Uint8Array
}

/** A cabinet of files. */
export function cab(files: readonly PackedFile[]): Uint8Array<ArrayBuffer> {
  const all = Buffer.concat(files.map(({ bytes }) => bytes))
  const blocks: Buffer[] = []
  for (let at = 0; at < all.length; at += BLOCK)
    blocks.push(deflateRawSync(all.subarray(at, at + BLOCK), { dictionary: all.subarray(Math.max(0, at - BLOCK), at) }))
  const list = new ByteWriter()
  let place = 0
  for (const { name, bytes } of files) {
    list.u32(bytes.length).u32(place).u16(0).u16(0).u16(0).u16(0x20).ascii(`${name}\0`)
    place += bytes.length
  }
  const dataAt = 36 + 8 + list.length
  const out = new ByteWriter()
    .ascii('MSCF')
    .u32(0)
    .u32(0)
    .u32(0)
    .u32(36 + 8)
    .u32(0)
    .u8(3)
    .u8(1)
  out.u16(1).u16(files.length).u16(0).u16(1).u16(0)
  out.u32(dataAt).u16(blocks.length).u16(1).bytes(list.take())
  blocks.forEach((block, index) =>
    out
      .u32(0)
      .u16(block.length + 2)
      .u16(Math.min(BLOCK, all.length - index * BLOCK))
      .ascii('CK')
      .bytes(block),
  )
  return out.take()
}
