// The server had no room for the call.
import { tellFaults } from '../../signs/fault'
import { references } from '../../text/references'
import type { Rule } from '../../rule'

const BUSY = new Set([0x1c010014, 0x6bb, 0x800706bb, 0x1c00001b, 0x6d9, 0xe, 0x8007000e, 0x5aa, 0x800705aa, 0xc000009a])
const NO_MEMORY = 0x1c00001b

export const serverTooBusy: Rule = {
  id: 'server-too-busy',
  title: 'The server is too busy or out of resources',
  meaning:
    'The server refused the call for want of threads, memory or a free slot. The call itself is in order; the limit or the load is not.',
  covers: ['R39'],
  *find(theCase) {
    yield* tellFaults(
      theCase,
      serverTooBusy.id,
      (status) => BUSY.has(status),
      (fault) => ({
        severity: 'error',
        confidence: fault.status === NO_MEMORY ? 'medium' : 'high',
        title: `${fault.server} had no resources for ${fault.method}`,
        explanation:
          `The call was refused with ${fault.statusText} in frame ${fault.frame}.` +
          (fault.status === NO_MEMORY
            ? ' Windows gives the same status to a malformed AUTH3, so look at the logon before it as well.'
            : ''),
        advice: [
          'Look at the server at that time: number of calls in progress, memory, handles, a provider that hangs and holds all threads.',
          'For WMI see the quotas of the provider host (event 5612 in the Application log).',
        ],
        references: [references.rpcErrors, references.eerrLocations],
      }),
    )
  },
}
