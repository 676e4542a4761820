// Who logged on to SMB: session setups, their tokens and how they ended. MS-SMB2 2.2.5, 2.2.6; MS-SMB 2.2.4.6.
import { Message, Protocol } from '../../../asm/layout'
import type { Capture } from '../../capture/capture'
import type { SmbLogon } from '../model'
import { readToken } from './tokens'

const SMB2 = {
  header: 64,
  status: 8,
  command: 12,
  flags: 16,
  messageId: 24,
  session: 40,
  /** SecurityBufferOffset of a request; SessionFlags and SecurityBufferOffset of an answer. */
  requestToken: 64 + 12,
  answerFlags: 64 + 2,
  answerToken: 64 + 4,
}
const SMB1 = { header: 32, status: 5, command: 4, flags: 9, userId: 28, multiplexId: 30 }
const SESSION_SETUP = 1
const SESSION_SETUP_ANDX = 0x73
const MORE_PROCESSING_REQUIRED = 0xc0000016

/** One session setup message. */
interface Setup {
  isAnswer: boolean
  status: number
  /** What request and answer have in common, and the session; 0 while the server has given none. */
  message: number
  session: number
  isGuest: boolean
  token: Uint8Array<ArrayBuffer>
}

/** Logons in order of their first messages. */
export function smbLogons(capture: Capture): SmbLogon[] {
  const { messages } = capture
  const logons: SmbLogon[] = []
  /** Those under way, by stream and session, or by the message that began them. */
  const open = new Map<string, SmbLogon>()
  for (let row = 0; row < messages.rows; row++) {
    const protocol = messages.get(Message.Protocol, row)
    if (protocol !== Protocol.Smb1 && protocol !== Protocol.Smb2) continue
    const bytes = capture.bytes(messages.get(Message.Kept, row), messages.get(Message.KeptLength, row))
    const setup = protocol === Protocol.Smb2 ? smb2Setup(bytes) : smb1Setup(bytes)
    if (!setup) continue
    const stream = messages.get(Message.Stream, row)
    const frame = messages.get(Message.Frame, row)
    const bySession = `${stream} session ${setup.session}`
    const byMessage = `${stream} message ${setup.message}`
    let logon = (setup.isAnswer ? open.get(byMessage) : undefined) ?? (setup.session ? open.get(bySession) : undefined)
    if (!logon) {
      logon = { stream, session: setup.session, firstFrame: frame, lastFrame: frame }
      logons.push(logon)
    }
    logon.lastFrame = frame
    learn(logon, setup, frame)
    if (!setup.isAnswer) open.set(byMessage, logon)
    else {
      open.delete(byMessage)
      if (setup.session !== 0) logon.session = setup.session
      if (setup.status === MORE_PROCESSING_REQUIRED) open.set(bySession, logon)
      else {
        logon.status = setup.status
        if (setup.isGuest) logon.guest = true
        open.delete(bySession)
      }
    }
  }
  return logons
}

/** The security token of a session setup; undefined for another message. `protocol` is Smb1 or Smb2. */
export function sessionSetupToken(protocol: Protocol, bytes: Uint8Array<ArrayBuffer>): Uint8Array | undefined {
  return (protocol === Protocol.Smb2 ? smb2Setup(bytes) : smb1Setup(bytes))?.token
}

function learn(logon: SmbLogon, { token }: Setup, frame: number): void {
  if (token.length === 0) return
  const { learnt, target } = readToken(token)
  const { user, domain, workstation, mechanism, anonymous, kerberosError, ntResponseLength } = learnt
  Object.assign(
    logon,
    user !== undefined && { user, domain, workstation, userFrame: frame },
    mechanism && { mechanism },
    anonymous && { anonymous },
    kerberosError !== undefined && { kerberosError, kerberosErrorFrame: frame },
    ntResponseLength !== undefined && { ntResponseLength },
  )
  if (target) logon.target = { ...logon.target, ...target }
}

function smb2Setup(bytes: Uint8Array<ArrayBuffer>): Setup | undefined {
  if (bytes.length < SMB2.answerToken + 4) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (view.getUint16(SMB2.command, true) !== SESSION_SETUP) return undefined
  const isAnswer = (view.getUint32(SMB2.flags, true) & 1) !== 0
  const tokenAt = isAnswer ? SMB2.answerToken : SMB2.requestToken
  return {
    isAnswer,
    status: view.getUint32(SMB2.status, true),
    message: (view.getUint32(SMB2.messageId, true) ^ view.getUint32(SMB2.messageId + 4, true)) >>> 0,
    session: (view.getUint32(SMB2.session, true) ^ view.getUint32(SMB2.session + 4, true)) >>> 0,
    isGuest: isAnswer && (view.getUint16(SMB2.answerFlags, true) & 1) !== 0,
    token:
      tokenAt + 4 <= bytes.length
        ? part(bytes, view.getUint16(tokenAt, true), view.getUint16(tokenAt + 2, true))
        : bytes.subarray(0, 0),
  }
}

function smb1Setup(bytes: Uint8Array<ArrayBuffer>): Setup | undefined {
  if (bytes.length < SMB1.header + 1 || bytes[SMB1.command] !== SESSION_SETUP_ANDX) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const isAnswer = (view.getUint8(SMB1.flags) & 0x80) !== 0
  const words = SMB1.header + 1
  const wordBytes = bytes[SMB1.header]! * 2
  // Extended security: 12 words of a request, 4 of an answer; after them the count of bytes, then the token.
  const lengthAt = isAnswer ? 6 : 14
  const isExtended = wordBytes === (isAnswer ? 8 : 24) && words + wordBytes + 2 <= bytes.length
  return {
    isAnswer,
    status: view.getUint32(SMB1.status, true),
    message: view.getUint16(SMB1.multiplexId, true),
    session: view.getUint16(SMB1.userId, true),
    isGuest: isAnswer && isExtended && (view.getUint16(words + 4, true) & 1) !== 0,
    token: isExtended
      ? part(bytes, words + wordBytes + 2, view.getUint16(words + lengthAt, true))
      : bytes.subarray(0, 0),
  }
}

function part(bytes: Uint8Array<ArrayBuffer>, at: number, length: number): Uint8Array<ArrayBuffer> {
  return bytes.subarray(Math.min(at, bytes.length), Math.min(at + length, bytes.length))
}
