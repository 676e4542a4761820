// The operation number lies beyond what the server has. C706 appendix E: nca_s_op_rng_error.
import { IOBJECT_EXPORTER } from '../../../names/well-known'
import { Call, Outcome } from '../../../conversation/model'
import { type FaultGroup, laterEvidence, laterText, tellFaults, type Telling, wentOn } from '../../signs/call/fault'
import type { Examination } from '../../examination'
import { programShows } from '../../text/layers'
import { references } from '../../text/references'
import type { Rule } from '../../rule'

const OPERATION_RANGE = new Set([0x1c010002, 0x6d1, 0x800706d1])
const OUT_OF_RANGE = 0x6d1

/** Error: nothing succeeded after it. Warning: the client went on without the method. Note: a probe, or an older method served. */
export const unknownOperation: Rule = {
  id: 'unknown-operation',
  title: 'The server does not have the method',
  meaning:
    'The server knows the interface but has fewer methods than the client calls: it is older, or the client was built from another ' +
    'description of the interface. A client that goes on with an older method has coped with it.',
  covers: ['R35'],
  *find(theCase) {
    yield* tellFaults(
      theCase,
      unknownOperation.id,
      (status) => OPERATION_RANGE.has(status),
      (fault) => tell(theCase, fault),
    )
  },
}

function tell(theCase: Examination, fault: FaultGroup): Telling {
  const opnum = theCase.conversation.calls.get(Call.Opnum, fault.call)
  const refused = `The server refused operation ${opnum} in frame ${fault.frame} with ${fault.statusText}; the call did not run.`
  if (theCase.interfaceOf(fault.call) === IOBJECT_EXPORTER)
    return {
      kind: 'normal',
      severity: 'note',
      confidence: 'high',
      title: `${fault.method} asks how new the server is; the refusal means "older"`,
      explanation: `${refused} Clients ask the newest question first and go on with an older one.`,
      references: [references.c706],
    }
  const served = fault.later !== undefined || fellBack(theCase, fault.call)
  const coped = served || wentOn(theCase, fault.call)
  return {
    severity: served ? 'note' : coped ? 'warning' : 'error',
    confidence: 'high',
    title: served
      ? `The server does not have ${fault.method}; an older method served`
      : `The server does not have the method ${fault.method}`,
    explanation:
      refused +
      laterText(theCase, fault) +
      (fellBack(theCase, fault.call)
        ? ' The client went on with an older method of the same interface: it is made for older servers as well.'
        : coped
          ? ' The client went on with other calls on the same connection.'
          : ' Nothing else succeeded on the connection afterwards.'),
    symptom: programShows(theCase.names, OUT_OF_RANGE),
    atFault: {
      party: 'configuration',
      text: 'the versions of client and server: the client calls a method that this server does not offer',
    },
    effect: coped
      ? 'The call did not run; the client went on without it'
      : 'The call did not run, and nothing after it',
    evidence: laterEvidence(theCase, fault),
    fix: [
      {
        text: `Compare the versions of client and server software. The server offers fewer methods than operation ${opnum} needs: update the server, or use a client made for this version.`,
      },
      {
        text: 'If the program is your own, build its proxy from the interface definition (IDL) of the server’s version: another order or number of methods shifts the operation numbers.',
      },
    ],
    references: [references.c706],
  }
}

/** Whether the next call on the connection is an older method of the same interface, and is answered. */
function fellBack(theCase: Examination, call: number): boolean {
  const { calls } = theCase.conversation
  const next = theCase.connectionOf(call).calls.find((later) => later > call)
  return (
    next !== undefined &&
    calls.get(Call.Interface, next) === calls.get(Call.Interface, call) &&
    calls.get(Call.Opnum, next) < calls.get(Call.Opnum, call) &&
    calls.get(Call.Outcome, next) === Outcome.Response
  )
}
