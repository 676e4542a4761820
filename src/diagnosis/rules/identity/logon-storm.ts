// The same refused logon, again and again: accounts get locked out by it.
import { rejections } from '../../signs/rejection'
import { secondsBetween } from '../../../conversation/time'
import type { Refusal } from '../../signs/rejection'
import { eventLayer } from '../../text/layers'
import type { Rule } from '../../rule'
import { duration, evidence } from '../../text/wording'
import { logonEvidence, who } from '../../text/identities'

const WORTH_SAYING = 5
const WITHIN_SECONDS = 60

export const logonStorm: Rule = {
  id: 'logon-storm',
  title: 'The same logon fails again and again',
  meaning:
    'A client repeats a refused logon many times a minute. Each one counts against the account: lock-out, and a flood of failure audits on the server.',
  covers: ['R52'],
  *find(theCase) {
    const groups = new Map<string, Refusal[]>()
    for (const refusal of rejections(theCase)) {
      const key = `${refusal.connection.client.text}|${refusal.connection.server.text}|${who(refusal.security)}`
      const known = groups.get(key)
      if (known) known.push(refusal)
      else groups.set(key, [refusal])
    }
    for (const group of groups.values()) {
      const first = group[0]!
      const last = group.at(-1)!
      const seconds = secondsBetween(theCase.capture.frames, first.security.failedFrame!, last.security.failedFrame!)
      if (group.length < WORTH_SAYING || (seconds / group.length) * WORTH_SAYING > WITHIN_SECONDS) continue
      const name = who(first.security)
      yield {
        severity: 'warning',
        confidence: 'high',
        title: `${first.connection.client.text} tried ${group.length} times within ${duration(seconds)} to log on as ${name}, each time in vain`,
        explanation: `Each attempt is a failed logon for ${name} on ${first.connection.server.text}. Where accounts are locked after some failures, this locks it.`,
        layers: [
          eventLayer('4740', 'Security log of the domain controller: account locked out (4625 for each attempt)'),
        ],
        evidence: [
          ...logonEvidence(first.security),
          ...evidence(first.security.failedFrame, 'the first refusal'),
          ...evidence(last.security.failedFrame, 'the last refusal'),
        ],
        advice: [
          'Stop the program or service that does it before anything else, then correct its password or identity.',
        ],
        streams: [...new Set(group.map(({ connection }) => connection.stream))],
        filter: 'ntlmssp.messagetype == 3',
      }
    }
  },
}
