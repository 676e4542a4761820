// A client asks for Kerberos tickets, and no KDC answers. RFC 4120 7.2.
import { IpProtocol } from '../../../../asm/layout'
import { secondsBetween } from '../../../conversation/time'
import { goodLogons } from '../../signs/call/afterwards'
import { kdcMessages, type KdcMessage } from '../../signs/logon/kerberos-errors'
import { type Attempt, attempts } from '../../signs/network/attempts'
import { seenHosts } from '../../signs/network/seen-hosts'
import { icmpMessages, UNREACHABLE_V4 } from '../../signs/network/icmp-messages'
import { win32Symptom } from '../../text/layers'
import { references } from '../../text/references'
import type { Examination } from '../../examination'
import type { Evidence } from '../../finding'
import type { Occurrence, Rule } from '../../rule'
import { duration, evidence, frameNumber, list, plural } from '../../text/wording'

const KDC_PORT = 88
/** Requests of the exchanges AS and TGS. RFC 4120 5.10. */
const REQUESTS = new Set([10, 12])
const UNREACHABLE_V6 = 1
/** Clients ask again after a second or two: so many times without success, over so long a time, is no lost packet. */
const ASKED_IN_VAIN = 3
const ASKED_SECONDS = 2
const NO_LOGON_SERVERS = 1311

export const kdcUnreachable: Rule = {
  id: 'kdc-unreachable',
  title: 'No KDC answers',
  meaning:
    'The client asks for Kerberos tickets and gets no answer from any KDC: the host that it asks refuses port 88 and so is likely no domain ' +
    'controller, or nothing comes back. An error when the client does not log on anywhere afterwards; a note when it does, or when another KDC answers.',
  *find(theCase) {
    const pending = unanswered(theCase)
    if (pending.size === 0) return
    const rejections = rejectionsOf(theCase)
    const { destinations } = seenHosts(theCase)
    for (const [client, requests] of pending) {
      const refused = rejections.filter((one) => one.client === client && one.frame > requests[0]!.frame)
      const waited = secondsBetween(theCase.capture.frames, requests[0]!.frame, requests.at(-1)!.frame)
      const isSilent = requests.length >= ASKED_IN_VAIN && waited >= ASKED_SECONDS && destinations.has(client)
      if (refused.length === 0 && !isSilent) continue
      yield describe(theCase, client, requests, refused)
    }
  },
}

/** Requests of each client after which no KDC sent it any message. */
function unanswered(theCase: Examination): Map<string, KdcMessage[]> {
  const pending = new Map<string, KdcMessage[]>()
  for (const message of kdcMessages(theCase)) {
    if (!REQUESTS.has(message.read.type)) pending.delete(message.to)
    else {
      const known = pending.get(message.from)
      if (known) known.push(message)
      else pending.set(message.from, [message])
    }
  }
  return pending
}

interface Rejection {
  client: string
  kdc: string
  frame: number
  note: string
}

/** ICMP messages and resets that answer what a client sent to port 88. */
function rejectionsOf(theCase: Examination): Rejection[] {
  const found: Rejection[] = []
  for (const { frame, message } of icmpMessages(theCase)) {
    const { quoted, type, text } = message
    if (quoted?.destinationPort !== KDC_PORT || (type !== UNREACHABLE_V4 && type !== UNREACHABLE_V6)) continue
    if (quoted.protocol !== IpProtocol.Udp && quoted.protocol !== IpProtocol.Tcp) continue
    found.push({ client: quoted.source, kdc: quoted.destination, frame, note: `ICMP: ${text}` })
  }
  const isRefused = ({ port, outcome }: Attempt) => port === KDC_PORT && outcome === 'refused'
  for (const { client, server, answerFrame } of attempts(theCase).filter(isRefused))
    found.push({ client, kdc: server, frame: answerFrame!, note: 'RST: port 88 is refused' })
  return found.sort((one, other) => one.frame - other.frame)
}

function describe(
  theCase: Examination,
  client: string,
  requests: readonly KdcMessage[],
  refused: readonly Rejection[],
): Occurrence {
  const [first, last] = [requests[0]!, requests.at(-1)!]
  const kdcs = [...new Set(requests.map(({ to }) => to))]
  const later = goodLogons(theCase).byClient.after(client, first.frame)
  const rejection = refused[0]
  const waited = duration(secondsBetween(theCase.capture.frames, first.frame, last.frame))
  const shown: Evidence[] = [
    ...evidence(first.frame, 'the client asks for a ticket'),
    ...refused.slice(0, 3).flatMap(({ frame, note }) => evidence(frame, note)),
    ...evidence(last === first ? undefined : last.frame, `the last of ${requests.length} requests`),
    ...evidence(later?.frame, 'the client logs on all the same'),
  ]
  return {
    severity: later ? 'note' : 'error',
    confidence: rejection ? 'high' : 'medium',
    title: later
      ? 'No KDC answered; the client logged on all the same'
      : rejection
        ? 'The Kerberos port of the host that the client asks is refused'
        : 'No KDC answers the client’s requests for tickets',
    symptom: win32Symptom(theCase.names, NO_LOGON_SERVERS),
    atFault: rejection
      ? {
          party: 'configuration',
          text: 'likely the KDC that the client is configured with or finds in DNS: the host is no domain controller, or its Kerberos service is stopped',
        }
      : { party: 'network', text: 'likely a firewall that drops port 88, or a domain controller that is down' },
    effect: later
      ? 'None that lasted: the client logged on.'
      : 'The client gets no ticket, so it cannot log on with Kerberos.',
    explanation: `${client} sent ${plural(requests.length, 'request')} for tickets to ${list(kdcs)} from frame ${frameNumber(first.frame)} on${requests.length > 1 ? `, over ${waited}` : ''}. ${
      rejection
        ? `${rejection.kdc} has no KDC on port 88 that the client may use: ${rejection.note} (frame ${frameNumber(rejection.frame)}).`
        : 'No KDC sent an answer.'
    }${later ? ` In frame ${frameNumber(later.frame)} ${later.name} logs on.` : ' No logon of this client follows in the capture.'}`,
    evidence: shown.sort((one, other) => one.frame - other.frame),
    fix: [
      {
        text: 'Check which domain controllers the client finds, and that they are the right hosts.',
        copy: 'nslookup -type=SRV _kerberos._tcp.DOMAIN',
      },
      {
        text: 'Check that the Kerberos service runs there and that port 88 (UDP and TCP) is open on the path.',
        copy: 'Test-NetConnection DC -Port 88',
      },
    ],
    references: [references.rfc4120],
    streams: [...new Set(requests.map(({ stream }) => stream))],
    filter: 'kerberos || tcp.port == 88 || udp.port == 88',
  }
}
