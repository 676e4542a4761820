// The verification trailer that a client hides behind the stub of a protected request. MS-RPCE 2.2.2.13.
import { ByteWriter, fromHex } from '../../bytes'
import type { Syntax } from './pdu'

const SIGNATURE = fromHex('8ae3137102f43671')
const BITMASK_1 = 1
const PRESENTATION_CONTEXT = 2
const END = 0x4000

/** The stub, aligned to 4, with a trailer that says that the client can sign headers. 16 bytes more. */
export function withBitmask(stub: Uint8Array): Uint8Array<ArrayBuffer> {
  const trailer = new ByteWriter().bytes(stub).align(4).bytes(SIGNATURE)
  return trailer
    .u16(BITMASK_1 | END)
    .u16(4)
    .u32(1)
    .take()
}

/** The stub, aligned to 4, with a trailer that repeats interface and transfer syntax. 52 bytes more. */
export function withContext(stub: Uint8Array, abstract: Syntax, transfer: Syntax): Uint8Array<ArrayBuffer> {
  const trailer = new ByteWriter()
    .bytes(stub)
    .align(4)
    .bytes(SIGNATURE)
    .u16(PRESENTATION_CONTEXT | END)
    .u16(40)
  for (const { uuid, version } of [abstract, transfer]) {
    const [major = 0, minor = 0] = version.split('.').map(Number)
    trailer.uuid(uuid).u16(major).u16(minor)
  }
  return trailer.take()
}
