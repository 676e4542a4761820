// Any fault that no other rule knows: its name, and what follows from it.
import type { Examination } from '../../examination'
import {
  type FaultGroup,
  laterEvidence,
  laterText,
  type OutlinedDescription,
  describeFaults,
  wentOn,
} from '../../signs/call/fault'
import { NONE } from '../../../capture/table'
import { isSecurityStatus } from '../../../conversation/build/security'
import type { Rule } from '../../rule'
import { programShows } from '../../text/layers'
import { shortMethod } from '../../text/wording'

/** A call of the service's own failed on its way: RPC_S_SERVER_UNAVAILABLE, RPC_S_CALL_FAILED, RPC_S_CALL_FAILED_DNE. */
const INNER_CALL = new Set([1722, 1726, 1727, 0x800706ba, 0x800706be, 0x800706bf])

/** Error: nothing was answered after it, or it is a matter of security. Warning: the client went on. Note: the method succeeded later. */
export const otherFault: Rule = {
  id: 'other-fault',
  title: 'The server answered a call with a fault',
  meaning: 'A fault that no other rule explains. Its status names what the server or the method objected to.',
  *find(theCase) {
    yield* describeFaults(
      theCase,
      () => true,
      (fault) => {
        const goesOn = wentOn(theCase, fault.call)
        return {
          severity:
            fault.later !== undefined ? 'note' : isSecurityStatus(fault.status) || !goesOn ? 'error' : 'warning',
          confidence: 'medium',
          describe: () => describe(theCase, fault, goesOn),
        }
      },
    )
  },
}

function describe(
  theCase: Examination,
  fault: FaultGroup,
  goesOn: boolean,
): ReturnType<OutlinedDescription['describe']> {
  const { names } = theCase
  const known = names.statusName(fault.status)
  const isInner = INNER_CALL.has(fault.status)
  return {
    title: isInner
      ? `The server likely could not reach another one for ${shortMethod(fault.method)}`
      : fault.status === NONE
        ? `The server answered ${shortMethod(fault.method)} with a fault, cut off here`
        : `The server answered ${shortMethod(fault.method)} with the fault ${known?.symbol ?? fault.statusText}`,
    explanation: `${fault.status === NONE ? 'A fault whose status is cut off' : `The fault ${fault.statusText}`} came in frame ${fault.frame}, caller: ${fault.user}.${laterText(theCase, fault)}${isInner ? ' This server was reached; the status is that of a client, so the service itself likely called another server or process, and that call failed.' : ''} ${goesOn ? 'Later calls on the connection were answered.' : 'No later call on the connection was answered.'}`,
    symptom:
      fault.status === NONE
        ? 'the error of a failed call; the capture does not hold its number'
        : programShows(names, fault.status),
    atFault: { party: 'server', text: `the service that offers ${fault.method}, which raised the fault` },
    effect: goesOn ? 'The call failed; the client went on.' : 'The call failed, and nothing after it was answered.',
    evidence: laterEvidence(theCase, fault),
    fix: [
      ...(isInner
        ? [
            {
              text: 'Capture on the server as well, also its loopback, and look for the connection that the service tries at that time.',
            },
          ]
        : []),
      {
        text: `Look on the server, in the Application and System logs and in the service’s own log, at the time of frame ${fault.frame}: the service that offers ${fault.method} raised this status.`,
      },
    ],
  }
}
