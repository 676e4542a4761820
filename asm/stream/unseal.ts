// Where the parser asks for help with what is encrypted. The host has the secrets; it is asked only while `isUnsealing`, so that a
// capture without secrets costs nothing. Each question is asked in the order of the bytes of its connection.

declare function unsealPdu(row: u32, stream: u32, pipe: u32, frame: u32, at: usize, have: u32, length: u32): u32;

declare function unsealSmb(stream: u32, fromB: bool, frame: u32, at: usize, have: u32): u32;

declare function unsealKerberos(at: usize, have: u32): void;

/** True if the host has secrets. */
export let isUnsealing: bool = false;

/** True while what is read was decrypted as an SMB message. */
export let isDecrypted: bool = false;

/** Bits of an answer about a PDU. */
export enum Unsealed {
  /** Its stub is in the clear now, in place. */
  Opened = 1,
  SignatureRight = 2,
  SignatureWrong = 4,
}

/** Clear SMB messages lie here until the next one is asked about. */
export let clearAt: usize = 0;
let clearBytes: u32 = 0;
/** Encrypted messages beyond this are left alone: MS-SMB2 allows 8 MiB and a header. */
const MAX_CLEAR_BYTES: u32 = 0x1000000;

export function setUnsealing(on: bool): void {
  isUnsealing = on;
}

/** Room for a clear message of so many bytes, for the host to fill while it is asked; 0 when it is too long. */
export function clearRoom(length: u32): usize {
  if (length > MAX_CLEAR_BYTES) return 0;
  if (length > clearBytes) {
    clearBytes = max<u32>(length, min<u32>(clearBytes << 1, MAX_CLEAR_BYTES));
    clearAt = heap.alloc(clearBytes);
  }
  return clearAt;
}

/** Asks for a PDU of which `have` of `length` bytes are at `at`; gives Unsealed bits. */
export function pdu(row: u32, stream: u32, pipe: u32, frame: u32, at: usize, have: u32, length: u32): u32 {
  return isUnsealing ? unsealPdu(row, stream, pipe, frame, at, have, length) : 0;
}

/** Asks for an SMB message; gives the length of the clear messages at `clearAt`, 0 when it stays as it is. */
export function smb(stream: u32, fromB: bool, frame: u32, at: usize, have: u32): u32 {
  return isUnsealing ? unsealSmb(stream, fromB, frame, at, have) : 0;
}

/** Shows a Kerberos message, whose keys may be needed later. */
export function kerberos(at: usize, have: u32): void {
  if (isUnsealing) unsealKerberos(at, have);
}

/** Says that what is read from now on was decrypted, or no longer. */
export function setDecrypted(decrypted: bool): void {
  isDecrypted = decrypted;
}
