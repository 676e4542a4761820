// The operation number lies beyond what the server has. C706 appendix E: nca_s_op_rng_error.
import { IOBJECT_EXPORTER } from '../../../names/well-known'
import { Call, Outcome } from '../../../conversation/model'
import { tellFaults, wentOn } from '../../signs/fault'
import type { Examination } from '../../examination'

import { references } from '../../text/references'
import type { Rule } from '../../rule'

const OPERATION_RANGE = new Set([0x1c010002, 0x6d1, 0x800706d1])

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
      (fault) => {
        const probe = theCase.interfaceOf(fault.call) === IOBJECT_EXPORTER
        const coped = wentOn(theCase, fault.call)
        const older = fellBack(theCase, fault.call)
        const opnum = theCase.conversation.calls.get(Call.Opnum, fault.call)
        const kind = probe ? 'normal' : 'finding'
        return {
          kind,
          severity: probe || older ? 'note' : coped ? 'warning' : 'error',
          confidence: 'high',
          title: probe
            ? `${fault.method} is the client's question how new the server is; the refusal is the answer "older"`
            : `${fault.server} does not have ${fault.method}${fault.method.includes('opnum') ? '' : ` (operation ${opnum})`}`,
          explanation:
            `The server refused operation ${opnum} in frame ${fault.frame} with ${fault.statusText}; the call did not run.` +
            (coped
              ? older
                ? ' The client went on with an older method of the same interface: it is made for older servers as well.'
                : ' The client went on with other calls on the same connection.'
              : ' Nothing else succeeded on the connection afterwards.'),
          advice: probe
            ? []
            : [
                'Compare the versions of client and server: the method was added later, or the client’s proxy comes from another interface definition.',
              ],
          references: [references.c706],
        }
      },
    )
  },
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
