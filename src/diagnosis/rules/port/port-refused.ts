// RST in answer to the SYN: no process listens there, or a device refuses in the host's name. RFC 9293 3.5.2.
import { Stream } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import type { Examination } from '../../examination'
import { failedPorts } from '../../signs/network/failed-ports'
import { unavailableLayers } from '../../text/layers'
import { symptoms } from '../../text/symptoms'
import {
  attemptEvidence,
  ENDPOINT_MAPPER,
  isRpcPort,
  isSecondSmbPort,
  isSmbPort,
  portName,
  smbReached,
} from '../../signs/network/ports'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { foreignReset } from '../../signs/network/time-to-live'
import { evidence, frameNumber, plural } from '../../text/wording'
import { reachOf, reachSeverity, wentOnText } from '../../signs/network/reach'

export const portRefused: Rule = {
  id: 'port-refused',
  title: 'The server refuses the connection',
  meaning:
    'The host is up and answers the SYN with RST: the service is not running, has moved to another port since, or a firewall refuses in the ' +
    'host’s name, which shows where the TTL of its RST is not that of the host’s other packets. A client that then reaches the service in ' +
    'another way, a scan and a stray packet are not failures: a note at most.',
  *find(theCase) {
    const reachedSmb = smbReached(theCase)
    const reach = reachOf(theCase)
    for (const group of failedPorts(theCase, 'refused')) {
      const { client, server, port, failed, before, after, instead } = group
      const rpc = isRpcPort(theCase, server, port)
      if ((!rpc && !isSmbPort(port)) || isSecondSmbPort(theCase, client, server, port)) continue
      // SMB over the other port does as well; a port that was open and is refused then is another matter.
      if (isSmbPort(port) && !before && reachedSmb.has(`${client} ${server}`)) continue
      if (failed.every(({ stream }) => theCase.endExplainedBy(stream) !== undefined)) continue
      const foreign = failed.map(({ answerFrame }) => foreignReset(theCase, answerFrame))
      const between = foreign.includes(undefined) ? undefined : foreign[0]
      const next = after ?? instead
      const goesOn = !next && before !== undefined && sendsAfter(theCase, before.stream, failed[0]!.synFrame)
      const severity = reachSeverity(theCase, reach, group)
      yield {
        severity,
        confidence: between ? 'medium' : 'high',
        title: next
          ? `A refused connection to ${portName(port)} was overcome`
          : between
            ? `A device on the path likely refused ${goesOn ? 'one more connection to ' : ''}${portName(port)}`
            : goesOn
              ? `The server refused one more connection to ${portName(port)}`
              : `The server refused the connection to ${portName(port)}`,
        explanation:
          `${client} tried ${plural(failed.length, 'time')} to connect to port ${port} of ${server}; each SYN was answered with RST. ` +
          (between ? `${between.text} ` : '') +
          (goesOn
            ? 'An earlier connection of the client to the same port goes on meanwhile, so the service runs: most likely a limit of connections was reached. '
            : before && !between
              ? 'An earlier connection to the same port had worked: the process behind it has ended or restarted since. '
              : '') +
          (next
            ? wentOnText(group)
            : goesOn
              ? ''
              : between
                ? 'The capture does not show if a process listens there.'
                : 'No process listens there, or a firewall refuses in the host’s name.'),
        symptom: next ? symptoms.none : symptoms.unavailable,
        atFault: between
          ? { party: 'network', text: 'a firewall on the path that rejects the port' }
          : goesOn
            ? { party: 'server', text: 'likely a limit of connections, of the service or of a firewall' }
            : {
                party: 'server',
                text: `no service listens on ${portName(port)}, or the host’s own firewall rejects it`,
              },
        effect: next ? 'None: the client got through.' : 'No connection, so no call was made.',
        layers: unavailableLayers(theCase.names, {
          layer: 'wire (TCP)',
          code: '',
          text: `SYN to port ${port} answered with RST`,
        }),
        evidence: [
          ...(between?.evidence ?? []),
          ...attemptEvidence(theCase, group),
          ...(instead && !after
            ? evidence(
                instead.answerFrame ?? instead.synFrame,
                `accepted at ${instead.server} (SYN in frame ${frameNumber(instead.synFrame)})`,
              )
            : []),
        ],
        advice: [
          ...(between
            ? [
                `Find the firewall between ${client} and ${server} that rejects TCP port ${port}; a capture on ${server} shows if the SYN arrives there.`,
              ]
            : []),
          goesOn
            ? `Count the connections from ${client} to port ${port} of ${server} at that time, and compare with the limits of the service (Samba: "max connections", "max smbd processes") and of firewalls on the path.`
            : port === ENDPOINT_MAPPER
              ? `The endpoint mapper (service RpcSs) runs on every Windows host: check that ${server} is the Windows host that you mean, and that its firewall does not reject TCP port 135 ("Get-NetFirewallRule -Action Block -Enabled True").`
              : isSmbPort(port)
                ? `Check on ${server} that the Server service runs ("Get-Service LanmanServer") and that the rule "File and Printer Sharing (SMB-In)" is enabled.`
                : `Check on ${server} which process listens on port ${port} ("Get-NetTCPConnection -LocalPort ${port}"), and start the service. Dynamic ports change with every start of a service: let the client ask the endpoint mapper again.`,
          `From the client: "portqry -n ${server} -e ${port}" reports LISTENING when the service is there.`,
        ],
        references: [references.rpcErrors, references.connectivity],
        streams: failed.map(({ stream }) => stream),
        explains: { streams: failed.map(({ stream }) => stream) },
        executed: 'no',
        ...(!rpc && { fold: `${client}|${port}` }),
        filter: `tcp.port == ${port} && (tcp.flags.syn == 1 || tcp.flags.reset == 1)`,
      }
    }
  },
}

/** True if the server still sends on a connection after a frame. */
function sendsAfter(theCase: Examination, stream: number, frame: number): boolean {
  const last = theCase.streamValue(Stream.LastFrameB, stream)
  return last !== NONE && last > frame
}
