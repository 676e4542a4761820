// Time that went into loss: whether TCP had to send something again while an answer was awaited. RFC 6298.
import { Analysis, Frame } from '../../../../asm/layout'
import type { Examination } from '../../examination'

/** Frames that are searched for a retransmission at most. */
const LOOK_AHEAD = 4096

/** The first frame of a stream after `from` and before `to` that was sent again; undefined without one, or where it is far. */
export function resentBetween(
  { capture: { frames } }: Examination,
  stream: number,
  from: number,
  to: number,
): number | undefined {
  for (let frame = from + 1; frame < Math.min(to, from + LOOK_AHEAD); frame++) {
    const flags = frames.get(Frame.TcpFlags, frame)
    if (frames.get(Frame.Stream, frame) !== stream || (flags & Analysis.Duplicate) !== 0) continue
    if ((flags & Analysis.Retransmission) !== 0 && (flags & Analysis.KeepAlive) === 0) return frame
  }
  return undefined
}
