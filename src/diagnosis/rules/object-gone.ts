// The COM object that a proxy stands for is gone. MS-DCOM 3.1.1.5.4.
import { NONE } from '../../capture/table'
import { Call, Outcome } from '../../conversation/model'
import { tellFaults } from '../fault'
import { references } from '../references'
import type { Rule } from '../rule'
import { evidence, frameNumber } from '../wording'

const GONE = new Set([0x80010108, 0x800401fd, 0x80010113, 0x80010114, 0x80070776, 0x776, 0x777, 0x778])

export const objectGone: Rule = {
  id: 'object-gone',
  title: 'The object that is called no longer exists',
  meaning:
    'The interface pointer was good once; the server process has ended, the object was disconnected or released, or the server stopped hearing ' +
    'the client’s pings and cleaned up.',
  covers: ['R53', 'R54'],
  *find(theCase) {
    const { calls, objects } = theCase.conversation
    yield* tellFaults(
      theCase,
      objectGone.id,
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
          severity: 'error',
          confidence: 'high',
          title: `${fault.server} says that the object of ${fault.method} is gone`,
          explanation:
            `The call was refused in frame ${fault.frame} with ${fault.statusText}.` +
            (object === NONE ? '' : ` The object is known by IPID ${objects[object]}.`) +
            (good === undefined
              ? ' No earlier call on it succeeded on this connection.'
              : ` It still worked in frame ${frameNumber(calls.get(Call.ResponseFrame, good))}.`),
          evidence:
            good === undefined
              ? []
              : evidence(calls.get(Call.ResponseFrame, good), 'the last call on this object that was answered'),
          advice: [
            'Check whether the server process was restarted between these frames, or the object released or disconnected by other code.',
            'If minutes passed in between: the client pings its objects every two minutes over port 135; when that is blocked or the client slept, the server takes it for dead and reclaims them.',
            'The client has to create the object again; the old pointer does not recover.',
          ],
          references: [references.dcomPings],
        }
      },
    )
  },
}
