// An interface that demands a higher authentication level than was offered. MS-RPRN, MS-NRPC, MS-DRSR and others.
import { Call } from '../../conversation/model'
import type { Examination } from '../examination'
import { tellFaults } from '../fault'
import { DRSUAPI, NETLOGON, WINSPOOL } from '../interfaces'
import { references } from '../references'
import type { Reference, Rule } from '../rule'
import { evidence, interfaceName, levelName } from '../wording'

const DENIED = new Set([0x5, 0x80070005])
const PRIVACY = 6

/** Interfaces that ask for packet privacy on patched servers. */
const DEMANDING: Record<string, Reference> = {
  [WINSPOOL]: references.printHardening,
  [NETLOGON]: { title: 'KB5021130: Netlogon RPC sealing (CVE-2022-38023)' },
  [DRSUAPI]: { title: 'MS-DRSR 2.2.3.3: packet privacy' },
  '3dde7c30-165d-11d1-ab8f-00805f14db40': { title: 'MS-BKRP 2.1: packet privacy' },
}

export const levelTooLow: Rule = {
  id: 'level-too-low',
  title: 'The authentication level is too low for the interface',
  meaning:
    'Some interfaces refuse calls below packet privacy with the same "access denied" as a missing right. The same user’s calls at a higher level, or what is known of the interface, give it away.',
  covers: ['R08'],
  *find(theCase) {
    yield* tellFaults(
      theCase,
      levelTooLow.id,
      (status, call) =>
        DENIED.has(status) &&
        isLow(theCase, call) &&
        (known(theCase, call) !== undefined || higherWorked(theCase, call) !== undefined),
      (fault) => {
        const uuid = theCase.interfaceOf(fault.call)!
        const level = theCase.conversation.calls.get(Call.Level, fault.call)
        const worked = higherWorked(theCase, fault.call)
        const name = interfaceName(theCase, uuid)
        return {
          severity: 'error',
          confidence: worked === undefined ? 'medium' : 'high',
          title: `${fault.server} denies ${name} at level ${levelName(level)}: it asks for packet privacy`,
          explanation:
            `${fault.method} was refused with ${fault.statusText} in frame ${fault.frame}. The call was made at level ${levelName(level)}. ` +
            (worked === undefined
              ? `Patched servers refuse ${name} below packet privacy; a missing right would look the same.`
              : 'The same interface was answered at packet privacy elsewhere in the capture.'),
          evidence:
            worked === undefined
              ? []
              : evidence(
                  theCase.conversation.calls.get(Call.ResponseFrame, worked),
                  'the same interface at packet privacy is answered',
                ),
          advice: ['Let the client ask for RPC_C_AUTHN_LEVEL_PKT_PRIVACY; update old clients and printers’ software.'],
          references: [DEMANDING[uuid] ?? references.rpceSecurityContexts],
          filter: `dcerpc.auth_level < 6 && dcerpc.cn_status == 0x00000005`,
        }
      },
    )
  },
}

function isLow(theCase: Examination, call: number): boolean {
  const level = theCase.conversation.calls.get(Call.Level, call)
  return level < PRIVACY && theCase.securityOf(call) !== undefined
}

function known(theCase: Examination, call: number): Reference | undefined {
  return DEMANDING[theCase.interfaceOf(call) ?? '']
}

/** A call to the same interface of the same server that was answered at packet privacy. */
function higherWorked(theCase: Examination, call: number): number | undefined {
  return theCase.answeredSealedCall(
    theCase.connectionOf(call).server.text,
    theCase.conversation.calls.get(Call.Interface, call),
  )
}
