// The interface by which every remote object's references are counted and its other interfaces asked for.
// MS-DCOM 3.1.1.5.6 (IRemUnknown), 3.1.1.5.7 (IRemUnknown2).
import { IREM_UNKNOWN, IREM_UNKNOWN2 } from '../../names/well-known'
import { Ndr } from '../ndr'
import { interfacePointer, standardReference, type StandardReference } from './objref'
import { hresult, orpcThat, orpcThis, type ErrorInformation } from './orpc'
import type { Reader } from '../reader'
import { hex } from '../show'

/** IRemUnknown and IRemUnknown2. */
export const REM_UNKNOWN_INTERFACES = [IREM_UNKNOWN, IREM_UNKNOWN2]

/** Opnums of IRemUnknown and IRemUnknown2. */
export enum RemUnknown {
  QueryInterface = 3,
  AddRef = 4,
  Release = 5,
  QueryInterface2 = 6,
}

export interface QueryInterfaceRequest {
  /** The object that is asked, by one of its interfaces. */
  ipid?: string | undefined
  refs?: number | undefined
  /** Interfaces asked for. */
  iids: string[]
}

/** The answer for one IID. */
interface QueryInterfaceResult {
  hresult: number
  /** The new interface, where there is one. */
  reference?: StandardReference | undefined
}

export interface QueryInterfaceResponse {
  results: QueryInterfaceResult[]
  hresult?: number | undefined
  error?: ErrorInformation | undefined
}

/** One counted reference of RemAddRef and RemRelease. */
export interface InterfaceReference {
  ipid: string
  publicRefs: number
  privateRefs: number
}

/** RemQueryInterface, opnum 3: the stub of a request. */
export function remQueryInterfaceRequest(from: Reader, wide = false): QueryInterfaceRequest {
  const ndr = new Ndr(from, wide)
  orpcThis(ndr)
  const ipid = ndr.uuid('IPID')
  const refs = ndr.u32('References')
  return { ipid, refs, iids: iidArray(ndr) }
}

/** RemQueryInterface2, opnum 6: the stub of a request. */
export function remQueryInterface2Request(from: Reader, wide = false): QueryInterfaceRequest {
  const ndr = new Ndr(from, wide)
  orpcThis(ndr)
  return { ipid: ndr.uuid('IPID'), iids: iidArray(ndr) }
}

function iidArray(ndr: Ndr): string[] {
  const count = ndr.u16('Interfaces') ?? 0
  ndr.count()
  const iids: string[] = []
  for (let i = 0; i < count; i++) {
    const iid = ndr.from.uuid('IID')
    if (iid === undefined) break
    iids.push(iid)
  }
  return iids
}

/** RemQueryInterface, opnum 3: the stub of an answer. */
export function remQueryInterfaceResponse(from: Reader, wide = false): QueryInterfaceResponse {
  const ndr = new Ndr(from, wide)
  const error = orpcThat(ndr)?.error
  const results: QueryInterfaceResult[] = []
  if (ndr.pointer() === true) {
    const count = ndr.count() ?? 0
    for (let i = 0; i < count; i++) {
      const result = from.group('Result', () => queryInterfaceResult(ndr))
      if (!result) break
      results.push(result)
    }
  }
  return { results, hresult: hresult(ndr), ...(error ? { error } : {}) }
}

/** The HRESULT of the first interface in an answer to RemQueryInterface, without reading the references in it. */
export function firstQueryStatus(from: Reader, wide = false): number | undefined {
  const ndr = new Ndr(from, wide)
  orpcThat(ndr)
  if (ndr.pointer() !== true || !ndr.count()) return undefined
  from.align(8)
  return ndr.u32('HRESULT')
}

/** REMQIRESULT. MS-DCOM 2.2.24. */
function queryInterfaceResult(ndr: Ndr): QueryInterfaceResult | undefined {
  ndr.from.align(8)
  const status = ndr.u32('HRESULT', hex, 'dcom.hresult')
  if (status === undefined) return undefined
  ndr.from.align(8)
  const reference = standardReference(ndr.from)
  return status >>> 31 === 0 && reference.ipid !== undefined ? { hresult: status, reference } : { hresult: status }
}

/** RemQueryInterface2, opnum 6: the stub of an answer. */
export function remQueryInterface2Response(from: Reader, wide = false): QueryInterfaceResponse {
  const ndr = new Ndr(from, wide)
  const error = orpcThat(ndr)?.error
  const results: QueryInterfaceResult[] = []
  const statuses = hresults(ndr)
  ndr.alignToPointer()
  const pointers = ndr.count() ?? 0
  const present: boolean[] = []
  for (let i = 0; i < pointers && from.left > 0; i++) present.push(ndr.pointer() === true)
  statuses.forEach((status, i) => {
    const reference = present[i] === true ? interfacePointer(ndr)?.standard : undefined
    results.push(reference ? { hresult: status, reference } : { hresult: status })
  })
  return { results, hresult: hresult(ndr), ...(error ? { error } : {}) }
}

/** RemAddRef and RemRelease, opnums 4 and 5: the stub of a request. */
export function remReferencesRequest(from: Reader, wide = false): InterfaceReference[] {
  const ndr = new Ndr(from, wide)
  orpcThis(ndr)
  const count = ndr.u16('References') ?? 0
  ndr.count()
  const references: InterfaceReference[] = []
  for (let i = 0; i < count; i++) {
    const ipid = ndr.uuid('IPID')
    const publicRefs = ndr.u32('Public references')
    const privateRefs = ndr.u32('Private references')
    if (privateRefs === undefined) break
    references.push({ ipid: ipid!, publicRefs: publicRefs!, privateRefs })
  }
  return references
}

/** RemAddRef, opnum 4: the stub of an answer. */
export function remAddRefResponse(from: Reader, wide = false): { results: number[]; hresult?: number | undefined } {
  const ndr = new Ndr(from, wide)
  orpcThat(ndr)
  return { results: hresults(ndr), hresult: hresult(ndr) }
}

function hresults(ndr: Ndr): number[] {
  const count = ndr.count() ?? 0
  const results: number[] = []
  for (let i = 0; i < count; i++) {
    const status = ndr.u32('HRESULT', hex)
    if (status === undefined) break
    results.push(status)
  }
  return results
}
