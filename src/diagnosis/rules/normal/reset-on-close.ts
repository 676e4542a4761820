// Normal: Windows clients close idle RPC connections with RST; nothing is lost by it.
import type { Rule } from '../../rule'
import { closeNote } from '../../signs/call/rejection'
import { evidence, frameNumber, plural } from '../../text/wording'
import { BY_DESIGN } from '../../text/of-kind'

const FRAMES_SHOWN = 20

export const resetOnClose: Rule = {
  id: 'reset-on-close',
  title: 'A connection was reset while nothing was outstanding',
  meaning:
    'A reset (RST) is alarming only while a call waits for its answer. Windows clients end idle RPC connections with RST rather than FIN; ' +
    'every call had been answered before. A request that a reset answers is dead-connection.',
  *find(theCase) {
    const { connections } = theCase.conversation
    const waiting = new Set(
      [theCase.lost, theCase.cancelled, theCase.open].flatMap((rows) => rows.map((call) => theCase.connectionOf(call))),
    )
    const idle = connections.filter(
      (connection) =>
        connection.nak === undefined &&
        connection.calls.length > 0 &&
        !waiting.has(connection) &&
        connection.closes.some(({ how }) => how === 'rst') &&
        theCase.endExplainedBy(connection.stream) === undefined &&
        theCase.connectionsOn(connection.stream).length === 1,
    )
    if (idle.length === 0) return
    const reset = (index: number) => idle[index]!.closes.find(({ how }) => how === 'rst')!
    yield {
      ...BY_DESIGN,
      kind: 'normal',
      severity: 'note',
      confidence: 'high',
      title: `A reset closed ${plural(idle.length, 'idle connection')}; no call was lost`,
      explanation: `When the RST was sent (frame ${frameNumber(reset(0).frame!)}), every call of the connection had been answered. This is how the ${reset(0).by ?? 'other side'} closes.`,
      evidence: idle
        .slice(0, FRAMES_SHOWN)
        .flatMap((connection, i) =>
          evidence(reset(i).frame, `${closeNote(reset(i), connection)}; no call was outstanding`),
        ),
      streams: idle.map(({ stream }) => stream),
      filter: 'tcp.flags.reset == 1',
    }
  },
}
