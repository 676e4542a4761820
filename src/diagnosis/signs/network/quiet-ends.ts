// Connections for RPC or SMB on which a client never tried to log on and which it ended itself. RFC 9293 3.6.
import { attempts } from './attempts'
import { Stream, StreamFlag } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import type { Attempt } from './attempts'
import type { Examination } from '../../examination'
import { isRpcPort, isSmbPort } from './ports'

export interface QuietEnd {
  attempt: Attempt
  /** The client's FIN or RST. */
  frame: number
}

/** In order of their SYNs. What the capture lacks a part of is left out. */
export function quietEnds(theCase: Examination): QuietEnd[] {
  const loggedOn = new Set(theCase.conversation.smbLogons.map(({ stream }) => stream))
  return attempts(theCase).flatMap((attempt) => {
    const { stream, outcome, server, port } = attempt
    if (outcome !== 'open' || loggedOn.has(stream)) return []
    if (!isSmbPort(port) && !isRpcPort(theCase, server, port)) return []
    if (theCase.connectionsOn(stream).some(({ security, calls }) => security.length > 0 || calls.length > 0)) return []
    if (theCase.streamValue(Stream.Gaps, stream) > 0) return []
    const frame = endedByClient(theCase, stream)
    return frame === undefined ? [] : [{ attempt, frame }]
  })
}

/** The FIN or RST by which the client ended a stream, unless the server was the first. */
function endedByClient(theCase: Examination, stream: number): number | undefined {
  const [own, other, reset] = [Stream.FinFrameA, Stream.FinFrameB, Stream.RstFrame].map((column) =>
    theCase.streamValue(column, stream),
  ) as [number, number, number]
  const flags = theCase.streamValue(Stream.Flags, stream)
  const frame = own !== NONE ? own : (flags & StreamFlag.RstByA) !== 0 ? reset : NONE
  const before = other !== NONE ? other : (flags & StreamFlag.RstByB) !== 0 ? reset : NONE
  return frame === NONE || before < frame ? undefined : frame
}
