// Limit: the capture begins within connections, so what was agreed at their start is not in it.
import type { Connection } from '../../../conversation/model'
import type { Rule } from '../../rule'
import { evidence, interfaceName, list, plural, serverText, clientText } from '../../text/wording'
import { ofCapture } from '../../text/of-kind'

const SHOWN = 10

export const captureMidStream: Rule = {
  id: 'capture-mid-stream',
  title: 'The capture starts within a connection',
  meaning:
    'The bind and the logon of a connection are at its start. When the capture begins later, which interface a call belongs to and who calls ' +
    'must be inferred or stay unknown.',
  *find(theCase) {
    // A server that refuses what it was sent first, from the handshake on, did so because that was no bind that it knows.
    const late = theCase.conversation.connections.filter(
      ({ sawBind, sawStart, nak, transport }) => !sawBind && transport !== 'udp' && !(sawStart && nak),
    )
    if (late.length === 0) return
    const inferred = late.flatMap((connection) => connection.contexts.filter(({ state }) => state === 'inferred'))
    const names = [...new Set(inferred.map((context) => interfaceName(theCase, context.interface)))]
    yield {
      ...ofCapture('the moment at which the capture began'),
      kind: 'limit',
      severity: 'note',
      confidence: 'high',
      title: `The capture starts in the middle of ${plural(late.length, 'connection')}`,
      effect: 'Which interface is called, and by whom, is not visible there.',
      explanation:
        `${describe(late[0]!)} The interface of each context id and the logon came before the first captured frame. ` +
        (names.length > 0
          ? `By other evidence in the capture these interfaces were inferred: ${list(names)}; they are marked as inferred. `
          : '') +
        'Findings about these connections keep to what the bytes show.',
      evidence: late
        .slice(0, SHOWN)
        .flatMap((connection) =>
          evidence(connection.firstFrame, `first frame of ${clientText(connection)} to ${serverText(connection)}`),
        ),
      advice: [
        'Start the capture before the program: "netsh trace start capture=yes report=no maxsize=1024 tracefile=c:\\trace.etl", run the program, then "netsh trace stop".',
      ],
      streams: late.map(({ stream }) => stream),
    }
  },
}

function describe(connection: Connection): string {
  return `Of ${clientText(connection)} to ${serverText(connection)} ${connection.sawStart ? 'the bind is missing.' : 'neither the TCP handshake nor the bind was captured.'}`
}
