// Calls and connections as inspect prints them.
import { NONE } from '../capture/table'
import { endpointText } from '../capture/text'
import { callerOf, identityName } from '../conversation/identity-name'
import { Call, type Connection, type Conversation, Executed, Outcome } from '../conversation/model'
import type { Names } from '../names/names'

const OUTCOMES: Record<Outcome, string> = {
  [Outcome.Open]: 'open',
  [Outcome.Response]: 'response',
  [Outcome.Fault]: 'fault',
  [Outcome.Cancelled]: 'cancelled',
  [Outcome.Lost]: 'lost',
}
const EXECUTED: Record<Executed, string> = {
  [Executed.Unknown]: 'unknown',
  [Executed.Yes]: 'yes',
  [Executed.No]: 'no',
}

const present = (value: number) => (value === NONE ? undefined : value)
/** A frame's number from its row. */
const number = (row: number | undefined) => (row === undefined || row === NONE ? undefined : row + 1)

/** What a call's columns say, unpacked: shared by inspect and the page. */
export function callFacts(conversation: Conversation, names: Names, call: number) {
  const get = (column: Call) => conversation.calls.get(column, call)
  const connection = conversation.connections[get(Call.Connection)]!
  const uuid = conversation.interfaces[get(Call.Interface)]
  const opnum = present(get(Call.Opnum))
  const caller = callerOf(connection, get(Call.Security))
  const outcome = get(Call.Outcome) as Outcome
  const microseconds = present(get(Call.Microseconds))
  return {
    connection,
    stream: connection.stream,
    callId: get(Call.CallId),
    interfaceName: uuid && (names.interfaceName(uuid) ?? uuid),
    method: uuid && opnum !== undefined ? (names.method(uuid, opnum) ?? `opnum ${opnum}`) : undefined,
    opnum,
    user: (caller && identityName(caller)) || undefined,
    level: get(Call.Level) || undefined,
    requestRow: present(get(Call.RequestFrame)),
    responseRow: present(get(Call.ResponseFrame)),
    outcome: OUTCOMES[outcome],
    // Of a call that an error of SMB ended, that error.
    status: outcome === Outcome.Response ? undefined : present(get(Call.Status)),
    executed: EXECUTED[get(Call.Executed) as Executed],
    seconds: microseconds === undefined ? undefined : microseconds / 1e6,
  }
}

/** The object for one call. */
export function callLine(conversation: Conversation, names: Names, call: number): Record<string, unknown> {
  const { connection, requestRow, responseRow, ...facts } = callFacts(conversation, names, call)
  return { ...facts, request: number(requestRow), response: number(responseRow) }
}

/** The object for one connection. */
export function connectionLine({ calls }: Conversation, connection: Connection): Record<string, unknown> {
  const { close, client, server } = connection
  return {
    stream: connection.stream,
    client: endpointText(client.text, client.port),
    server: endpointText(server.text, server.port),
    transport: connection.transport,
    pipe: connection.pipeName,
    smbUser: (connection.smbLogon && identityName(connection.smbLogon)) || undefined,
    opened: connection.firstFrame + 1,
    closed: close.how,
    closedBy: close.by,
    closedFrame: number(close.frame),
    identities: connection.security.map((security) => ({
      authCtxId: security.id,
      type: security.type,
      level: security.level,
      user: identityName(security) || undefined,
      firstFrame: number(security.tokenFrames[0]),
      state: security.state,
    })),
    calls: connection.calls.length,
    faults: connection.calls.filter((call) => calls.get(Call.Outcome, call) === Outcome.Fault).length,
  }
}
