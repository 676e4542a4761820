// A name that cannot be resolved, or that led to another host than the one that was meant. RFC 1035, RFC 4795.
import { nameAnswers, type NameAnswer } from '../../../conversation/name-answers'
import { failedPorts, attempts } from '../../signs/attempts'
import type { Examination } from '../../examination'
import { attemptEvidence, isRpcPort, isSmbPort, portName, tried } from '../../signs/ports'
import type { Occurrence, Rule } from '../../rule'
import { evidence, frameNumber, list } from '../../text/wording'

export const wrongAddress: Rule = {
  id: 'wrong-address',
  title: 'A name led to another host',
  meaning:
    'The client looked a name up and connected to the address it got, and the host there calls itself differently in its NTLM challenge: a stale record, an alias or a cluster name. By itself it is a hint; with a failing Kerberos logon or an unregistered endpoint it is the cause.',
  covers: ['R27', 'R13'],
  *find(theCase) {
    if (theCase.conversation.connections.length === 0 && attempts(theCase).length === 0) return
    const answers = nameAnswers(theCase.capture)
    if (answers.length === 0) return
    yield* deadAddresses(theCase, answers)
    const byClient = new Map(
      answers.flatMap((answer) => answer.addresses.map((address) => [`${answer.client} ${address}`, answer] as const)),
    )
    for (const { client, server, security, stream } of theCase.conversation.connections) {
      const answer = byClient.get(`${client.text} ${server.text}`)
      const target = security.find((context) => context.target?.netbiosComputer ?? context.target?.dnsComputer)?.target
      if (!answer || !target) continue
      const own = [target.netbiosComputer, target.dnsComputer].flatMap((name) => (name ? [name] : []))
      if (own.some((name) => label(name) === label(answer.name))) continue
      const failed = security.some(
        ({ failedFrame, provenFrame }) => failedFrame !== undefined && provenFrame === undefined,
      )
      yield {
        severity: failed ? 'warning' : 'note',
        confidence: 'medium',
        title: `${answer.name} led to ${server.text}, which calls itself ${list(own, 'or')}`,
        explanation: `${client.text} was told in frame ${frameNumber(answer.frame)} that ${answer.name} is ${list(answer.addresses)}. The host that answers there introduces itself as ${list(own, 'or')}. If ${answer.name} is no alias of it, the record is stale.${failed ? ' A logon on this connection failed, which fits a wrong host.' : ''}`,
        evidence: [
          ...evidence(answer.frame, `${answer.name} is ${list(answer.addresses)}`),
          ...evidence(security[0]?.tokenFrames[1], `the host calls itself ${list(own, 'or')}`),
        ],
        advice: [
          'Compare DNS, HOSTS and the DHCP leases; turn on scavenging of stale records; register every alias’s SPN on the host that has it.',
        ],
        streams: [stream],
        filter: 'dns || nbns || llmnr',
        fold: `${answer.name}|${server.text}`,
      }
    }
  },
}

/** Addresses of a name that nobody answers at, where another address of the same name does answer. */
function* deadAddresses(theCase: Examination, answers: readonly NameAnswer[]): Generator<Occurrence> {
  const several = answers.filter(({ addresses }) => addresses.length > 1)
  if (several.length === 0) return
  for (const group of failedPorts(theCase, 'unanswered')) {
    const { client, server, port, failed, after } = group
    if (after || !(isSmbPort(port) || isRpcPort(theCase, server, port))) continue
    const answer = several.find((one) => one.client === client && one.addresses.includes(server))
    if (!answer) continue
    const others = answer.addresses.filter((address) => address !== server)
    const reached = attempts(theCase).find(
      (attempt) =>
        attempt.client === client &&
        attempt.port === port &&
        attempt.outcome === 'open' &&
        attempt.synFrame > failed[0]!.synFrame &&
        others.includes(attempt.server),
    )
    if (!reached) continue
    for (const { stream } of failed) theCase.explainEnd(stream, wrongAddress.id)
    yield {
      severity: 'warning',
      confidence: 'high',
      title: `${answer.name} has ${answer.addresses.length} addresses, and ${server} does not answer: the client lost ${tried(theCase, failed)} before it tried ${reached.server}`,
      explanation: `${client} was told in frame ${frameNumber(answer.frame)} that ${answer.name} is ${list(answer.addresses)}. It tried ${server} first and got no answer at ${portName(port)}; at ${reached.server} it was accepted (frame ${frameNumber(reached.synFrame)}). Every new connection may wait like this.`,
      evidence: [
        ...evidence(answer.frame, `${answer.name} is ${list(answer.addresses)}`),
        ...attemptEvidence(theCase, group),
        ...evidence(reached.synFrame, `${reached.server} is tried, and answers`),
      ],
      advice: [
        `Take ${server} out of the name's records, or make it reachable: it may belong to a network card that this client cannot reach (backup, cluster, VPN).`,
      ],
      streams: [...failed.map(({ stream }) => stream), reached.stream],
      filter: 'dns || nbns || llmnr || (tcp.flags.syn == 1 && tcp.flags.ack == 0)',
      fold: `${answer.name}|${server}`,
    }
  }
}

function label(name: string): string {
  return name.split('.')[0]!.split('<')[0]!.trim().toLowerCase()
}
