// Answers that the server sent and the client never received: the server’s sequence numbers have moved on, the client’s
// acknowledgements have not. RFC 9293 3.4.
import { Frame, TcpFlag } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import type { Connection } from '../../../conversation/model'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'

export interface LostAnswer {
  /** Bytes of the server that are missing where the client’s acknowledgements end. */
  bytes: number
  /** The server’s frame that counts them as sent, and the client’s last frame, which does not acknowledge them. */
  sentFrame: number
  missedFrame: number
  /** Bytes of the server’s largest segment that did arrive. */
  largest: number
}

interface Walked {
  connection: Connection
  /** The client’s last acknowledgement up to its close, and its frame. */
  acknowledged?: number | undefined
  missedFrame: number
  largest: number
  isCovered: boolean
  bytes: number
  sentFrame: number
}

/** By stream, for connections that the client closed with a call outstanding and of which packets are missing. */
export const lostAnswers = perCase((theCase: Examination): ReadonlyMap<number, LostAnswer> => {
  const walked = new Map<number, Walked>()
  for (const call of theCase.lost) {
    const connection = theCase.connectionOf(call)
    const { close, stream, transport } = connection
    if (transport === 'udp' || transport === 'http' || walked.has(stream)) continue
    if (close.by !== 'client' || close.frame === undefined) continue
    if (!theCase.isIncomplete(connection) || theCase.isOneSided(connection)) continue
    walked.set(stream, { connection, missedFrame: -1, largest: 0, isCovered: false, bytes: 0, sentFrame: -1 })
  }
  const found = new Map<number, LostAnswer>()
  if (walked.size === 0) return found
  walk(theCase, walked, takeClient)
  walk(theCase, walked, takeServer)
  for (const [stream, { bytes, isCovered, sentFrame, missedFrame, largest }] of walked)
    if (bytes > 0 && !isCovered) found.set(stream, { bytes, sentFrame, missedFrame, largest })
  return found
})

type Take = (theCase: Examination, one: Walked, frame: number, isServer: boolean) => void

function walk(theCase: Examination, walked: ReadonlyMap<number, Walked>, take: Take): void {
  const { frames } = theCase.capture
  for (let frame = 0; frame < frames.rows; frame++) {
    const stream = frames.get(Frame.Stream, frame)
    const one = stream === NONE ? undefined : walked.get(stream)
    if (one) take(theCase, one, frame, frames.get(Frame.SourcePort, frame) === one.connection.server.port)
  }
}

function takeClient({ capture: { frames } }: Examination, one: Walked, frame: number, isServer: boolean): void {
  if (isServer || frame > one.connection.close.frame!) return
  if ((frames.get(Frame.TcpFlags, frame) & TcpFlag.Ack) === 0) return
  one.acknowledged = frames.get(Frame.Ack, frame)
  one.missedFrame = frame
}

function takeServer({ capture: { frames } }: Examination, one: Walked, frame: number, isServer: boolean): void {
  if (!isServer || one.acknowledged === undefined) return
  // A FIN or RST has a number of its own, and numbers of a RST need not be those of the connection.
  if ((frames.get(Frame.TcpFlags, frame) & (TcpFlag.Rst | TcpFlag.Syn)) !== 0) return
  const length = frames.get(Frame.PayloadLength, frame)
  const bytes = length === NONE ? 0 : length
  const ahead = (frames.get(Frame.Seq, frame) - one.acknowledged) | 0
  if (ahead <= 0 && ahead + bytes > 0) one.isCovered = true
  if (ahead <= 0) one.largest = Math.max(one.largest, bytes)
  if (ahead > 0 && (one.bytes === 0 || ahead < one.bytes)) {
    one.bytes = ahead
    one.sentFrame = frame
  }
}
