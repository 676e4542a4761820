// RST in answer to the SYN: nobody listens there, or a device refuses in the host's name. RFC 9293 3.5.2.
import { failedPorts } from '../../signs/attempts'
import { unavailableLayers } from '../../text/layers'
import {
  attemptEvidence,
  ENDPOINT_MAPPER,
  isRpcPort,
  isSmbPort,
  portRemark,
  smbReached,
  rpcAsked,
} from '../../signs/ports'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { foreignReset } from '../../signs/time-to-live'
import { plural } from '../../text/wording'

export const portRefused: Rule = {
  id: 'port-refused',
  title: 'The server refuses the connection',
  meaning:
    'The host is there and says at once that nobody listens on the port: the service is not running, has moved to another port since, or a ' +
    'firewall refuses in its name, which shows where the TTL of its RST is not that of the host’s other packets.',
  covers: ['R22'],
  *find(theCase) {
    const reachedSmb = smbReached(theCase)
    const asked = rpcAsked(theCase)
    // Where the capture shows no RPC at all, SMB that cannot be reached may be why.
    const isNothingElse = theCase.conversation.connections.length === 0
    for (const group of failedPorts(theCase, 'refused')) {
      const { client, server, port, failed, before, after } = group
      const rpc = isRpcPort(theCase, server, port)
      if (!rpc && !isSmbPort(port)) continue
      if (isSmbPort(port) && reachedSmb.has(`${client} ${server}`)) continue
      if (failed.every(({ stream }) => theCase.endExplainedBy(stream) !== undefined)) continue
      const foreign = failed.map(({ answerFrame }) => foreignReset(theCase, answerFrame))
      const between = foreign.includes(undefined) ? undefined : foreign[0]
      yield {
        severity: after
          ? 'note'
          : rpc
            ? 'error'
            : asked.has(`${client} ${server}`) || isNothingElse
              ? 'warning'
              : 'note',
        confidence: between ? 'medium' : 'high',
        title: between
          ? `A device between refuses connections to port ${port}${portRemark(port)} of ${server}`
          : `${server} refuses connections to port ${port}${portRemark(port)}`,
        explanation:
          `${client} tried ${plural(failed.length, 'time')} to connect to ${server} port ${port}; each SYN was answered with RST at once. ` +
          (between ? `${between.text} ` : '') +
          (before && !between
            ? 'An earlier connection to the same port had worked: the process behind it has ended or restarted since. '
            : '') +
          (after
            ? 'A later attempt succeeded.'
            : between
              ? 'Whether anybody listens there cannot be told.'
              : 'Nobody listens there, or a firewall refuses in the host’s name.'),
        layers: unavailableLayers(theCase.names, {
          layer: 'wire (TCP)',
          code: '',
          text: `SYN to port ${port} answered with RST`,
        }),
        evidence: [...(between?.evidence ?? []), ...attemptEvidence(theCase, group)],
        advice: [
          ...(between
            ? [
                `Look for the firewall between ${client} and ${server} that rejects TCP ${port}; a capture on ${server} shows whether the SYN arrives there.`,
              ]
            : []),
          port === ENDPOINT_MAPPER
            ? `The endpoint mapper (service RpcSs) runs on every Windows host: check that ${server} is the Windows host that is meant, and that no firewall rejects port 135.`
            : `Check that the service behind port ${port} runs on ${server}. Dynamic ports change with every start of the service: the client must ask the endpoint mapper again.`,
        ],
        references: [references.rpcErrors, references.connectivity],
        streams: failed.map(({ stream }) => stream),
        executed: 'no',
        ...(!rpc && { fold: `${client}|${port}` }),
        filter: `tcp.flags.reset == 1 && tcp.srcport == ${port}`,
      }
    }
  },
}
