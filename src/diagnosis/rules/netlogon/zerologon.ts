// One computer account is guessed at with empty credentials. CVE-2020-1472; MS-NRPC 3.1.4.4.
import { Call, Outcome } from '../../../conversation/model'
import { secondsBetween } from '../../../conversation/time'
import { type Authentication, authentications, netlogonCalls, NetlogonOpnum } from '../../signs/logon/netlogon-calls'
import { eventLayer } from '../../text/layers'
import { references } from '../../text/references'
import type { Examination } from '../../examination'
import type { Occurrence, Rule } from '../../rule'
import { duration, evidence, plural } from '../../text/wording'

/** A proof of eight zero bytes never comes about by chance; so many of any kind within a short time are no computer that logs on. */
const MIN_ZERO = 1
const MIN_ANY = 50
const WITHIN_SECONDS = 600

export const zerologon: Rule = {
  id: 'zerologon',
  title: 'A client guesses a computer’s Netlogon credential (Zerologon)',
  meaning:
    'One client proves itself to Netlogon again and again with a credential of zeros, as attacks on CVE-2020-1472 and tests for it do; where the calls are sealed, the mere number shows it. ' +
    'An error when the domain controller accepted one of them, as the password of the account may then have been set; a warning while it refused all.',
  *find(theCase) {
    const groups = new Map<string, Authentication[]>()
    for (const one of authentications(theCase)) {
      const { client, server } = theCase.connectionOf(one.call)
      const key = `${client.text}|${server.text}`
      const group = groups.get(key)
      if (group) group.push(one)
      else groups.set(key, [one])
    }
    for (const group of groups.values()) if (isGuessing(theCase, group)) yield describe(theCase, group)
  },
}

function isGuessing(theCase: Examination, group: readonly Authentication[]): boolean {
  if (group.filter(({ isZero }) => isZero).length >= MIN_ZERO) return true
  if (group.length < MIN_ANY) return false
  const [first, last] = [group[0]!, group.at(-1)!].map(({ call }) => theCase.frameOf(call)) as [number, number]
  return secondsBetween(theCase.capture.frames, first, last) / group.length <= WITHIN_SECONDS / MIN_ANY
}

function describe(theCase: Examination, group: readonly Authentication[]): Occurrence {
  const { calls } = theCase.conversation
  const { client, server } = theCase.connectionOf(group[0]!.call)
  const accepted = group.find(({ status, isZero }) => status === 0 && isZero !== false)
  const set = accepted && passwordSetAfter(theCase, accepted.call, client.text, server.text)
  const [first, last] = [group[0]!.call, group.at(-1)!.call]
  const frameOf = (call: number | undefined) => (call === undefined ? undefined : theCase.frameOf(call))
  const seconds = secondsBetween(theCase.capture.frames, theCase.frameOf(first), theCase.frameOf(last))
  const account = group.find((one) => one.account !== undefined)?.account
  return {
    severity: accepted ? 'error' : 'warning',
    confidence: group.some(({ isZero }) => isZero) ? 'high' : 'medium',
    title: accepted
      ? 'A client broke the Netlogon credential of a computer account (Zerologon)'
      : 'A client tries to break a Netlogon credential, likely Zerologon',
    symptom:
      'none on the client; the domain controller may lose its domain (error 5, replication errors) when its own password was set',
    atFault: {
      party: 'server',
      text: accepted
        ? 'the domain controller: it has no update of August 2020 or later'
        : 'the client, which attacks or tests the domain controller',
    },
    effect: set
      ? 'The password of the computer account was set by the client.'
      : accepted
        ? 'The domain controller accepted the client as that computer.'
        : 'The domain controller refused every attempt.',
    explanation: `${client.text} sent ${plural(group.length, 'proof')} of ${account ? `the account ${account}` : 'a computer account'} to Netlogon on ${server.text} within ${duration(seconds)}${group.some(({ isZero }) => isZero) ? ', with a credential of eight zero bytes' : ''}. A computer that logs on sends one. ${accepted ? 'One of them was accepted.' : 'None was accepted.'}${set ? ' Then it set a new password (NetrServerPasswordSet2).' : ''}`,
    layers: [
      eventLayer(
        '5827 to 5831',
        'Netlogon, System log of the domain controller: vulnerable secure channel connections',
      ),
    ],
    evidence: [
      ...evidence(frameOf(first), 'the first attempt'),
      ...evidence(calls.get(Call.ResponseFrame, first), 'its answer'),
      ...evidence(frameOf(last), 'the last attempt'),
      ...evidence(accepted && calls.get(Call.ResponseFrame, accepted.call), 'the credential is accepted'),
      ...evidence(frameOf(set), 'a new password is set'),
    ],
    fix: [
      ...(set
        ? [
            {
              text: 'Treat the domain as compromised; reset the computer password of the domain controller on it.',
              copy: 'Reset-ComputerMachinePassword',
            },
          ]
        : []),
      {
        text: 'Install the updates of August 2020 or later on every domain controller; enforcement has been on since February 2021.',
        url: references.netlogonZerologon.url,
      },
      { text: `Find out what runs on ${client.text}.` },
    ],
    references: [references.netlogonZerologon, references.netlogon],
    streams: [...new Set(group.map(({ call }) => theCase.connectionOf(call).stream))],
    count: group.length,
    filter: `rpc_netlogon || tcp.stream == ${theCase.connectionOf(first).stream}`,
    explains: { calls: group.map(({ call }) => call) },
    moment: [theCase.frameOf(first), theCase.frameOf(last)],
  }
}

function passwordSetAfter(theCase: Examination, after: number, client: string, server: string): number | undefined {
  const { calls } = theCase.conversation
  return netlogonCalls(theCase).find((call) => {
    if (call < after || calls.get(Call.Opnum, call) !== Number(NetlogonOpnum.PasswordSet2)) return false
    const ends = theCase.connectionOf(call)
    return (
      ends.client.text === client && ends.server.text === server && calls.get(Call.Outcome, call) === Outcome.Response
    )
  })
}
