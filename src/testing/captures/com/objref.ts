// How COM hands out interface pointers: OBJREF and DUALSTRINGARRAY. MS-DCOM 2.2.18, 2.2.19.
import { ByteWriter } from '../../bytes'

const MEOW = 0x574f454d
const OBJREF_STANDARD = 1
const OBJREF_CUSTOM = 4
const NCACN_IP_TCP = 7

/** Where an object exporter can be reached and how one may log on to it. */
export interface Bindings {
  /** Network addresses, with `[port]` where an endpoint is meant. */
  addresses: string[]
  /** Authentication services: 9 SPNEGO, 10 NTLM, 16 Kerberos ... */
  services: { service: number; principal?: string }[]
}

/** What a Windows 7 server offers. */
export function bindings(addresses: string[], principal = ''): Bindings {
  return { addresses, services: [9, 30, 16, 10, 22, 31, 14].map((service) => ({ service, principal })) }
}

/** wNumEntries, wSecurityOffset and the entries. */
export function dualStringArray({ addresses, services }: Bindings): Uint8Array<ArrayBuffer> {
  const strings = new ByteWriter()
  for (const address of addresses) strings.u16(NCACN_IP_TCP).utf16(address).u16(0)
  strings.u16(0)
  const security = new ByteWriter()
  for (const { service, principal = '' } of services) security.u16(service).u16(0xffff).utf16(principal).u16(0)
  security.u16(0)
  const array = new ByteWriter().u16((strings.length + security.length) / 2).u16(strings.length / 2)
  return array.bytes(strings.take()).bytes(security.take()).take()
}

/** A reference to one interface of an object on some exporter. */
export interface StandardReference {
  oxid: bigint
  oid: bigint
  ipid: string
  publicReferences?: number
}

/** STDOBJREF: 40 bytes. */
export function standardReference(reference: StandardReference): Uint8Array<ArrayBuffer> {
  const bytes = new ByteWriter().u32(0).u32(reference.publicReferences ?? 5)
  return bytes.u64(reference.oxid).u64(reference.oid).uuid(reference.ipid).take()
}

/** OBJREF_STANDARD with the resolver's bindings. */
export function standardObject(iid: string, reference: StandardReference, resolver: Bindings): Uint8Array<ArrayBuffer> {
  const objref = new ByteWriter().u32(MEOW).u32(OBJREF_STANDARD).uuid(iid)
  return objref.bytes(standardReference(reference)).bytes(dualStringArray(resolver)).take()
}

/** OBJREF_CUSTOM: bytes that the class `unmarshaler` understands. */
export function customObject(
  iid: string,
  unmarshaler: string,
  data: Uint8Array,
  statedSize = data.length,
): Uint8Array<ArrayBuffer> {
  const objref = new ByteWriter().u32(MEOW).u32(OBJREF_CUSTOM).uuid(iid).uuid(unmarshaler)
  return objref.u32(0).u32(statedSize).bytes(data).take()
}

/** Writes an MInterfacePointer as NDR does: conformance, count, bytes. */
export function interfacePointer(stub: ByteWriter, objref: Uint8Array): ByteWriter {
  return stub.align(4).u32(objref.length).u32(objref.length).bytes(objref)
}
