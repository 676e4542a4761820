// References to remote objects as they travel. MS-DCOM 2.2.18 (OBJREF), 2.2.18.2 (STDOBJREF), 2.2.19 (string and security
// bindings), 2.2.14 (MInterfacePointer).
import { AUTH_TYPES } from '../../names/labels'
import type { Ndr } from '../ndr'
import { Reader } from '../reader'
import { bits, hex, hex16, longHex, named } from '../show'

/** Tower identifiers in string bindings. MS-DCOM 2.2.19.3, C706 appendix I. */
export const TOWERS: Readonly<Record<number, string>> = {
  0x04: 'ncacn_dnet_nsp',
  0x07: 'ncacn_ip_tcp',
  0x08: 'ncadg_ip_udp',
  0x09: 'ncacn_nb_tcp',
  0x0c: 'ncacn_spx',
  0x0d: 'ncacn_nb_ipx',
  0x0e: 'ncadg_ipx',
  0x0f: 'ncacn_np',
  0x10: 'ncalrpc',
  0x12: 'ncacn_nb_nb',
  0x1f: 'ncacn_http',
}

/** Where an object exporter listens. */
interface StringBinding {
  tower: number
  /** As written: `10.0.0.1[49157]`, `SERVER`. */
  address: string
  host: string
  /** TCP port, pipe or other endpoint between the brackets. */
  endpoint?: string | undefined
}

interface SecurityBinding {
  /** As auth_type. */
  service: number
  principal?: string | undefined
}

export interface Bindings {
  bindings: StringBinding[]
  security: SecurityBinding[]
}

/** Identifiers are 16 hexadecimal digits after `0x`, or UUID text. */
export interface StandardReference {
  flags?: number | undefined
  publicRefs?: number | undefined
  oxid?: string | undefined
  oid?: string | undefined
  ipid?: string | undefined
}

/** An OBJREF of any kind. */
export interface ObjectReference {
  kind: 'standard' | 'handler' | 'custom' | 'extended'
  iid?: string | undefined
  standard?: StandardReference | undefined
  /** Handler's or unmarshaler's class. */
  clsid?: string | undefined
  bindings?: Bindings | undefined
  /** What only the unmarshaler of `clsid` understands. */
  custom?: Reader | undefined
}

const SIGNATURE = 0x574f454d
const KINDS: Record<number, ObjectReference['kind']> = { 1: 'standard', 2: 'handler', 4: 'custom', 8: 'extended' }
const NO_PING: Record<number, string> = { 0x1000: 'SORF_NOPING' }

/** Reads an OBJREF. Undefined when the bytes are none. */
export function objectReference(from: Reader): ObjectReference | undefined {
  return from.group('OBJREF', () => {
    from.little = true
    if (from.u32('Signature', hex, 'dcom.objref_signature') !== SIGNATURE) {
      from.wrong('no OBJREF: its signature is not MEOW')
      return undefined
    }
    const kind =
      KINDS[from.u32('Flags', (value) => `${KINDS[value] ?? 'unknown'} (${value})`, 'dcom.objref_flags') ?? 0]
    if (kind === undefined) return undefined
    const reference: ObjectReference = { kind, iid: from.uuid('IID', undefined, 'dcom.objref.iid') }
    if (kind === 'custom') {
      reference.clsid = from.uuid('CLSID', undefined, 'dcom.objref.clsid')
      from.u32('Extension size')
      from.u32('Data size')
      reference.custom = from.part(from.left)
      return reference
    }
    reference.standard = standardReference(from)
    if (kind === 'handler') reference.clsid = from.uuid('CLSID')
    if (kind === 'extended') from.u32('Signature', hex)
    reference.bindings = dualStringArray(from)
    return reference
  })
}

/** STDOBJREF. */
export function standardReference(from: Reader): StandardReference {
  return from.group('STDOBJREF', () => ({
    flags: from.u32('Flags', bits(NO_PING), 'dcom.stdobjref.flags'),
    publicRefs: from.u32('Public references', undefined, 'dcom.stdobjref.public_refs'),
    oxid: idOf(from.u64('OXID', longHex, 'dcom.oxid')),
    oid: idOf(from.u64('OID', longHex, 'dcom.oid')),
    ipid: from.uuid('IPID', undefined, 'dcom.ipid'),
  }))
}

/** DUALSTRINGARRAY, after its conformance where it has one. */
function dualStringArray(from: Reader): Bindings {
  return from.group('Bindings', () => {
    const entries = from.u16('Entries', undefined, 'dcom.dualstringarray.num_entries') ?? 0
    const securityAt = from.u16('Security offset', undefined, 'dcom.dualstringarray.security_offset') ?? 0
    const strings = from.part(entries * 2)
    const result: Bindings = { bindings: [], security: [] }
    const addresses = strings.window(0, securityAt * 2)
    while (addresses.left >= 2) {
      const start = addresses.at
      const tower = addresses.u16() ?? 0
      if (tower === 0) break
      const address = terminated(addresses)
      addresses.line('String binding', `${TOWERS[tower] ?? hex16(tower)} ${address}`, start)
      const [, host = address, endpoint] = /^([^[]*)\[(.*)\]$/.exec(address) ?? []
      result.bindings.push({ tower, address, host, endpoint })
    }
    const securities = strings.window(securityAt * 2, strings.bytes.length)
    while (securities.left >= 2) {
      const start = securities.at
      const service = securities.u16() ?? 0
      if (service === 0) break
      securities.skip(2)
      const principal = terminated(securities)
      securities.line('Security binding', `${named(AUTH_TYPES)(service)} ${principal}`.trimEnd(), start)
      result.security.push(principal === '' ? { service } : { service, principal })
    }
    return result
  })
}

/** DUALSTRINGARRAY as an argument: its conformance precedes it. */
export function conformantBindings(ndr: Ndr): Bindings {
  ndr.alignToPointer()
  ndr.count()
  return dualStringArray(ndr.from)
}

/** An OBJREF as an argument, what the pointer points to: conformance, size, bytes. */
export function interfacePointer(ndr: Ndr): ObjectReference | undefined {
  ndr.count()
  const size = ndr.u32('Size of the reference', undefined, 'dcom.ifp.cntdata')
  if (size === undefined || size === 0) return undefined
  return objectReference(ndr.from.part(size))
}

/** An identifier of 64 bits as text. */
export function idOf(value: bigint | undefined): string | undefined {
  return value === undefined ? undefined : longHex(value)
}

/** UTF-16 up to a zero; the zero is read, too. */
function terminated(from: Reader): string {
  const start = from.at
  while (from.left >= 2 && from.u16() !== 0);
  const ended = from.bytes[from.at - 1] === 0 && from.bytes[from.at - 2] === 0
  const text = new Reader(from.bytes.subarray(start, from.at - (ended && from.at > start ? 2 : 0)))
  return text.utf16(text.left) ?? ''
}
