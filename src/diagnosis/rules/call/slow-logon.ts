// The first call after a logon waited for the logon to be checked. MS-RPCE 3.3.1.5.2: the last message of a logon has no answer of its own.
import { NONE } from '../../../capture/table'
import { Call, type Connection, Outcome, type SecurityContext } from '../../../conversation/model'
import type { Examination } from '../../examination'
import type { Occurrence, Rule } from '../../rule'
import { who } from '../../text/identities'
import { symptoms } from '../../text/symptoms'
import { callEvidence, duration, evidence, frameNumber, methodName, packageName, shortMethod } from '../../text/wording'
import { references } from '../../text/references'

/** Time of a first call that is worth a note, and from which on it hurts. */
const SLOW_MICROSECONDS = 1_000_000
const HURTS_SECONDS = 3
/** Calls after the first that must be this much faster, and how many of them are looked at. */
const FASTER = 10
const FEWEST_AFTER = 2
const CALLS_SAMPLED = 64

/** Warning: the program waited 3 s or more. Note: less. */
export const slowLogon: Rule = {
  id: 'slow-logon',
  title: 'The first call after a logon took long',
  meaning:
    'The server checks a logon when the first call under it arrives; an NTLM logon of a domain account waits for a domain controller. Where that call is slow and those after it are fast, the time is likely spent in the logon and not in the method.',
  *find(theCase) {
    const slow = new Set(theCase.slow)
    if (slow.size === 0) return
    for (const connection of theCase.conversation.connections)
      for (const [index, security] of connection.security.entries()) {
        if (security.thirdLegFrame === undefined) continue
        const first = theCase.firstCallUnder(connection, index)
        if (first === undefined || !slow.has(first) || theCase.frameOf(first) < security.thirdLegFrame) continue
        const typical = typicalAfter(theCase, connection, index, first)
        const micros = theCase.conversation.calls.get(Call.Microseconds, first)
        if (micros < SLOW_MICROSECONDS || typical === undefined || typical * FASTER > micros) continue
        yield describe(theCase, { connection, security, first, seconds: micros / 1e6, typical: typical / 1e6 })
      }
  },
}

/** Median duration in microseconds of the calls under a security context after its first; undefined where there are too few. */
function typicalAfter(
  theCase: Examination,
  { calls: rows }: Connection,
  index: number,
  first: number,
): number | undefined {
  const { calls } = theCase.conversation
  const times: number[] = []
  for (let at = rows.indexOf(first) + 1; at > 0 && at < rows.length && times.length < CALLS_SAMPLED; at++) {
    const call = rows[at]!
    const micros = calls.get(Call.Microseconds, call)
    if (calls.get(Call.Security, call) !== index || calls.get(Call.Outcome, call) !== Outcome.Response) continue
    if (micros !== NONE) times.push(micros)
  }
  return times.length < FEWEST_AFTER ? undefined : times.sort((a, b) => a - b)[times.length >> 1]
}

interface SlowLogon {
  connection: Connection
  security: SecurityContext
  first: number
  seconds: number
  /** Seconds that the calls after it take. */
  typical: number
}

function describe(theCase: Examination, { connection, security, first, seconds, typical }: SlowLogon): Occurrence {
  const method = methodName(theCase, first)
  const isNtlm = security.mechanism === 'ntlm'
  return {
    severity: seconds >= HURTS_SECONDS ? 'warning' : 'note',
    confidence: 'medium',
    title: `The logon likely took the time, not ${shortMethod(method)}`,
    explanation: `${who(security)} finished the ${packageName(security)} logon to ${connection.server.text} in frame ${frameNumber(security.thirdLegFrame!)}. The first call under it, ${method}, was answered after ${duration(seconds)}; the calls after it took about ${duration(typical)}. A server checks a logon when the first call arrives${isNtlm ? ', and for a domain account it asks a domain controller' : ''}.`,
    symptom: symptoms.slow,
    atFault: isNtlm
      ? {
          party: 'configuration',
          text: 'likely the path from the server to its domain controller, or too few logons at a time (MaxConcurrentApi)',
        }
      : { party: 'server', text: 'likely the check of the logon on the server' },
    effect: `The program waited ${duration(seconds)} before its first answer`,
    evidence: [
      ...evidence(security.thirdLegFrame, 'the client sends the last message of the logon'),
      ...callEvidence(theCase, first, `answer after ${duration(seconds)}`),
    ],
    fix: isNtlm
      ? [
          {
            text: 'On the server, watch the Netlogon counters at that time; "Semaphore Timeouts" above 0 means that logons queue: raise MaxConcurrentApi (HKLM\\SYSTEM\\CurrentControlSet\\Services\\Netlogon\\Parameters).',
            copy: 'Get-Counter "\\Netlogon(*)\\Semaphore Timeouts","\\Netlogon(*)\\Average Semaphore Hold Time"',
          },
          {
            text: 'Let the client use Kerberos: give the server’s name instead of its address, and see that the SPN is registered.',
          },
        ]
      : [
          {
            text: 'On the server, look at the Security log around that time, and at how long it takes to reach a domain controller: nltest /sc_verify:DOMAIN',
          },
        ],
    references: [references.ntlmPerformance],
    streams: [connection.stream],
    method,
    filter: `tcp.stream == ${connection.stream} && (dcerpc.auth_type || dcerpc.pkt_type == 16)`,
    fold: `${connection.client.text} ${connection.server.text} ${who(security)}`,
    explains: { calls: [first] },
  }
}
