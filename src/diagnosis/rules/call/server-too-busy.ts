// The server had no room for the call.
import { NCA_OUT_OF_MEMORY, NCA_SERVER_TOO_BUSY, STATUS_INSUFFICIENT_RESOURCES } from '../../../names/statuses'
import { laterEvidence, laterText, describeFaults } from '../../signs/call/fault'
import { programShows } from '../../text/layers'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { shortMethod } from '../../text/wording'

const BUSY = new Set([
  NCA_SERVER_TOO_BUSY,
  0x6bb,
  0x800706bb,
  NCA_OUT_OF_MEMORY,
  0x6d9,
  0xe,
  0x8007000e,
  0x5aa,
  0x800705aa,
  STATUS_INSUFFICIENT_RESOURCES,
])

/** Error: the call never got through. Note: it did when the client repeated it. */
export const serverTooBusy: Rule = {
  id: 'server-too-busy',
  title: 'The server is too busy or out of resources',
  meaning:
    'The server refused the call because it had no free thread, memory or slot. The call itself is valid; a limit was reached, or the load is too high.',
  *find(theCase) {
    yield* describeFaults(
      theCase,
      (status) => BUSY.has(status),
      (fault) => ({
        severity: fault.later === undefined ? 'error' : 'note',
        confidence: fault.status === NCA_OUT_OF_MEMORY ? 'medium' : 'high',
        title:
          fault.later !== undefined
            ? `The server had no resources for ${shortMethod(fault.method)} at first`
            : fault.status === NCA_OUT_OF_MEMORY
              ? `The server likely had no memory for ${shortMethod(fault.method)}`
              : `The server had no resources for ${shortMethod(fault.method)}`,
        explanation:
          `The call was refused with ${fault.statusText} in frame ${fault.frame}.${laterText(theCase, fault)}` +
          (fault.status === NCA_OUT_OF_MEMORY
            ? ' Windows gives the same status to a malformed AUTH3, so look at the logon before it as well.'
            : ''),
        symptom: programShows(theCase.names, fault.status),
        atFault: { party: 'server', text: 'the server: too many calls, or too little memory, at that moment' },
        effect: 'The refused call did not run',
        evidence: laterEvidence(theCase, fault),
        fix: [
          {
            text: 'On the server, look at that time at memory, handles and the number of calls in progress: Performance Monitor, Process object, Private Bytes and Handle Count of the service’s process.',
          },
          {
            text: 'For WMI, look in the Application log for event 5612 (a provider exceeded a quota), and at the limits:',
            copy: 'Get-CimInstance -Namespace root -ClassName __ProviderHostQuotaConfiguration',
          },
          { text: 'Repeat the call after a pause.' },
        ],
        references: [references.rpcErrors, references.eerrLocations],
      }),
    )
  },
}
