// The headers of SMB 1 and SMB 2 messages. MS-CIFS 2.2.3.1, MS-SMB2 2.2.1; DOS errors: MS-CIFS 2.2.2.4.

/** How messages begin: SMB 1 and 2, a transform header (encryption), a compression transform header. */
export enum SmbMagic {
  Smb1 = 0xff,
  Smb2 = 0xfe,
  Encrypted = 0xfd,
  Compressed = 0xfc,
}

/** Bytes of a transform header before what is encrypted. MS-SMB2 2.2.41. */
export const TRANSFORM_HEADER = 52

/** Where the fields of an SMB 1 header are, and how long it is. */
export const SMB1 = {
  command: 4,
  status: 5,
  flags: 9,
  flags2: 10,
  signature: 14,
  processId: 26,
  userId: 28,
  multiplexId: 30,
  header: 32,
} as const

/** The same of SMB 2. */
export const SMB2 = {
  status: 8,
  command: 12,
  flags: 16,
  nextCommand: 20,
  messageId: 24,
  sessionId: 40,
  signature: 48,
  header: 64,
} as const

/** Commands of SMB 1 that lead to RPC. MS-CIFS 2.2.2.1. */
export enum Smb1Command {
  Transaction = 0x25,
  ReadAndX = 0x2e,
  WriteAndX = 0x2f,
  Negotiate = 0x72,
  SessionSetupAndX = 0x73,
  TreeConnectAndX = 0x75,
  NtCreateAndX = 0xa2,
}

/** Commands of SMB 2. MS-SMB2 2.2.1.2. */
export enum Smb2Command {
  Negotiate = 0,
  SessionSetup = 1,
  Logoff = 2,
  TreeConnect = 3,
  Create = 5,
  Close = 6,
  Read = 8,
  Write = 9,
  Ioctl = 11,
  QueryDirectory = 14,
  QueryInfo = 16,
  SetInfo = 17,
}

/** DialectIndex of an SMB 1 answer where none of the dialects will do. MS-CIFS 2.2.4.52.2. */
export const NO_DIALECT = 0xffff

const SMB1_RESPONSE = 0x80
/** Flags2: the status is an NTSTATUS, else an error class and a code of DOS; texts are UTF-16. */
const SMB1_NT_STATUS = 0x4000
const SMB1_UNICODE = 0x8000
const SMB2_RESPONSE = 1
const SMB2_SIGNED = 8
/** What must be there for a status to be read: in SMB 1 up to Flags2, in SMB 2 up to Flags. */
const LEAST = { smb1: SMB1.flags2 + 2, smb2: SMB2.flags + 4 }

export interface SmbHeader {
  version: 1 | 2
  /** An Smb1Command or Smb2Command, or another. */
  command: number
  isResponse: boolean
  /** NTSTATUS; a DOS error as the NTSTATUS that it corresponds to, or as it is where there is none. */
  status: number
  /** SMB 2 only. */
  isSigned: boolean
  /** Texts are UTF-16: always in SMB 2. */
  isUnicode: boolean
  /** False where the header is cut: the two fields below are 0 then. */
  isWhole: boolean
  /** The session as Pipe.Session has it: UID, or the halves of a SessionId, one exclusive-or the other; 0 before there is one. */
  session: number
  /** What a request and its answer have in common on a connection. */
  messageId: bigint
  /** Where the body begins. */
  bodyAt: number
}

/** The header that `bytes` begin with; undefined where they begin with none, or end before its status and flags. */
export function smbHeader(bytes: Uint8Array): SmbHeader | undefined {
  if (bytes[1] !== 0x53 || bytes[2] !== 0x4d || bytes[3] !== 0x42) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (bytes[0] === SmbMagic.Smb2 && bytes.length >= LEAST.smb2) return smb2Header(view)
  if (bytes[0] === SmbMagic.Smb1 && bytes.length >= LEAST.smb1) return smb1Header(view)
  return undefined
}

function smb2Header(view: DataView): SmbHeader {
  const flags = view.getUint32(SMB2.flags, true)
  const isWhole = view.byteLength >= SMB2.header
  return {
    version: 2,
    command: view.getUint16(SMB2.command, true),
    isResponse: (flags & SMB2_RESPONSE) !== 0,
    status: view.getUint32(SMB2.status, true),
    isSigned: (flags & SMB2_SIGNED) !== 0,
    isUnicode: true,
    isWhole,
    session: isWhole ? (view.getUint32(SMB2.sessionId, true) ^ view.getUint32(SMB2.sessionId + 4, true)) >>> 0 : 0,
    messageId: isWhole ? view.getBigUint64(SMB2.messageId, true) : 0n,
    bodyAt: SMB2.header,
  }
}

function smb1Header(view: DataView): SmbHeader {
  const flags2 = view.getUint16(SMB1.flags2, true)
  const code = view.getUint32(SMB1.status, true)
  const isWhole = view.byteLength >= SMB1.header
  return {
    version: 1,
    command: view.getUint8(SMB1.command),
    isResponse: (view.getUint8(SMB1.flags) & SMB1_RESPONSE) !== 0,
    status: (flags2 & SMB1_NT_STATUS) !== 0 ? code : (DOS_ERRORS.get((code & 0xffff00ff) >>> 0) ?? code),
    isSigned: false,
    isUnicode: (flags2 & SMB1_UNICODE) !== 0,
    isWhole,
    session: isWhole ? view.getUint16(SMB1.userId, true) : 0,
    messageId: isWhole
      ? (BigInt(view.getUint16(SMB1.processId, true)) << 16n) | BigInt(view.getUint16(SMB1.multiplexId, true))
      : 0n,
    bodyAt: SMB1.header,
  }
}

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
