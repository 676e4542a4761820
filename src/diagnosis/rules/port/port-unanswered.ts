// Nobody answers the SYN: a firewall drops it, or the host is not there. RFC 9293 3.5.
import { failedPorts } from '../../signs/attempts'
import { unavailableLayers } from '../../text/layers'
import {
  attemptEvidence,
  isRpcPort,
  isSmbPort,
  portName,
  portRemark,
  smbReached,
  rpcAsked,
  tried,
} from '../../signs/ports'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { plural } from '../../text/wording'

export const portUnanswered: Rule = {
  id: 'port-unanswered',
  title: 'The server’s port does not answer',
  meaning:
    'The client asked for a TCP connection and got nothing: no acceptance, no refusal. A firewall that drops silently looks like this, and so ' +
    'does a host that is down. When a later attempt succeeds it was a delay.',
  covers: ['R21'],
  *find(theCase) {
    const reachedSmb = smbReached(theCase)
    const asked = rpcAsked(theCase)
    // Where the capture shows no RPC at all, SMB that cannot be reached may be why.
    const isNothingElse = theCase.conversation.connections.length === 0
    for (const group of failedPorts(theCase, 'unanswered')) {
      const { client, server, port, failed, after } = group
      const rpc = isRpcPort(theCase, server, port)
      const syns = failed.reduce((sum, attempt) => sum + attempt.syns, 0)
      if (!rpc && !isSmbPort(port)) continue
      if (isSmbPort(port) && reachedSmb.has(`${client} ${server}`)) continue
      if (syns < 2 || failed.every(({ stream }) => theCase.endExplainedBy(stream) !== undefined)) continue
      yield {
        severity: after
          ? 'note'
          : rpc
            ? 'error'
            : asked.has(`${client} ${server}`) || isNothingElse
              ? 'warning'
              : 'note',
        confidence: 'high',
        title: after
          ? `${portName(port)} of ${server} answered only after ${tried(theCase, failed)}`
          : `${server} does not answer on port ${port}${portRemark(port)}`,
        explanation: `${client} sent ${plural(syns, 'SYN')} to ${server} port ${port} within ${tried(theCase, failed)} and got no answer at all: neither an acceptance nor a refusal.${after ? ' A later attempt succeeded.' : ' Silence means that a firewall drops the packets, or that the host or the way to it is down.'}`,
        layers: unavailableLayers(theCase.names, {
          layer: 'wire (TCP)',
          code: '',
          text: `SYN to port ${port}, no answer`,
        }),
        evidence: attemptEvidence(theCase, group),
        advice: [
          `From the client: "portqry -n ${server} -e ${port}"; FILTERED means that nothing comes back.`,
          `Allow TCP ${port} from ${client} in the firewalls between and in Windows Defender Firewall on ${server}; check that the host is up and that the address is right.`,
        ],
        references: [references.rpcErrors, references.replication1722],
        streams: failed.map(({ stream }) => stream),
        executed: 'no',
        filter: `tcp.flags.syn == 1 && tcp.flags.ack == 0 && tcp.dstport == ${port}`,
        ...(!rpc && { fold: `${client}|${port}` }),
        wouldHelp: `A capture on ${server} at the same time: if the SYN arrives there, its own firewall drops it.`,
      }
    }
  },
}
