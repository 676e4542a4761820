// Rows of the call list and the connection list, ready to show.
import { Frame, Stream } from '../../asm/layout'
import type { Capture } from '../capture/capture'
import { NONE } from '../capture/table'
import { endpointText, hex32 } from '../capture/text'
import {
  Call,
  type Connection,
  type Conversation,
  type Endpoint,
  Executed,
  Outcome,
  type SecurityContext,
} from '../conversation/model'
import type { Names } from '../names/names'
import { AUTH_LEVELS, AUTH_TYPES } from '../dissect/enums'
import type { CallRow, ConnectionRow } from './api'

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

/** Who a security context belongs to: `DOMAIN\user`, `anonymous`, or what can be said of it. */
export function identityName(security: SecurityContext): string {
  if (security.anonymous) return 'anonymous'
  if (security.user === undefined) return security.mechanism === 'kerberos' ? 'Kerberos (name encrypted)' : ''
  return security.domain ? `${security.domain}\\${security.user}` : security.user
}

/** One call of the table, with everything named. */
export function callRow(conversation: Conversation, names: Names, call: number): CallRow {
  const { calls } = conversation
  const get = (column: Call) => calls.get(column, call)
  const connection = conversation.connections[get(Call.Connection)]!
  const uuid = conversation.interfaces[get(Call.Interface)]
  const opnum = get(Call.Opnum)
  const security = connection.security[get(Call.Security)]
  const outcome = get(Call.Outcome) as Outcome
  const status = get(Call.Status)
  const microseconds = present(get(Call.Microseconds))
  return {
    call,
    connection: connection.index,
    stream: connection.stream,
    callId: get(Call.CallId),
    request: present(get(Call.RequestFrame)),
    response: present(get(Call.ResponseFrame)),
    interfaceName: uuid ? (names.interfaceName(uuid) ?? uuid) : '',
    method: (uuid && names.method(uuid, opnum)) || (opnum === NONE ? '' : `opnum ${opnum}`),
    opnum: present(opnum),
    user: security ? identityName(security) : '',
    level: AUTH_LEVELS[get(Call.Level)] ?? '',
    outcome: OUTCOMES[outcome],
    status: outcome === Outcome.Fault ? (names.statusName(status)?.symbol ?? hex32(status)) : '',
    statusCode: outcome === Outcome.Fault ? status : undefined,
    executed: EXECUTED[get(Call.Executed) as Executed],
    seconds: microseconds === undefined ? undefined : microseconds / 1e6,
  }
}

/** One connection of the list. */
export function connectionRow(conversation: Conversation, names: Names, connection: Connection): ConnectionRow {
  const { calls } = conversation
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
    faults: connection.calls.filter((call) => calls.get(Call.Outcome, call) === Outcome.Fault).length,
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

/** `FIN by the server`, `RST by the client`, `open`. */
export function closeText({ close }: Connection): string {
  if (close.how === 'open') return 'open'
  return `${close.how.toUpperCase()}${close.by ? ` by the ${close.by}` : ''}`
}

/** IP addresses that frames name as source or destination of a stream. */
export function hostCount({ streams }: Capture): number {
  const hosts = new Set<number>()
  for (let row = 0; row < streams.rows; row++) {
    hosts.add(streams.get(Stream.AddressA, row))
    hosts.add(streams.get(Stream.AddressB, row))
  }
  return hosts.size
}

/** First and last frame's time in seconds since the epoch; undefined without frames. */
export function timeSpan({ frames }: Capture): { firstTime?: number; lastTime?: number } {
  if (frames.rows === 0) return {}
  const time = (row: number) => frames.get(Frame.Seconds, row) + frames.get(Frame.Nanos, row) / 1e9
  return { firstTime: time(0), lastTime: time(frames.rows - 1) }
}
