// Nobody knows the name that a client asks for, and no connection follows. RFC 1035, RFC 4795, RFC 1002.
import { attempts } from '../../signs/attempts'
import { Frame, Protocol } from '../../../../asm/layout'
import { addressText } from '../../../capture/text'
import { failedLookUps, isUnknown, type LookUp } from '../../../conversation/look-ups'
import type { NameService } from '../../../conversation/name-answers'
import { secondsBetween } from '../../../conversation/time'
import { RESPONSE_CODES } from '../../../dissect/network/dns'
import type { Attempt } from '../../signs/attempts'
import type { Examination } from '../../examination'
import { unavailableLayers } from '../../text/layers'
import { isRpcPort, isSmbPort } from '../../signs/ports'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { evidence, list, listSome, plural } from '../../text/wording'

/** Resolvers ask again: fewer questions without an answer may just be the capture's end. */
const ASKED_IN_VAIN = 3
const ASKED_SECONDS = 1
/** More names than these in vain are a browser or a resolver at work. */
const MOST_NAMES = 3
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
    'host is the server that was meant, this is the whole failure. Many names are asked for in vain on a healthy network, so it is a hint, ' +
    'told only where the client does not reach RPC in another way.',
  covers: ['R27'],
  *find(theCase) {
    const { capture, conversation, names } = theCase
    const attempts = rpcAttempts(theCase)
    // Whatever is told of RPC that is there, or of a server that cannot be reached, is nearer to the matter.
    if (conversation.connections.length > 0 || attempts.some(({ outcome }) => outcome !== 'open')) return
    if (conversation.smbLogons.some(({ status = 0 }) => status !== 0)) return
    const reached = new Map(attempts.map(({ client, synFrame }) => [client, synFrame]))
    const failed = failedLookUps(capture)
    const asked = new Set(failed.flatMap((lookUp) => [...lookUp.servers]))
    const byClient = new Map<string, LookUp[]>()
    for (const lookUp of failed) {
      const { client, questions, refusals } = lookUp
      if (!isHost(lookUp, asked) || !hasFailed(theCase, lookUp)) continue
      if ((reached.get(client) ?? -1) > (questions[0] ?? refusals[0]!.frame)) continue
      const known = byClient.get(client)
      if (known) known.push(lookUp)
      else byClient.set(client, [lookUp])
    }
    if (byClient.size === 0) return
    const heard = heardAddresses(theCase)
    for (const [client, lookUps] of byClient) {
      if (lookUps.length > MOST_NAMES || !heard.has(client)) continue
      const all = listSome(lookUps.map(({ name }) => name))
      const services = list([...new Set(lookUps.flatMap((lookUp) => [...lookUp.services]))].map((one) => SERVICES[one]))
      const refused = lookUps.flatMap(({ refusals }) => refusals)
      const unknown = lookUps.every(isUnknown)
      const servers = list([...new Set(lookUps.flatMap((lookUp) => [...lookUp.servers]))])
      // Who also asks its neighbours wants a host nearby, by NetBIOS a Windows host; who asks DNS alone may want anything.
      const asksBy = (service: NameService) => lookUps.some((lookUp) => lookUp.services.has(service))
      yield {
        severity: asksBy(Protocol.Nbns) || asksBy(Protocol.Llmnr) ? 'warning' : 'note',
        confidence: asksBy(Protocol.Nbns) ? 'medium' : 'low',
        title: `${client} cannot resolve ${all}, and no RPC connection follows`,
        explanation:
          `${client} asked by ${services} for the address of ${all} and got none: ` +
          (refused.length > 0
            ? `${servers || 'the answer'} said "${RESPONSE_CODES[refused[0]!.rcode] ?? `code ${refused[0]!.rcode}`}". `
            : `${plural(lookUps[0]!.questions.length, 'question')} without any answer. `) +
          'No suffix and no other way of asking found it, and the capture holds no RPC. A program that was to call this host says "The RPC server is unavailable" without ever having sent it a packet. ' +
          'Whether this host is the one that was meant the capture does not tell.',
        layers: unavailableLayers(names, {
          layer: `wire (${services})`,
          code: refused.length > 0 ? String(refused[0]!.rcode) : '',
          text: unknown ? 'no such name' : 'no address for the name',
        }),
        evidence: lookUps
          .flatMap(({ name, questions, refusals }) => [
            ...evidence(questions[0], `where is ${name}?`),
            ...refusals
              .slice(0, 3)
              .flatMap(({ frame, rcode }) => evidence(frame, `${name}: ${RESPONSE_CODES[rcode] ?? `code ${rcode}`}`)),
            ...evidence(questions.length > 1 ? questions.at(-1) : undefined, `the last question for ${name}`),
          ])
          .sort((a, b) => a.frame - b.frame),
        advice: [
          `On the client: "Resolve-DnsName ${lookUps[0]!.name}" or "nslookup ${lookUps[0]!.name}". Check the spelling, the DNS suffixes of the client, and the record of the host.`,
          unknown
            ? 'Use the full DNS name; where the server has no record, let it register ("ipconfig /registerdns") or add one (DNS, HOSTS).'
            : `Check that ${servers || 'the client’s DNS server'} is up and reachable (UDP and TCP port 53).`,
        ],
        references: [references.rpcErrors],
        streams: [],
        executed: 'no',
        filter: 'dns || nbns || llmnr',
        wouldHelp: 'A capture of the whole attempt, begun after "ipconfig /flushdns" and before the program starts.',
      }
    }
  },
}

/** A host's name that a host wants to know: servers of DNS ask on behalf of others, and LLMNR is asked over IPv6 besides. */
function isHost({ name, wantsIpv4, client, services }: LookUp, servers: ReadonlySet<string>): boolean {
  const again = client.startsWith('fe80:') && [...services].every((service) => service === Protocol.Llmnr)
  return wantsIpv4 && !again && !servers.has(client) && !NO_HOST.test(name) && !FROM_WINDOWS.test(name)
}

/** Refused, or asked for often and long enough without any answer. */
function hasFailed({ capture: { frames } }: Examination, { refusals, questions }: LookUp): boolean {
  return (
    refusals.length > 0 ||
    (questions.length >= ASKED_IN_VAIN && secondsBetween(frames, questions[0]!, questions.at(-1)!) >= ASKED_SECONDS)
  )
}

/** Attempts to reach RPC, or SMB that may carry it. */
function rpcAttempts(theCase: Examination): Attempt[] {
  return attempts(theCase).filter(({ server, port }) => isSmbPort(port) || isRpcPort(theCase, server, port))
}

/** Addresses that the capture holds anything sent to: of others, what answers them alone is just not seen. */
function heardAddresses({ capture: { frames, addresses } }: Examination): Set<string> {
  const rows = new Set<number>()
  for (let frame = 0; frame < frames.rows; frame++) rows.add(frames.get(Frame.Destination, frame))
  return new Set([...rows].map((row) => addressText(addresses, row)))
}
