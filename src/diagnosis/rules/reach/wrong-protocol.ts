// One side speaks RPC and the other does not: a client of another protocol at a port of RPC, or a bind to another server.
import { Stream } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import { secondsBetween } from '../../../conversation/time'
import type { Connection } from '../../../conversation/model'
import type { Examination } from '../../examination'
import type { Occurrence, Rule } from '../../rule'
import { isPublic } from '../../signs/network/addresses'
import { type ForeignOpening, type ForeignOpenings, foreignOpenings } from '../../signs/messages/foreign-openings'
import { isRpcPort, isSmbPort, portName } from '../../signs/network/ports'
import { isScan } from '../../signs/network/scans'
import { perCase } from '../../per-case'
import { unavailableLayers } from '../../text/layers'
import { references } from '../../text/references'
import { symptoms } from '../../text/symptoms'
import { evidence, frameNumber, sidesOf } from '../../text/wording'

/** A server that is silent so long does not answer. */
const SILENT_SECONDS = 1
/** A client that tries so many protocols on ports of RPC and SMB of one server probes it. */
const PROBED = 2
/** The port of a KDC. RFC 4120 7.2.2. */
const KERBEROS = 88

/** Error: nothing else of this client got through on the port. Note: RPC worked there too, or the client tries protocols or comes from the Internet. */
export const wrongProtocol: Rule = {
  id: 'wrong-protocol',
  title: 'One side speaks RPC or SMB, and the other another protocol',
  meaning:
    'The first bytes of the client on a port of RPC or SMB are of TLS, HTTP, SSH, LDAP, or of the other of both (on a port of Kerberos: of RPC), and the server refuses them or stays silent; or a client sends a bind to a port whose server ' +
    'answers with another protocol. Most often a wrong port in the settings of a program. An error where nothing else got through; a note where the same client used RPC there, tries several protocols as scanners do, or is a host of the Internet.',
  *find(theCase) {
    for (const [stream, openings] of foreignOpenings(theCase)) {
      if (isScan(theCase, stream)) continue
      yield* foreignClient(theCase, stream, openings)
      yield* foreignServer(theCase, stream, openings)
    }
  },
}

function* foreignClient(theCase: Examination, stream: number, { a, b }: ForeignOpenings): Generator<Occurrence> {
  const { client, server } = sidesOf(theCase, stream)
  const expected = a?.protocol === undefined ? undefined : expectedAt(theCase, server, a.protocol)
  if (!a?.protocol || b || expected === undefined) return
  const end = endOf(theCase, stream, a)
  if (end === undefined) return
  const key = `${client.address} ${server.address} ${server.port}`
  const worked = workingConnections(theCase).get(key)
  const isProbe = (protocolsTried(theCase).get(`${client.address} ${server.address}`)?.size ?? 0) >= PROBED
  const isStray = isPublic(client.address)
  const { protocol } = a
  const isNote = worked !== undefined || isProbe || isStray
  yield {
    severity: isNote ? 'note' : 'error',
    confidence: 'high',
    title: isProbe
      ? `The client tries protocols on port ${server.port}, likely a scanner`
      : `The client speaks ${protocol} to port ${server.port}, where ${expected} is expected`,
    explanation:
      `${client.address} begins the connection to ${portName(server.port)} of ${server.address} with ${protocol} (frame ${frameNumber(a.frame)}); a client of ${expected} begins with ${OPENINGS[expected]}. ${end.text} ` +
      (isProbe
        ? 'Scanners try one protocol after the other in this way.'
        : `The network and the server are not at fault: the port does not speak ${protocol}.`) +
      (isStray ? ' The client is a host of the Internet, where scanners try every address.' : '') +
      (worked === undefined ? '' : ` ${expected} works on this port (frame ${frameNumber(worked.firstFrame)}).`),
    symptom: isNote ? symptoms.none : `The program reports that the connection was closed, reset or timed out.`,
    atFault: { party: 'client', text: `the program on ${client.address} that speaks ${protocol} to this port` },
    effect: isProbe ? 'None.' : `${protocol} got no connection.`,
    evidence: [
      ...evidence(a.frame, `the client begins with ${protocol}`),
      ...evidence(end.frame, end.note),
      ...evidence(worked?.firstFrame, `${expected} on the same port`),
    ],
    fix: [
      {
        text:
          protocol === 'RPC'
            ? `On ${client.address}, see which program connects to port ${server.port}, and let it use a named pipe (ncacn_np), or the port that the endpoint mapper names.`
            : `On ${client.address}, see which program connects to port ${server.port}, and set it to the port on which the server offers ${protocol}.`,
        copy: `Get-NetTCPConnection -RemotePort ${server.port} | Select-Object OwningProcess`,
      },
    ],
    references: [references.c706],
    streams: [stream],
    executed: 'no',
    filter: `tcp.stream == ${stream}`,
    explains: { streams: [stream] },
    fold: `${key}|${isProbe ? '' : protocol}|${isNote}`,
  }
}

/** How a client of each protocol begins. */
const OPENINGS = { RPC: 'a bind', SMB: 'a negotiation', Kerberos: 'the length of a request' }

/** The protocol of a server's port; undefined for one that is no matter of RPC. What else than RPC is sent to a KDC is none. */
function expectedAt(
  theCase: Examination,
  { address, port }: { address: string; port: number },
  spoken: string,
): keyof typeof OPENINGS | undefined {
  if (isSmbPort(port)) return 'SMB'
  if (port === KERBEROS) return spoken === 'RPC' ? 'Kerberos' : undefined
  return isRpcPort(theCase, address, port) ? 'RPC' : undefined
}

function* foreignServer(theCase: Examination, stream: number, { a, b }: ForeignOpenings): Generator<Occurrence> {
  const connection = theCase.connectionsOn(stream)[0]
  const bind = connection?.contexts[0]?.offeredFrame
  if (a || !b?.protocol || !connection?.sawBind || bind === undefined || b.frame < bind) return
  const { client, server } = sidesOf(theCase, stream)
  const isStray = isPublic(client.address)
  yield {
    severity: isStray ? 'note' : 'error',
    confidence: 'high',
    title: `Port ${server.port} of the server speaks ${b.protocol}, not RPC`,
    explanation: `${client.address} sent a bind of RPC to ${server.address} on port ${server.port} (frame ${frameNumber(bind)}), and the answer in frame ${frameNumber(b.frame)} is ${b.protocol}: another service listens on that port.${isStray ? ' The client is a host of the Internet, where scanners try every port.' : ''}`,
    symptom: isStray ? symptoms.none : symptoms.unavailable,
    atFault: { party: 'configuration', text: `the port that the client uses, or the service that has taken it` },
    effect: 'No call was made.',
    layers: unavailableLayers(theCase.names, {
      layer: 'wire',
      code: '',
      text: `a bind is answered with ${b.protocol}`,
    }),
    evidence: [...evidence(bind, 'bind of RPC'), ...evidence(b.frame, `the answer is ${b.protocol}`)],
    fix: [
      {
        text: `On ${server.address}, see which process has port ${server.port}.`,
        copy: `Get-Process -Id (Get-NetTCPConnection -LocalPort ${server.port} -State Listen).OwningProcess`,
      },
      {
        text: 'Leave the port out of the client’s binding, so that it asks the endpoint mapper, or correct it.',
      },
    ],
    references: [references.c706],
    streams: [stream],
    executed: 'no',
    filter: `tcp.stream == ${stream}`,
    explains: { calls: connection.calls, streams: [stream] },
    fold: `${client.address}|${server.address}|${server.port}|${b.protocol}`,
  }
}

/** What the server did with a client of another protocol; undefined where the capture does not show it. */
function endOf(
  theCase: Examination,
  stream: number,
  { frame }: ForeignOpening,
): { frame?: number | undefined; note: string; text: string } | undefined {
  const value = (column: Stream) => theCase.streamValue(column, stream)
  const { frames } = theCase.capture
  const nak = theCase.connectionsOn(stream)[0]?.nak?.frame
  if (nak !== undefined)
    return {
      frame: nak,
      note: 'the server’s RPC refuses it: bind_nak',
      text: `The server answers with a bind_nak of RPC (frame ${frameNumber(nak)}).`,
    }
  if (value(Stream.BytesB) > 0 || value(Stream.Gaps) > 0) return undefined
  const ends = [value(Stream.FinFrameA), value(Stream.FinFrameB), value(Stream.RstFrame)].filter((end) => end > frame)
  const first = Math.min(...ends)
  if (ends.length > 0 && first !== NONE && first !== value(Stream.FinFrameA))
    return {
      frame: first,
      note: 'the connection ends without an answer',
      text: `The connection ends in frame ${frameNumber(first)} without an answer.`,
    }
  const last = first === NONE || ends.length === 0 ? frames.rows - 1 : first
  if (secondsBetween(frames, frame, last) < SILENT_SECONDS) return undefined
  return { frame: last, note: 'no answer up to here', text: 'The server does not answer.' }
}

/** Connections on which RPC was agreed, by client, server and port. */
const workingConnections = perCase((theCase: Examination): ReadonlyMap<string, Connection> => {
  const found = new Map<string, Connection>()
  for (const connection of theCase.conversation.connections) {
    const { client, server, contexts } = connection
    if (contexts.some(({ state }) => state === 'accepted'))
      found.set(`${client.text} ${server.text} ${server.port}`, connection)
  }
  return found
})

/** Other protocols that a client tries on ports of a server. */
const protocolsTried = perCase((theCase: Examination): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, Set<string>>()
  for (const [stream, { a }] of foreignOpenings(theCase)) {
    const { client, server } = sidesOf(theCase, stream)
    const key = `${client.address} ${server.address}`
    const tried = found.get(key) ?? new Set()
    if (a) tried.add(a.protocol ?? 'another')
    found.set(key, tried)
  }
  return found
})
