// Answers by which an SMB server refused something on the way to RPC. MS-SMB2 2.2.1.2, 2.2.9; MS-CIFS 2.2.3.1, 2.2.4.52, 2.2.4.55.
import { STATUS_BUFFER_OVERFLOW, STATUS_MORE_PROCESSING_REQUIRED, STATUS_PENDING } from '../../../names/statuses'
import { Message, Protocol } from '../../../../asm/layout'
import { messageBytes } from '../../../capture/messages'
import { NO_DIALECT, SMB1, Smb1Command, SMB2, Smb2Command, smbHeader, type SmbHeader } from '../../../dissect/smb'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'

type SmbCommand = 'negotiate' | 'session setup' | 'tree connect' | 'create' | 'transfer'

export interface SmbRejection {
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
  isUnsigned?: boolean | undefined
}

const COMMANDS: Record<1 | 2, Record<number, SmbCommand>> = {
  1: {
    [Smb1Command.Negotiate]: 'negotiate',
    [Smb1Command.SessionSetupAndX]: 'session setup',
    [Smb1Command.TreeConnectAndX]: 'tree connect',
    [Smb1Command.NtCreateAndX]: 'create',
    [Smb1Command.Transaction]: 'transfer',
    [Smb1Command.ReadAndX]: 'transfer',
    [Smb1Command.WriteAndX]: 'transfer',
  },
  2: {
    [Smb2Command.Negotiate]: 'negotiate',
    [Smb2Command.SessionSetup]: 'session setup',
    [Smb2Command.TreeConnect]: 'tree connect',
    [Smb2Command.Create]: 'create',
    [Smb2Command.Read]: 'transfer',
    [Smb2Command.Write]: 'transfer',
    [Smb2Command.Ioctl]: 'transfer',
  },
}
/** PathOffset and PathLength of a tree connect. MS-SMB2 2.2.9. */
const SMB2_TREE_PATH = SMB2.header + 4
/** Of a tree connect: PasswordLength, and the words before the bytes. */
const SMB1_PASSWORD_LENGTH = SMB1.header + 1 + 6
const SMB1_TREE_BYTES = SMB1.header + 1 + 8 + 2
/** One more message of the handshake is wanted; the rest of a pipe's message follows; the answer comes later. */
const NO_REFUSALS = new Set([0, STATUS_MORE_PROCESSING_REQUIRED, STATUS_BUFFER_OVERFLOW, STATUS_PENDING])

/** Rejections in order of their frames. */
export const smbRejections = perCase((theCase: Examination): readonly SmbRejection[] => smbRejectionsOf(theCase))

function smbRejectionsOf(theCase: Examination): SmbRejection[] {
  const { messages } = theCase.capture
  const found: SmbRejection[] = []
  const asked = new Map<string, { frame: number; isSigned: boolean; share?: string | undefined }>()
  const { rows } = messages
  for (let row = 0; row < rows; row++) {
    const protocol = messages.get(Message.Protocol, row)
    if (protocol !== Protocol.Smb1 && protocol !== Protocol.Smb2) continue
    const bytes = messageBytes(theCase.capture, row)
    const header = smbHeader(bytes)
    const command = header?.isWhole ? COMMANDS[header.version][header.command] : undefined
    if (!header || !command) continue
    const { version, isResponse, status, isSigned } = header
    const stream = messages.get(Message.Stream, row)
    const frame = messages.get(Message.Frame, row)
    const isTreeConnect = command === 'tree connect'
    const key = isTreeConnect ? `${stream} ${header.messageId}` : ''
    if (!isResponse) {
      if (isTreeConnect) asked.set(key, { frame, isSigned, share: shareOf(header, bytes) })
      continue
    }
    const request = isTreeConnect ? asked.get(key) : undefined
    if (request) asked.delete(key)
    const noDialect = command === 'negotiate' && choseNoDialect(header, bytes)
    if (!noDialect && NO_REFUSALS.has(status)) continue
    const rejection: SmbRejection = { frame, stream, version, command, status }
    if (noDialect) rejection.noDialect = true
    if (request) {
      rejection.requestFrame = request.frame
      if (request.share !== undefined) rejection.share = request.share
      if (version === 2 && isSigned && !request.isSigned) rejection.isUnsigned = true
    }
    found.push(rejection)
  }
  return found
}

/** Streams on which a client asked for a share that holds data: every other than IPC$. */
export const dataStreams = perCase((theCase: Examination): ReadonlySet<number> => {
  const { messages } = theCase.capture
  const found = new Set<number>()
  for (let row = 0; row < messages.rows; row++) {
    const protocol = messages.get(Message.Protocol, row)
    if (protocol !== Protocol.Smb1 && protocol !== Protocol.Smb2) continue
    const bytes = messageBytes(theCase.capture, row)
    const header = smbHeader(bytes)
    if (!header?.isWhole || header.isResponse || COMMANDS[header.version][header.command] !== 'tree connect') continue
    if (!/\\ipc\$$/i.test(shareOf(header, bytes) ?? '')) found.add(messages.get(Message.Stream, row))
  }
  return found
})

/** True if an SMB 1 server answered a negotiation with none of the dialects. */
export function choseNoDialect({ version, isResponse }: SmbHeader, bytes: Uint8Array): boolean {
  const words = bytes[SMB1.header] ?? 0
  if (version === 2 || !isResponse || words === 0 || bytes.length < SMB1.header + 3) return false
  return (bytes[SMB1.header + 1]! | (bytes[SMB1.header + 2]! << 8)) === NO_DIALECT
}

/** The path that a request to connect to a tree names. */
function shareOf({ version, isUnicode }: SmbHeader, bytes: Uint8Array<ArrayBuffer>): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (version === 1) {
    if (bytes[SMB1.header] !== 4 || bytes.length <= SMB1_TREE_BYTES) return undefined
    return smb1Share(bytes, SMB1_TREE_BYTES + view.getUint16(SMB1_PASSWORD_LENGTH, true), isUnicode)
  }
  if (bytes.length < SMB2_TREE_PATH + 4) return undefined
  const at = view.getUint16(SMB2_TREE_PATH, true)
  const end = at + view.getUint16(SMB2_TREE_PATH + 2, true)
  return at >= SMB2.header && end <= bytes.length
    ? new TextDecoder('utf-16le').decode(bytes.subarray(at, end))
    : undefined
}

/** The path of a tree connect: text up to a zero, at an even place where it is Unicode. MS-CIFS 2.2.4.55.1. */
function smb1Share(bytes: Uint8Array<ArrayBuffer>, from: number, isUnicode: boolean): string | undefined {
  const start = isUnicode ? (from + 1) & ~1 : from
  const step = isUnicode ? 2 : 1
  for (let at = start; at + step <= bytes.length; at += step)
    if (bytes[at] === 0 && (!isUnicode || bytes[at + 1] === 0))
      return new TextDecoder(isUnicode ? 'utf-16le' : 'latin1').decode(bytes.subarray(start, at))
  return undefined
}
