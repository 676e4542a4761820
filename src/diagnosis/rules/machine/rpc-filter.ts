// The server's RPC runtime refused a call because of an RPC filter: Microsoft-Windows-RPC event 2.
import { ACCESS_DENIED } from '../../../names/statuses'
import { Call } from '../../../conversation/model'
import type { FilteredCall } from '../../../etw/events/machine-model'
import type { Examination } from '../../examination'
import type { Occurrence, Rule } from '../../rule'
import { secondsOf } from '../../signs/network/machine-events'
import { callEvidence, evidence, interfaceName } from '../../text/wording'

const NEAR_SECONDS = 1

export const rpcFilter: Rule = {
  id: 'rpc-filter',
  title: 'An RPC filter on the server blocks the interface',
  meaning:
    'Windows can filter RPC by interface (netsh rpc filter). The server’s runtime then answers with access denied to every caller. Its own event names the interface and the filter.',
  *find(theCase) {
    for (const filtered of theCase.machine?.filteredCalls ?? []) yield describe(theCase, filtered)
  },
}

function describe(theCase: Examination, { image, interface: uuid, filterKey, seconds }: FilteredCall): Occurrence {
  const name = interfaceName(theCase, uuid)
  const denied = theCase
    .unexplained([...theCase.faults, ...theCase.errorReturns])
    .filter(
      (call) =>
        theCase.interfaceOf(call) === uuid &&
        ACCESS_DENIED.has(theCase.statusOf(call)) &&
        Math.abs(secondsOf(theCase, theCase.frameOf(call)) - seconds) <= NEAR_SECONDS,
    )
  const { calls } = theCase.conversation
  return {
    severity: 'error',
    confidence: 'high',
    title: `An RPC filter on the server blocks ${name}`,
    explanation:
      `${image || 'A process'} on the traced machine refused a call of ${name} because of the RPC filter {${filterKey}}. ` +
      (denied.length > 0
        ? 'The caller saw access denied. Its account and its rights do not matter: the filter refuses the interface.'
        : 'The capture does not show the call itself; it may have come over another interface or within the machine.'),
    symptom: 'Access denied (5, 0x80070005).',
    atFault: { party: 'configuration', text: `the RPC filter {${filterKey}} on the server` },
    fix: [
      { text: 'List the filters on the server and find the one with this key.', copy: 'netsh rpc filter show filter' },
      {
        text: 'If the interface has to be reachable, delete the filter, or add one before it that permits this client.',
        copy: `netsh rpc filter delete filter filterkey={${filterKey}}`,
      },
    ],
    layers: [{ layer: 'RPC runtime (event 2)', code: '5', text: `blocked by filter {${filterKey}}` }],
    evidence: denied.flatMap((call) => [
      ...callEvidence(theCase, call, 'blocked'),
      ...evidence(calls.get(Call.ResponseFrame, call), 'access denied'),
    ]),
    streams: [...new Set(denied.map((call) => theCase.connectionOf(call).stream))],
    executed: 'no',
    fold: `${uuid}|${filterKey}`,
    explains: { calls: denied },
  }
}
