// Writes classic pcap, either byte order, microseconds. draft-ietf-opsawg-pcap.
import { ByteWriter } from '../../bytes'
import { ETHERNET, type Frame } from './frame'

export interface PcapOptions {
  littleEndian?: boolean
  linkType?: number
  snapLength?: number
}

export function pcap(frames: Iterable<Frame>, options: PcapOptions = {}): Uint8Array<ArrayBuffer> {
  const { littleEndian = true, linkType = ETHERNET, snapLength = 262144 } = options
  const file = new ByteWriter(littleEndian)
  file.u32(0xa1b2c3d4).u16(2).u16(4).u32(0).u32(0).u32(snapLength).u32(linkType)
  for (const { microseconds, bytes, wireLength } of frames) {
    file.u32(Math.floor(microseconds / 1e6)).u32(microseconds % 1e6)
    file.u32(bytes.length).u32(wireLength ?? bytes.length)
    file.bytes(bytes)
  }
  return file.take()
}
