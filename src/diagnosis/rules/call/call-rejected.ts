// A single-threaded server was busy with something else. COM message filters.
import { laterEvidence, laterText, describeFaults } from '../../signs/call/fault'
import type { Rule } from '../../rule'
import { programShows } from '../../text/layers'
import { shortMethod } from '../../text/wording'

const REJECTED = new Set([0x80010001, 0x8001010a, 0x80010007])

/** Error: the call never got through. Note: it did when the client repeated it. */
export const callRejected: Rule = {
  id: 'call-rejected',
  title: 'The server object was busy and rejected the call',
  meaning:
    'A COM object in a single-threaded apartment takes one call at a time. While it shows a dialog or waits in another call it asks callers to come back later.',
  *find(theCase) {
    yield* describeFaults(
      theCase,
      (status) => REJECTED.has(status),
      (fault) => ({
        severity: fault.later === undefined ? 'error' : 'note',
        confidence: 'high',
        title:
          fault.later === undefined
            ? `The object was busy and rejected ${shortMethod(fault.method)}`
            : `The object was busy; a repeated ${shortMethod(fault.method)} succeeded`,
        explanation: `The fault in frame ${fault.frame} is ${fault.statusText}: the server’s single thread was occupied, likely in another call or in a dialog.${laterText(theCase, fault)}`,
        symptom: programShows(theCase.names, fault.status),
        atFault: { party: 'server', text: 'the server application: its single thread did not take the call' },
        effect: 'The rejected call did not run',
        evidence: laterEvidence(theCase, fault),
        fix: [
          {
            text: 'In the client, repeat the call after a pause: register an IMessageFilter whose RetryRejectedCall returns 100 or more (milliseconds).',
          },
          {
            text: 'On the server, look for a modal dialog of the application, above all when it runs as a service or without a desktop, and close what opens it.',
          },
        ],
        references: [{ title: 'IMessageFilter (COM)' }],
      }),
    )
  },
}
