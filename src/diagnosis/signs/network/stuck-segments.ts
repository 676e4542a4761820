// Segments that were sent again and again up to the end, and what else of their sender arrived: whether size is the reason. RFC 2923 2.1.
import { Frame, Stream, TcpFlag } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import type { Examination } from '../../examination'
import { FULL_SEGMENT, type Stalled, trafficOf } from './traffic'

export interface Stuck {
  stream: number
  stalled: Stalled
  /** The frame in which it was first sent. */
  sent?: number | undefined
  /** True if a full-size segment, and a smaller one, of the same sender was ever acknowledged. */
  largePassed: boolean
  smallPassed: boolean
  /** The frame in which the other side says again that it misses just this segment, having got a smaller one that was sent after it. */
  repeated?: number | undefined
}

/** What is known of a stuck segment's sender while its frames are walked. Numbers are sequence numbers. */
interface Walked extends Stuck {
  port: number
  start: number
  largeEnd?: number | undefined
  smallEnd?: number | undefined
  smallFollowed: boolean
  acknowledged?: number | undefined
}

/** Full-size segments that got stuck, in order of their streams; one walk over the frames where there are any. */
export function stuckSegments(theCase: Examination): Stuck[] {
  const { frames } = theCase.capture
  const walked = new Map<number, Walked>()
  for (const [stream, { stalled }] of trafficOf(theCase).byStream) {
    if (!stalled || stalled.bytes < FULL_SEGMENT) continue
    const start = (stalled.next - stalled.bytes) >>> 0
    const none = { largePassed: false, smallPassed: false, smallFollowed: false }
    walked.set(stream, { stream, stalled, start, port: frames.get(Frame.SourcePort, stalled.first), ...none })
  }
  if (walked.size === 0) return []
  let first = frames.rows
  for (const stream of walked.keys()) first = Math.min(first, theCase.streamValue(Stream.FirstFrame, stream))
  for (let frame = first; frame < frames.rows; frame++) {
    const stream = frames.get(Frame.Stream, frame)
    const one = stream === NONE ? undefined : walked.get(stream)
    if (one && frames.get(Frame.SourcePort, frame) === one.port) takeSent(theCase, one, frame)
    else if (one) takeAnswer(theCase, one, frame)
  }
  return [...walked.values()]
}

function takeSent({ capture: { frames } }: Examination, one: Walked, frame: number): void {
  const bytes = frames.get(Frame.PayloadLength, frame)
  const from = frames.get(Frame.Seq, frame)
  // The handshake is as small as packets get, and counts one.
  if ((frames.get(Frame.TcpFlags, frame) & TcpFlag.Syn) !== 0) one.smallEnd ??= (from + 1) >>> 0
  if (bytes === 0 || bytes === NONE) return
  // A network card that cuts what it sends shows more at once than travels in a packet.
  if (bytes >= FULL_SEGMENT) one.largeEnd ??= (from + FULL_SEGMENT) >>> 0
  else one.smallEnd ??= (from + bytes) >>> 0
  if (one.sent === undefined && ahead(one.start, from) >= 0 && ahead(one.start, from) < bytes) one.sent = frame
  else if (one.sent !== undefined && bytes < FULL_SEGMENT && ahead(from, one.stalled.next) >= 0)
    one.smallFollowed = true
}

function takeAnswer({ capture: { frames } }: Examination, one: Walked, frame: number): void {
  if ((frames.get(Frame.TcpFlags, frame) & TcpFlag.Ack) === 0) return
  const acknowledged = frames.get(Frame.Ack, frame)
  if (one.largeEnd !== undefined && ahead(acknowledged, one.largeEnd) >= 0) one.largePassed = true
  if (one.smallEnd !== undefined && ahead(acknowledged, one.smallEnd) >= 0) one.smallPassed = true
  // Segments with data repeat an acknowledgement without meaning it.
  const isBare = frames.get(Frame.PayloadLength, frame) === 0
  if (isBare && one.smallFollowed && acknowledged === one.start && one.acknowledged === one.start)
    one.repeated ??= frame
  one.acknowledged = acknowledged
}

/** By how much a sequence number is ahead of another one. */
function ahead(one: number, other: number): number {
  return (one - other) | 0
}
