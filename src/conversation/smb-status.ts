// How an SMB server answered: the status of a message, whichever kind of errors the client asked for.
import { Message, Protocol } from '../../asm/layout'
import type { Capture } from '../capture/capture'

/** Where status and Flags2 are in the header. MS-SMB2 2.2.1, MS-CIFS 2.2.3.1. */
const SMB2_STATUS = 8
const SMB1_STATUS = 5
const SMB1_FLAGS2 = 10
/** Flags2: the status is an NTSTATUS, else an error class and a code of DOS. */
const SMB1_NT_STATUS = 0x4000

/** DOS error classes with their codes (class | code << 16) as NTSTATUS. MS-CIFS 2.2.2.4. */
const DOS_ERRORS: ReadonlyMap<number, number> = new Map([
  [0x00020001, 0xc000000f],
  [0x00050001, 0xc0000022],
  [0x00060001, 0xc0000008],
  [0x00080001, 0xc000009a],
  [0x00340001, 0xc00000bd],
  [0x00430001, 0xc00000cc],
  [0x006d0001, 0xc000014b],
  [0x00e90001, 0xc00000b0],
  [0x00ea0001, 0x80000005],
  [0x00020002, 0xc000006a],
  [0x00040002, 0xc0000022],
  [0x00060002, 0xc00000cc],
  [0x08bf0002, 0xc0000193],
  [0x08c00002, 0xc0000070],
  [0x08c10002, 0xc000006f],
  [0x08c20002, 0xc0000071],
])

/** Status of SMB 1 by the header's Flags2: a DOS error as the NTSTATUS that it corresponds to, or as it is where there is none. */
export function smb1Status(code: number, flags2: number): number {
  if ((flags2 & SMB1_NT_STATUS) !== 0) return code
  return DOS_ERRORS.get((code & 0xffff00ff) >>> 0) ?? code
}

/** NTSTATUS of a kept SMB message; undefined where it was not kept. */
export function statusOfMessage(capture: Capture, row: number): number | undefined {
  const { messages } = capture
  const bytes = capture.bytes(messages.get(Message.Kept, row), messages.get(Message.KeptLength, row))
  if (bytes.length < SMB2_STATUS + 4) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  if (messages.get(Message.Protocol, row) === Number(Protocol.Smb2)) return view.getUint32(SMB2_STATUS, true)
  return smb1Status(view.getUint32(SMB1_STATUS, true), view.getUint16(SMB1_FLAGS2, true))
}
