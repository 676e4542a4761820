// What the columns of one PDU row say, and the bits in them. C706 12.6 (connections), 12.5 (datagrams).
import { Pdu, PduFlag, PduType } from '../../asm/layout'
import type { Capture } from './capture'

/** pfc_flags, C706 12.6.3.1; the header-signing bit has another meaning in requests. MS-RPCE 2.2.2.3. */
export enum Pfc {
  FirstFragment = 1,
  LastFragment = 2,
  SupportHeaderSign = 4,
  DidNotExecute = 0x20,
}

/** A connectionless header's first flags, C706 12.5.2. */
const DATAGRAM_LAST_FRAGMENT = 2
const DATAGRAM_FRAGMENT = 4

export const pduType = (head: number): PduType => head & 0xff
export const pduPfc = (head: number): number => (head >>> 8) & 0xff
export const pduFlags = (head: number): number => head >>> 16

export const fragmentLength = (lengths: number): number => lengths & 0xffff
export const verifierLength = (lengths: number): number => lengths >>> 16

/** If the fragment opens its request or answer, and if it completes it. */
export function isFirst(head: number): boolean {
  return (pduFlags(head) & PduFlag.Connectionless) !== 0 || (pduPfc(head) & Pfc.FirstFragment) !== 0
}

export function isLast(head: number): boolean {
  const pfc = pduPfc(head)
  if ((pduFlags(head) & PduFlag.Connectionless) === 0) return (pfc & Pfc.LastFragment) !== 0
  return (pfc & DATAGRAM_FRAGMENT) === 0 || (pfc & DATAGRAM_LAST_FRAGMENT) !== 0
}

/** The bytes that were kept of a PDU, from its first; perhaps fewer than it has. The copy may be made in `room`. */
export function pduBytes(capture: Capture, row: number, room?: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const { pdus } = capture
  return capture.bytes(pdus.get(Pdu.Kept, row), pdus.get(Pdu.KeptLength, row), room)
}

/** True if a PDU was encrypted on the wire, whether or not a secret has opened it. */
export function wasSealed(head: number): boolean {
  return (pduFlags(head) & (PduFlag.Sealed | PduFlag.Unsealed)) !== 0
}

/** True if a PDU is encrypted and no secret has opened it. */
export function isSealed(head: number): boolean {
  return (pduFlags(head) & PduFlag.Sealed) !== 0
}

/** What checking a PDU's signature with a secret gave; undefined where it was not checked. */
export function isVerified(head: number): boolean | undefined {
  if ((pduFlags(head) & PduFlag.SignatureRight) !== 0) return true
  return (pduFlags(head) & PduFlag.SignatureWrong) !== 0 ? false : undefined
}

/** True if a PDU is one that a client sends. */
export function isFromClient(type: PduType): boolean {
  switch (type) {
    case PduType.Request:
    case PduType.Ping:
    case PduType.Bind:
    case PduType.AlterContext:
    case PduType.Auth3:
    case PduType.Cancel:
    case PduType.Orphaned:
    case PduType.DatagramCancel:
      return true
    default:
      return false
  }
}

/** Where the stub begins in a request without object UUID, a response and a fault. C706 12.6.4.7, 12.6.4.9, 12.6.4.10. */
const STUB_AT: Partial<Record<PduType, number>> = { [PduType.Request]: 24, [PduType.Response]: 24, [PduType.Fault]: 32 }
const OBJECT_LENGTH = 16
/** A datagram's header has one length for all types. C706 12.5.1. */
const DATAGRAM_STUB_AT = 80

/** Where the stub of a request, response or fault begins; undefined for other types. */
export function stubAt(head: number): number | undefined {
  const from = STUB_AT[pduType(head)]
  if (from === undefined) return undefined
  if ((pduFlags(head) & PduFlag.Connectionless) !== 0) return DATAGRAM_STUB_AT
  return from + ((pduFlags(head) & PduFlag.Object) !== 0 && pduType(head) === PduType.Request ? OBJECT_LENGTH : 0)
}

/** The readable stub of one fragment as far as its bytes were kept: empty where it is sealed or was not kept. */
export function stubBytes(capture: Capture, row: number): Uint8Array<ArrayBuffer> {
  const { pdus } = capture
  const head = pdus.get(Pdu.Head, row)
  const at = stubAt(head)
  if (at === undefined || (pduFlags(head) & PduFlag.Sealed) !== 0) return new Uint8Array(0)
  return pduBytes(capture, row).subarray(at, at + pdus.get(Pdu.StubLength, row))
}

/** The same where the fragment opens its request or answer; empty for a later one, with which no argument begins, and for a datagram of several. */
export function openingStubBytes(capture: Capture, row: number): Uint8Array<ArrayBuffer> {
  const head = capture.pdus.get(Pdu.Head, row)
  const isPart = (pduFlags(head) & PduFlag.Connectionless) !== 0 && (pduPfc(head) & DATAGRAM_FRAGMENT) !== 0
  return isFirst(head) && !isPart ? stubBytes(capture, row) : new Uint8Array(0)
}
