// ORPC headers and the calls of IRemUnknown. MS-DCOM 2.2.13, 3.1.1.5.6.
import { ByteWriter } from '../../bytes'
import { type StandardReference, standardReference } from './objref'

/** ORPCTHIS without extensions: 32 bytes that every request to an object starts with. */
export function orpcThis(causality: string, flags = 0, version: [number, number] = [5, 7]): ByteWriter {
  return new ByteWriter().u16(version[0]).u16(version[1]).u32(flags).u32(0).uuid(causality).u32(0)
}

/** ORPCTHAT without extensions: 8 bytes that every response of an object starts with. */
export function orpcThat(flags = 0): ByteWriter {
  return new ByteWriter().u32(flags).u32(0)
}

/** ORPCTHAT with an error object, an OBJREF, as its only extension. MS-DCOM 2.2.13.2, 2.2.21. */
export function orpcThatWithError(object: Uint8Array): ByteWriter {
  const room = (object.length + 7) & ~7
  return new ByteWriter()
    .u32(0)
    .u32(0x00020000)
    .u32(1)
    .u32(0)
    .u32(0x00020004)
    .u32(2)
    .u32(0x00020008)
    .u32(0)
    .u32(room)
    .uuid('0000031c-0000-0000-c000-000000000046')
    .u32(object.length)
    .bytes(object)
    .fill(room - object.length)
}

/** A response that holds a result and nothing else. */
export function resultOnly(hresult: number): Uint8Array<ArrayBuffer> {
  return orpcThat().u32(hresult).take()
}

export const REM_QUERY_INTERFACE = 3
export const REM_RELEASE = 5

export function remQueryInterface(
  causality: string,
  ipid: string,
  iids: string[],
  references = 5,
): Uint8Array<ArrayBuffer> {
  const stub = orpcThis(causality).uuid(ipid).u32(references).u16(iids.length).align(4).u32(iids.length)
  for (const iid of iids) stub.uuid(iid)
  return stub.take()
}

/** One entry an interface asked for: a reference, or why there is none. */
export interface QueryResult {
  hresult: number
  reference?: StandardReference
}

export function remQueryInterfaceResult(results: QueryResult[], hresult = 0): Uint8Array<ArrayBuffer> {
  const stub = orpcThat().u32(0x00020000).u32(results.length)
  for (const result of results) {
    stub.u32(result.hresult).align(8)
    if (result.reference) stub.bytes(standardReference(result.reference))
    else stub.fill(40)
  }
  return stub.u32(hresult).take()
}

export function remRelease(causality: string, ipids: string[], references = 5): Uint8Array<ArrayBuffer> {
  const stub = orpcThis(causality).u16(ipids.length).align(4).u32(ipids.length)
  for (const ipid of ipids) stub.uuid(ipid).u32(references).u32(0)
  return stub.take()
}
