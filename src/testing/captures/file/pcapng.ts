// Writes pcapng: one section, one interface with microsecond resolution, enhanced packets. draft-ietf-opsawg-pcapng.
import { ByteWriter } from '../../bytes'
import { ETHERNET, type Frame } from './frame'

export interface PcapngOptions {
  littleEndian?: boolean
  linkType?: number
  snapLength?: number
  /** shb_hardware, shb_os and shb_userappl. */
  hardware?: string
  operatingSystem?: string
  application?: string
  interfaceName?: string
}

const SECTION_HEADER = 0x0a0d0d0a
const BYTE_ORDER_MAGIC = 0x1a2b3c4d
const INTERFACE_DESCRIPTION = 1
const ENHANCED_PACKET = 6

export function pcapng(frames: Iterable<Frame>, options: PcapngOptions = {}): Uint8Array<ArrayBuffer> {
  const { littleEndian = true, linkType = ETHERNET, snapLength = 262144 } = options
  const file = new ByteWriter(littleEndian)
  block(file, SECTION_HEADER, () => {
    file.u32(BYTE_ORDER_MAGIC).u16(1).u16(0).u64(0xffffffffffffffffn)
    textOption(file, 2, options.hardware)
    textOption(file, 3, options.operatingSystem)
    textOption(file, 4, options.application ?? 'Faultline capture generator')
    file.u32(0)
  })
  block(file, INTERFACE_DESCRIPTION, () => {
    file.u16(linkType).u16(0).u32(snapLength)
    textOption(file, 2, options.interfaceName ?? 'Local Area Connection')
    file.u16(9).u16(1).u8(6).align(4) // if_tsresol: 10^-6 s
    file.u32(0)
  })
  for (const { microseconds, bytes, wireLength } of frames) {
    block(file, ENHANCED_PACKET, () => {
      file.u32(0)
      file.u32(Math.floor(microseconds / 2 ** 32)).u32(microseconds % 2 ** 32)
      file.u32(bytes.length).u32(wireLength ?? bytes.length)
      file.bytes(bytes).align(4)
    })
  }
  return file.take()
}

function block(file: ByteWriter, type: number, body: () => void): void {
  const start = file.length
  file.u32(type).u32(0)
  body()
  const length = file.length - start + 4
  file.setU32(start + 4, length).u32(length)
}

function textOption(file: ByteWriter, code: number, text: string | undefined): void {
  if (text === undefined) return
  file.u16(code).u16(text.length).ascii(text).align(4)
}
