// The server refused the COM version or the ORPC header. MS-DCOM 2.2.11, 2.2.13.3.
import { tellFaults } from '../../signs/fault'
import type { Rule } from '../../rule'

const VERSION = new Set([0x80010110, 0x80010111])

export const orpcVersion: Rule = {
  id: 'orpc-version',
  title: 'The server refused the client’s COM version or header',
  meaning:
    'Every COM call begins with the client’s COM version. A server refuses a minor version above its own, and a header that it cannot read.',
  covers: ['R40'],
  *find(theCase) {
    yield* tellFaults(
      theCase,
      orpcVersion.id,
      (status) => VERSION.has(status),
      (fault) => ({
        severity: 'error',
        confidence: 'high',
        title: `${fault.server} refused the COM version or header of ${fault.method}`,
        explanation: `The fault in frame ${fault.frame} is ${fault.statusText}. A DCOM server refuses clients of a higher minor version than its own, and ORPC headers that do not fit.`,
        advice: [
          'Update the client library (Linux wmic against Windows 10 2004 and later, impacket against Windows XP are known cases), or let it state COM version 5.6 or 5.7.',
        ],
        references: [{ title: 'MS-DCOM 2.2.11: COMVERSION' }],
      }),
    )
  },
}
