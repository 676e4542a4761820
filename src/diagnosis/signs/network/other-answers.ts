// An answer to a SYN that another address gives: translation or routing on the way back is wrong, and the client rejects it. RFC 9293 3.10.7.
import { Frame, IpProtocol, Stream } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'
import type { Attempt } from './attempts'

export interface OtherAnswer {
  /** The address that answers in the server’s place. */
  address: string
  stream: number
  /** The SYN-ACK, and the client's RST to it where there is one. */
  frame: number
  resetFrame?: number | undefined
}

/** SYN-ACKs of conversations without a SYN, by the client's address and port and the server's port. */
const strayAcceptances = perCase((theCase: Examination): ReadonlyMap<string, OtherAnswer> => {
  const { streams } = theCase.capture
  const found = new Map<string, OtherAnswer>()
  for (let stream = 0; stream < streams.rows; stream++) {
    const frame = streams.get(Stream.SynAckFrame, stream)
    if (frame === NONE || streams.get(Stream.SynFrame, stream) !== NONE) continue
    if (streams.get(Stream.Transport, stream) !== IpProtocol.Tcp) continue
    const key = keyOf(
      theCase.addressText(streams.get(Stream.AddressA, stream)),
      streams.get(Stream.PortA, stream),
      streams.get(Stream.PortB, stream),
    )
    const reset = streams.get(Stream.RstFrame, stream)
    const address = theCase.addressText(streams.get(Stream.AddressB, stream))
    if (!found.has(key)) found.set(key, { address, stream, frame, resetFrame: reset === NONE ? undefined : reset })
  }
  return found
})

/** The acceptance of another address that answers an attempt which its own server leaves unanswered. */
export function otherAnswerTo(theCase: Examination, attempt: Attempt): OtherAnswer | undefined {
  const { client, server, port, stream, synFrame, outcome } = attempt
  if (outcome !== 'unanswered') return undefined
  const other = strayAcceptances(theCase).get(keyOf(client, theCase.streamValue(Stream.PortA, stream), port))
  if (!other || other.frame < synFrame || other.address === server) return undefined
  // It answers this SYN if it acknowledges its number, which is random (RFC 6528).
  const { frames } = theCase.capture
  return frames.get(Frame.Ack, other.frame) === (frames.get(Frame.Seq, synFrame) + 1) >>> 0 ? other : undefined
}

function keyOf(client: string, clientPort: number, port: number): string {
  return `${client} ${clientPort} ${port}`
}
