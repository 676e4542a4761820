// A name that led to another host than the one that was meant, or to an address that does not answer. RFC 1035, RFC 4795.
import { answersOf } from '../../signs/network/siblings'
import { attempts } from '../../signs/network/attempts'
import { failedPorts, nextOpened } from '../../signs/network/failed-ports'
import type { NameAnswer } from '../../../conversation/name-answers'
import type { Examination } from '../../examination'
import { attemptEvidence, isRpcPort, isSmbPort, portName, tried } from '../../signs/network/ports'
import type { Occurrence, Rule } from '../../rule'
import { evidence, frameNumber, list } from '../../text/wording'
import { symptoms } from '../../text/symptoms'

export const wrongAddress: Rule = {
  id: 'wrong-address',
  title: 'A name led to another host',
  meaning:
    'The client looked a name up and connected to the address it got, and the host there calls itself differently in its NTLM challenge: a stale record, an alias or a cluster name. It is a note; with a logon that failed there a warning. A name of several addresses of which one does not answer is a warning: each new connection may wait for it.',
  *find(theCase) {
    if (theCase.conversation.connections.length === 0 && attempts(theCase).length === 0) return
    yield* deadAddresses(theCase)
    const introduced = theCase.conversation.connections.some(({ security }) => security.some(({ target }) => target))
    // Names are read only where a host has introduced itself: of a flood of DNS that takes the most time.
    const answers = introduced ? answersOf(theCase) : []
    if (answers.length === 0) return
    const byClient = new Map(
      answers.flatMap((answer) => answer.addresses.map((address) => [`${answer.client} ${address}`, answer] as const)),
    )
    for (const { client, server, security, stream } of theCase.conversation.connections) {
      const answer = byClient.get(`${client.text} ${server.text}`)
      const target = security.find((context) => context.target?.netbiosComputer ?? context.target?.dnsComputer)?.target
      if (!answer || !target) continue
      const own = [target.netbiosComputer, target.dnsComputer].flatMap((name) => (name ? [name] : []))
      if (own.some((name) => label(name) === label(answer.name))) continue
      // The name of a domain leads to any of its controllers.
      if (target.dnsDomain?.toLowerCase() === answer.name.replace(/\.$/, '').toLowerCase()) continue
      const failed = security.some(
        ({ failedFrame, provenFrame }) => failedFrame !== undefined && provenFrame === undefined,
      )
      yield {
        severity: failed ? 'warning' : 'note',
        confidence: 'medium',
        title: failed
          ? `The name ${label(answer.name)} likely led to another host, ${label(own[0]!)}`
          : `The host behind ${label(answer.name)} calls itself ${label(own[0]!)}: alias or stale record`,
        explanation: `In frame ${frameNumber(answer.frame)} ${client.text} learned that ${answer.name} is ${list(answer.addresses)}. The host at ${server.text} introduces itself as ${list(own, 'or')}. If ${answer.name} is not an alias of it, the record is stale.${failed ? ' A logon on this connection failed, which fits a wrong host.' : ''}`,
        symptom: failed
          ? '0x80070005, 0x80090322 (wrong principal) or 1753 (no endpoint), by what the other host answers'
          : symptoms.none,
        atFault: { party: 'configuration', text: `the DNS record of ${answer.name}, if it is not an alias` },
        effect: failed ? 'A logon failed on the host behind the name.' : 'None.',
        evidence: [
          ...evidence(answer.frame, `${answer.name} is ${list(answer.addresses)}`),
          ...evidence(security[0]?.tokenFrames[1], `the host calls itself ${list(own, 'or')}`),
        ],
        advice: [
          `On the client: "Resolve-DnsName ${answer.name}"; compare the address with the DHCP lease and the interface settings of the host that you mean, and delete a stale record (turn on scavenging in the DNS zone).`,
          `If ${answer.name} is an alias, register its SPN on the host: "setspn -S host/${answer.name} ${label(own[0]!)}".`,
        ],
        streams: [stream],
        filter: 'dns || nbns || llmnr',
        fold: `${answer.name}|${server.text}`,
      }
    }
  },
}

/** Addresses of a name that do not answer, where another address of the same name does answer. */
function* deadAddresses(theCase: Examination): Generator<Occurrence> {
  const groups = failedPorts(theCase, 'unanswered')
  if (groups.length === 0) return
  const answers = answersOf(theCase)
  const several = new Map<string, NameAnswer>()
  for (const answer of answers) {
    if (answer.addresses.length < 2) continue
    for (const address of answer.addresses) {
      const key = `${answer.client} ${address}`
      if (!several.has(key)) several.set(key, answer)
    }
  }
  if (several.size === 0) return
  for (const group of groups) {
    const { client, server, port, failed, after } = group
    if (after || !(isSmbPort(port) || isRpcPort(theCase, server, port))) continue
    const answer = several.get(`${client} ${server}`)
    if (!answer) continue
    const others = answer.addresses.filter((address) => address !== server)
    const [reached] = [...new Set(others)]
      .flatMap((other) => nextOpened(theCase, client, other, port, failed[0]!.synFrame) ?? [])
      .sort((one, other) => one.stream - other.stream)
    if (!reached) continue
    yield {
      severity: 'warning',
      confidence: 'high',
      title: `One address of ${label(answer.name)} does not answer: the client lost ${tried(theCase, failed)}`,
      explanation: `In frame ${frameNumber(answer.frame)} ${client} learned that ${answer.name} is ${list(answer.addresses)}. It tried ${server} first and got no answer at ${portName(port)}; at ${reached.server} it was accepted (frame ${frameNumber(reached.synFrame)}). Every new connection may wait like this.`,
      symptom: symptoms.slow,
      atFault: {
        party: 'configuration',
        text: `the record of ${answer.name} in DNS, which has an address that does not answer`,
      },
      effect: `${tried(theCase, failed)} lost before the connection came about.`,
      evidence: [
        ...evidence(answer.frame, `${answer.name} is ${list(answer.addresses)}`),
        ...attemptEvidence(theCase, group),
        ...evidence(reached.synFrame, `${reached.server} is tried, and answers`),
      ],
      advice: [
        `Remove ${server} from the records of ${answer.name} in DNS, or make it reachable: it may belong to a network card that this client has no route to (backup, cluster, VPN).`,
      ],
      streams: [...failed.map(({ stream }) => stream), reached.stream],
      filter: 'dns || nbns || llmnr || (tcp.flags.syn == 1 && tcp.flags.ack == 0)',
      fold: `${answer.name}|${server}`,
      explains: { streams: failed.map(({ stream }) => stream) },
    }
  }
}

function label(name: string): string {
  return name.split('.')[0]!.split('<')[0]!.trim().toLowerCase()
}
