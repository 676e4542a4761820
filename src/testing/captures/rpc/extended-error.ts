// Extended error information in a fault: one record with its parameters. MS-EERR 2.2.
import { ByteWriter } from '../../bytes'

const PRESENT = 1
const LONG = 3

export interface ExtendedError {
  computer: string
  processId: number
  fileTime: bigint
  /** 1 application, 2 runtime, 3 security provider, 8 NT I/O ... */
  component: number
  status: number
  detectionLocation: number
  /** 32-bit parameters. */
  parameters: number[]
}

/** The record as a fault's stub carries it. */
export function extendedError(error: ExtendedError): Uint8Array<ArrayBuffer> {
  const name = error.computer.length + 1
  const body = new ByteWriter().u32(0x00020000).u32(error.parameters.length).u32(0)
  body.u16(PRESENT).u16(PRESENT).u16(name).align(4).u32(0x00020004)
  body.u32(error.processId).align(8).u64(error.fileTime).u32(error.component).u32(error.status)
  body.u16(error.detectionLocation).u16(0).u16(error.parameters.length).align(8)
  for (const parameter of error.parameters) body.u16(LONG).u16(LONG).u32(parameter)
  body.u32(name).utf16(error.computer).u16(0).align(8)
  return new ByteWriter().u8(1).u8(0x10).u16(8).u32(0xcccccccc).u32(body.length).u32(0).bytes(body.take()).take()
}
