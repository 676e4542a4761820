// Rejected logons by the dozen: one user again and again, or one user after another.
import { secondsBetween } from '../../../conversation/time'
import { type RejectedLogon, rejectedLogons, type Spray, sprays } from '../../signs/logon/rejected-logons'
import { eventLayer } from '../../text/layers'
import type { Examination } from '../../examination'
import type { Occurrence, Rule } from '../../rule'
import { shortName } from '../../text/identities'
import { duration, evidence, listSome, plural } from '../../text/wording'

/** So many rejections of one user within a minute are a program, not a person. */
const MIN_ATTEMPTS = 20
const WITHIN_SECONDS = 60

export const logonStorm: Rule = {
  id: 'logon-storm',
  title: 'Logons fail again and again',
  meaning:
    'A client repeats a rejected logon twenty times a minute or more, or tries one user after another (a password spray). Each attempt counts against the account: lockouts, and a flood of failure audits on the server. ' +
    'A warning: for one user it goes with the error about that logon; a spray is reported once for all its users.',
  *find(theCase) {
    const sprayed = sprays(theCase)
    for (const spray of sprayed.values()) yield tellSpray(theCase, spray)
    const groups = new Map<string, RejectedLogon[]>()
    for (const logon of rejectedLogons(theCase)) {
      if (logon.account !== undefined && sprayed.get(logon.client)?.accounts.has(logon.account)) continue
      const key = theCase.pairOf(theCase.pairOf(logon.client, logon.server), logon.account ?? logon.name)
      const group = groups.get(key)
      if (group) group.push(logon)
      else groups.set(key, [logon])
    }
    for (const group of groups.values()) if (isStorm(theCase, group)) yield tellStorm(theCase, group)
  },
}

function isStorm(theCase: Examination, group: readonly RejectedLogon[]): boolean {
  return group.length >= MIN_ATTEMPTS && (spanOf(theCase, group) / group.length) * MIN_ATTEMPTS <= WITHIN_SECONDS
}

function spanOf(theCase: Examination, group: readonly RejectedLogon[]): number {
  return secondsBetween(theCase.capture.frames, group[0]!.frame, group.at(-1)!.frame)
}

function tellStorm(theCase: Examination, group: RejectedLogon[]): Occurrence {
  const [first, last] = [group[0]!, group.at(-1)!]
  const name = shortName(first.name)
  return {
    ...shared(group),
    title: `A program logs on as ${name} again and again, always rejected`,
    atFault: { party: 'client', text: `a program or service on ${first.client} with an old password` },
    effect: `The account ${name} may be locked out.`,
    explanation: `${first.client} tried ${plural(group.length, 'time')} within ${duration(spanOf(theCase, group))} to log on to ${first.server} as ${first.name}; each attempt was rejected. Where accounts are locked after some failures, this locks it.`,
    identities: [{ role: 'rejected', name: first.name }],
    evidence: [
      ...first.named(),
      ...evidence(first.frame, 'the first rejection'),
      ...evidence(last.frame, 'the last rejection'),
    ],
    fix: [
      { text: 'Stop the program or service that does it first; then correct its password.' },
      {
        text: `Find it on ${first.client}: services, scheduled tasks, mapped drives, Credential Manager.`,
        copy: 'cmdkey /list',
      },
    ],
  }
}

function tellSpray(theCase: Examination, { client, accounts, logons }: Spray): Occurrence {
  const [first, last] = [logons[0]!, logons.at(-1)!]
  const names = [...new Set(logons.map(({ name }) => name))]
  return {
    ...shared(logons),
    explains: { calls: logons.flatMap(({ calls = [] }) => calls) },
    title: `One client tried ${accounts.size} users in a row: likely a password spray`,
    atFault: { party: 'client', text: `${client}, which tries one user after another` },
    effect: `${plural(accounts.size, 'account')} may be locked out.`,
    explanation: `${client} was rejected ${plural(logons.length, 'time')} within ${duration(spanOf(theCase, logons))} as ${plural(accounts.size, 'different user')}: ${listSome(names)}. People do not log on like this; a password spray, a scan or a broken import does.`,
    evidence: [...evidence(first.frame, 'the first rejection'), ...evidence(last.frame, 'the last rejection')],
    fix: [
      { text: `Isolate ${client} until it is known what runs there.` },
      {
        text: 'Check on the domain controllers whether one of the users logged on from there afterwards (events 4624, 4768).',
      },
    ],
  }
}

type Shared = Pick<
  Occurrence,
  'severity' | 'confidence' | 'symptom' | 'layers' | 'streams' | 'count' | 'filter' | 'moment'
>

function shared(logons: readonly RejectedLogon[]): Shared {
  const [first, last] = [logons[0]!, logons.at(-1)!]
  return {
    severity: 'warning',
    confidence: 'high',
    symptom: 'error 1326 (wrong user name or password), later 1909 (account locked out)',
    layers: [
      eventLayer('4740', 'Security log of the domain controller: account locked out (4625 or 4771 for each attempt)'),
    ],
    streams: [...new Set(logons.map(({ stream }) => stream))],
    count: logons.length,
    filter: `tcp.stream == ${first.stream} || ntlmssp.messagetype == 3 || dcerpc.pkt_type == 3 || kerberos.error_code || smb2.nt_status == 0xc000006d || frame.number == ${last.frame + 1}`,
    moment: [first.frame, last.frame],
  }
}
