// A single-threaded server was busy with something else. COM message filters.
import { tellFaults } from '../../signs/fault'
import type { Rule } from '../../rule'

const REJECTED = new Set([0x80010001, 0x8001010a, 0x80010007])

export const callRejected: Rule = {
  id: 'call-rejected',
  title: 'The server object was busy and rejected the call',
  meaning:
    'A COM object in a single-threaded apartment takes one call at a time. While it shows a dialog or waits in another call it asks callers to come back later.',
  covers: ['R56'],
  *find(theCase) {
    yield* tellFaults(
      theCase,
      callRejected.id,
      (status) => REJECTED.has(status),
      (fault) => ({
        severity: 'error',
        confidence: 'high',
        title: `The object of ${fault.method} on ${fault.server} was busy and rejected the call`,
        explanation: `The fault in frame ${fault.frame} is ${fault.statusText}: the server’s single thread was occupied, for instance by a dialog that nobody sees.`,
        advice: [
          'Repeat the call after a pause; in the client, register an IMessageFilter that does so.',
          'Look for a modal dialog of the server application, above all when it runs without a desktop.',
        ],
        references: [{ title: 'IMessageFilter (COM)' }],
      }),
    )
  },
}
