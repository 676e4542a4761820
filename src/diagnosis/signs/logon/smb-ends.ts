// How connections for SMB ended whose handshake never got anywhere. RFC 9293 3.6; MS-SMB2 3.3.5.
import { Frame, Message, Protocol, Stream, StreamFlag } from '../../../../asm/layout'
import { messageBytes } from '../../../capture/messages'
import { NONE } from '../../../capture/table'
import type { SmbLogon } from '../../../conversation/model'
import { SMB1, Smb1Command, Smb2Command, smbHeader } from '../../../dissect/smb'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import { type Attempt, attempts } from '../network/attempts'
import { isSmbPort } from '../network/ports'
import { trafficOf } from '../network/traffic'
import { choseNoDialect, dataStreams } from './smb-rejections'

/** A close this soon after a message answers it. */
const ANSWER_SECONDS = 30
/** A negative session response of NetBIOS: type, length, error code. RFC 1002 4.3.4. */
const NEGATIVE_RESPONSE_BYTES = 5
/** A client that waits so long without success and then leaves has given up. */
const GAVE_UP_SECONDS = 3
/** Frames after the handshake among which the client's first message is looked for. */
const LOOK_AHEAD = 256

type Side = 'client' | 'server'

interface StreamEnd {
  by: Side
  how: 'FIN' | 'RST'
  frame: number
}

/** The first FIN or RST of a stream; undefined while it is open. */
function streamEnd(theCase: Examination, stream: number): StreamEnd | undefined {
  const [finA, finB, rst] = [Stream.FinFrameA, Stream.FinFrameB, Stream.RstFrame].map((column) =>
    theCase.streamValue(column, stream),
  ) as [number, number, number]
  const isByB = (theCase.streamValue(Stream.Flags, stream) & StreamFlag.RstByB) !== 0
  const ends: StreamEnd[] = [
    { by: 'client', how: 'FIN', frame: finA },
    { by: 'server', how: 'FIN', frame: finB },
    { by: isByB ? 'server' : 'client', how: 'RST', frame: rst },
  ]
  return ends.filter(({ frame }) => frame !== NONE).sort((one, other) => one.frame - other.frame)[0]
}

/** An SMB connection on which no message of the server ever came. */
export interface MuteServer {
  attempt: Attempt
  /** The client's first message. */
  asked: number
  end: StreamEnd
  /** The server sent a negative session response of NetBIOS. */
  isDenied: boolean
}

/** SMB connections that the server ended without any SMB message, or that the client gave up after seconds without one. */
export function muteServers(theCase: Examination): MuteServer[] {
  const { frames } = theCase.capture
  const loggedOn = new Set(theCase.conversation.smbLogons.map(({ stream }) => stream))
  return attempts(theCase).flatMap((attempt): MuteServer[] => {
    const { stream, port, outcome, answerFrame } = attempt
    if (outcome !== 'open' || answerFrame === undefined || !isSmbPort(port)) return []
    if (theCase.endExplainedBy(stream) !== undefined || theCase.streamValue(Stream.Gaps, stream) > 0) return []
    // Where a logon or RPC is seen the client is past the negotiation: the server’s side was not captured.
    if (loggedOn.has(stream) || theCase.connectionsOn(stream).length > 0) return []
    const answered = theCase.streamValue(Stream.BytesB, stream)
    if (answered > NEGATIVE_RESPONSE_BYTES || theCase.streamValue(Stream.BytesA, stream) === 0) return []
    const traffic = trafficOf(theCase).byStream.get(stream)
    if (traffic?.stalled !== undefined || (traffic?.missing ?? 0) > 0) return []
    const end = streamEnd(theCase, stream)
    const asked = firstMessage(theCase, attempt, answerFrame)
    if (!end || asked === undefined) return []
    // A server that closes at once does so before the client's message; who leaves by itself must have waited.
    const waited = secondsBetween(frames, asked, end.frame)
    const isWanted = end.by === 'server' ? waited <= ANSWER_SECONDS : answered === 0 && waited >= GAVE_UP_SECONDS
    return isWanted ? [{ attempt, asked, end, isDenied: answered === NEGATIVE_RESPONSE_BYTES }] : []
  })
}

/** The client's first bytes, where they are a message of SMB. */
function firstMessage(
  { capture: { frames } }: Examination,
  { stream, synFrame, lastFrame }: Attempt,
  from: number,
): number | undefined {
  const port = frames.get(Frame.SourcePort, synFrame)
  for (let frame = from; frame <= Math.min(lastFrame, from + LOOK_AHEAD); frame++) {
    if (frames.get(Frame.Stream, frame) !== stream || frames.get(Frame.SourcePort, frame) !== port) continue
    if (frames.get(Frame.PayloadLength, frame) === 0) continue
    const protocol = frames.get(Frame.Protocol, frame)
    return protocol === Protocol.Smb1 || protocol === Protocol.Smb2 ? frame : undefined
  }
  return undefined
}

/** A logon to SMB that the server answered by closing the connection. */
export interface DroppedLogon {
  logon: SmbLogon
  end: StreamEnd
}

/** Logons whose last message is the client's and is followed by the server's close; wholly captured streams only. */
export function droppedLogons(theCase: Examination): DroppedLogon[] {
  const { frames } = theCase.capture
  return theCase.conversation.smbLogons.flatMap((logon) => {
    if (logon.status !== undefined || theCase.streamValue(Stream.Gaps, logon.stream) > 0) return []
    // Captures may hold an answer before its request: where RPC or encryption follows, the logon was accepted.
    if (theCase.connectionsOn(logon.stream).length > 0 || isEncrypted(theCase, logon.stream)) return []
    const end = streamEnd(theCase, logon.stream)
    if (!end || end.by !== 'server' || end.frame <= logon.lastFrame) return []
    if (!isFromClient(theCase, logon.lastFrame, logon.stream)) return []
    return secondsBetween(frames, logon.lastFrame, end.frame) <= ANSWER_SECONDS ? [{ logon, end }] : []
  })
}

/**
 * Logons that went well and after which a reset came instead of the answer to a request, before any RPC: on streams that are wholly
 * captured and lead to IPC$, or to no share yet.
 */
export function cutSessions(theCase: Examination): DroppedLogon[] {
  return theCase.conversation.smbLogons.flatMap((logon) => {
    const { status, stream } = logon
    if (status !== 0 || theCase.streamValue(Stream.Gaps, stream) > 0 || dataStreams(theCase).has(stream)) return []
    if (theCase.connectionsOn(stream).length > 0 || isEncrypted(theCase, stream)) return []
    const end = streamEnd(theCase, stream)
    if (!end || end.by !== 'server' || end.how !== 'RST' || end.frame <= logon.lastFrame) return []
    const asked = lastData(theCase, stream, end.frame)
    if (asked === undefined || asked <= logon.lastFrame || !isFromClient(theCase, asked, stream)) return []
    if (secondsBetween(theCase.capture.frames, asked, end.frame) > ANSWER_SECONDS) return []
    return [{ logon: { ...logon, lastFrame: asked }, end }]
  })
}

/** The last frame with data on a stream shortly before another. */
function lastData({ capture: { frames } }: Examination, stream: number, before: number): number | undefined {
  for (let frame = before - 1; frame >= Math.max(0, before - LOOK_AHEAD); frame--) {
    const bytes = frames.get(Frame.PayloadLength, frame)
    if (frames.get(Frame.Stream, frame) === stream && bytes !== NONE && bytes > 0) return frame
  }
  return undefined
}

function isFromClient(theCase: Examination, frame: number, stream: number): boolean {
  return theCase.capture.frames.get(Frame.SourcePort, frame) === theCase.streamValue(Stream.PortA, stream)
}

/** Logons as guest after which the client ended the connection without asking for a share. */
export function guestsThatLeft(theCase: Examination): DroppedLogon[] {
  const guests = theCase.conversation.smbLogons.filter(({ guest, status }) => guest === true && status === 0)
  if (guests.length === 0) return []
  const asked = lastTreeConnects(theCase)
  return guests.flatMap((logon) => {
    const end = streamEnd(theCase, logon.stream)
    if (!end || end.by !== 'client' || end.frame <= logon.lastFrame) return []
    if ((asked.get(logon.stream) ?? -1) > logon.lastFrame || isEncrypted(theCase, logon.stream)) return []
    if (theCase.connectionsOn(logon.stream).some(({ firstFrame }) => firstFrame > logon.lastFrame)) return []
    return secondsBetween(theCase.capture.frames, logon.lastFrame, end.frame) <= ANSWER_SECONDS ? [{ logon, end }] : []
  })
}

function isEncrypted(theCase: Examination, stream: number): boolean {
  return (theCase.streamValue(Stream.Flags, stream) & StreamFlag.SmbEncrypted) !== 0
}

const TREE_CONNECT = { 1: Smb1Command.TreeConnectAndX, 2: Smb2Command.TreeConnect }

/** Frame of the last tree connect of each stream. */
function lastTreeConnects(theCase: Examination): Map<number, number> {
  const { messages } = theCase.capture
  const last = new Map<number, number>()
  for (let row = 0; row < messages.rows; row++) {
    const protocol = messages.get(Message.Protocol, row)
    if (protocol !== Protocol.Smb1 && protocol !== Protocol.Smb2) continue
    const bytes = messageBytes(theCase.capture, row)
    const header = smbHeader(bytes)
    if (header && header.command === Number(TREE_CONNECT[header.version]))
      last.set(messages.get(Message.Stream, row), messages.get(Message.Frame, row))
  }
  return last
}

/** A negotiation in SMB 1 that led nowhere. */
export interface DeadNegotiation {
  attempt: Attempt
  /** The client's negotiation, and the answer "none of these dialects" or the server's close without one. */
  asked: number
  answer: number
  isRefused: boolean
  dialects: string[]
}

/** SMB 1 negotiations that the server answered with no dialect, or with its close. */
export function deadNegotiations(theCase: Examination): DeadNegotiation[] {
  const { messages } = theCase.capture
  const requests = new Map<number, { frame: number; dialects: string[] }>()
  const rejections = new Map<number, number>()
  for (let row = 0; row < messages.rows; row++) {
    if (messages.get(Message.Protocol, row) !== Protocol.Smb1) continue
    const bytes = messageBytes(theCase.capture, row)
    const header = smbHeader(bytes)
    if (header?.command !== Number(Smb1Command.Negotiate) || bytes.length < SMB1.header + 3) continue
    const [stream, frame] = [messages.get(Message.Stream, row), messages.get(Message.Frame, row)]
    if (!header.isResponse) requests.set(stream, { frame, dialects: dialectsIn(bytes) })
    else if (choseNoDialect(header, bytes)) rejections.set(stream, frame)
  }
  if (requests.size === 0) return []
  return attempts(theCase).flatMap((attempt): DeadNegotiation[] => {
    const { stream, port } = attempt
    const request = requests.get(stream)
    if (!request || !isSmbPort(port) || theCase.streamValue(Stream.Gaps, stream) > 0) return []
    const dead = { attempt, asked: request.frame, dialects: request.dialects }
    const rejection = rejections.get(stream)
    if (rejection !== undefined) return [{ ...dead, answer: rejection, isRefused: true }]
    const end = streamEnd(theCase, stream)
    const isSilent = theCase.streamValue(Stream.BytesB, stream) === 0
    return isSilent && end?.by === 'server' && end.frame > request.frame
      ? [{ ...dead, answer: end.frame, isRefused: false }]
      : []
  })
}

/** Names of dialects: each a 2 and text up to a zero. MS-CIFS 2.2.4.52.1. */
function dialectsIn(bytes: Uint8Array<ArrayBuffer>): string[] {
  const names = new TextDecoder('latin1').decode(bytes.subarray(SMB1.header + 3)).split('\0')
  return names.flatMap((name) => (name.charCodeAt(0) === 2 ? [name.slice(1)] : []))
}
