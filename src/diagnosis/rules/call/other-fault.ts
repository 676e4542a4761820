// Any fault that no other rule knows: told by its name, and what follows from it.
import { tellFaults, wentOn } from '../../signs/fault'
import { isSecurityStatus } from '../../../conversation/security'
import type { Rule } from '../../rule'

export const otherFault: Rule = {
  id: 'other-fault',
  title: 'The server answered a call with a fault',
  meaning:
    'A fault that no other rule explains. Its status says what the server, or the method itself, had against the call.',
  covers: [],
  *find(theCase) {
    yield* tellFaults(
      theCase,
      otherFault.id,
      () => true,
      (fault) => ({
        severity: isSecurityStatus(fault.status) || !wentOn(theCase, fault.call) ? 'error' : 'warning',
        confidence: 'medium',
        title: `${fault.server} answered ${fault.method} with the fault ${fault.statusText}`,
        explanation: `The fault came in frame ${fault.frame}, caller: ${fault.user}. ${wentOn(theCase, fault.call) ? 'Later calls on the connection were answered.' : 'No later call on the connection was answered.'}`,
        advice: ['Look the status up for this interface: methods may use codes of their own.'],
      }),
    )
  },
}
