// A name that cannot be resolved, or that led to another host than the one that was meant. RFC 1035, RFC 4795.
import { nameAnswers } from '../../conversation/name-answers'
import type { Rule } from '../rule'
import { evidence, frameNumber, list } from '../wording'

export const wrongAddress: Rule = {
  id: 'wrong-address',
  title: 'A name led to another host',
  meaning:
    'The client looked a name up and connected to the address it got, and the host there calls itself differently in its NTLM challenge: a stale record, an alias or a cluster name. By itself it is a hint; with a failing Kerberos logon or an unregistered endpoint it is the cause.',
  covers: ['R27', 'R13'],
  *find(theCase) {
    const answers = nameAnswers(theCase.capture)
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

function label(name: string): string {
  return name.split('.')[0]!.split('<')[0]!.trim().toLowerCase()
}
