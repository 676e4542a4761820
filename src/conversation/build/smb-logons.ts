// Who logged on to SMB: session setups, their tokens and how they ended. MS-SMB2 2.2.5, 2.2.6; MS-SMB 2.2.4.6.
import { STATUS_MORE_PROCESSING_REQUIRED } from '../../names/statuses'
import { Message, Protocol } from '../../../asm/layout'
import { messageBytes } from '../../capture/messages'
import type { Capture } from '../../capture/capture'
import { SMB1, Smb1Command, SMB2, Smb2Command, smbHeader, type SmbHeader } from '../../dissect/smb'
import type { SmbLogon } from '../model'
import { readToken } from './tokens'

/** SecurityBufferOffset of a request; SessionFlags and SecurityBufferOffset of an answer. */
const REQUEST_TOKEN = SMB2.header + 12
const ANSWER_FLAGS = SMB2.header + 2
const ANSWER_TOKEN = SMB2.header + 4

/** What a session setup message says beyond its header. */
interface Setup {
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
    const bytes = messageBytes(capture, row)
    const header = smbHeader(bytes)
    const setup = header && setupOf(header, bytes)
    if (!setup) continue
    const stream = messages.get(Message.Stream, row)
    const frame = messages.get(Message.Frame, row)
    const bySession = `${stream} session ${header.session}`
    const byMessage = `${stream} message ${header.messageId}`
    let logon =
      (header.isResponse ? open.get(byMessage) : undefined) ?? (header.session ? open.get(bySession) : undefined)
    if (!logon) {
      logon = { stream, session: header.session, firstFrame: frame, lastFrame: frame }
      logons.push(logon)
    }
    logon.lastFrame = frame
    learn(logon, setup, frame)
    if (!header.isResponse) open.set(byMessage, logon)
    else {
      open.delete(byMessage)
      if (header.session !== 0) logon.session = header.session
      if (header.status === STATUS_MORE_PROCESSING_REQUIRED) open.set(bySession, logon)
      else {
        logon.status = header.status
        if (setup.isGuest) logon.guest = true
        open.delete(bySession)
      }
    }
  }
  return logons
}

/** The security token of a session setup; undefined for another message. */
export function sessionSetupToken(bytes: Uint8Array<ArrayBuffer>): Uint8Array | undefined {
  const header = smbHeader(bytes)
  return header && setupOf(header, bytes)?.token
}

function learn(logon: SmbLogon, { token }: Setup, frame: number): void {
  if (token.length === 0) return
  const { learnt, target } = readToken(token)
  const {
    user,
    domain,
    workstation,
    machineId,
    mechanism,
    anonymous,
    kerberosError,
    clockSkew,
    relayed,
    ntResponseLength,
  } = learnt
  Object.assign(
    logon,
    user !== undefined && { user, domain, workstation, userFrame: frame },
    machineId !== undefined && { machineId },
    mechanism && { mechanism },
    anonymous && { anonymous },
    'kerberosError' in learnt && { kerberosError, kerberosErrorFrame: frame, clockSkew },
    relayed && { relayed },
    ntResponseLength !== undefined && { ntResponseLength },
  )
  if (target) logon.target = { ...logon.target, ...target }
}

function setupOf(header: SmbHeader, bytes: Uint8Array<ArrayBuffer>): Setup | undefined {
  const { version, command, isResponse, isWhole } = header
  if (!isWhole) return undefined
  if (version === 2) return command === Number(Smb2Command.SessionSetup) ? smb2Setup(bytes, isResponse) : undefined
  return command === Number(Smb1Command.SessionSetupAndX) ? smb1Setup(bytes, isResponse) : undefined
}

function smb2Setup(bytes: Uint8Array<ArrayBuffer>, isAnswer: boolean): Setup | undefined {
  if (bytes.length < ANSWER_TOKEN + 4) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const tokenAt = isAnswer ? ANSWER_TOKEN : REQUEST_TOKEN
  return {
    isGuest: isAnswer && (view.getUint16(ANSWER_FLAGS, true) & 1) !== 0,
    token:
      tokenAt + 4 <= bytes.length
        ? part(bytes, view.getUint16(tokenAt, true), view.getUint16(tokenAt + 2, true))
        : bytes.subarray(0, 0),
  }
}

function smb1Setup(bytes: Uint8Array<ArrayBuffer>, isAnswer: boolean): Setup | undefined {
  if (bytes.length < SMB1.header + 1) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const words = SMB1.header + 1
  const wordBytes = bytes[SMB1.header]! * 2
  // Extended security: 12 words of a request, 4 of an answer; after them the count of bytes, then the token.
  const lengthAt = isAnswer ? 6 : 14
  const isExtended = wordBytes === (isAnswer ? 8 : 24) && words + wordBytes + 2 <= bytes.length
  return {
    isGuest: isAnswer && isExtended && (view.getUint16(words + 4, true) & 1) !== 0,
    token: isExtended
      ? part(bytes, words + wordBytes + 2, view.getUint16(words + lengthAt, true))
      : bytes.subarray(0, 0),
  }
}

function part(bytes: Uint8Array<ArrayBuffer>, at: number, length: number): Uint8Array<ArrayBuffer> {
  return bytes.subarray(Math.min(at, bytes.length), Math.min(at + length, bytes.length))
}
