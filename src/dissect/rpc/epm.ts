// The endpoint mapper: at which port or pipe an interface is reached. C706 appendix O (ept), MS-RPCE 2.2.1.2.
import { Ndr } from '../ndr'
import type { Reader } from '../reader'
import { hex, named } from '../show'
import { tower, type Tower } from './tower'

/** Opnums that are read here. */
export enum Ept {
  Lookup = 2,
  Map = 3,
}

/** Statuses of the mapper. C706 appendix E; also Windows' own, which some servers answer with. */
const STATUSES: Readonly<Record<number, string>> = {
  0: 'ok',
  0x5: 'access denied',
  0x6d9: 'EPT_S_NOT_REGISTERED',
  0x16c9a0cd: 'ept_s_cant_perform_op',
  0x16c9a0ce: 'ept_s_no_memory',
  0x16c9a0cf: 'ept_s_database_invalid',
  0x16c9a0d5: 'ept_s_invalid_context',
  0x16c9a0d6: 'ept_s_not_registered',
  0x16c9a0d7: 'ept_s_server_unavailable',
}

const INQUIRY_TYPES: Readonly<Record<number, string>> = {
  0: 'all elements',
  1: 'by interface',
  2: 'by object',
  3: 'by both',
}

export interface EptMapRequest {
  /** Undefined for none; all zeros are none as well. */
  object?: string | undefined
  /** What is asked for: interface, transfer syntax, protocol. Its port and address mean nothing. */
  tower?: Tower | undefined
  maxTowers?: number | undefined
}

export interface EptMapResponse {
  towers: Tower[]
  status?: number | undefined
}

export interface EptLookupRequest {
  inquiry?: number | undefined
  object?: string | undefined
  interface?: string | undefined
  version?: string | undefined
  maxEntries?: number | undefined
}

export interface EptLookupResponse {
  entries: EptEntry[]
  status?: number | undefined
}

interface EptEntry {
  object: string
  tower?: Tower | undefined
  annotation: string
}

/** The stub of an ept_map request. */
export function eptMapRequest(from: Reader, wide = false): EptMapRequest {
  return from.group('ept_map', () => {
    const ndr = new Ndr(from, wide)
    const request: EptMapRequest = {}
    if (ndr.pointer()) request.object = ndr.uuid('Object', 'epm.object')
    if (ndr.pointer()) request.tower = pointedTower(ndr)
    ndr.contextHandle('Entry handle', 'epm.hnd')
    request.maxTowers = ndr.u32('Max towers', undefined, 'epm.max_towers')
    return request
  })
}

/** The stub of an ept_map response. */
export function eptMapResponse(from: Reader, wide = false): EptMapResponse {
  return from.group('ept_map', () => {
    const ndr = new Ndr(from, wide)
    const response: EptMapResponse = { towers: [] }
    ndr.contextHandle('Entry handle', 'epm.hnd')
    ndr.u32('Towers', undefined, 'epm.num_towers')
    const count = ndr.varyingCount() ?? 0
    let pointed = 0
    for (let i = 0; i < count; i++) {
      const pointer = ndr.pointer()
      if (pointer === undefined) break
      if (pointer) pointed++
    }
    for (let i = 0; i < pointed && from.left > 0; i++) response.towers.push(pointedTower(ndr))
    response.status = ndr.u32('Status', named(STATUSES, hex), 'epm.rc')
    return response
  })
}

/** The stub of an ept_lookup request. */
export function eptLookupRequest(from: Reader, wide = false): EptLookupRequest {
  return from.group('ept_lookup', () => {
    const ndr = new Ndr(from, wide)
    const request: EptLookupRequest = {}
    request.inquiry = ndr.u32('Inquiry type', named(INQUIRY_TYPES), 'epm.inq_type')
    if (ndr.pointer()) request.object = ndr.uuid('Object', 'epm.object')
    if (ndr.pointer()) {
      request.interface = ndr.uuid('Interface', 'epm.if_id')
      const major = ndr.u16('Version', undefined, 'epm.ver_maj')
      const minor = ndr.u16('Minor version', undefined, 'epm.ver_min')
      if (minor !== undefined) request.version = `${major}.${minor}`
    }
    ndr.u32('Version option', undefined, 'epm.ver_opt')
    ndr.contextHandle('Entry handle', 'epm.hnd')
    request.maxEntries = ndr.u32('Max entries', undefined, 'epm.max_ents')
    return request
  })
}

/** The stub of an ept_lookup response. */
export function eptLookupResponse(from: Reader, wide = false): EptLookupResponse {
  return from.group('ept_lookup', () => {
    const ndr = new Ndr(from, wide)
    const response: EptLookupResponse = { entries: [] }
    ndr.contextHandle('Entry handle', 'epm.hnd')
    ndr.u32('Entries', undefined, 'epm.num_ents')
    const count = ndr.varyingCount() ?? 0
    const pointed: EptEntry[] = []
    for (let i = 0; i < count; i++) {
      const entry = from.group(`Entry ${i + 1}`, () => fixedPart(ndr, pointed))
      if (!entry) break
      response.entries.push(entry)
    }
    for (const entry of pointed) {
      if (from.left === 0) break
      entry.tower = pointedTower(ndr)
    }
    response.status = ndr.u32('Status', named(STATUSES, hex), 'epm.rc')
    return response
  })
}

/** An entry without its tower, which comes after all entries. */
function fixedPart(ndr: Ndr, pointed: EptEntry[]): EptEntry | undefined {
  ndr.alignToPointer()
  const object = ndr.uuid('Object', 'epm.object')
  const pointer = ndr.pointer()
  ndr.count()
  const length = ndr.count()
  if (length === undefined) return undefined
  const annotation = ndr.narrowText(length, 'Annotation', 'epm.annotation')
  if (annotation === undefined) return undefined
  const entry = { object: object!, annotation }
  if (pointer) pointed.push(entry)
  return entry
}

/** twr_t: conformance, length, octets. */
function pointedTower(ndr: Ndr): Tower {
  ndr.count()
  const length = ndr.u32() ?? 0
  return tower(ndr.from.part(length))
}
