// How a side of a connection for RPC, SMB or Kerberos begins where that is none of them: the first bytes of another protocol. RFC 8446 5.1, RFC 9110 9,
// RFC 4253 4.2, RFC 4511 5.1, MS-SMB2 2.1, MS-CIFS 2.2.3.1.
import { Frame, Message, Protocol, Stream } from '../../../../asm/layout'
import { messageBytes } from '../../../capture/messages'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'

/** How one side of a stream begins. */
export interface ForeignOpening {
  /** Row of Frame. */
  frame: number
  /** `TLS`, `HTTP`, ...; undefined for bytes that are not known. */
  protocol?: string | undefined
}

/** What each side of a stream says that is not the protocol of its port. */
export interface ForeignOpenings {
  a?: ForeignOpening | undefined
  b?: ForeignOpening | undefined
}

const TEXTS: readonly [RegExp, string][] = [
  [/^(GET|POST|HEAD|PUT|OPTIONS|CONNECT|DELETE|PROPFIND) /, 'HTTP'],
  [/^HTTP\/1\./, 'HTTP'],
  [/^PRI \* HT/, 'HTTP/2'],
  [/^SSH-/, 'SSH'],
]
/** TLS: records of a handshake or an alert, version 3.x. */
const HANDSHAKE = 0x16
const ALERT = 0x15
/** A bind of connection-oriented RPC, version 5.0. C706 12.6.4.3. */
const RPC_VERSION = 5
const BIND = 11
/** LDAP: a sequence that begins with a message id, an integer of one byte. */
const SEQUENCE = 0x30

/** The protocol that eight bytes begin; undefined for others. */
function protocolOf(bytes: Uint8Array): string | undefined {
  const text = String.fromCharCode(...bytes)
  const known = TEXTS.find(([pattern]) => pattern.test(text))
  if (known) return known[1]
  if ((bytes[0] === HANDSHAKE || bytes[0] === ALERT) && bytes[1] === 3 && bytes[2]! <= 4) return 'TLS'
  if (bytes[0] === RPC_VERSION && bytes[1] === 0 && bytes[2] === BIND) return 'RPC'
  if (bytes[0] === 0 && /^[\xfc-\xff]SMB$/.test(text.slice(4))) return 'SMB'
  if (bytes[0] === SEQUENCE && (text.slice(2, 4) === '\x02\x01' || text.slice(6, 8) === '\x02\x01')) return 'LDAP'
  return undefined
}

/** By row of Stream, what its sides say first where that is not the protocol of the port. */
export const foreignOpenings = perCase(({ capture }: Examination): ReadonlyMap<number, ForeignOpenings> => {
  const { messages, frames, streams } = capture
  const found = new Map<number, ForeignOpenings>()
  for (let row = 0; row < messages.rows; row++) {
    if (messages.get(Message.Protocol, row) !== Protocol.Unknown) continue
    const frame = messages.get(Message.Frame, row)
    const stream = messages.get(Message.Stream, row)
    const openings = found.get(stream) ?? {}
    const isA =
      frames.get(Frame.SourcePort, frame) === streams.get(Stream.PortA, stream) &&
      frames.get(Frame.Source, frame) === streams.get(Stream.AddressA, stream)
    openings[isA ? 'a' : 'b'] ??= { frame, protocol: protocolOf(messageBytes(capture, row)) }
    found.set(stream, openings)
  }
  return found
})
