// SMB2 messages of the little that named pipes need, as bodies behind one header. MS-SMB2 2.2.
import { ByteWriter, concatenate, utf16 } from '../../bytes'
import type { Random } from '../../random'

export const COMMAND = {
  negotiate: 0,
  sessionSetup: 1,
  logoff: 2,
  treeConnect: 3,
  treeDisconnect: 4,
  create: 5,
  close: 6,
  read: 8,
  write: 9,
  ioctl: 11,
} as const

export const STATUS_MORE_PROCESSING_REQUIRED = 0xc0000016

const HEADER = 64
const SERVER_TO_CLIENT = 1
const DIALECT_2_1 = 0x0210
const DIALECT_3_1_1 = 0x0311
const FSCTL_PIPE_TRANSCEIVE = 0x0011c017
const SHARE_TYPE_PIPE = 2
const MAXIMUM = 65536
const NO_BYTES = new Uint8Array(0)

export interface Header {
  command: number
  response: boolean
  status: number
  messageId: bigint
  treeId: number
  sessionId: bigint
}

/** A message with its length in front, as it goes over port 445. MS-SMB2 2.1. */
export function message(header: Header, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new ByteWriter().u8(0xfe).ascii('SMB').u16(HEADER).u16(1).u32(header.status)
  bytes
    .u16(header.command)
    .u16(header.response ? 1 : 31)
    .u32(header.response ? SERVER_TO_CLIENT : 0)
    .u32(0)
  bytes.u64(header.messageId).u32(0xfeff).u32(header.treeId).u64(header.sessionId).fill(16)
  const length = HEADER + body.length
  return concatenate(new ByteWriter(false).u32(length).take(), bytes.take(), body)
}

/** An encrypted message: `length` unreadable bytes, behind a transform header. MS-SMB2 2.2.41. */
export function encryptedMessage(sessionId: bigint, length: number, random: Random): Uint8Array<ArrayBuffer> {
  const bytes = new ByteWriter().u8(0xfd).ascii('SMB').bytes(random.bytes(16)).bytes(random.bytes(11)).fill(5)
  bytes.u32(length).u16(0).u16(1).u64(sessionId).bytes(random.bytes(length))
  return concatenate(new ByteWriter(false).u32(bytes.length).take(), bytes.take())
}

export function negotiateRequest(clientGuid: string): Uint8Array<ArrayBuffer> {
  return new ByteWriter()
    .u16(36)
    .u16(2)
    .u16(1)
    .u16(0)
    .u32(0)
    .uuid(clientGuid)
    .fill(8)
    .u16(0x0202)
    .u16(DIALECT_2_1)
    .take()
}

/** With a dialect and cipher of SMB 3.1.1, these in negotiate contexts. MS-SMB2 2.2.4. */
export function negotiateResponse(
  serverGuid: string,
  fileTime: bigint,
  token: Uint8Array,
  dialect = DIALECT_2_1,
  cipher = 0,
): Uint8Array<ArrayBuffer> {
  const has311 = dialect === DIALECT_3_1_1
  const body = new ByteWriter()
    .u16(65)
    .u16(1)
    .u16(dialect)
    .u16(has311 ? 2 : 0)
    .uuid(serverGuid)
    .u32(has311 ? 1 : 0x41)
  body.u32(MAXIMUM).u32(MAXIMUM).u32(MAXIMUM).u64(fileTime).fill(8)
  return body
    .u16(HEADER + 64)
    .u16(token.length)
    .u32(has311 ? HEADER + 64 + token.length + (-token.length & 7) : 0)
    .bytes(token)
    .bytes(has311 ? negotiateContexts(token.length, cipher) : NO_BYTES)
    .take()
}

/** SHA-512 with a salt, and the cipher. MS-SMB2 2.2.4.1. */
function negotiateContexts(before: number, cipher: number): Uint8Array<ArrayBuffer> {
  const hash = new ByteWriter().u16(1).u16(38).u32(0).u16(1).u16(32).u16(1).fill(32, 0x5a).align(8)
  const encryption = new ByteWriter().u16(2).u16(4).u32(0).u16(1).u16(cipher)
  return concatenate(new Uint8Array(-before & 7), hash.take(), encryption.take())
}

export function sessionSetupRequest(token: Uint8Array): Uint8Array<ArrayBuffer> {
  const body = new ByteWriter().u16(25).u8(0).u8(1).u32(0).u32(0)
  return body
    .u16(HEADER + 24)
    .u16(token.length)
    .fill(8)
    .bytes(token)
    .take()
}

/** SMB2_SESSION_FLAG_IS_GUEST. MS-SMB2 2.2.6. */
export const SESSION_IS_GUEST = 1

export function sessionSetupResponse(token: Uint8Array, flags = 0): Uint8Array<ArrayBuffer> {
  return new ByteWriter()
    .u16(9)
    .u16(flags)
    .u16(HEADER + 8)
    .u16(token.length)
    .bytes(token)
    .take()
}

/** `path` as `\\server\IPC$`. */
export function treeConnectRequest(path: string): Uint8Array<ArrayBuffer> {
  const name = utf16(path)
  return new ByteWriter()
    .u16(9)
    .u16(0)
    .u16(HEADER + 8)
    .u16(name.length)
    .bytes(name)
    .take()
}

export function treeConnectResponse(): Uint8Array<ArrayBuffer> {
  return new ByteWriter().u16(16).u8(SHARE_TYPE_PIPE).u8(0).u32(0x30).u32(0).u32(0x011f01ff).take()
}

/** To read and to write, as Windows asks for it. */
const PIPE_ACCESS = 0x0012019f

/** Opens a pipe by its name without `\pipe\`, with an access mask. */
export function createRequest(pipe: string, access = PIPE_ACCESS): Uint8Array<ArrayBuffer> {
  const name = utf16(pipe)
  const body = new ByteWriter().u16(57).u8(0).u8(0).u32(2).fill(16)
  body.u32(access).u32(0).u32(7).u32(1).u32(0x00400040)
  return body
    .u16(HEADER + 56)
    .u16(name.length)
    .u32(0)
    .u32(0)
    .bytes(name)
    .take()
}

export function createResponse(fileId: string): Uint8Array<ArrayBuffer> {
  return new ByteWriter()
    .u16(89)
    .u8(0)
    .u8(0)
    .u32(1)
    .fill(32)
    .u64(4096n)
    .u64(0n)
    .u32(0x80)
    .u32(0)
    .uuid(fileId)
    .u32(0)
    .u32(0)
    .take()
}

export function writeRequest(fileId: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const body = new ByteWriter()
    .u16(49)
    .u16(HEADER + 48)
    .u32(data.length)
    .u64(0n)
    .uuid(fileId)
  return body.u32(0).u32(0).u16(0).u16(0).u32(0).bytes(data).take()
}

export function writeResponse(length: number): Uint8Array<ArrayBuffer> {
  return new ByteWriter().u16(17).u16(0).u32(length).u32(0).u16(0).u16(0).take()
}

export function readRequest(fileId: string): Uint8Array<ArrayBuffer> {
  const body = new ByteWriter().u16(49).u8(0x50).u8(0).u32(4280).u64(0n).uuid(fileId)
  return body.u32(0).u32(0).u32(0).u16(0).u16(0).u8(0).take()
}

export function readResponse(data: Uint8Array): Uint8Array<ArrayBuffer> {
  return new ByteWriter()
    .u16(17)
    .u8(HEADER + 16)
    .u8(0)
    .u32(data.length)
    .u32(0)
    .u32(0)
    .bytes(data)
    .take()
}

/** Writes to a pipe and waits for what comes back, in one. */
export function transceiveRequest(fileId: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const body = new ByteWriter()
    .u16(57)
    .u16(0)
    .u32(FSCTL_PIPE_TRANSCEIVE)
    .uuid(fileId)
    .u32(HEADER + 56)
    .u32(data.length)
  return body.u32(0).u32(0).u32(0).u32(4280).u32(1).u32(0).bytes(data).take()
}

export function transceiveResponse(fileId: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const body = new ByteWriter()
    .u16(49)
    .u16(0)
    .u32(FSCTL_PIPE_TRANSCEIVE)
    .uuid(fileId)
    .u32(HEADER + 48)
    .u32(0)
  return body
    .u32(HEADER + 48)
    .u32(data.length)
    .u32(0)
    .u32(0)
    .bytes(data)
    .take()
}

export function closeRequest(fileId: string): Uint8Array<ArrayBuffer> {
  return new ByteWriter().u16(24).u16(0).u32(0).uuid(fileId).take()
}

export function closeResponse(): Uint8Array<ArrayBuffer> {
  return new ByteWriter().u16(60).u16(0).fill(56).take()
}

/** Request or response of tree disconnect and logoff. */
export function goodbye(): Uint8Array<ArrayBuffer> {
  return new ByteWriter().u16(4).u16(0).take()
}

export function errorResponse(data: Uint8Array = NO_BYTES): Uint8Array<ArrayBuffer> {
  return new ByteWriter().u16(9).u8(0).u8(0).u32(data.length).bytes(data).u8(0).take()
}
