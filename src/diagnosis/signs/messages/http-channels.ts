// What is said in HTTP on the channels of RPC over HTTP: each request that opens one, and what the web server or a proxy answers.
// MS-RPCH 2.1.2.1, RFC 9110 15 and 11.6.
import { Analysis, Frame, Message, Protocol, StreamFlag, Stream } from '../../../../asm/layout'
import { messageBytes } from '../../../capture/messages'
import { Reader } from '../../../dissect/reader'
import { token } from '../../../dissect/security/token'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'
import { ends } from '../logon/kerberos-errors'

/** A request that opens a channel, and its answer. */
export interface ChannelRequest {
  stream: number
  client: string
  server: string
  /** Row of Frame. */
  frame: number
  method: string
  /** `server:port` that the proxy shall reach. */
  target: string
  /** Scheme of the credentials: `NTLM`, `Negotiate`, `Basic`, ... */
  scheme?: string | undefined
  /** True if the request proves who the user is; false for none and for the first leg of NTLM. */
  hasCredentials: boolean
  /** `DOMAIN\user` of an NTLM logon. */
  user?: string | undefined
  answer?: ChannelAnswer | undefined
}

export interface ChannelAnswer {
  frame: number
  /** HTTP status; undefined for a TLS alert. */
  status?: number | undefined
  reason: string
  /** Schemes that the answer accepts, as it lists them. */
  schemes: string[]
  /** Where a redirect leads, without its query. */
  location?: string | undefined
}

const REQUEST = /^(RPC_(?:IN|OUT)_DATA) (\S+)/
const ANSWER = /^HTTP\/1\.\d (\d{3})(?: (.*))?$/

/** Requests for channels in order, each with its answer where the capture holds one. */
export const channelRequests = perCase((theCase: Examination): readonly ChannelRequest[] => {
  const { messages, frames, streams } = theCase.capture
  const all: ChannelRequest[] = []
  const open = new Map<number, ChannelRequest>()
  for (let row = 0; row < messages.rows; row++) {
    const protocol = messages.get(Message.Protocol, row)
    if (protocol !== Protocol.Http && protocol !== Protocol.Tls) continue
    const frame = messages.get(Message.Frame, row)
    const stream = messages.get(Message.Stream, row)
    if ((streams.get(Stream.Flags, stream) & StreamFlag.Http) === 0) continue
    if ((frames.get(Frame.TcpFlags, frame) & (Analysis.Retransmission | Analysis.Duplicate)) !== 0) continue
    const lines = new TextDecoder('latin1').decode(messageBytes(theCase.capture, row)).split('\n')
    const request = protocol === Protocol.Http ? requestOf(theCase, stream, frame, lines) : undefined
    const asked = open.get(stream)
    if (request) {
      all.push(request)
      open.set(stream, request)
    } else if (asked && !asked.answer && ends(theCase, frame).to === asked.client)
      asked.answer = protocol === Protocol.Http ? answerOf(frame, lines) : { frame, reason: 'TLS alert', schemes: [] }
  }
  return all
})

function requestOf(theCase: Examination, stream: number, frame: number, lines: string[]): ChannelRequest | undefined {
  const [, method, path] = REQUEST.exec(lines[0] ?? '') ?? []
  if (method === undefined || path === undefined) return undefined
  const { from: client, to: server } = ends(theCase, frame)
  const question = path.indexOf('?')
  const [scheme, encoded] =
    (headerOf(lines, 'authorization') ?? headerOf(lines, 'proxy-authorization'))?.split(/\s+/) ?? []
  const sent = encoded === undefined ? {} : token(new Reader(decoded(encoded)))
  const { ntlm } = sent
  return {
    stream,
    client,
    server,
    frame,
    method,
    target: question < 0 ? '' : path.slice(question + 1),
    ...(scheme && { scheme }),
    hasCredentials:
      scheme !== undefined &&
      (ntlm === undefined ? sent.spnego?.kind !== 'init' || sent.mechanism === 'kerberos' : ntlm.type === 3),
    ...(ntlm?.type === 3 && ntlm.user && { user: ntlm.domain ? `${ntlm.domain}\\${ntlm.user}` : ntlm.user }),
  }
}

function answerOf(frame: number, lines: string[]): ChannelAnswer | undefined {
  const [, status, reason] = ANSWER.exec(lines[0] ?? '') ?? []
  // 100 (Continue) and its like are followed by the answer.
  if (status === undefined || status.startsWith('1')) return undefined
  return {
    frame,
    status: Number(status),
    reason: reason ?? '',
    schemes: lines.flatMap((line) => /^(?:www|proxy)-authenticate:\s*(\w+)/i.exec(line)?.[1] ?? []),
    location: headerOf(lines, 'location'),
  }
}

function headerOf(lines: readonly string[], name: string): string | undefined {
  const line = lines.find((one) => one.toLowerCase().startsWith(`${name}:`))
  return line?.slice(name.length + 1).trim()
}

/** Bytes of base64, as far as it goes: what is cut or broken yields what precedes it. */
function decoded(text: string): Uint8Array<ArrayBuffer> {
  const whole = /^[A-Za-z0-9+/]*/.exec(text)![0]
  const usable = whole.slice(0, whole.length - (whole.length % 4))
  return Uint8Array.from(atob(usable), (letter) => letter.charCodeAt(0))
}
