// An interface that demands a higher authentication level than was offered. MS-RPRN, MS-NRPC, MS-DRSR and others.
import { ACCESS_DENIED } from '../../../names/statuses'
import { AuthLevel } from '../../../../asm/layout'
import { BACKUP_KEY, DRSUAPI, IREMOTE_WINSPOOL, LSARPC, NETLOGON, SAMR } from '../../../names/well-known'
import { Call } from '../../../conversation/model'
import type { Examination } from '../../examination'
import { describeFaults } from '../../signs/call/fault'

import { win32Symptom } from '../../text/layers'
import { references } from '../../text/references'
import { RAISE_TO_INTEGRITY } from '../../text/steps'
import type { Reference } from '../../finding'
import type { Rule } from '../../rule'
import { evidence, interfaceName, levelName, sameUser } from '../../text/wording'

interface Demand {
  level: number
  reference: Reference
  /** Who demands it. */
  who: string
}

const BADLOCK: Demand = {
  level: AuthLevel.Integrity,
  reference: { title: 'MS16-047 (CVE-2016-0128); Samba: CVE-2016-2118, "allow dcerpc auth level connect"' },
  who: 'Servers patched since 2016, Samba among them,',
}

/** Interfaces that ask for packet integrity or privacy on patched servers. */
const DEMANDING: Record<string, Demand> = {
  [IREMOTE_WINSPOOL]: privacy(references.printHardening),
  [NETLOGON]: privacy(references.netlogonSealing),
  [DRSUAPI]: privacy(references.drsrPrivacy),
  [BACKUP_KEY]: privacy(references.bkrpPrivacy),
  [SAMR]: BADLOCK,
  [LSARPC]: BADLOCK,
}

function privacy(reference: Reference): Demand {
  return { level: AuthLevel.Privacy, reference, who: 'Patched servers' }
}

export const levelTooLow: Rule = {
  id: 'level-too-low',
  title: 'The authentication level is too low for the interface',
  meaning:
    'Some interfaces refuse calls below packet integrity or privacy with the same "access denied" as a missing right. The same user’s calls at a higher level, or what is known of the interface, shows which it is. An error: the call was refused, whatever level worked elsewhere.',
  *find(theCase) {
    yield* describeFaults(
      theCase,
      (status, call) =>
        ACCESS_DENIED.has(status) &&
        isLow(theCase, call) &&
        !isLogonRefused(theCase, call) &&
        (known(theCase, call) !== undefined || higherWorked(theCase, call) !== undefined),
      (fault) => {
        const uuid = theCase.interfaceOf(fault.call)!
        const level = theCase.conversation.calls.get(Call.Level, fault.call)
        const worked = higherWorked(theCase, fault.call)
        const demand = known(theCase, fault.call)
        const name = interfaceName(theCase, uuid)
        const enough = levelName(
          worked === undefined ? demand!.level : theCase.conversation.calls.get(Call.Level, worked),
        )
        return {
          severity: 'error',
          confidence: worked === undefined ? 'medium' : 'high',
          title:
            worked === undefined
              ? `${name} likely refuses level ${levelName(level)} and asks for ${enough}`
              : `${name} refuses level ${levelName(level)}; at ${enough} it answers`,
          symptom: uuid === IREMOTE_WINSPOOL ? 'error 0x0000011B while printing' : win32Symptom(theCase.names, 5),
          atFault: { party: 'client', text: `the client: it calls at level ${levelName(level)}` },
          effect: 'The call did not run.',
          method: fault.method,
          explanation:
            `${fault.method} on ${fault.server} was refused with ${fault.statusText} in frame ${fault.frame}. The call was made at level ${levelName(level)}. ` +
            (worked === undefined
              ? `${demand!.who} refuse ${name} below ${enough}; a missing right would look the same.`
              : `The same interface was answered at ${enough} elsewhere in the capture.`),
          evidence:
            worked === undefined
              ? []
              : evidence(
                  theCase.conversation.calls.get(Call.ResponseFrame, worked),
                  `the same interface at ${enough} is answered`,
                ),
          fix: [
            ...(uuid === IREMOTE_WINSPOOL
              ? [
                  {
                    text: 'Update the print client: print servers demand packet privacy since KB4599464 (enforced since September 2021). Setting RpcAuthnLevelPrivacyEnabled under HKLM\\SYSTEM\\CurrentControlSet\\Control\\Print to 0 on the server makes it open to CVE-2021-1678.',
                  },
                ]
              : []),
            enough === levelName(AuthLevel.Integrity)
              ? RAISE_TO_INTEGRITY
              : {
                  text: 'Let the client ask for packet privacy: RPC_C_AUTHN_LEVEL_PKT_PRIVACY in RpcBindingSetAuthInfo; update old clients and printer software.',
                },
          ],
          references: [demand?.reference ?? references.rpceSecurityContexts],
          fold: `${fault.server}|${uuid}|${level}`,
          filter: `dcerpc.auth_level < ${worked === undefined ? demand!.level : AuthLevel.Privacy} && dcerpc.cn_status == 0x00000005`,
        }
      },
    )
  },
}

function isLow(theCase: Examination, call: number): boolean {
  const level = theCase.conversation.calls.get(Call.Level, call)
  if (level >= AuthLevel.Privacy) return false
  // A pipe brings its caller along, and no protection that RPC would count.
  const isBare = theCase.connectionOf(call).pipe !== undefined && known(theCase, call)?.level === AuthLevel.Privacy
  return isBare || theCase.securityOf(call) !== undefined
}

/** True if the server had refused the logon itself before, by another status: what it denies then has that reason. */
function isLogonRefused(theCase: Examination, call: number): boolean {
  const status = theCase.securityOf(call)?.failedStatus
  return status !== undefined && !ACCESS_DENIED.has(status)
}

/** What is known of the interface, where the call falls short of it. */
function known(theCase: Examination, call: number): Demand | undefined {
  const demand = DEMANDING[theCase.interfaceOf(call) ?? '']
  return demand && theCase.conversation.calls.get(Call.Level, call) < demand.level ? demand : undefined
}

/**
 * A call to the same interface of the same server that was answered at a higher level that protects every packet. Two
 * interfaces that are not known are not the same.
 */
function higherWorked(theCase: Examination, call: number): number | undefined {
  if (theCase.interfaceOf(call) === undefined) return undefined
  const { calls } = theCase.conversation
  const server = theCase.connectionOf(call).server.text
  for (
    let level = Math.max(calls.get(Call.Level, call) + 1, AuthLevel.Integrity);
    level <= AuthLevel.Privacy;
    level++
  ) {
    const answered = theCase.answered.firstAt(level, server, calls.get(Call.Interface, call))
    if (answered !== undefined && !isAnotherUser(theCase, call, answered)) return answered
  }
  return undefined
}

function isAnotherUser(theCase: Examination, call: number, other: number): boolean {
  const [one, another] = [theCase.securityOf(call), theCase.securityOf(other)]
  return one !== undefined && another !== undefined && sameUser(one, another) === false
}
