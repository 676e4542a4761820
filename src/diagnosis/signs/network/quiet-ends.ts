// Connections for RPC or SMB on which a client never tried to log on and which it ended itself. RFC 9293 3.6.
import { attempts } from './attempts'
import { Frame, Message, Stream, StreamFlag } from '../../../../asm/layout'
import { mappedEndpoints } from '../../../conversation/learnt-endpoints'
import { EPM } from '../../../names/well-known'
import { NONE } from '../../../capture/table'
import type { Attempt } from './attempts'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'
import { isRpcPort, isSmbPort } from './ports'
import { trafficOf } from './traffic'

export interface QuietEnd {
  attempt: Attempt
  /** The client's FIN or RST. */
  frame: number
}

/** In order of their SYNs. Streams that the capture holds in part are left out. */
export const quietEnds = perCase((theCase: Examination): readonly QuietEnd[] => quietEndsOf(theCase))

function quietEndsOf(theCase: Examination): QuietEnd[] {
  const loggedOn = new Set(theCase.conversation.smbLogons.map(({ stream }) => stream))
  const unread = unreadStreams(theCase)
  const mapped = new Set(
    mappedEndpoints(theCase.capture, theCase.conversation, theCase.callsOf(EPM)).map(
      ({ client, server, port }) => `${client} ${server} ${port}`,
    ),
  )
  const cut = cutStreams(theCase)
  return attempts(theCase).flatMap((attempt) => {
    const { stream, outcome, server, port, key } = attempt
    if (outcome !== 'open' || loggedOn.has(stream)) return []
    if (!isSmbPort(port) && !isRpcPort(theCase, server, port) && !mapped.has(key)) return []
    if (theCase.connectionsOn(stream).some(({ security, calls }) => security.length > 0 || calls.length > 0)) return []
    if (theCase.streamValue(Stream.Gaps, stream) > 0 || unread.has(stream) || cut.has(stream)) return []
    const frame = endedByClient(theCase, stream)
    return frame === undefined ? [] : [{ attempt, frame }]
  })
}

/** Streams with messages of which no bytes are kept (a capture with very many has those): what they say is not known. */
function unreadStreams({ capture: { messages } }: Examination): ReadonlySet<number> {
  const found = new Set<number>()
  for (let row = messages.rows - 1; row >= 0 && messages.get(Message.KeptLength, row) === 0; row--)
    found.add(messages.get(Message.Stream, row))
  return found
}

/** Streams with frames that are shorter in the file than on the wire: a logon in them may not be readable. */
function cutStreams(theCase: Examination): ReadonlySet<number> {
  const found = new Set<number>()
  if (trafficOf(theCase).cut === 0) return found
  const { frames } = theCase.capture
  for (let frame = 0; frame < frames.rows; frame++)
    if (frames.get(Frame.Captured, frame) < frames.get(Frame.Length, frame)) found.add(frames.get(Frame.Stream, frame))
  return found
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
