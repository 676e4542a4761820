// The server refused the COM version or the ORPC header. MS-DCOM 2.2.11, 2.2.13.3.
import { laterEvidence, laterText, describeFaults } from '../../signs/call/fault'
import type { Rule } from '../../rule'
import { programShows } from '../../text/layers'
import { references } from '../../text/references'

const VERSION_MISMATCH = 0x80010110
const VERSION = new Set([VERSION_MISMATCH, 0x80010111])

/** Error: the call failed for good. Note: a later one of the method succeeded, with another version or header. */
export const orpcVersion: Rule = {
  id: 'orpc-version',
  title: 'The server refused the client’s COM version or header',
  meaning:
    'Every COM call begins with the client’s COM version. A server refuses a minor version above its own, and a header that it cannot read.',
  *find(theCase) {
    yield* describeFaults(
      theCase,
      (status) => VERSION.has(status),
      (fault) => ({
        severity: fault.later === undefined ? 'error' : 'note',
        confidence: 'high',
        title:
          fault.status === VERSION_MISMATCH
            ? 'The server refused the client’s COM version'
            : 'The server refused the header of the client’s COM call',
        explanation: `The fault in frame ${fault.frame} is ${fault.statusText}, in answer to ${fault.method}. A DCOM server refuses clients of a higher minor version than its own, and ORPC headers that do not fit.${laterText(theCase, fault)}`,
        symptom: programShows(theCase.names, fault.status),
        atFault: { party: 'client', text: 'the client’s DCOM library, or its COM version setting' },
        effect: 'The call did not run',
        evidence: laterEvidence(theCase, fault),
        fix: [
          {
            text: 'Update the client’s DCOM library. Known cases: Linux wmic with Windows 10 version 2004 and later (0x80010111), impacket with Windows XP (0x80010110).',
          },
          {
            text: 'If the library lets you set the COM version, set 5.6 for Windows XP and Server 2003, 5.7 for later ones.',
          },
        ],
        references: [references.comVersion],
      }),
    )
  },
}
