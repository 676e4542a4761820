// The server does not know the interface, the presentation context or the context handle of a call. C706 appendix E.
import { NCA_CONTEXT_MISMATCH, NCA_INVALID_CONTEXT_ID, NCA_UNKNOWN_INTERFACE } from '../../../names/statuses'
import { IOBJECT_EXPORTER } from '../../../names/well-known'
import { contextsOfId } from '../../../conversation/contexts'
import { Call } from '../../../conversation/model'
import type { Examination } from '../../examination'
import { type FaultGroup, laterEvidence, laterText, describeFaults, type Description } from '../../signs/call/fault'
import { programShows } from '../../text/layers'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { interfaceName, firstMethod, shortMethod } from '../../text/wording'
import { BY_DESIGN } from '../../text/of-kind'

interface Cause {
  title(theCase: Examination, fault: FaultGroup): string
  why: string
  party: 'client' | 'server'
  atFault: string
  step: string
}

const CAUSES: Record<number, Cause> = {
  [NCA_UNKNOWN_INTERFACE]: {
    title: (theCase, { call, method }) =>
      `The server no longer offers ${theCase.interfaceOf(call) === undefined ? method : interfaceName(theCase, theCase.interfaceOf(call)!)}`,
    why: 'The interface is not registered at that endpoint any more: the service is stopping, or was restarted.',
    party: 'server',
    atFault: 'the service behind the interface: it is stopping or was restarted',
    step: 'On the server, check whether the service was restarted or is stopping (System log 7036), then let the client connect and bind again.',
  },
  [NCA_INVALID_CONTEXT_ID]: {
    title: () => 'The client called on a presentation context that was never agreed',
    why: 'The call names a presentation context that was never agreed on this connection.',
    party: 'client',
    atFault: 'the client’s RPC library: it uses a presentation context that was refused or never negotiated',
    step: 'Update or correct the client’s RPC library: it must call only on contexts that the server accepted in bind_ack or alter_context_resp.',
  },
  [NCA_CONTEXT_MISMATCH]: {
    title: (_, { method }) => `The server does not know the context handle of ${shortMethod(method)}`,
    why: 'A context handle lives as long as the server process and the client’s association; this one is from an earlier one, or was closed.',
    party: 'client',
    atFault: 'the client: it uses a context handle that was closed, or of a server process that has ended',
    step: 'Open the handle again in the client. If the server was restarted, or a load balancer moved the client, all of its handles are gone.',
  },
}

/** Methods that only release a handle: CloseServiceHandle, BaseRegCloseKey, SamrCloseHandle, ElfrCloseEL, RpcClosePrinter. */
const CLOSES = /Close/

/** Error: the call failed for good. Note: it was answered later, it would only have released a handle, or the bind is not in the capture. */
export const unknownContext: Rule = {
  id: 'unknown-context',
  title: 'The server does not know the interface, context or handle of a call',
  meaning:
    'What the call refers to was valid once or never: an interface that is gone, a presentation context that was not agreed, a context ' +
    'handle of a process that has ended. Only a note where the bind is not in the capture, and where the call would only have closed the handle.',
  *find(theCase) {
    yield* describeFaults(
      theCase,
      (status) => status in CAUSES,
      (fault) =>
        fault.status === NCA_UNKNOWN_INTERFACE && theCase.interfaceOf(fault.call) === IOBJECT_EXPORTER
          ? probe(fault)
          : describe(theCase, fault),
    )
  },
}

function probe(fault: FaultGroup): Description {
  return {
    ...BY_DESIGN,
    kind: 'normal',
    severity: 'note',
    confidence: 'high',
    title: `${firstMethod(fault.method)} asks for the server’s version; the refusal means an older one`,
    explanation: `The question was refused in frame ${fault.frame} with ${fault.statusText}. Clients go on after that.`,
  }
}

function describe(theCase: Examination, fault: FaultGroup): Description {
  const { cause, context } = causeOf(theCase, fault)
  // What was agreed before the capture began cannot be held against the call; a handle can.
  const isPartial = !fault.connection.sawBind || theCase.isIncomplete(fault.connection)
  const blind = isPartial && fault.status !== NCA_CONTEXT_MISMATCH
  const letsGo = fault.status === NCA_CONTEXT_MISMATCH && CLOSES.test(fault.method)
  return {
    severity: blind || letsGo || fault.later !== undefined ? 'note' : 'error',
    confidence: blind ? 'low' : fault.connection.sawBind ? 'high' : 'medium',
    title: letsGo
      ? `The client closed a handle that the server does not know: ${shortMethod(fault.method)}`
      : blind && theCase.interfaceOf(fault.call) === undefined
        ? 'The server does not know the interface or context of a call'
        : cause.title(theCase, fault),
    explanation: `${fault.method} was refused in frame ${fault.frame} with ${fault.statusText}. ${letsGo ? 'The handle was closed before, or the client never got it: many programs close what a refused open left empty. Nothing is lost by it.' : cause.why}${context}${laterText(theCase, fault)}${fault.connection.sawBind ? '' : ' The bind of this connection is not in the capture, so what was agreed cannot be seen.'}`,
    symptom: programShows(theCase.names, fault.status),
    atFault: { party: cause.party, text: cause.atFault },
    effect: letsGo ? 'None: there was nothing to close' : 'The call did not run',
    evidence: laterEvidence(theCase, fault),
    fix: [
      {
        text: letsGo
          ? 'Nothing by itself; look at the call that should have opened the handle. If the program is your own, close only handles that it got.'
          : cause.step,
      },
    ],
    references: [references.c706],
  }
}

/** The status's story; where the context id was never agreed in a bind that is all there, that is why. */
function causeOf(theCase: Examination, { call, status, connection }: FaultGroup): { cause: Cause; context: string } {
  const id = theCase.conversation.calls.get(Call.ContextId, call)
  const { sawBind } = connection
  if (status === NCA_CONTEXT_MISMATCH || !sawBind || theCase.isIncomplete(connection))
    return { cause: CAUSES[status]!, context: '' }
  const known = contextsOfId(connection, id)[0]
  if (known && known.state !== 'refused') return { cause: CAUSES[status]!, context: '' }
  return {
    cause: CAUSES[NCA_INVALID_CONTEXT_ID]!,
    context: ` Context ${id} was ${known ? 'refused' : 'never offered'} there.`,
  }
}
