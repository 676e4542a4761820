// A client asks for Kerberos tickets, and no KDC answers. RFC 4120 7.2.
import { IpProtocol } from '../../../../asm/layout'
import { secondsBetween } from '../../../conversation/time'
import { goodLogons } from '../../signs/call/afterwards'
import { kdcMessages } from '../../signs/logon/kerberos-errors'
import { type Attempt, attempts } from '../../signs/network/attempts'
import { quietEnds } from '../../signs/network/quiet-ends'
import { isScan } from '../../signs/network/scans'
import { seenHosts } from '../../signs/network/seen-hosts'
import { icmpMessages, UNREACHABLE_V4 } from '../../signs/messages/icmp-messages'
import { win32Symptom } from '../../text/layers'
import { references } from '../../text/references'
import { grouped } from '../../look-up'
import { perCase } from '../../per-case'
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
/** A client that leaves a server so soon after the last request for a ticket leaves for want of it. */
const LEFT_SECONDS = 30

export const kdcUnreachable: Rule = {
  id: 'kdc-unreachable',
  title: 'No KDC answers',
  meaning:
    'The client asks for Kerberos tickets and gets no answer from any KDC: the host that it asks refuses port 88 and so is likely no domain ' +
    'controller, or nothing comes back, neither to requests nor to connections to TCP port 88. An error when the client does not log on anywhere afterwards; a note when it does, or when another KDC answers.',
  *find(theCase) {
    const pending = unanswered(theCase)
    if (pending.size === 0) return
    const rejections = rejectionsOf(theCase)
    const { destinations } = seenHosts(theCase)
    for (const [client, requests] of pending) {
      const refused = rejections.filter((one) => one.client === client && one.frame >= requests[0]!.frame)
      const waited = secondsBetween(theCase.capture.frames, requests[0]!.frame, lastOf(requests))
      const times = requests.reduce((sum, request) => sum + request.times, 0)
      const isSilent = times >= ASKED_IN_VAIN && waited >= ASKED_SECONDS && destinations.has(client)
      if (refused.length === 0 && !isSilent) continue
      yield describe(theCase, client, requests, refused)
    }
  },
}

/** A request for a ticket, or a connection to port 88 for one that did not come about. */
interface Asked {
  to: string
  stream: number
  frame: number
  /** The frame in which it was sent for the last time, and how often it was. */
  lastFrame: number
  times: number
  isConnection: boolean
}

/** What each client asked of KDCs after which none sent it any message. */
function unanswered(theCase: Examination): Map<string, Asked[]> {
  const pending = new Map<string, Asked[]>()
  const ask = (client: string, asked: Asked) => {
    const known = pending.get(client)
    if (known) known.push(asked)
    else pending.set(client, [asked])
  }
  const answered = new Map<string, number>()
  const wanting = new Set<string>()
  for (const { read, from, to, stream, frame } of kdcMessages(theCase)) {
    wanting.add(from)
    if (REQUESTS.has(read.type)) ask(from, { to, stream, frame, lastFrame: frame, times: 1, isConnection: false })
    else {
      pending.delete(to)
      answered.set(to, frame)
    }
  }
  // Large requests go by TCP at once: where the connection fails, no request is in the capture.
  for (const { client, server, port, outcome, stream, synFrame, lastFrame, syns } of attempts(theCase)) {
    if (port !== KDC_PORT || (outcome !== 'unanswered' && outcome !== 'refused')) continue
    if (synFrame < (answered.get(client) ?? -1) || isScan(theCase, stream)) continue
    if (theCase.endExplainedBy(stream) !== undefined) continue
    // Without any other sign of Kerberos it may be a check of the port.
    if (!wanting.has(client) && (lastLeft(theCase).get(client) ?? -1) < lastFrame) continue
    ask(client, { to: server, stream, frame: synFrame, lastFrame, times: syns, isConnection: true })
  }
  for (const asked of pending.values()) asked.sort((one, other) => one.frame - other.frame)
  return pending
}

const endsByClient = perCase((theCase: Examination) => grouped(quietEnds(theCase), ({ attempt }) => attempt.client))

/** Connections to SMB or RPC that a client had opened before it waited for a KDC, and left without a logon soon after. */
function leftBy(theCase: Examination, client: string, from: number, last: number): number[] {
  const { frames } = theCase.capture
  return (endsByClient(theCase).get(client) ?? [])
    .filter(({ attempt, frame }) => attempt.synFrame < last && frame > from)
    .filter(({ frame }) => frame < last || secondsBetween(frames, last, frame) <= LEFT_SECONDS)
    .map(({ attempt }) => attempt.stream)
}

/** The last frame in which each client ended a connection to SMB or RPC without a logon. */
const lastLeft = perCase((theCase: Examination): ReadonlyMap<string, number> => {
  const found = new Map<string, number>()
  for (const [client, ends] of endsByClient(theCase))
    found.set(
      client,
      ends.reduce((last, { frame }) => Math.max(last, frame), -1),
    )
  return found
})

function lastOf(requests: readonly Asked[]): number {
  return requests.reduce((last, { lastFrame }) => Math.max(last, lastFrame), -1)
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
  requests: readonly Asked[],
  refused: readonly Rejection[],
): Occurrence {
  const first = requests[0]!
  const last = lastOf(requests)
  const messages = requests.filter(({ isConnection }) => !isConnection)
  const connections = requests.filter(({ isConnection }) => isConnection)
  const syns = connections.reduce((sum, { times }) => sum + times, 0)
  const sent = list([
    ...(messages.length > 0 ? [`${plural(messages.length, 'request')} for tickets`] : []),
    ...(connections.length > 0 ? [`${plural(syns, 'SYN')} to TCP port ${KDC_PORT}`] : []),
  ])
  const kdcs = [...new Set(requests.map(({ to }) => to))]
  const later = goodLogons(theCase).byClient.after(client, first.frame)
  const rejection = refused[0]
  const waited = duration(secondsBetween(theCase.capture.frames, first.frame, last))
  const shown: Evidence[] = [
    ...evidence(
      first.frame,
      first.isConnection ? `the client opens a connection to TCP port ${KDC_PORT}` : 'the client asks for a ticket',
    ),
    ...refused.slice(0, 3).flatMap(({ frame, note }) => evidence(frame, note)),
    ...evidence(last === first.frame ? undefined : last, `the last of ${sent}`),
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
    explanation: `${client} sent ${sent} to ${list(kdcs)} from frame ${frameNumber(first.frame)} on${last === first.frame ? '' : `, over ${waited}`}. ${
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
    explains: { streams: later ? [] : leftBy(theCase, client, first.frame, last) },
    filter: 'kerberos || tcp.port == 88 || udp.port == 88',
  }
}
