// The server refused the connection's bind. C706 12.6.4.5, MS-RPCE 2.2.2.5.
import { hresultOfWin32 } from '../../../names/statuses'
import { Call, type Connection, type SecurityContext } from '../../../conversation/model'
import { DETECTION_LOCATIONS } from '../../../dissect/rpc/eerr'
import type { Examination } from '../../examination'
import type { AtFault, FixStep } from '../../finding'
import { reachedAfter } from '../../signs/call/afterwards'
import { LEG_FAILED } from '../../signs/logon/logon-verdict'
import { references } from '../../text/references'
import { EXTENDED_ERRORS, NTLM_POLICY } from '../../text/steps'
import type { Outlined, Rule, Wording } from '../../rule'
import { clientText, evidence, frameNumber, interfaceName, list, serverText } from '../../text/wording'
import { bindRejectionReason, serverReasonLayers, serverReasonText } from '../../signs/call/server-reason'
import { hresultLayer, win32Layer, win32Symptom } from '../../text/layers'

interface Reason {
  /** Completes "the server refused the bind: ". */
  text: string
  at: AtFault
  fix: FixStep[]
  win32: number
}

const UNKNOWN: Reason = {
  text: 'a reason without a public name',
  at: { party: 'server', text: 'the server; its reason has no public name' },
  fix: [{ text: 'Look at the logs of the service on the server for the time of the frame.' }],
  win32: 1728,
}
const BUSY: AtFault = { party: 'server', text: 'the server’s resources' }
const REASONS: Record<number, Reason> = {
  0: {
    text: 'no reason given',
    at: { party: 'server', text: 'the server, which gives no reason' },
    fix: [
      {
        text: 'Suspect a malformed bind, or an association group that the server does not know: newer servers answer 4 where older ones answered 0.',
      },
    ],
    win32: 1728,
  },
  1: {
    text: 'temporary congestion',
    at: BUSY,
    fix: [{ text: 'Try again later, and look at the load of the server process.' }],
    win32: 1723,
  },
  2: {
    text: 'it is out of resources',
    at: BUSY,
    fix: [{ text: 'Look at the number of connections, at memory and handles of the server process.' }],
    win32: 1723,
  },
  4: {
    text: 'wrong protocol version, or a protocol error',
    at: { party: 'client', text: 'the client’s RPC implementation (or the server’s)' },
    fix: [
      {
        text: 'Update the client’s RPC library: Windows Server 2022 and later refuse, for instance, padding in the bind’s verifier.',
      },
    ],
    win32: 1728,
  },
  8: {
    text: 'it does not know the security package',
    at: {
      party: 'configuration',
      text: 'the security package that the client chose, or the policy that switched it off',
    },
    fix: [{ text: 'Let the client use Negotiate or Kerberos.' }, NTLM_POLICY],
    win32: 1747,
  },
  9: {
    text: 'the security package failed',
    at: { party: 'configuration', text: 'most often the Kerberos ticket (SPN, DNS) or a clock' },
    fix: [
      {
        text: 'Check the SPN that the client asks for and both clocks.',
        copy: 'setspn -Q SERVICE/HOST',
      },
      { text: 'The same happens when the package cannot give the authentication level that was asked for.' },
    ],
    win32: 1825,
  },
}

/** A server answers with bind_nak what it cannot take as a bind, for reasons that the order of the PDUs shows. C706 12.6.4.1. */
const AGAIN: Reason = {
  text: 'a second bind on the connection',
  at: { party: 'client', text: 'the client’s RPC implementation, which binds twice' },
  fix: [
    {
      text: 'Correct or update the client: a connection takes one bind; further interfaces and identities are asked for with alter_context, or on a connection of their own.',
    },
  ],
  win32: 1728,
}
const BEFORE: Reason = {
  text: 'the client had not bound before',
  at: { party: 'client', text: 'the client’s RPC implementation, which leaves the bind out' },
  fix: [
    {
      text: 'Correct or update the client: the first PDU of a connection must be a bind; a request or an alter_context before it is refused.',
    },
  ],
  win32: 1728,
}

/** What the order of the PDUs says about a refusal; undefined where the capture does not hold the connection from its start. */
function disorder(theCase: Examination, connection: Connection): Reason | undefined {
  const { contexts, nak, sawBind, sawStart } = connection
  if (!sawStart || theCase.isIncomplete(connection)) return undefined
  if (contexts.some(({ answeredFrame }) => answeredFrame !== undefined && answeredFrame < nak!.frame)) return AGAIN
  return sawBind || (contexts.length === 0 && connection.calls.length === 0) ? undefined : BEFORE
}

/** Detection location of an association group that the server does not know. */
const UNKNOWN_GROUP = 80
const GROUP_SAID = 'its association group does not exist'
/** Words of a reason that a headline has room for. */
const MAX_REASON_WORDS = 7

export const bindRefused: Rule = {
  id: 'bind-refused',
  title: 'The server refused the bind',
  meaning:
    'A bind_nak ends a connection before any call. Its reason says whether resources, the protocol or the security package is at fault. An error when the client did not reach the ' +
    'interface on this server afterwards; a note when it did, with another package or on another try.',
  *find(theCase) {
    const probed = probedPairs(theCase)
    for (const connection of theCase.conversation.connections) {
      if (!connection.nak || (!connection.sawBind && theCase.endExplainedBy(connection.stream) !== undefined)) continue
      const isProbe = connection.contexts.length === 0 && probed.has(pairOf(connection))
      yield outlined(theCase, connection, isProbe)
    }
  },
}

/** A client whose first bytes are so often nothing that the server or the capture knows as a bind tries protocols. */
const PROBED = 3
const PROBE = {
  title: 'The client likely probes: the server refused what is no bind',
  effect: 'None: the refusals are the answers.',
} as const

function pairOf({ client, server }: Connection): string {
  return `${client.text} ${server.text}`
}

/** Pairs of client and server of which several connections hold a bind_nak and no bind. */
function probedPairs({ conversation }: Examination): ReadonlySet<string> {
  const times = new Map<string, number>()
  for (const connection of conversation.connections)
    if (connection.nak && connection.contexts.length === 0)
      times.set(pairOf(connection), (times.get(pairOf(connection)) ?? 0) + 1)
  return new Set([...times].flatMap(([pair, count]) => (count >= PROBED ? [pair] : [])))
}

/** What decides about a refused bind, and what is said of it. */
function factsOf(theCase: Examination, connection: Connection) {
  const { contexts, requestedGroup } = connection
  const nak = connection.nak!
  const order = disorder(theCase, connection)
  const records = bindRejectionReason(theCase, connection)
  const places = records.flatMap(({ detectionLocation }) => detectionLocation ?? [])
  // What the server says itself needs no guess.
  const says = places.map((place) => DETECTION_LOCATIONS[place]).find((text) => text !== undefined)
  const isSaid = places.includes(UNKNOWN_GROUP)
  const group = !order && requestedGroup !== undefined && (isSaid || (nak.reason === 0 && says === undefined))
  const ticket =
    (says === undefined || places.some((place) => LEG_FAILED.has(place))) &&
    (nak.reason === 9 || (nak.reason === 0 && !group))
      ? ticketOf(connection, nak.frame)
      : undefined
  return {
    nak,
    order,
    records,
    says,
    isSaid,
    group,
    ticket,
    wanted: [...new Set(contexts.map((context) => interfaceName(theCase, context.interface)))],
    reached: reachedAfter(theCase, connection, new Set(contexts.map((context) => context.interface)), nak.frame),
  }
}

type Facts = ReturnType<typeof factsOf>

function outlined(theCase: Examination, connection: Connection, isProbe: boolean): Outlined {
  const { server, stream } = connection
  const facts = factsOf(theCase, connection)
  const { nak, says, isSaid, group, ticket, wanted, reached } = facts
  return {
    severity: isProbe || reached !== undefined ? 'note' : 'error',
    confidence: isProbe || ticket || (group && !isSaid) ? 'medium' : 'high',
    streams: [stream],
    explains: { streams: [stream] },
    fold: isProbe
      ? `probe|${pairOf(connection)}`
      : `${server.text}|${nak.reason}|${says ?? ''}|${wanted.join()}|${reached !== undefined}`,
    describe: () => ({ ...describe(theCase, connection, facts), ...(isProbe && PROBE) }),
  }
}

function describe(
  theCase: Examination,
  connection: Connection,
  { nak, order, records, says, isSaid, group, ticket, wanted, reached }: Facts,
): Wording {
  const { contexts, requestedGroup, stream } = connection
  const reason = order ?? REASONS[nak.reason] ?? UNKNOWN
  const reachedFrame = reached === undefined ? undefined : theCase.conversation.calls.get(Call.ResponseFrame, reached)
  return {
    title: titleOf(reached !== undefined, isSaid ? GROUP_SAID : (says ?? reason.text), group && !isSaid, ticket, order),
    symptom: win32Symptom(theCase.names, reason.win32),
    atFault: ticket
      ? { party: 'configuration', text: `likely the Kerberos ticket${nameOf(ticket)}` }
      : group
        ? { party: 'network', text: 'a load balancer or a restarted server: the association group is unknown there' }
        : reason.at,
    effect:
      reached === undefined
        ? `The client made no call of ${list(wanted) || 'the interface'} on this connection.`
        : 'None that lasted: the client reached the interface on another connection.',
    explanation: [
      `${clientText(connection)} asked ${serverText(connection)} for ${list(wanted) || 'an interface'}, and the server answered with bind_nak, reason ${nak.reason}${order ? '' : ` (${reason.text})`}, in frame ${frameNumber(nak.frame)}. The connection is of no use after that.`,
      group && !isSaid
        ? `The bind asks to join association group ${requestedGroup}: a server that does not know it (restarted, or another one behind a load balancer) refuses in just this way.`
        : '',
      ticket
        ? `The bind carried a Kerberos ticket${nameOf(ticket)}: a server that cannot decrypt it or does not accept it, Samba for one, refuses the bind${nak.reason === 0 ? ' without a reason' : ' in this way'}.`
        : '',
      order === AGAIN ? 'It had accepted a bind on this connection before; a second one is against the protocol.' : '',
      order === BEFORE ? 'The capture holds the connection from its start, and the client sent no bind on it.' : '',
      reachedFrame === undefined ? '' : `In frame ${frameNumber(reachedFrame)} the same client was answered.`,
      records.length > 0 ? serverReasonText(theCase, records) : '',
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
    layers: [
      ...serverReasonLayers(theCase, records),
      { layer: 'wire (bind_nak)', code: String(nak.reason), text: reason.text },
      win32Layer(theCase.names, reason.win32),
      hresultLayer(theCase.names, hresultOfWin32(reason.win32), 'COM client'),
    ],
    evidence: [
      ...evidence(contexts.at(-1)?.offeredFrame, `the client asks for ${list(wanted)}`),
      ...evidence(nak.frame, `bind_nak, reason ${nak.reason}: ${reason.text}`),
      ...evidence(reachedFrame, 'the same interface answers on another connection'),
    ],
    fix: [
      ...(ticket
        ? [
            {
              text: 'Find the account that has that SPN (Samba: "samba-tool spn list") and check that the server runs as it; check DNS and both clocks.',
              copy: `setspn -Q ${ticket.target!.spn}`,
            },
          ]
        : reason.fix),
      ...(group
        ? [
            {
              text: 'Let the load balancer send all connections of one client to the same server (source affinity on port 135 and all dynamic ports).',
            },
          ]
        : []),
    ],
    references: [references.rpceBindNak, references.eerrLocations],
    filter: `tcp.stream == ${stream} || dcerpc.pkt_type == 13`,
    ...(records.length === 0 && { wouldHelp: EXTENDED_ERRORS }),
    label: list(wanted) || 'a bind',
  }
}

function titleOf(
  isOvercome: boolean,
  text: string,
  isGroup: boolean,
  ticket: SecurityContext | undefined,
  order: Reason | undefined,
): string {
  if (isOvercome) return 'The server refused one bind; on another connection it answered'
  if (isGroup) return 'The server refused the bind, likely for an unknown association group'
  if (ticket) return 'The server refused the bind, likely because of its Kerberos ticket'
  if (order)
    return order === AGAIN
      ? 'The server refused a second bind on the connection'
      : 'The client left the bind out, and the server refused'
  // Words of a detection location can be many.
  const isShort = text.split(' ').length <= MAX_REASON_WORDS
  return isShort ? `The server refused the bind: ${text}` : 'The server refused the bind and names its reason'
}

/** The logon that began with a Kerberos ticket and that nothing but the refusal answered. */
function ticketOf({ security }: Connection, frame: number): SecurityContext | undefined {
  return security.find(
    ({ mechanism, state, tokenFrames, target }) =>
      mechanism === 'kerberos' && state === 'offered' && target?.spn !== undefined && tokenFrames[0]! < frame,
  )
}

function nameOf({ target }: SecurityContext): string {
  return ` for ${target!.spn}`
}
