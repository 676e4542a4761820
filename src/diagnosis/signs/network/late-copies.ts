// Packets that a capture holds again long after the first time: two captures of one conversation were merged. RFC 791 3.1, RFC 6864.
import { Analysis, Frame } from '../../../../asm/layout'
import type { Examination } from '../../examination'

/** The time to live is below the identification in Frame.Extra; it differs on both sides of a router. */
const TIME_TO_LIVE_BITS = 8
/** Segments of one stream that are compared: more show nothing new. */
const MOST_SEGMENTS = 2000

/**
 * By stream, how many segments with data are in the capture again with the same sequence number and the same IPv4 identification.
 * A host that sends a segment again gives the packet a new identification, unless it uses 0 for all. One walk over the frames.
 */
export function lateCopies({ capture: { frames } }: Examination, streams: ReadonlySet<number>): Map<number, number> {
  const copies = new Map<number, number>()
  if (streams.size === 0) return copies
  const seen = new Map<number, Map<string, number>>()
  const { rows } = frames
  for (let frame = 0; frame < rows; frame++) {
    const stream = frames.get(Frame.Stream, frame)
    if (!streams.has(stream) || frames.get(Frame.PayloadLength, frame) === 0) continue
    // Copies that follow at once are not counted as retransmissions.
    if ((frames.get(Frame.TcpFlags, frame) & Analysis.Duplicate) !== 0) continue
    let known = seen.get(stream)
    if (!known) seen.set(stream, (known = new Map<string, number>()))
    if (known.size >= MOST_SEGMENTS) continue
    const identification = frames.get(Frame.Extra, frame) >>> TIME_TO_LIVE_BITS
    if (identification === 0) continue
    const segment = `${frames.get(Frame.SourcePort, frame)} ${frames.get(Frame.Seq, frame)}`
    if (known.get(segment) === identification) copies.set(stream, (copies.get(stream) ?? 0) + 1)
    else known.set(segment, identification)
  }
  return copies
}
