// Answers by which an SMB server refused something on the way to RPC. MS-SMB2 2.2.1.2, MS-CIFS 2.2.3.1.
import { Message, Protocol } from '../../../asm/layout'
import type { Examination } from '../examination'

export type SmbCommand = 'negotiate' | 'session setup' | 'tree connect' | 'create' | 'transfer'

export interface SmbRefusal {
  frame: number
  stream: number
  command: SmbCommand
  status: number
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
  0x73: 'session setup',
  0x75: 'tree connect',
  0xa2: 'create',
  0x25: 'transfer',
  0x2e: 'transfer',
  0x2f: 'transfer',
}
const SMB2_HEADER = 64
const SMB1_HEADER = 32
/** One more message of the handshake is wanted; the rest of a pipe's message follows; the answer comes later. */
const NO_REFUSALS = new Set([0, 0xc0000016, 0x80000005, 0x103])

/** Refusals in order of their frames. */
export function smbRefusals(theCase: Examination): SmbRefusal[] {
  const { messages } = theCase.capture
  const found: SmbRefusal[] = []
  for (let row = 0; row < messages.rows; row++) {
    const protocol = messages.get(Message.Protocol, row)
    if (protocol !== Protocol.Smb1 && protocol !== Protocol.Smb2) continue
    const bytes = theCase.capture.bytes(
      messages.get(Message.Kept, row),
      Math.min(messages.get(Message.KeptLength, row), SMB2_HEADER),
    )
    const answer = protocol === Protocol.Smb2 ? smb2Answer(bytes) : smb1Answer(bytes)
    if (!answer?.command || NO_REFUSALS.has(answer.status)) continue
    found.push({
      frame: messages.get(Message.Frame, row),
      stream: messages.get(Message.Stream, row),
      command: answer.command,
      status: answer.status,
    })
  }
  return found
}

interface Answer {
  command: SmbCommand | undefined
  status: number
}

function smb2Answer(bytes: Uint8Array<ArrayBuffer>): Answer | undefined {
  if (bytes.length < SMB2_HEADER) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const isAnswer = (view.getUint32(16, true) & 1) !== 0
  return isAnswer ? { command: SMB2_COMMANDS[view.getUint16(12, true)], status: view.getUint32(8, true) } : undefined
}

function smb1Answer(bytes: Uint8Array<ArrayBuffer>): Answer | undefined {
  if (bytes.length < SMB1_HEADER) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const isAnswer = (view.getUint8(9) & 0x80) !== 0
  return isAnswer ? { command: SMB1_COMMANDS[view.getUint8(4)], status: view.getUint32(5, true) } : undefined
}
