// The server's code threw or crashed. C706 appendix E, MS-RPCE 3.1.3.5.3, RPC_E_SERVERFAULT.
import { attempts } from '../../signs/attempts'
import { tellFaults } from '../../signs/fault'
import type { Rule } from '../../rule'
import { evidence, frameNumber } from '../../text/wording'

const SERVER_FAULT = 0x80010105
const UNEXPECTED = 0x8000ffff

export const serverFault: Rule = {
  id: 'server-fault',
  title: 'The server’s code threw an exception',
  meaning:
    'The call reached the method, and the method failed in a way that it was not written for: an exception, an arithmetic fault, an access ' +
    'violation. The named method is the trigger; the reason lies in the server’s code or data.',
  covers: ['R42'],
  *find(theCase) {
    yield* tellFaults(theCase, serverFault.id, isCrash, (fault) => {
      const { close, server } = fault.connection
      const closed = close.by === 'server'
      if (closed) theCase.explainEnd(fault.connection.stream, serverFault.id)
      const gone = attempts(theCase).filter(
        (attempt) =>
          closed &&
          attempt.outcome === 'refused' &&
          attempt.server === server.text &&
          attempt.port === server.port &&
          attempt.synFrame > close.frame!,
      )
      for (const { stream } of gone) theCase.explainEnd(stream, serverFault.id)
      return {
        severity: 'error',
        confidence: fault.status >>> 28 === 0xc ? 'medium' : 'high',
        title: `The code of ${fault.server} failed in ${fault.method}`,
        explanation:
          `${fault.server} answered with the fault ${fault.statusText} in frame ${fault.frame}: the method ran and threw.` +
          (closed
            ? ` The server closed the connection in frame ${frameNumber(close.frame!)}, which fits a process that ended${gone.length > 0 ? `: from frame ${frameNumber(gone[0]!.synFrame)} on its port refuses connections` : ''}.`
            : ''),
        evidence: [
          ...evidence(closed ? close.frame : undefined, 'the server closes the connection'),
          ...evidence(gone[0]?.synFrame, `a new connection to port ${server.port} is refused`),
        ],
        advice: [
          'Look on the server at that time: Application log 1000 and 1026 (crash), System log 7031 and 7034 (service ended unexpectedly); take a dump of the process there.',
        ],
        references: [{ title: 'C706 appendix E: reject and fault status codes' }],
      }
    })
  },
}

function isCrash(status: number): boolean {
  if (status === SERVER_FAULT || status === UNEXPECTED) return true
  const nca = status >= 0x1c000001 && status <= 0x1c000012 && ![0x1c000006, 0x1c000007, 0x1c00000d].includes(status)
  return nca || (status >>> 28 === 0xc && status >>> 16 !== 0xc002)
}
