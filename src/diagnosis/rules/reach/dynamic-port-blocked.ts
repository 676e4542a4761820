// Port 135 answers and names a dynamic port, and that port cannot be reached: the commonest reason of "RPC server unavailable".
import { trafficOf } from '../../signs/network/traffic'
import { Pdu, Stream } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import {
  type LearntEndpoint,
  learntEndpoints,
  type MappedEndpoint,
  mappedEndpoints,
} from '../../../conversation/learnt-endpoints'
import { Call, type Connection } from '../../../conversation/model'
import { isSealed } from '../../../capture/pdu'
import { secondsBetween } from '../../../conversation/time'
import { attempts } from '../../signs/network/attempts'
import { icmpReason, undeliverableFrom } from '../../signs/messages/icmp-messages'
import { failedPorts, type FailedPort } from '../../signs/network/failed-ports'
import type { Examination } from '../../examination'
import { grouped } from '../../look-up'
import { perCase } from '../../per-case'
import { EPM } from '../../../names/well-known'
import { unavailableLayers } from '../../text/layers'
import { symptoms } from '../../text/symptoms'
import { attemptEvidence, ENDPOINT_MAPPER, tried } from '../../signs/network/ports'
import { references } from '../../text/references'
import type { Occurrence, Rule } from '../../rule'
import { foreignReset } from '../../signs/network/time-to-live'
import { evidence, frameNumber, interfaceName, plural } from '../../text/wording'

/** Dynamic ports: since Windows Vista from 49152, before from 1025. */
const LOWEST_DYNAMIC = 1025
/** From here on lie the dynamic ports of Windows Vista and later, and of Samba. */
const LOWEST_MODERN = 49152
/** So soon after an answer of port 135 a client goes to the port that it takes for the service's. */
const AT_ONCE_SECONDS = 5
/** So soon after port 135 a client goes to the port that it was given, and to no more than these. */
const SOON_SECONDS = 30
const MOST_PORTS = 3

export const dynamicPortBlocked: Rule = {
  id: 'dynamic-port-blocked',
  title: 'Port 135 answers, the dynamic port does not',
  meaning:
    'RPC begins at port 135, which names the port of the service, one of thousands. A firewall that allows only 135 lets the question through and ' +
    'blocks what follows from the answer. An error where the answer names the port; likely where the answer cannot be read and one to three ' +
    'ports are tried right after it; a warning where the client then reached the service over a pipe, and where it was refused at another port than the one ' +
    'that was named and never tried that one. Many ports are a scan.',
  *find(theCase) {
    const groups = [...failedPorts(theCase, 'unanswered'), ...failedPorts(theCase, 'refused')]
    if (groups.length === 0) return
    const named = namedPorts(theCase)
    const unread = unreadMappers(theCase, named)
    const byPair = grouped([...named.values()], ({ client, server }) => theCase.pairOf(client, server))
    const failing = new Map<string, number>()
    for (const { client, server } of groups)
      failing.set(`${client} ${server}`, (failing.get(`${client} ${server}`) ?? 0) + 1)
    for (const group of groups) {
      const { client, server, port, failed, before, after, instead } = group
      // Where the port had answered before, no firewall forbids it: the process behind it has ended.
      if (before || after || instead || port < LOWEST_DYNAMIC) continue
      const first = failed[0]!.synFrame
      const endpoint = named.get(`${client} ${server} ${port}`)
      const known = endpoint && endpoint.answered < failed.at(-1)!.synFrame ? endpoint : undefined
      const mapper = unread.get(`${client} ${server}`)
      const unused = known ? undefined : unusedInstead(theCase, group, byPair.get(theCase.pairOf(client, server)) ?? [])
      if (unused) {
        yield { ...outdated(theCase, group, unused), explains: { streams: failed.map(({ stream }) => stream) } }
        continue
      }
      const isSoon = mapper !== undefined && mapper < first && since(theCase, mapper, first) <= SOON_SECONDS
      if (!known && !(isSoon && failing.get(`${client} ${server}`)! <= MOST_PORTS)) continue
      yield { ...describe(theCase, group, known, mapper), explains: { streams: failed.map(({ stream }) => stream) } }
    }
  },
}

/** The first endpoint that a server named to a client, by client, server and port; with its interface where that is known. */
function namedPorts(theCase: Examination): Map<string, LearntEndpoint | MappedEndpoint> {
  const { capture, conversation } = theCase
  const named = new Map<string, LearntEndpoint | MappedEndpoint>()
  const mapped = mappedEndpoints(capture, conversation, theCase.callsOf(EPM))
  for (const endpoint of [...mapped, ...learntEndpoints(capture, conversation).endpoints]) {
    const key = `${endpoint.client} ${endpoint.server} ${endpoint.port}`
    if (!named.has(key)) named.set(key, endpoint)
  }
  return named
}

/** First frames of connections to port 135 whose answers name no port that can be read, by client and server. */
function unreadMappers(theCase: Examination, named: ReadonlyMap<string, LearntEndpoint>): Map<string, number> {
  const read = new Set([...named.values()].map(({ connection }) => connection))
  const found = new Map<string, number>()
  for (const connection of theCase.conversation.connections) {
    const { client, server, firstFrame, index } = connection
    if (server.port === ENDPOINT_MAPPER && !read.has(index) && mayHaveNamed(theCase, connection))
      found.set(`${client.text} ${server.text}`, firstFrame)
  }
  return found
}

/** True if an answer on the connection may have named a port: it is sealed, cut or not in the capture. */
function mayHaveNamed(theCase: Examination, connection: Connection): boolean {
  if (theCase.isIncomplete(connection) || trafficOf(theCase).cut > 0) return true
  const { calls } = theCase.conversation
  return connection.calls.some((call) => {
    const pdu = calls.get(Call.ResponsePdu, call)
    return pdu !== NONE && isSealed(theCase.capture.pdus.get(Pdu.Head, pdu))
  })
}

/**
 * The endpoint that a server had just named when a client was refused at another dynamic port, where the client has not tried
 * the named one: it likely used a port that it knew from before.
 */
function unusedInstead(
  theCase: Examination,
  { client, server, port, failed }: FailedPort,
  named: readonly (LearntEndpoint | MappedEndpoint)[],
): LearntEndpoint | MappedEndpoint | undefined {
  const { outcome, synFrame } = failed[0]!
  if (outcome !== 'refused' || named.length === 0) return undefined
  if (
    named.some(
      (one) => triedPorts(theCase).has(`${client} ${server} ${one.port}`) || theCase.isRpcServer(server, one.port),
    )
  )
    return undefined
  return named.find(
    (one) =>
      one.answered < synFrame &&
      since(theCase, one.answered, synFrame) <= AT_ONCE_SECONDS &&
      one.port >= LOWEST_MODERN === port >= LOWEST_MODERN,
  )
}

/** Client, server and port of each attempt to connect. */
const triedPorts = perCase((theCase: Examination) => new Set(attempts(theCase).map(({ key }) => key)))

function outdated(
  theCase: Examination,
  group: FailedPort,
  { answered, asked, stream, port: namedPort, ...endpoint }: LearntEndpoint | MappedEndpoint,
): Occurrence {
  const { client, server, port, failed } = group
  const name = 'interface' in endpoint ? interfaceName(theCase, endpoint.interface) : 'the object'
  return {
    severity: 'warning',
    confidence: 'low',
    title: `The client likely used an outdated port; port 135 names ${namedPort}`,
    explanation: `In frame ${frameNumber(answered)} port 135 of ${server} named port ${namedPort} for ${name} to ${client}. The client never tried that port: it tried port ${port}, and the server refused it. Dynamic ports change with every start of a service; the client likely kept port ${port} from before, or it is set in its binding. The capture does not show what the client wanted at port ${port}.`,
    symptom: symptoms.unavailable,
    atFault: { party: 'client', text: `likely the program on ${client}, which keeps a port or has it in its settings` },
    effect: `No connection to port ${port}.`,
    layers: unavailableLayers(theCase.names, { layer: 'wire (TCP)', code: '', text: `SYN to port ${port} refused` }),
    evidence: [
      ...evidence(asked, `the client asks where to find ${name}`),
      ...evidence(answered, `the server names port ${namedPort}`),
      ...attemptEvidence(theCase, group),
    ],
    fix: [
      {
        text: `Leave the port out of the client’s binding, so that it asks the endpoint mapper each time, or restart the program on ${client}.`,
      },
      {
        text: `On ${server}, see if a process listens on port ${port}.`,
        copy: `Get-NetTCPConnection -LocalPort ${port} -State Listen`,
      },
    ],
    references: [references.rpcErrors],
    streams: [stream, ...failed.map((attempt) => attempt.stream)],
    executed: 'no',
    filter: `tcp.port == 135 || tcp.port == ${port}`,
    fold: `outdated|${client}|${server}|${port}`,
  }
}

function since(theCase: Examination, from: number, to: number): number {
  return secondsBetween(theCase.capture.frames, from, to)
}

const pipesByPair = perCase((theCase: Examination) =>
  grouped(
    theCase.conversation.connections.filter(({ pipe }) => pipe !== undefined),
    ({ client, server }) => theCase.pairOf(client.text, server.text),
  ),
)

/** A connection over SMB on which the client called the same interface afterwards and was answered. */
function fallback(theCase: Examination, group: FailedPort, name: string | undefined): Connection | undefined {
  const { client, server, failed } = group
  return pipesByPair(theCase)
    .get(theCase.pairOf(client, server))
    ?.find(
      (connection) =>
        connection.lastFrame > failed[0]!.synFrame &&
        (!name || connection.contexts.some((context) => context.interface === name)) &&
        connection.calls.some((call) => !theCase.isUnanswered(call)),
    )
}

function describe(
  theCase: Examination,
  group: FailedPort,
  endpoint: LearntEndpoint | MappedEndpoint | undefined,
  mapper: number | undefined,
): Occurrence {
  const { client, server, port, failed } = group
  const refused = failed[0]!.outcome === 'refused'
  const foreign = refused ? foreignReset(theCase, failed[0]!.answerFrame) : undefined
  const syns = failed.reduce((sum, attempt) => sum + attempt.syns, 0)
  const uuid = endpoint && 'interface' in endpoint ? endpoint.interface : undefined
  const name = uuid === undefined ? (endpoint ? 'the object' : 'the service') : interfaceName(theCase, uuid)
  const instead = fallback(theCase, group, uuid)
  const segments = endpoint && answerSegments(theCase, endpoint.answered)
  const rejected = refused ? undefined : rejectedBy(theCase, group)
  return {
    severity: instead ? 'warning' : 'error',
    confidence: endpoint ? 'high' : 'medium',
    title: titleOf({ refused, isForeign: foreign !== undefined, rejected, port, name, isLikely: !endpoint }),
    explanation:
      (endpoint
        ? `In frame ${frameNumber(endpoint.answered)} port 135 of ${server} named port ${port} for ${name} to ${client}. `
        : `${client} had a connection to port 135 of ${server} just before (frame ${frameNumber(mapper!)}), whose answers cannot be read in the capture; port ${port} was most likely named there. `) +
      (refused
        ? `${syns === 1 ? 'The SYN' : `Each of ${syns} SYNs`} to it was answered with RST${foreign ? `. ${foreign.text}` : ': the process has ended since, or a firewall refuses.'}`
        : rejected
          ? `${syns === 1 ? 'The SYN to it was' : `${syns} SYNs to it were`} rejected: ${rejected.isServer ? 'the host itself' : `${rejected.router}, a router or firewall on the path,`} answered in frame ${frameNumber(rejected.frame)} by ICMP: ${rejected.text}.${rejected.isRule ? ' Port 135 is allowed, this port is not.' : ''}`
          : `${plural(syns, 'SYN')} to it within ${tried(theCase, failed)} got no answer, although port 135 of the same host answers: a firewall on the path or on the host most likely allows port 135 and drops the dynamic ports.`) +
      (segments && !refused && !rejected
        ? ' The answer of the endpoint mapper came in two TCP segments: firewalls that open the named port by reading that answer can fail on this.'
        : '') +
      (instead ? ` The client then used SMB (pipe ${instead.pipeName}) instead, which worked.` : ''),
    symptom: instead ? symptoms.slow : symptoms.unavailable,
    atFault:
      refused && !foreign
        ? { party: 'server', text: `the process behind port ${port}, which has ended, or the server’s own firewall` }
        : rejected?.isRule && !rejected.isServer
          ? { party: 'network', text: `the firewall or router ${rejected.router}, which allows port 135 only` }
          : { party: 'network', text: 'the firewall on the path or on the server, which allows port 135 only' },
    effect: instead
      ? `The client lost ${tried(theCase, failed)}, then used the pipe ${instead.pipeName}.`
      : `No connection to ${name}, so no call was made.`,
    layers: unavailableLayers(theCase.names, {
      layer: 'wire (TCP)',
      code: '',
      text: `port 135 answers; SYN to port ${port} ${refused ? 'refused' : rejected ? `rejected by ICMP (${rejected.reason})` : 'unanswered'}`,
    }),
    evidence: [
      ...(endpoint
        ? [
            ...evidence(endpoint.asked, `the client asks where to find ${name}`),
            ...evidence(endpoint.answered, `the server names port ${port}`),
          ]
        : evidence(mapper, 'port 135 is reached')),
      ...(foreign?.evidence ?? []),
      ...attemptEvidence(theCase, group),
      ...(rejected ? evidence(rejected.frame, `ICMP from ${rejected.router}: ${rejected.text}`) : []),
      ...(instead ? evidence(instead.firstFrame, `the client uses the pipe ${instead.pipeName}`) : []),
    ],
    advice: [
      `Allow TCP 49152 to 65535 from ${client} to ${server} in the firewalls on the path.`,
      'On the server, enable the inbound rules of the component in Windows Defender Firewall, such as "Remote Service Management (RPC)".',
      'Windows Server 2003 and older use ports 1025 to 5000. To open fewer ports, use a firewall that follows RPC, set a port range of at least 100 ports under HKLM\\Software\\Microsoft\\Rpc\\Internet on the server and restart it, or give the application a fixed port (dcomcnfg, Endpoints tab).',
      `From the client: "portqry -n ${server} -e ${port}" reports LISTENING when the port is open.`,
    ],
    references: [references.rpcErrors],
    streams: [...(endpoint ? [endpoint.stream] : []), ...failed.map(({ stream }) => stream)],
    executed: 'no',
    filter: `tcp.port == 135 || tcp.port == ${port}`,
    wouldHelp: `A capture on ${server}: if the SYN to port ${port} does not arrive there, a firewall on the path drops it.`,
    fold: `${client}|${server}|${refused}|${rejected?.reason ?? ''}`,
  }
}

/** An ICMP message that reports why a SYN was not delivered. */
interface Rejection {
  frame: number
  router: string
  isServer: boolean
  /** True for a rule of a firewall; false where the host or the way to it is missing. */
  isRule: boolean
  text: string
  reason: string
}

/** The first ICMP message about a SYN of the group. */
function rejectedBy(theCase: Examination, { client, server, port, failed }: FailedPort): Rejection | undefined {
  for (const { stream, synFrame } of failed) {
    const source = { address: client, port: theCase.streamValue(Stream.PortA, stream) }
    const received = undeliverableFrom(theCase, source, { address: server, port }, synFrame)
    if (!received) continue
    const { frame, message } = received
    const router = theCase.endsOf(frame).source
    const reason = icmpReason(message.text)
    const isRule = /prohibited|port unreachable/.test(reason)
    return { frame, router, isServer: router === server, isRule, text: message.text, reason }
  }
  return undefined
}

interface Heading {
  refused: boolean
  isForeign: boolean
  rejected: Rejection | undefined
  port: number
  name: string
  isLikely: boolean
}

function titleOf({ refused, isForeign, rejected, port, name, isLikely }: Heading): string {
  if (rejected)
    return rejected.isRule
      ? `${rejected.isServer ? 'The server itself' : 'A device on the path'} rejects port ${port} of ${name} (ICMP)`
      : `ICMP reports for port ${port} of ${name}: ${rejected.reason}`
  if (refused && isForeign) return `A device on the path likely refused dynamic port ${port} of ${name}`
  if (refused)
    return isLikely
      ? `Dynamic port ${port}, likely named by port 135, refused the connection`
      : `The port that was named for ${name} refused the connection`
  return isLikely
    ? `A firewall likely blocks dynamic port ${port} of the server`
    : `Port 135 answers, port ${port} of ${name} does not: likely a firewall`
}

/** True if an answer of the endpoint mapper came in more than one frame. */
function answerSegments(theCase: Examination, frame: number): boolean {
  const { calls } = theCase.conversation
  const call = theCase.callsOf(EPM).find((one) => calls.get(Call.ResponseFrame, one) === frame)
  const pdu = call === undefined ? NONE : calls.get(Call.ResponsePdu, call)
  if (pdu === NONE) return false
  return theCase.capture.pdus.get(Pdu.FirstFrame, pdu) !== theCase.capture.pdus.get(Pdu.Frame, pdu)
}
