// Answers by which an SMB server refused something on the way to RPC. MS-SMB2 2.2.1.2, 2.2.9; MS-CIFS 2.2.3.1, 2.2.4.52, 2.2.4.55.
import { Message, Protocol } from '../../../../asm/layout'
import { smb1Status } from '../../../conversation/smb-status'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'

type SmbCommand = 'negotiate' | 'session setup' | 'tree connect' | 'create' | 'transfer'

export interface SmbRefusal {
  frame: number
  stream: number
  version: 1 | 2
  command: SmbCommand
  status: number
  /** True where the server knows none of the dialects of SMB 1 that were offered; the status is then 0. */
  noDialect?: boolean | undefined
  /** Of a tree connect: the share as `\\server\share`, and the frame that asked for it. */
  share?: string | undefined
  requestFrame?: number | undefined
  /** The request is not signed although the answer is: the session demands signatures. MS-SMB2 3.3.4.1.1. */
  lacksSignature?: boolean | undefined
}

const SMB2_COMMANDS: Record<number, SmbCommand> = {
  0: 'negotiate',
  1: 'session setup',
  3: 'tree connect',
  5: 'create',
  8: 'transfer',
  9: 'transfer',
  11: 'transfer',
}
const SMB1_COMMANDS: Record<number, SmbCommand> = {
  0x72: 'negotiate',
  0x73: 'session setup',
  0x75: 'tree connect',
  0xa2: 'create',
  0x25: 'transfer',
  0x2e: 'transfer',
  0x2f: 'transfer',
}
const SMB2_HEADER = 64
const SMB2_SIGNED = 8
const SMB2_TREE_PATH = SMB2_HEADER + 4
const SMB1_HEADER = 32
const SMB1_UNICODE = 0x8000
/** Of a tree connect: PasswordLength, and the words before the bytes. */
const SMB1_PASSWORD_LENGTH = SMB1_HEADER + 1 + 6
const SMB1_TREE_BYTES = SMB1_HEADER + 1 + 8 + 2
/** DialectIndex where none of the dialects will do. MS-CIFS 2.2.4.52.2. */
const NO_DIALECT = 0xffff
/** One more message of the handshake is wanted; the rest of a pipe's message follows; the answer comes later. */
const NO_REFUSALS = new Set([0, 0xc0000016, 0x80000005, 0x103])
interface Message2 {
  isAnswer: boolean
  command: SmbCommand | undefined
  status: number
  /** What joins an answer to its request. */
  id: () => string
  isSigned: boolean
  share?: string | undefined
  noDialect?: boolean | undefined
}

/** Rejections in order of their frames. */
export const smbRefusals = perCase((theCase: Examination): readonly SmbRefusal[] => smbRefusalsOf(theCase))

function smbRefusalsOf(theCase: Examination): SmbRefusal[] {
  const { messages } = theCase.capture
  const found: SmbRefusal[] = []
  const asked = new Map<string, { frame: number; isSigned: boolean; share?: string | undefined }>()
  for (let row = 0; row < messages.rows; row++) {
    const protocol = messages.get(Message.Protocol, row)
    if (protocol !== Protocol.Smb1 && protocol !== Protocol.Smb2) continue
    const version = protocol === Protocol.Smb2 ? 2 : 1
    const bytes = theCase.capture.bytes(messages.get(Message.Kept, row), messages.get(Message.KeptLength, row))
    const read = version === 2 ? smb2Message(bytes) : smb1Message(bytes)
    if (!read?.command) continue
    const { isAnswer, command, status, isSigned, share, noDialect } = read
    const stream = messages.get(Message.Stream, row)
    const frame = messages.get(Message.Frame, row)
    const isTreeConnect = command === 'tree connect'
    const key = isTreeConnect ? `${stream} ${read.id()}` : ''
    if (!isAnswer) {
      if (isTreeConnect) asked.set(key, { frame, isSigned, share })
      continue
    }
    const request = isTreeConnect ? asked.get(key) : undefined
    if (request) asked.delete(key)
    if (!noDialect && NO_REFUSALS.has(status)) continue
    const refusal: SmbRefusal = { frame, stream, version, command, status }
    if (noDialect) refusal.noDialect = true
    if (request) {
      refusal.requestFrame = request.frame
      if (request.share !== undefined) refusal.share = request.share
      if (version === 2 && isSigned && !request.isSigned) refusal.lacksSignature = true
    }
    found.push(refusal)
  }
  return found
}

function smb2Message(bytes: Uint8Array<ArrayBuffer>): Message2 | undefined {
  if (bytes.length < SMB2_HEADER) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const flags = view.getUint32(16, true)
  const command = SMB2_COMMANDS[view.getUint16(12, true)]
  const isAnswer = (flags & 1) !== 0
  const read: Message2 = {
    isAnswer,
    command,
    status: view.getUint32(8, true),
    id: () => view.getBigUint64(24, true).toString(),
    isSigned: (flags & SMB2_SIGNED) !== 0,
  }
  if (!isAnswer && command === 'tree connect' && bytes.length >= SMB2_TREE_PATH + 4) {
    const at = view.getUint16(SMB2_TREE_PATH, true)
    const length = view.getUint16(SMB2_TREE_PATH + 2, true)
    if (at >= SMB2_HEADER && at + length <= bytes.length)
      read.share = new TextDecoder('utf-16le').decode(bytes.subarray(at, at + length))
  }
  return read
}

function smb1Message(bytes: Uint8Array<ArrayBuffer>): Message2 | undefined {
  if (bytes.length < SMB1_HEADER) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const command = SMB1_COMMANDS[view.getUint8(4)]
  const isAnswer = (view.getUint8(9) & 0x80) !== 0
  const flags2 = view.getUint16(10, true)
  const code = view.getUint32(5, true)
  const read: Message2 = {
    isAnswer,
    command,
    status: smb1Status(code, flags2),
    id: () => `${view.getUint16(26, true)} ${view.getUint16(30, true)}`,
    isSigned: false,
  }
  const words = bytes[SMB1_HEADER] ?? 0
  if (isAnswer && command === 'negotiate' && words > 0 && bytes.length >= SMB1_HEADER + 3)
    read.noDialect = view.getUint16(SMB1_HEADER + 1, true) === NO_DIALECT
  if (!isAnswer && command === 'tree connect' && words === 4 && bytes.length > SMB1_TREE_BYTES) {
    const share = smb1Share(bytes, SMB1_TREE_BYTES + view.getUint16(SMB1_PASSWORD_LENGTH, true), flags2)
    if (share !== undefined) read.share = share
  }
  return read
}

/** The path of a tree connect: text up to a zero, at an even place where it is Unicode. MS-CIFS 2.2.4.55.1. */
function smb1Share(bytes: Uint8Array<ArrayBuffer>, from: number, flags2: number): string | undefined {
  const isUnicode = (flags2 & SMB1_UNICODE) !== 0
  const start = isUnicode ? (from + 1) & ~1 : from
  const step = isUnicode ? 2 : 1
  for (let at = start; at + step <= bytes.length; at += step)
    if (bytes[at] === 0 && (!isUnicode || bytes[at + 1] === 0))
      return new TextDecoder(isUnicode ? 'utf-16le' : 'latin1').decode(bytes.subarray(start, at))
  return undefined
}
