// The server's code threw or crashed. C706 appendix E, MS-RPCE 3.1.3.5.3, RPC_E_SERVERFAULT.
import { attempts } from '../../signs/network/attempts'
import { laterEvidence, laterText, describeFaults } from '../../signs/call/fault'
import { grouped } from '../../look-up'
import { perCase } from '../../per-case'
import type { Examination } from '../../examination'
import type { Rule } from '../../rule'
import { evidence, frameNumber, shortMethod } from '../../text/wording'
import { programShows } from '../../text/layers'
import { references } from '../../text/references'

const SERVER_FAULT = 0x80010105
const UNEXPECTED = 0x8000ffff
/** C706 appendix E: nca_s_fault_int_div_by_zero to nca_s_fault_user_defined, except for tags, bounds and cancels. */
const FIRST_EXCEPTION = 0x1c000001
const LAST_EXCEPTION = 0x1c000012
const NO_EXCEPTIONS = new Set([0x1c000006, 0x1c000007, 0x1c00000d])
/**
 * NTSTATUS of exceptions that end or break a thread: access violation, in-page error, illegal instruction, array bounds, floating
 * point and integer arithmetic, stack overflow, heap corruption, stack buffer overrun, assertion. MS-ERREF 2.3.
 */
const EXCEPTIONS = new Set([
  0xc0000005, 0xc0000006, 0xc000001d, 0xc000008c, 0xc000008d, 0xc000008e, 0xc000008f, 0xc0000090, 0xc0000091,
  0xc0000092, 0xc0000093, 0xc0000094, 0xc0000095, 0xc0000096, 0xc00000fd, 0xc0000374, 0xc0000409, 0xc0000420,
])

/** Error: the call failed. Warning: a later call of the method succeeded, so it depends on the data or passed. */
export const serverFault: Rule = {
  id: 'server-fault',
  title: 'The server’s code threw an exception',
  meaning:
    'The call reached the method, and the method failed in a way that its code does not handle: an exception, an arithmetic fault, an access ' +
    'violation. The named method is the trigger; the reason lies in the server’s code or data.',
  *find(theCase) {
    yield* describeFaults(theCase, isCrash, (fault) => {
      const { close, server } = fault.connection
      const closed = close.by === 'server'
      const refused = closed ? refusedAttempts(theCase).get(`${server.text} ${server.port}`) : undefined
      const gone = refused?.filter(({ synFrame }) => synFrame > close.frame!) ?? []
      return {
        severity: fault.later === undefined ? 'error' : 'warning',
        confidence: 'high',
        title: `An exception in the server’s code ended ${shortMethod(fault.method)}`,
        explanation:
          `The server answered with the fault ${fault.statusText} in frame ${fault.frame}: the method ran and threw.` +
          (closed
            ? ` The server closed the connection in frame ${frameNumber(close.frame!)}, which fits a process that ended${gone.length > 0 ? `: from frame ${frameNumber(gone[0]!.synFrame)} on its port refuses connections` : ''}.`
            : '') +
          laterText(theCase, fault),
        symptom: programShows(theCase.names, fault.status),
        atFault: { party: 'server', text: `the server’s code behind ${fault.method}` },
        effect: gone.length > 0 ? 'The call failed and the server process ended' : 'The call failed on the server',
        evidence: [
          ...evidence(closed ? close.frame : undefined, 'the server closes the connection'),
          ...evidence(gone[0]?.synFrame, `a new connection to port ${server.port} is refused`),
          ...laterEvidence(theCase, fault),
        ],
        fix: [
          {
            text: 'On the server, look at that time in the Application log for events 1000 and 1026 (crash) and in the System log for 7031 and 7034 (service ended unexpectedly): they name the module.',
          },
          {
            text: 'Let Windows write a dump of the process at the next crash, and give it to the vendor of the module:',
            copy: 'reg add "HKLM\\SOFTWARE\\Microsoft\\Windows\\Windows Error Reporting\\LocalDumps" /v DumpType /t REG_DWORD /d 2',
          },
        ],
        references: [references.statusCodes],
        explains: { streams: [...(closed ? [fault.connection.stream] : []), ...gone.map(({ stream }) => stream)] },
      }
    })
  },
}

/** Refused connections by server and port. */
const refusedAttempts = perCase((theCase: Examination) =>
  grouped(
    attempts(theCase).filter(({ outcome }) => outcome === 'refused'),
    ({ server, port }) => `${server} ${port}`,
  ),
)

function isCrash(status: number): boolean {
  if (status === SERVER_FAULT || status === UNEXPECTED || EXCEPTIONS.has(status)) return true
  return status >= FIRST_EXCEPTION && status <= LAST_EXCEPTION && !NO_EXCEPTIONS.has(status)
}
