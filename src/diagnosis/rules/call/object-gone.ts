// The COM object behind a proxy is gone. MS-DCOM 3.1.1.5.4.
import { IOBJECT_EXPORTER } from '../../../names/well-known'
import { NONE } from '../../../capture/table'
import { Call, Outcome } from '../../../conversation/model'
import { groupCalls, laterEvidence, laterText, occurrences, describeFaults } from '../../signs/call/fault'
import { programShows } from '../../text/layers'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { evidence, frameNumber, shortMethod } from '../../text/wording'

const GONE = new Set([0x80010108, 0x800401fd, 0x80010113, 0x80010114, 0x80070776, 0x776, 0x777, 0x778])

interface Cause {
  what: string
  why: string
  advice: string[]
}

const UNKNOWN_EXPORTER: Cause = {
  what: 'object exporter',
  why: 'the process that the object reference names has ended, or the reference is stale.',
  advice: ['Check whether the server process was restarted since the reference was made.'],
}
const RECREATE = 'In the client, create the object again: the old pointer does not recover.'
const PINGS =
  'A client pings its objects every two minutes over port 135; after three pings that do not arrive (a firewall, a VPN that dropped, sleep) the server reclaims them. Let port 135 stay open from the client to the server after the activation.'

/** OR_INVALID_OXID, OR_INVALID_OID, OR_INVALID_SET, as the object resolver returns them. MS-DCOM 3.1.2.5.1. */
const RESOLVER: Record<number, Cause | undefined> = {
  0x776: UNKNOWN_EXPORTER,
  0x80070776: UNKNOWN_EXPORTER,
  0x777: { what: 'object', why: 'it was released or reclaimed.', advice: [PINGS] },
  0x778: {
    what: 'ping set',
    why: 'the server has dropped the client’s set of objects, and with it reclaims the objects.',
    advice: [PINGS, 'Check whether the server was restarted.'],
  },
}

/** Error: the client did not recover. Note: the same method was answered later, on another object. */
export const objectGone: Rule = {
  id: 'object-gone',
  title: 'The object that is called no longer exists',
  meaning:
    'The interface pointer was good once; the server process has ended, the object was disconnected or released, or the server no longer received ' +
    'the client’s pings and cleaned up.',
  *find(theCase) {
    const { calls, objects } = theCase.conversation
    const failed = theCase
      .unexplained(theCase.errorReturns)
      .filter((call) => theCase.interfaceOf(call) === IOBJECT_EXPORTER)
    for (const group of groupCalls(theCase, failed, (status) => RESOLVER[status] !== undefined)) {
      const cause = RESOLVER[group.status]!
      yield* occurrences(theCase, group, {
        severity: group.later === undefined ? 'error' : 'note',
        confidence: 'high',
        title: `The server does not know the client’s ${cause.what}`,
        explanation: `${group.method} was answered in frame ${group.frame} with ${group.statusText}: ${cause.why}${laterText(theCase, group)}`,
        symptom: programShows(theCase.names, group.status),
        atFault: { party: 'server', text: `the server: ${cause.why}` },
        effect: 'Calls to the object fail until the client creates it again',
        evidence: laterEvidence(theCase, group),
        executed: undefined,
        fix: [...cause.advice, RECREATE].map((text) => ({ text })),
        references: [references.dcomPings],
        filter: 'oxid',
      })
    }
    yield* describeFaults(
      theCase,
      (status) => GONE.has(status),
      (fault) => {
        const object = calls.get(Call.Object, fault.call)
        const good =
          object === NONE
            ? undefined
            : fault.connection.calls.findLast(
                (call) =>
                  call < fault.call &&
                  calls.get(Call.Object, call) === object &&
                  calls.get(Call.Outcome, call) === Outcome.Response,
              )
        return {
          severity: fault.later === undefined ? 'error' : 'note',
          confidence: 'high',
          title: `The object of ${shortMethod(fault.method)} no longer exists`,
          explanation:
            `The call was refused in frame ${fault.frame} with ${fault.statusText}.` +
            (object === NONE ? '' : ` The object is known by IPID ${objects[object]}.`) +
            (good === undefined
              ? ' No earlier call on it succeeded on this connection.'
              : ` It still worked in frame ${frameNumber(calls.get(Call.ResponseFrame, good))}.`) +
            laterText(theCase, fault),
          symptom: programShows(theCase.names, fault.status),
          atFault: { party: 'server', text: 'the server: its process ended, or it let go of the object' },
          effect: 'Calls to the object fail until the client creates it again',
          evidence: [
            ...(good === undefined
              ? []
              : evidence(calls.get(Call.ResponseFrame, good), 'the last call on this object that was answered')),
            ...laterEvidence(theCase, fault),
          ],
          fix: [
            {
              text: 'On the server, check whether the process was restarted between these frames: System log 7031, 7034 and 7036, Application log 1000.',
            },
            {
              text: 'If minutes passed in between, let port 135 stay open from the client to the server: the client pings its objects there every two minutes, and after three lost pings (firewall, VPN, sleep) the server lets go of them.',
            },
            { text: RECREATE },
          ],
          references: [references.dcomPings],
        }
      },
    )
  },
}
