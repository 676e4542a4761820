// The server could not read the arguments. MS-RPCE: status 0x6F7, C706: invalid tag and bound.
import { Call, Outcome } from '../../../conversation/model'
import { tellFaults } from '../../signs/fault'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { plural } from '../../text/wording'

const BAD_DATA = new Set([0x6f7, 0x800706f7, 0x1c000006, 0x1c000007, 0x6c6, 0x800706c6])

export const badStubData: Rule = {
  id: 'bad-stub-data',
  title: 'The server could not read the arguments of a call',
  meaning:
    'The bytes of the call do not fit the interface definition that the server was built from. When other calls of the same method pass, it ' +
    'depends on the data; when none does, client and server disagree about the definition.',
  covers: ['R38'],
  *find(theCase) {
    const { calls } = theCase.conversation
    yield* tellFaults(
      theCase,
      badStubData.id,
      (status) => BAD_DATA.has(status),
      (fault) => {
        const same = fault.connection.calls.filter(
          (call) =>
            calls.get(Call.Interface, call) === calls.get(Call.Interface, fault.call) &&
            calls.get(Call.Opnum, call) === calls.get(Call.Opnum, fault.call) &&
            calls.get(Call.Outcome, call) === Outcome.Response,
        )
        return {
          severity: 'error',
          confidence: 'high',
          title: `${fault.server} could not read the arguments of ${fault.method}`,
          explanation:
            `The request of ${calls.get(Call.RequestBytes, fault.call)} bytes was refused with ${fault.statusText} in frame ${fault.frame}. ` +
            (same.length > 0
              ? `${plural(same.length, 'other call')} of the same method passed on this connection, so it depends on the data.`
              : 'No other call of this method passed on this connection, so client and server disagree about its arguments.'),
          advice: [
            'Compare the versions of the interface definition (IDL) on both sides, and 32-bit against 64-bit structures.',
            'If it depends on the data, look at sizes: arrays and strings beyond a declared bound are refused in this way.',
          ],
          references: [references.rpceBadStub, references.services1783],
        }
      },
    )
  },
}
