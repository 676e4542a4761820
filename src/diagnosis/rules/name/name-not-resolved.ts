// No name server knows the name that a client asks for, and no connection follows. RFC 1035, RFC 4795, RFC 1002.
import { IpProtocol, Protocol, Stream } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import { failedLookUps, isUnknown, type LookUp } from '../../../conversation/look-ups'
import type { NameService } from '../../../conversation/name-answers'
import { secondsBetween } from '../../../conversation/time'
import { RESPONSE_CODES } from '../../../dissect/network/dns'
import { attempts, type Attempt } from '../../signs/network/attempts'
import { seenHosts } from '../../signs/network/seen-hosts'
import type { Examination } from '../../examination'
import { unavailableLayers } from '../../text/layers'
import { isRpcPort, isSmbPort } from '../../signs/network/ports'
import { references } from '../../text/references'
import { perCase } from '../../per-case'
import type { Severity } from '../../finding'
import type { Occurrence, Rule } from '../../rule'
import { isPublic } from '../../signs/network/addresses'
import { symptoms } from '../../text/symptoms'
import { evidence, list, listSome } from '../../text/wording'

/** Resolvers ask again: fewer questions without an answer may just be the capture's end. */
const ASKED_IN_VAIN = 3
const ASKED_SECONDS = 1
/** More names than these without success are a browser or a resolver at work. */
const MOST_NAMES = 3
/** RFC 1035 4.1.1. */
const NO_SUCH_NAME = 3
/** Names that are not delegated on the Internet. RFC 6762 appendix G, RFC 2606, RFC 9476 and common use. */
const INTERNAL = /\.(local|lan|internal|intranet|corp|home|private|localdomain|domain|ad|test)\.?$/i
const SERVICES: Record<NameService, string> = {
  [Protocol.Dns]: 'DNS',
  [Protocol.Llmnr]: 'LLMNR',
  [Protocol.Nbns]: 'NetBIOS',
}
/** Names of no host: proxies and tunnels that Windows looks for, services of a domain, addresses, counted names. */
const NO_HOST = /^(wpad|isatap|teredo|localhost|_.*|.*\._.*|\*|\d+|.*\.(in-addr|ip6)\.arpa)(\.|$)|^[\d.]+$/i
/** What Windows asks the Internet for by itself; where there is none it fails without harm. */
const FROM_WINDOWS =
  /(^|\.)(microsoft|windows|windowsupdate|msftncsi|msftconnecttest|msedge|bing|live|office|office365|skype|digicert|verisign)\.(com|net)$/i

export const nameNotResolved: Rule = {
  id: 'name-not-resolved',
  title: 'The server’s name cannot be resolved',
  meaning:
    'A client asked for the address of a host, by DNS, LLMNR or NetBIOS, and got none under any suffix; no connection for RPC follows. If that ' +
    'host is the server that was meant, this is the whole failure. An error where the client has asked for one name in every way and then opens no ' +
    'connection at all; a warning where it also asked its neighbours; else a note, since many names cannot be resolved on a healthy network; at most a warning where the capture holds nothing that the client receives. ' +
    'No finding where the client reaches RPC in another way.',
  *find(theCase) {
    const { capture, conversation } = theCase
    const attempts = rpcAttempts(theCase)
    // Findings about RPC that is there, or about a server that cannot be reached, come first.
    if (conversation.connections.length > 0 || attempts.some(({ outcome }) => outcome !== 'open')) return
    if (conversation.smbLogons.some(({ status = 0 }) => status !== 0)) return
    const reached = new Map(attempts.map(({ client, synFrame }) => [client, synFrame]))
    const failed = failedLookUps(capture)
    const asked = new Set(failed.flatMap((lookUp) => [...lookUp.servers]))
    const byClient = new Map<string, LookUp[]>()
    for (const lookUp of failed) {
      const { client, questions, rejections } = lookUp
      if (!isHost(lookUp, asked) || !hasFailed(theCase, lookUp)) continue
      if ((reached.get(client) ?? -1) > (questions[0] ?? rejections[0]!.frame)) continue
      const known = byClient.get(client)
      if (known) known.push(lookUp)
      else byClient.set(client, [lookUp])
    }
    if (byClient.size === 0) return
    const { sources, destinations } = seenHosts(theCase)
    for (const [client, lookUps] of byClient) {
      if (lookUps.length > MOST_NAMES || !sources.has(client)) continue
      const isOneWay = !destinations.has(client)
      // Where nothing comes back to the client at all, only that it goes on asking and does nothing else shows that it has no
      // answer. Questions to all neighbours are seen where their answers are not.
      if (isOneWay && (connected(theCase).has(client) || !lookUps.every(isByDnsAlone))) continue
      const occurrence = describe(theCase, client, lookUps, reached.has(client))
      yield isOneWay ? { ...occurrence, ...unheard(occurrence.severity, lookUps) } : occurrence
    }
  },
}

/** What came of all questions for a client's names. */
interface Answered {
  /** `dcl.corp.example` or several names. */
  all: string
  services: string
  servers: string
  isUnknown: boolean
  /** The first answer without an address; undefined where none came. */
  rejection: LookUp['rejections'][number] | undefined
  /** A resolver of the Internet that cannot know a name of this kind. */
  publicServer: string | undefined
}

function answeredOf(lookUps: readonly LookUp[]): Answered {
  const servers = [...new Set(lookUps.flatMap((lookUp) => [...lookUp.servers]))]
  return {
    all: listSome(lookUps.map(({ name }) => name)),
    services: list([...new Set(lookUps.flatMap((lookUp) => [...lookUp.services]))].map((one) => SERVICES[one])),
    servers: list(servers),
    isUnknown: lookUps.every(isUnknown),
    // Names with a suffix added that do not exist say nothing about the name itself.
    rejection: lookUps.flatMap((one) =>
      one.rejections.filter(({ rcode }) => isUnknown(one) || rcode !== NO_SUCH_NAME),
    )[0],
    publicServer: lookUps.every(({ name }) => INTERNAL.test(name) || !name.includes('.'))
      ? servers.find(isPublic)
      : undefined,
  }
}

/** True if every way that a resolver has was tried for a name, so that a program most likely failed on it. */
function isExhausted({ questions, rejections, services }: LookUp): boolean {
  if (services.size > 1) return true
  return rejections.length >= 2 || (rejections.length === 0 && questions.length >= ASKED_IN_VAIN)
}

function severityOf(theCase: Examination, client: string, lookUps: readonly LookUp[]): Severity {
  // A host that has no connection at all and no name left to ask for did not get what its program wanted.
  const isIdle = !connected(theCase).has(client)
  // An answer whose question came before the capture may be one that no program waits for any more.
  const isAsked = lookUps.some(({ questions }) => questions.length > 0)
  // One name is what the program wanted; several may be what a host asks for all day.
  if (isIdle && isAsked && lookUps.length === 1 && isExhausted(lookUps[0]!)) return 'error'
  // Who also asks its neighbours wants a host nearby, by NetBIOS a Windows host; who asks DNS alone may want anything.
  const asksNeighbours = lookUps.some(({ services }) => services.has(Protocol.Nbns) || services.has(Protocol.Llmnr))
  return asksNeighbours ? 'warning' : 'note'
}

/** Hosts that have a TCP connection in the capture, or tried to open one. */
const connected = perCase((theCase: Examination): ReadonlySet<string> => {
  const { streams } = theCase.capture
  const found = new Set<number>()
  for (let stream = 0; stream < streams.rows; stream++) {
    if (streams.get(Stream.Transport, stream) !== IpProtocol.Tcp) continue
    found.add(streams.get(Stream.AddressA, stream))
    // Who was only asked in vain has none.
    if (streams.get(Stream.LastFrameB, stream) !== NONE) found.add(streams.get(Stream.AddressB, stream))
  }
  return new Set(Array.from(found, (row) => theCase.addressText(row)))
})

function titleOf({ all, isUnknown, rejection, publicServer }: Answered, isSingle: boolean): string {
  if (publicServer) return 'A public DNS server was asked for a name of the internal network'
  if (isUnknown)
    return isSingle ? `The host name ${all} does not exist` : 'The host names that the client asks for do not exist'
  if (rejection)
    return `The name server could not resolve ${isSingle ? all : 'the names'}: ${RESPONSE_CODES[rejection.rcode] ?? `code ${rejection.rcode}`}`
  return `No name server answered the question for ${isSingle ? all : 'the names'}`
}

function describe(
  theCase: Examination,
  client: string,
  lookUps: readonly LookUp[],
  reachedBefore: boolean,
): Occurrence {
  const answered = answeredOf(lookUps)
  const { all, services, servers, isUnknown: unknown, rejection, publicServer } = answered
  const severity = severityOf(theCase, client, lookUps)
  const code = rejection && (RESPONSE_CODES[rejection.rcode] ?? `code ${rejection.rcode}`)
  return {
    severity,
    confidence: severity === 'note' || reachedBefore ? 'low' : 'medium',
    title: titleOf(answered, lookUps.length === 1),
    explanation:
      `${client} asked by ${services} for the address of ${all} and got none: ` +
      (rejection
        ? `${servers || 'the answer'} answered "${code}". `
        : `no server answered the question for the name itself. `) +
      (publicServer
        ? `${publicServer} is a resolver of the Internet, which does not know names of an internal network; a computer of a domain must ask the domain’s own DNS servers. `
        : '') +
      'No suffix and no other way of asking found it, and the client opens no connection to RPC. If this is the server that the program was to call, this is the whole failure; the capture does not show which program asked.',
    symptom: `${symptoms.unavailable} Other programs: 11001 (host not found), 53 (network path not found).`,
    atFault: publicServer
      ? { party: 'configuration', text: 'the DNS servers in the network settings of the client' }
      : {
          party: 'configuration',
          text: unknown
            ? 'the name that the program uses, or a missing DNS record'
            : 'the DNS server that the client asks, or the way to it',
        },
    effect: 'No packet was sent to the server.',
    layers: unavailableLayers(theCase.names, {
      layer: `wire (${services})`,
      code: rejection ? String(rejection.rcode) : '',
      text: unknown ? 'no such name' : 'no address for the name',
    }),
    evidence: lookUps
      .flatMap(({ name, questions, rejections }) => [
        ...evidence(questions[0], `where is ${name}?`),
        ...rejections
          .slice(0, 3)
          .flatMap(({ frame, rcode }) => evidence(frame, `${name}: ${RESPONSE_CODES[rcode] ?? `code ${rcode}`}`)),
        ...evidence(questions.length > 1 ? questions.at(-1) : undefined, `the last question for ${name}`),
      ])
      .sort((a, b) => a.frame - b.frame),
    fix: [
      ...(publicServer
        ? [
            {
              text: `On ${client}, set only the domain’s own DNS servers in the network settings (or by DHCP), never a public one beside them.`,
              copy: 'Get-DnsClientServerAddress',
            },
          ]
        : []),
      {
        text: 'On the client, ask for the name; check its spelling, the DNS suffixes of the client and the record of the host.',
        copy: `Resolve-DnsName ${lookUps[0]!.name}`,
      },
      unknown
        ? {
            text: 'Use the full DNS name. If the server has no record, let it register, or add one in DNS.',
            copy: 'ipconfig /registerdns',
          }
        : { text: `Check that ${servers || 'the client’s DNS server'} is up and reachable (UDP and TCP port 53).` },
    ],
    references: [references.rpcErrors],
    streams: [],
    executed: 'no',
    filter: 'dns || nbns || llmnr',
    wouldHelp: 'A capture of the whole attempt, begun after "ipconfig /flushdns" and before the program starts.',
  }
}

function isByDnsAlone({ services }: LookUp): boolean {
  return [...services].every((service) => service === Protocol.Dns)
}

/** What is different where the capture may hold what the client sends and not what it receives. */
function unheard(
  severity: Severity,
  lookUps: readonly LookUp[],
): Pick<Occurrence, 'severity' | 'confidence' | 'title'> {
  const name = lookUps.length === 1 ? lookUps[0]!.name : 'the names'
  return {
    severity: severity === 'error' ? 'warning' : severity,
    confidence: 'low',
    title: `Likely no name server answered the question for ${name}`,
  }
}

/** A host's name that a host wants to know: servers of DNS ask on behalf of others, and LLMNR is asked over IPv6 besides. */
function isHost({ name, wantsIpv4, client, services }: LookUp, servers: ReadonlySet<string>): boolean {
  const again = client.startsWith('fe80:') && [...services].every((service) => service === Protocol.Llmnr)
  return wantsIpv4 && !again && !servers.has(client) && !NO_HOST.test(name) && !FROM_WINDOWS.test(name)
}

/** Refused, or asked for often and long enough without any answer. */
function hasFailed({ capture: { frames } }: Examination, { rejections, questions }: LookUp): boolean {
  return (
    rejections.length > 0 ||
    (questions.length >= ASKED_IN_VAIN && secondsBetween(frames, questions[0]!, questions.at(-1)!) >= ASKED_SECONDS)
  )
}

/** Attempts to reach RPC, or SMB that may carry it. */
function rpcAttempts(theCase: Examination): Attempt[] {
  return attempts(theCase).filter(({ server, port }) => isSmbPort(port) || isRpcPort(theCase, server, port))
}
