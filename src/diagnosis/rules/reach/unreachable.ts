// A router or the host itself reports why a server cannot be reached. RFC 792, RFC 4443.
import { IpProtocol } from '../../../../asm/layout'
import type { Connection } from '../../../conversation/model'
import { type Attempt } from '../../signs/network/attempts'
import { failedPorts, type FailedPort } from '../../signs/network/failed-ports'
import type { Examination } from '../../examination'
import { icmpMessages, icmpReason, isUnreachable, type Received } from '../../signs/messages/icmp-messages'
import { unavailableLayers } from '../../text/layers'
import { symptoms } from '../../text/symptoms'
import { isRpcPort, isSecondSmbPort, isSmbPort, portName } from '../../signs/network/ports'
import { answerFor, checkRecord, learntText } from '../../signs/network/siblings'
import { type Reach, reachOf, reachSeverity, wentOnText } from '../../signs/network/reach'
import type { AtFault } from '../../finding'
import type { Occurrence, Rule } from '../../rule'
import { evidence, frameNumber } from '../../text/wording'

export const unreachable: Rule = {
  id: 'unreachable',
  title: 'ICMP reports that the server cannot be reached',
  meaning:
    'A router or firewall on the path, or the host itself, answers the SYN, or a request of connectionless RPC, with an ICMP message that names ' +
    'the reason: no route, host down, port closed, forbidden by an administrator. A client that then got through another way is a note.',
  *find(theCase) {
    if (icmpMessages(theCase).length === 0) return
    const groups = new Map<string, FailedPort>()
    for (const kind of ['refused', 'unanswered', 'unseen'] as const)
      for (const group of failedPorts(theCase, kind)) groups.set(group.failed[0]!.key, group)
    const reach = reachOf(theCase)
    const datagrams = new Map(
      theCase.conversation.connections.flatMap((one) =>
        one.transport === 'udp'
          ? [[datagramKey(one.client.text, one.client.port, one.server.text, one.server.port), one]]
          : [],
      ),
    )
    for (const received of icmpMessages(theCase)) {
      const { quoted } = received.message
      if (!isUnreachable(received.message) || quoted?.destinationPort === undefined || quoted.sourcePort === undefined)
        continue
      const { source, destination, destinationPort: port, protocol } = quoted
      const asked =
        protocol === IpProtocol.Udp && datagrams.get(datagramKey(source, quoted.sourcePort, destination, port))
      if (asked) yield* refusedDatagram(theCase, asked, received)
      const group = protocol === IpProtocol.Tcp ? groups.get(`${source} ${destination} ${port}`) : undefined
      const attempt = group?.failed[0]
      if (!attempt || (!isRpcPort(theCase, destination, port) && !isSmbPort(port))) continue
      if (isSecondSmbPort(theCase, source, destination, port)) continue
      const explains = { streams: group.failed.map(({ stream }) => stream) }
      yield { ...describe(theCase, reach, group, attempt, received), explains }
    }
  },
}

function describe(
  theCase: Examination,
  reach: Reach,
  group: FailedPort,
  attempt: Attempt,
  received: Received,
): Occurrence {
  const { frame, message } = received
  const { text, type, code } = message
  const { client, server, port, after, instead } = group
  const { router, reporter } = reporterOf(theCase, received, server)
  const answer = router === server ? undefined : answerFor(theCase, client, server, attempt.synFrame)
  return {
    severity: reachSeverity(theCase, reach, group),
    confidence: 'high',
    title:
      after || instead
        ? `An unreachable address was overcome: ${icmpReason(text)}`
        : `${reporter}: ${icmpReason(text)}`,
    explanation:
      `${client} asked ${server} for a connection to port ${port}; ${router === server ? 'the host itself' : `${router}, a router or firewall on the path,`} answered in frame ${frameNumber(frame)}: ${text}. ${learntText(answer, server)}${wentOnText(group)}`.trim(),
    symptom: after || instead ? symptoms.none : symptoms.unavailable,
    atFault: faultOf(router === server),
    effect: after || instead ? 'None: the client got through.' : 'No connection, so no call was made.',
    layers: unavailableLayers(theCase.names, { layer: 'wire (ICMP)', code: `${type}/${code}`, text }),
    evidence: [
      ...evidence(answer?.frame, `${answer?.name} is ${server}`),
      ...evidence(attempt.synFrame, `SYN to port ${port}`),
      ...evidence(frame, `ICMP from ${router}: ${text}`),
      ...(after || instead
        ? evidence((after ?? instead)!.answerFrame ?? (after ?? instead)!.synFrame, 'a later attempt is accepted')
        : []),
    ],
    advice: [...adviceOn(router, server, port, 'TCP', text), ...checkRecord(answer, server)],
    streams: [attempt.stream],
    executed: 'no',
    filter: `icmp.type == 3 || icmpv6.type == 1 || (tcp.flags.syn == 1 && tcp.port == ${port})`,
    fold: `${router}|${server}|${port}`,
  }
}

function datagramKey(client: string, clientPort: number, server: string, serverPort: number): string {
  return `${client} ${clientPort} ${server} ${serverPort}`
}

/** A request of connectionless RPC that ICMP answered, where no answer of RPC follows on that conversation. */
function* refusedDatagram(theCase: Examination, connection: Connection, received: Received): Generator<Occurrence> {
  const { frame, message } = received
  const { text, type, code } = message
  if (connection.calls.some((call) => !theCase.isUnanswered(call))) return
  const { client, server } = connection
  const { router, reporter } = reporterOf(theCase, received, server.text)
  yield {
    severity: 'error',
    confidence: 'high',
    title: `${reporter}: ${icmpReason(text)} (UDP)`,
    explanation: `${client.text} sent a request of connectionless RPC to UDP port ${server.port} of ${server.text}; ${router === server.text ? 'the host itself' : `${router}, a router or firewall on the path,`} answered in frame ${frameNumber(frame)}: ${text}. No RPC service listens on that UDP port, or a firewall rejects it.`,
    symptom: symptoms.unavailable,
    atFault: faultOf(router === server.text),
    effect: 'The request was not delivered; no call ran.',
    layers: unavailableLayers(theCase.names, { layer: 'wire (ICMP)', code: `${type}/${code}`, text }),
    evidence: [
      ...evidence(connection.firstFrame, `request to UDP port ${server.port}`),
      ...evidence(frame, `ICMP from ${router}: ${text}`),
    ],
    advice: adviceOn(router, server.text, server.port, 'UDP', text),
    streams: [connection.stream],
    executed: 'no',
    filter: `icmp.type == 3 || icmpv6.type == 1 || udp.port == ${server.port}`,
    fold: `${router}|${server.text}|${server.port}|udp`,
    explains: { calls: connection.calls, streams: [connection.stream] },
  }
}

function reporterOf(theCase: Examination, { frame }: Received, server: string): { router: string; reporter: string } {
  const router = theCase.endsOf(frame).source
  return { router, reporter: router === server ? 'The server itself reports' : 'A device on the path reports' }
}

function faultOf(isServer: boolean): AtFault {
  return isServer
    ? { party: 'server', text: 'the server: its firewall, or no service on that port' }
    : { party: 'network', text: 'the device that sent the message: a route, a rule, or a host that is off' }
}

function adviceOn(router: string, server: string, port: number, transport: string, text: string): string[] {
  return router === server
    ? [
        `On ${server}: allow ${transport} port ${port} in its firewall, and check that the service behind ${transport === 'TCP' ? portName(port) : `port ${port}`} runs.`,
      ]
    : [
        `On ${router}: check the route to ${server} and the rules for ${transport} port ${port}.${text.endsWith('host unreachable') ? ` "Host unreachable" mostly means that ${server} did not answer ARP there: it is off, or its address is wrong.` : ''}`,
        `From the client: "tracert ${server}" shows how far packets get.`,
      ]
}
