// The OXID resolver on port 135: where an object lives, and keeping it alive. MS-DCOM 3.1.2.5.1 (IObjectExporter).
import { AUTH_LEVELS } from '../../names/labels'
import { Ndr } from '../ndr'
import { conformantBindings, idOf, TOWERS, type Bindings } from './objref'
import { comVersion } from './orpc'
import type { Reader } from '../reader'
import { hex, hex16, longHex, named } from '../show'

/** Opnums of IObjectExporter. */
export enum ObjectExporter {
  ResolveOxid = 0,
  SimplePing = 1,
  ComplexPing = 2,
  ServerAlive = 3,
  ResolveOxid2 = 4,
  ServerAlive2 = 5,
}

export interface ResolveRequest {
  oxid?: string | undefined
  /** Protocol sequences that the client speaks, as tower identifiers. */
  protocols: number[]
}

/** Where the exporter of an OXID listens, and whom to ask for its objects. */
export interface ResolveResponse {
  bindings?: Bindings | undefined
  /** IPID of the exporter's IRemUnknown. */
  ipid?: string | undefined
  /** Lowest authentication level that the exporter asks for. */
  authenticationHint?: number | undefined
  version?: string | undefined
  /** Win32 error, OR_INVALID_OXID (1910) for instance. */
  status?: number | undefined
}

export interface Ping {
  set?: string | undefined
  sequence?: number | undefined
  added: string[]
  deleted: string[]
}

/** ResolveOxid and ResolveOxid2, opnums 0 and 4: the stub of a request. */
export function resolveRequest(from: Reader, wide = false): ResolveRequest {
  const ndr = new Ndr(from, wide)
  const oxid = idOf(ndr.u64('OXID', longHex))
  return { oxid, protocols: protocolSequences(ndr) }
}

/** A count and a conformant array of tower identifiers. */
export function protocolSequences(ndr: Ndr): number[] {
  const count = ndr.u16('Protocol sequences') ?? 0
  ndr.count()
  const protocols: number[] = []
  for (let i = 0; i < count; i++) {
    const protocol = ndr.u16('Protocol sequence', named(TOWERS, hex16))
    if (protocol === undefined) break
    protocols.push(protocol)
  }
  return protocols
}

/** ResolveOxid and ResolveOxid2: the stub of an answer. Only the second returns the version. */
export function resolveResponse(from: Reader, withVersion: boolean, wide = false): ResolveResponse {
  const ndr = new Ndr(from, wide)
  const bindings = ndr.pointer() === true ? conformantBindings(ndr) : undefined
  const ipid = ndr.uuid('IPID of IRemUnknown')
  const authenticationHint = ndr.u32('Authentication hint', named(AUTH_LEVELS))
  const version = withVersion ? comVersion(ndr) : undefined
  return { bindings, ipid, authenticationHint, version, status: ndr.u32('Status', hex) }
}

/** ServerAlive2, opnum 5: the stub of an answer. */
export function serverAlive2Response(from: Reader, wide = false): ResolveResponse {
  const ndr = new Ndr(from, wide)
  const version = comVersion(ndr)
  const bindings = ndr.pointer() === true ? conformantBindings(ndr) : undefined
  ndr.u32()
  return { version, bindings, status: ndr.u32('Status', hex) }
}

/** SimplePing, opnum 1: the stub of a request. */
export function simplePingRequest(from: Reader, wide = false): Ping {
  return { set: idOf(new Ndr(from, wide).u64('Set', longHex)), added: [], deleted: [] }
}

/** ComplexPing, opnum 2: the stub of a request. */
export function complexPingRequest(from: Reader, wide = false): Ping {
  const ndr = new Ndr(from, wide)
  const set = idOf(ndr.u64('Set', longHex))
  const sequence = ndr.u16('Sequence number')
  ndr.u16('Objects to add')
  ndr.u16('Objects to delete')
  return { set, sequence, added: identifiers(ndr, 'OID to add'), deleted: identifiers(ndr, 'OID to delete') }
}

/** A pointer to a conformant array of OIDs. */
function identifiers(ndr: Ndr, label: string): string[] {
  if (ndr.pointer() !== true) return []
  const count = ndr.count() ?? 0
  const oids: string[] = []
  for (let i = 0; i < count; i++) {
    const oid = idOf(ndr.u64(label, longHex))
    if (oid === undefined) break
    oids.push(oid)
  }
  return oids
}

/** ComplexPing: the stub of an answer. */
export function complexPingResponse(
  from: Reader,
  wide = false,
): { set?: string | undefined; status?: number | undefined } {
  const ndr = new Ndr(from, wide)
  const set = idOf(ndr.u64('Set', longHex))
  ndr.u16('Ping backoff factor')
  return { set, status: ndr.u32('Status', hex) }
}

/** ServerAlive and SimplePing, opnums 3 and 1: the stub of an answer is a status. */
export function statusResponse(from: Reader, wide = false): { status?: number | undefined } {
  return { status: new Ndr(from, wide).u32('Status', hex) }
}
