// WMI itself logged why an operation failed: WMI-Activity event 5858.
import { IWBEM_SERVICES } from '../../../names/well-known'
import type { WmiFailure } from '../../../etw/events/machine-model'
import type { Examination } from '../../examination'
import type { Occurrence, Rule } from '../../rule'
import { processText, secondsOf } from '../../signs/network/machine-events'
import { callEvidence } from '../../text/wording'
import { hex32 } from '../../../capture/text'

const NEAR_SECONDS = 5
/** Results that end an enumeration or a wait, not an operation that went wrong. */
const HARMLESS = new Set([0, 1, 0x40001, 0x40004, 0x40005])
const MAX_OPERATION = 200

export const wmiOperationFailed: Rule = {
  id: 'wmi-operation-failed',
  title: 'WMI logged the failure of an operation',
  meaning:
    'The WMI service writes event 5858 for each operation that fails, with the query or method, the user, the client’s process and the result. It says what the wire hides where calls are encrypted.',
  *find(theCase) {
    for (const failure of theCase.machine?.wmiFailures ?? [])
      if (!HARMLESS.has(failure.result)) yield describe(theCase, failure)
  },
}

function describe(theCase: Examination, failure: WmiFailure): Occurrence {
  const { user, clientMachine, clientProcessId, operation, result, cause, seconds } = failure
  const machine = theCase.machine!
  const behind = theCase
    .unexplained(theCase.errorReturns)
    .filter(
      (call) =>
        theCase.statusOf(call) === result &&
        Math.abs(secondsOf(theCase, theCase.frameOf(call)) - seconds) <= NEAR_SECONDS,
    )
  const onWire = behind.filter((call) => theCase.interfaceOf(call) === IWBEM_SERVICES || behind.length === 1)
  const name = theCase.names.returnName(result, 'hresult')?.symbol ?? hex32(result)
  const isLocal = machine.computer !== '' && machine.computer.toLowerCase() === clientMachine.toLowerCase()
  const program = isLocal && machine.processes.has(clientProcessId) ? ` (${processText(machine, clientProcessId)})` : ''
  return {
    severity: 'error',
    confidence: 'high',
    title: `WMI could not do what the client asked: ${name}`,
    explanation:
      `The WMI service logged that "${shortened(operation)}" failed with ${hex32(result)} (${name}). ` +
      `Asked by ${user || 'an unnamed user'} from ${clientMachine || 'an unnamed machine'}, process ${clientProcessId}${program}.` +
      (cause && cause !== 'Unknown' ? ` WMI’s own words on the cause: ${cause}.` : '') +
      (onWire.length > 0 ? ' The same result is the answer on the wire.' : ''),
    atFault: { party: 'server', text: 'the query, or the WMI provider that had to answer it' },
    fix: [
      {
        text: 'Run the same query on the server itself. If it fails there too, the provider or the query is at fault, not the network or the rights.',
        copy: queryOf(operation),
      },
    ],
    layers: [{ layer: 'WMI-Activity (event 5858)', code: hex32(result), text: name }],
    evidence: onWire.flatMap((call) => callEvidence(theCase, call, `answered with ${hex32(result)}`)),
    streams: [...new Set(onWire.map((call) => theCase.connectionOf(call).stream))],
    executed: 'yes',
    fold: `${result}|${operation}`,
    explains: { calls: onWire },
  }
}

/** The query of an operation as a command, where it names one. */
function queryOf(operation: string): string {
  const [, namespace, query] = /ExecQuery - ([^:]+?) ?: (.*)$/s.exec(operation) ?? []
  return query && namespace
    ? `Get-CimInstance -Namespace ${namespace.replace(/^\\\\[^\\]*\\/, '')} -Query "${query.trim().replaceAll('"', "'")}"`
    : 'wbemtest'
}

function shortened(text: string): string {
  return text.length > MAX_OPERATION ? `${text.slice(0, MAX_OPERATION)}…` : text
}
