// Many ports of a host, or one port of many hosts, tried without success: a scan. RFC 9293 3.5.2.
import type { Rule } from '../../rule'
import { scans, type Scan } from '../../signs/network/scans'
import { evidence, frameNumber, listSome, plural } from '../../text/wording'

const SHOWN = 3

export const scan: Rule = {
  id: 'scan',
  title: 'A host tries many ports or hosts without success',
  meaning:
    'Ten or more ports of one host, or the same port of ten or more hosts, tried within a minute, most of them refused, unanswered or closed without a ' +
    'byte: a port scanner, an inventory or monitoring tool, or malware. A few attempts by a host of the Internet that does nothing else are stray ' +
    'packets. Always a note, and no other finding is about these attempts: they are not failures of RPC.',
  *find(theCase) {
    for (const found of scans(theCase)) {
      const { kind, client, attempts, ports, servers } = found
      const first = attempts[0]!
      const last = attempts.at(-1)!
      yield {
        severity: 'note',
        confidence: kind === 'stray' ? 'medium' : 'high',
        title: titleOf(found),
        explanation: `${client} tried ${kind === 'hosts' ? `port ${listSome(ports.map(String))} of ${plural(servers.length, 'host')}` : `${plural(ports.length, 'port')} (${listSome(ports.map(String))}) of ${listSome(servers)}`} from frame ${frameNumber(first.synFrame)} to frame ${frameNumber(last.synFrame)}; every one of these ${plural(attempts.length, 'attempt')} was refused, unanswered or closed without a byte. A program that wants one service does not do this.`,
        symptom: 'No program of a user is behind it, or it is a scanner’s own report.',
        atFault: { party: 'client', text: `whatever program runs on ${client}` },
        effect: 'None on RPC: these attempts are left out of all other findings.',
        evidence: [
          ...attempts
            .slice(0, SHOWN)
            .flatMap(({ synFrame, port, server, outcome }) =>
              evidence(
                synFrame,
                `SYN to ${server} port ${port}: ${outcome === 'open' ? 'closed without a byte' : outcome}`,
              ),
            ),
          ...evidence(last.synFrame, 'the last one'),
        ],
        fix: [
          {
            text: `Find out which program on ${client} does this: an inventory or vulnerability scanner is expected, anything else is worth an incident.`,
            copy: 'Get-NetTCPConnection -State SynSent | Select-Object RemoteAddress,RemotePort,OwningProcess',
          },
        ],
        streams: attempts.map(({ stream }) => stream),
        filter: `${client.includes(':') ? 'ipv6' : 'ip'}.src == ${client} && tcp.flags.syn == 1`,
        executed: 'no',
        fold: kind === 'stray' ? 'stray' : `${kind}|${client}`,
      }
    }
  },
}

function titleOf({ kind, ports, servers }: Scan): string {
  if (kind === 'stray') return 'Stray packets from the Internet tried ports without success'
  if (kind === 'ports') return `A port scan: ${plural(ports.length, 'port')} of a host tried without success`
  return `A scan for port ${ports[0]}: ${plural(servers.length, 'host')} tried without success`
}
