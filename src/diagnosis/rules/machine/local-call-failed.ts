// Behind a remote call that failed, a call within the server failed: the server's process asked another one and got an error.
import { Call } from '../../../conversation/model'
import type { RpcCallEvent } from '../../../etw/events/machine-model'
import type { Examination } from '../../examination'
import { grouped } from '../../look-up'
import { perCase } from '../../per-case'
import type { Occurrence, Rule } from '../../rule'
import { eventOfCall, firstFrom, inTime, MOST_NEAR, processText } from '../../signs/network/machine-events'
import { callEvidence, interfaceName, methodName, shortMethod } from '../../text/wording'
import { hex32 } from '../../../capture/text'

/** RPC within a machine (LRPC), which never reaches the wire. */
const LOCAL = 3
/** The inner call may be logged so much before or after the outer one. */
const SLACK_SECONDS = 0.01

export const localCallFailed: Rule = {
  id: 'local-call-failed',
  title: 'A call within the server failed behind the remote one',
  meaning:
    'To serve a remote call, the server’s process called another process of the same machine (LRPC), and that call failed first. The network is not involved; the other process is where to look.',
  *find(theCase) {
    const { machine } = theCase
    if (!machine || machine.rpcCalls.length === 0) return
    for (const call of [...theCase.faults, ...theCase.errorReturns]) {
      const served = eventOfCall(theCase, call, 'server')
      if (!served) continue
      const [from, until] = [served.seconds - SLACK_SECONDS, (served.ended ?? Infinity) + SLACK_SECONDS]
      const inner = failedLocalCall(theCase, served.processId, from, until)
      if (inner) yield describe(theCase, call, served, inner)
    }
  },
}

/** Calls within the machine that failed, by the process that made them, in order of time. */
const failedLocalCalls = perCase(({ machine }: Examination) => {
  const failed = (machine?.rpcCalls ?? []).filter(
    ({ side, protocol, status, ended }) =>
      side === 'client' && protocol === LOCAL && ended !== undefined && status !== 0,
  )
  const ofProcesses = grouped(failed, ({ processId }) => processId)
  return new Map([...ofProcesses].map(([id, calls]) => [id, inTime(calls)]))
})

/** The last local call that a process made and that failed, both between two moments; undefined where there is none. */
function failedLocalCall(
  theCase: Examination,
  processId: number,
  from: number,
  until: number,
): RpcCallEvent | undefined {
  const calls = failedLocalCalls(theCase).get(processId) ?? []
  const end = until === Infinity ? calls.length : firstFrom(calls, until)
  return calls.slice(Math.max(firstFrom(calls, from), end - MOST_NEAR), end).findLast(({ ended }) => ended! <= until)
}

function describe(theCase: Examination, call: number, served: RpcCallEvent, inner: RpcCallEvent): Occurrence {
  const machine = theCase.machine!
  const method = methodName(theCase, call)
  const asked = `${interfaceName(theCase, inner.interface)}, opnum ${inner.opnum}`
  const status = theCase.statusOf(call)
  const isSame = inner.status === status
  const detail = inner.errors.flatMap(({ parameters }) => parameters).slice(0, 4)
  return {
    severity: 'error',
    confidence: isSame ? 'high' : 'medium',
    title: `A local call within the server ${isSame ? '' : 'likely '}caused the failure of ${shortMethod(method)}`,
    explanation:
      `While ${processText(machine, served.processId)} served ${method}, it called ${asked} at the local endpoint "${inner.endpoint}", and that call ended with ${inner.status} (${hex32(inner.status!)}). ` +
      `The remote call then failed with ${hex32(status)}.` +
      (detail.length > 0 ? ` The runtime adds: ${detail.join(', ')}.` : ''),
    atFault: { party: 'server', text: `the process on the server that should answer at "${inner.endpoint}"` },
    fix: [
      {
        text: `On the server, find out why "${inner.endpoint}" (${asked}) does not answer: is its service running?`,
        copy: 'sc query type= service state= all',
      },
    ],
    layers: [
      { layer: 'RPC within the server (event 7)', code: String(inner.status), text: asked },
      { layer: 'wire', code: hex32(status), text: `what the caller of ${method} got` },
    ],
    evidence: callEvidence(theCase, call, 'failed'),
    streams: [theCase.connectionOf(call).stream],
    executed: 'yes',
    fold: `${method}|${inner.interface}|${inner.status}`,
    method,
    moment: [theCase.frameOf(call), theCase.conversation.calls.get(Call.ResponseFrame, call)],
    ...(isSame && { explains: { calls: [call] } }),
  }
}
