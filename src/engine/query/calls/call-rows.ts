// Rows of the call list and the connection list, ready to show.
import { Frame } from '../../../../asm/layout'
import type { Capture } from '../../../capture/capture'
import { endpointText, hex32 } from '../../../capture/text'
import { identityName } from '../../../conversation/identity-name'
import { Call, type Connection, type Conversation, type Endpoint, Outcome } from '../../../conversation/model'
import { returnedFailure } from '../../../diagnosis/signs/call/return-value'
import type { Names } from '../../../names/names'
import { AUTH_LEVELS, AUTH_TYPES } from '../../../names/labels'
import { callFacts } from '../../../describe/conversation-lines'
import type { CallRow, ConnectionRow } from '../../api'

/** One call of the table, with everything named. */
export function callRow(conversation: Conversation, names: Names, call: number): CallRow {
  const facts = callFacts(conversation, names, call)
  const { connection, requestRow: request, responseRow: response } = facts
  const status = facts.status ?? returnedFailure(conversation, names, call)
  return {
    call,
    connection: connection.index,
    stream: facts.stream,
    callId: facts.callId,
    ...(request === undefined ? {} : { request }),
    ...(response === undefined ? {} : { response }),
    interfaceName: facts.interfaceName ?? '',
    method: facts.method ?? (facts.opnum === undefined ? '' : `opnum ${facts.opnum}`),
    ...(facts.opnum === undefined ? {} : { opnum: facts.opnum }),
    user: facts.user ?? '',
    level: facts.level === undefined ? '' : (AUTH_LEVELS[facts.level] ?? String(facts.level)),
    outcome: facts.outcome,
    status: status === undefined ? '' : (symbolOf(conversation, names, call, status) ?? hex32(status)),
    ...(status === undefined ? {} : { statusCode: status }),
    executed: facts.executed,
    ...(facts.seconds === undefined ? {} : { seconds: facts.seconds }),
  }
}

/** Faults have codes of their own; what a method returns is named by its interface's kind of status. */
function symbolOf({ calls, interfaces }: Conversation, names: Names, call: number, status: number): string | undefined {
  if (calls.get(Call.Outcome, call) !== Outcome.Response) return names.statusName(status)?.symbol
  const uuid = interfaces[calls.get(Call.Interface, call)]
  return names.returnName(status, names.returnKind(uuid ?? '', calls.get(Call.Opnum, call)))?.symbol
}

/** One connection of the list. */
export function connectionRow(conversation: Conversation, names: Names, connection: Connection): ConnectionRow {
  const outcomes = connection.calls.map((call) => conversation.calls.get(Call.Outcome, call))
  const faults = outcomes.filter((outcome) => outcome === Outcome.Fault).length
  const answers = outcomes.filter((outcome) => outcome === Outcome.Response).length
  const interfaces = new Set(
    connection.contexts.filter(({ state }) => state !== 'refused' && state !== 'negotiated').map((c) => c.interface),
  )
  return {
    index: connection.index,
    stream: connection.stream,
    client: endpoint(connection.client),
    server: endpoint(connection.server),
    transport: connection.pipeName ? `${connection.transport} ${connection.pipeName}` : connection.transport,
    firstFrame: connection.firstFrame,
    lastFrame: connection.lastFrame,
    calls: connection.calls.length,
    faults,
    unanswered: outcomes.length - faults - answers,
    closed: closeText(connection),
    identities: connection.security.map((security) => ({
      name: identityName(security),
      level: AUTH_LEVELS[security.level] ?? String(security.level),
      type: AUTH_TYPES[security.type] ?? String(security.type),
      state: security.state,
      firstFrame: security.tokenFrames[0] ?? connection.firstFrame,
    })),
    interfaces: [...interfaces].map((uuid) => names.interfaceName(uuid) ?? uuid),
  }
}

function endpoint({ text, port }: Endpoint): string {
  return endpointText(text, port)
}

/** `FIN by the server`, `RST by the client`, `SMB CLOSE by the client`, `open`. */
function closeText({ close }: Connection): string {
  if (close.how === 'open') return 'open'
  return `${close.how === 'smb-close' ? 'SMB CLOSE' : close.how.toUpperCase()}${close.by ? ` by the ${close.by}` : ''}`
}

/** First and last frame's time in seconds since the epoch; undefined without frames. */
export function timeSpan({ frames }: Capture): { firstTime?: number; lastTime?: number } {
  if (frames.rows === 0) return {}
  const time = (row: number) => frames.get(Frame.Seconds, row) + frames.get(Frame.Nanos, row) / 1e9
  return { firstTime: time(0), lastTime: time(frames.rows - 1) }
}
