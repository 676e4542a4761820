// IObjectExporter on port 135: ServerAlive2 and ResolveOxid2. MS-DCOM 3.1.2.5.1.
import { ByteWriter } from '../../bytes'
import { type Bindings, dualStringArray } from './objref'

export const RESOLVE_OXID2 = 4
export const SERVER_ALIVE2 = 5

/** The request has no parameters. */
export const SERVER_ALIVE2_REQUEST = new Uint8Array(0)

export function serverAlive2Response(resolver: Bindings, status = 0): Uint8Array<ArrayBuffer> {
  return pointedArray(new ByteWriter().u16(5).u16(7), resolver).u32(0).u32(status).take()
}

export function resolveOxid2Request(oxid: bigint): Uint8Array<ArrayBuffer> {
  return new ByteWriter().u64(oxid).u16(1).align(4).u32(1).u16(7).take()
}

/** With a status other than 0 there are no bindings. */
export function resolveOxid2Response(
  exporter: Bindings | undefined,
  remUnknown: string,
  authenticationHint: number,
  status = 0,
): Uint8Array<ArrayBuffer> {
  const stub = new ByteWriter()
  if (exporter) pointedArray(stub, exporter)
  else stub.u32(0)
  return stub.uuid(remUnknown).u32(authenticationHint).u16(5).u16(7).u32(status).take()
}

function pointedArray(stub: ByteWriter, bindings: Bindings): ByteWriter {
  const array = dualStringArray(bindings)
  return stub
    .u32(0x00020000)
    .u32((array.length - 4) / 2)
    .bytes(array)
    .align(4)
}
