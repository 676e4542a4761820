// Port 135 answers and names a dynamic port, and that port cannot be reached: the commonest reason of "RPC server unavailable".
import type { Connection } from '../../../conversation/model'
import { failedPorts, type FailedPort } from '../../signs/attempts'
import { type MappedEndpoint, mappedEndpoints } from '../../../conversation/learnt-endpoints'
import type { Examination } from '../../examination'
import { unavailableLayers } from '../../text/layers'
import { EPM } from '../../../names/well-known'
import { attemptEvidence, ENDPOINT_MAPPER, tried } from '../../signs/ports'
import { references } from '../../text/references'
import type { Occurrence, Rule } from '../../rule'
import { foreignReset } from '../../signs/time-to-live'
import { evidence, interfaceName, plural } from '../../text/wording'

/** Dynamic ports: since Windows Vista from 49152, before from 1025. */
const LOWEST_DYNAMIC = 1025

export const dynamicPortBlocked: Rule = {
  id: 'dynamic-port-blocked',
  title: 'Port 135 answers, the dynamic port does not',
  meaning:
    'RPC begins at port 135, which names the port of the service, one of thousands. A firewall that allows only 135 lets the question through and ' +
    'blocks what follows from the answer.',
  covers: ['R24'],
  *find(theCase) {
    const groups = [...failedPorts(theCase, 'unanswered'), ...failedPorts(theCase, 'refused')]
    if (groups.length === 0) return
    const learnt = mappedEndpoints(theCase.capture, theCase.conversation, theCase.callsOf(EPM))
    const byPort = new Map(learnt.map((endpoint) => [`${endpoint.server} ${endpoint.port}`, endpoint]))
    const mapped = new Map<string, number>()
    for (const { client, server, firstFrame } of theCase.conversation.connections)
      if (server.port === ENDPOINT_MAPPER) mapped.set(`${client.text} ${server.text}`, firstFrame)
    for (const group of groups) {
      const { client, server, port, failed, before, after } = group
      const endpoint = byPort.get(`${server} ${port}`)
      const first = mapped.get(`${client} ${server}`)
      const likely = first !== undefined && first < failed[0]!.synFrame && port >= LOWEST_DYNAMIC
      // Where the port had answered before, no firewall forbids it: the process behind it has ended.
      if (before || after || (!endpoint && !likely) || port === ENDPOINT_MAPPER) continue
      const instead = fallback(theCase, group, endpoint)
      for (const { stream } of failed) theCase.explainEnd(stream, dynamicPortBlocked.id)
      yield tell(theCase, group, endpoint, first, instead)
    }
  },
}

/** A connection over SMB that the client used for the same interface instead. */
function fallback(
  theCase: Examination,
  { client, server }: FailedPort,
  endpoint: MappedEndpoint | undefined,
): Connection | undefined {
  return theCase.conversation.connections.find(
    (connection) =>
      connection.pipe !== undefined &&
      connection.client.text === client &&
      connection.server.text === server &&
      (!endpoint || connection.contexts.some((context) => context.interface === endpoint.interface)),
  )
}

function tell(
  theCase: Examination,
  group: FailedPort,
  endpoint: MappedEndpoint | undefined,
  mapper: number | undefined,
  instead: Connection | undefined,
): Occurrence {
  const { client, server, port, failed } = group
  const refused = failed[0]!.outcome === 'refused'
  const foreign = refused ? foreignReset(theCase, failed[0]!.answerFrame) : undefined
  const syns = failed.reduce((sum, attempt) => sum + attempt.syns, 0)
  const name = endpoint ? interfaceName(theCase, endpoint.interface) : 'the service'
  return {
    severity: instead ? 'warning' : 'error',
    confidence: endpoint ? 'high' : 'medium',
    title: refused
      ? `${server} named port ${port} for ${name}, and ${foreign ? 'a device between ' : ''}refuses connections to it`
      : `Port 135 of ${server} answers, port ${port} for ${name} does not: the dynamic port is blocked`,
    explanation:
      (endpoint
        ? `The endpoint mapper of ${server} told ${client} that ${name} listens on port ${port}. `
        : `${client} had talked to port 135 of ${server} before; port ${port} lies in the dynamic range, and its number was most likely given there (the answer that names it is not readable in the capture). `) +
      (refused
        ? `Each of ${plural(syns, 'SYN')} to it was answered with RST${foreign ? `. ${foreign.text}` : ': the process has ended since, or a firewall refuses.'}`
        : `${plural(syns, 'SYN')} to it within ${tried(theCase, failed)} got no answer. A firewall between lets 135 through and drops the dynamic ports.`) +
      (instead ? ` The client then went over SMB (pipe ${instead.pipeName}) instead, which worked.` : ''),
    layers: unavailableLayers(theCase.names, {
      layer: 'wire (TCP)',
      code: '',
      text: `port 135 answers; SYN to port ${port} ${refused ? 'refused' : 'unanswered'}`,
    }),
    evidence: [
      ...(endpoint
        ? [
            ...evidence(endpoint.asked, `ept_map: where is ${name}?`),
            ...evidence(endpoint.answered, `ept_map: at port ${port}`),
          ]
        : evidence(mapper, 'port 135 is reached')),
      ...(foreign?.evidence ?? []),
      ...attemptEvidence(theCase, group),
    ],
    advice: [
      'Allow TCP 49152 to 65535 from the client to the server (1025 to 5000 on Windows Server 2003 and older), or use a firewall that follows RPC.',
      'Or narrow the range: HKLM\\Software\\Microsoft\\Rpc\\Internet (at least 100 ports), or give the application a fixed port (dcomcnfg, Endpoints tab).',
      `Check with "portqry -n ${server} -e ${port}".`,
    ],
    references: [references.rpcErrors],
    streams: [...(endpoint ? [endpoint.stream] : []), ...failed.map(({ stream }) => stream)],
    executed: 'no',
    filter: `tcp.port == 135 || tcp.dstport == ${port}`,
    wouldHelp: `A capture on ${server}: if the SYN to port ${port} does not arrive there, a firewall between drops it.`,
  }
}
