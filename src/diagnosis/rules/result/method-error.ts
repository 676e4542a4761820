// The method ran and returned an error of its own: the last four bytes of a readable answer.
import {
  ACCESS_DENIED,
  ERROR_PRIVILEGE_NOT_HELD,
  hresultOfWin32,
  STATUS_ACCESS_DENIED,
  STATUS_PRIVILEGE_NOT_HELD,
} from '../../../names/statuses'
import { Call } from '../../../conversation/model'
import { hex32 } from '../../../capture/text'
import { LSARPC, SAMR } from '../../../names/well-known'
import { neededRight } from '../../../names/access-rights'
import type { StatusName } from '../../../names/names'
import type { Examination } from '../../examination'
import type { AtFault, FixStep } from '../../finding'
import type { Rule } from '../../rule'
import { isOrdinaryAnswer, isReachedState, returnMeaning } from '../../signs/call/answers'
import {
  type FaultGroup,
  groupCalls,
  laterEvidence,
  laterText,
  occurrences,
  type Description,
  wentOn,
} from '../../signs/call/fault'
import { askedRights, type CallRights } from '../../signs/call/asked-rights'
import { workedLater } from '../../signs/call/later-calls'
import { exceptionOf, hresultOf, programShows } from '../../text/layers'
import { evidence, firstMethod, frameNumber, list } from '../../text/wording'

/** STATUS_ACCESS_DENIED, ERROR_ACCESS_DENIED, E_ACCESSDENIED; a privilege that is not held; replication access denied. */
const DENIED = new Set([
  ...ACCESS_DENIED,
  STATUS_ACCESS_DENIED,
  STATUS_PRIVILEGE_NOT_HELD,
  ERROR_PRIVILEGE_NOT_HELD,
  hresultOfWin32(ERROR_PRIVILEGE_NOT_HELD),
  8453,
])
/** The server itself could not: memory, resources, disk, shutdown, an inner call or logon that failed. */
const SERVER_COULD_NOT = new Set([
  8, 14, 112, 1115, 1450, 1455, 1722, 1727, 0xc0000017, 0xc000009a, 0xc000012d, 0xc00002fe, 0x8007000e, 0x800705aa,
  0x800706ba,
])
const NO_INTERFACE = 0x80004002
/** Methods that change something: who calls one wants it done. */
const CHANGES = /(Create|Add|Set|Delete|Remove|ChangePassword|Start|Update|Write|Register|Enable|Disable)(?=[A-Z\d_]|$)/

/** What to do about errors that are met often. */
const STEPS: Record<number, string> = {
  2: 'Check the path or name in the request, and whether the 32-bit or the 64-bit view of the registry is meant.',
  1053: 'On the server, see System log 7009 and 7000: the service did not report in time. Start it by hand there and see what it waits for.',
  1060: 'Check the service’s short name on that server: sc getkeyname "display name".',
  1062: 'The service is not running: start it first, or leave out the stop.',
  1801: 'Check the printer’s share name (it may have been renamed or removed), and that print client and server are patched to the same level.',
  9714: 'Check the spelling of the name and of the zone: Samba gives the same answer where the zone does not exist.',
  0xc0000063: 'An account of that name exists: choose another name, or let the program use the account that is there.',
  0xc0000064: 'Check the name or the RID in the request: the domain that was asked has no such user.',
  0xc000006c:
    'Choose a password that the policy of the domain takes: length, complexity, history, and the minimum age of the present one ("net accounts /domain"; Samba: "samba-tool domain passwordsettings show").',
  0xc0000073:
    'Check the spelling of the name, and the domain in which it is looked up: the server knows none of those that were asked for.',
  8453: 'Give the account "Replicating Directory Changes" on the naming context.',
  8439: 'Check the distinguished name in the request: it does not name a naming context of that server.',
  8606: 'The directories have drifted apart (lingering objects): repadmin /removelingeringobjects.',
}

/**
 * Error: access was denied, or the server could not, and the same client did not succeed later; a change that was refused, after
 * which the client left. Warning: any other failure that the client met. Note: an ordinary "no" after which the client went on, and what was overcome.
 */
export const methodError: Rule = {
  id: 'method-error',
  title: 'A method returned an error',
  meaning:
    'The call was carried out and the method itself returned an error: not found, access denied, wrong state. Often that is an answer that the program ' +
    'expects (is it there? no): such answers are known per method, and are notes where the client went on.',
  *find(theCase) {
    const wanted = (status: number) => status !== NO_INTERFACE
    for (const group of groupCalls(theCase, theCase.unexplained(theCase.errorReturns), wanted)) {
      const known = returnMeaning(
        theCase.names,
        theCase.interfaceOf(group.call)!,
        group.status,
        theCase.conversation.calls.get(Call.Opnum, group.call),
      )
      if (!known) continue
      const text = `${hex32(group.status)} (${known.symbol})`
      yield* occurrences(theCase, { ...group, statusText: text }, describe(theCase, group, known, text))
    }
  },
}

function describe(theCase: Examination, group: FaultGroup, known: StatusName, text: string): Description {
  const { names, conversation } = theCase
  const uuid = theCase.interfaceOf(group.call)!
  const kind = names.returnKind(uuid, conversation.calls.get(Call.Opnum, group.call))
  const hresult = hresultOf(group.status)
  const goesOn = wentOn(theCase, group.calls.at(-1)!)
  const elsewhere = goesOn ? undefined : workedLater(theCase, group.calls.at(-1)!)
  const certain = conversation.calls.get(Call.ResponseBytes, group.call) <= 4
  return {
    severity: severityOf(theCase, group, goesOn),
    confidence: certain || DENIED.has(group.status) ? 'high' : 'medium',
    title: titleOf(theCase, group, known),
    explanation:
      `RPC itself worked: the call of ${group.user} was answered in frame ${group.frame}, and the method's return value, the last four bytes of the answer, is ${text}: ${known.message} ` +
      rightsText(theCase, group) +
      (goesOn
        ? 'The client went on with other calls on the same connection.'
        : elsewhere !== undefined
          ? `The client went on: in frame ${frameNumber(conversation.calls.get(Call.ResponseFrame, elsewhere))} the server answered another call of it.`
          : 'It was the last call answered on that connection.') +
      laterText(theCase, group),
    layers: [
      { layer: `method (${known.kind})`, code: text, text: known.message },
      { layer: 'COM client', code: hex32(hresult), text: 'where the program shows it as an HRESULT' },
      { layer: '.NET', code: '', text: exceptionOf(hresult) },
    ],
    symptom:
      kind === 'ntstatus' ? `${text}: ${known.message}` : `${known.symbol}: ${programShows(names, group.status)}`,
    atFault: atFaultOf(theCase, group),
    effect: group.later === undefined ? `${group.method} did nothing` : `${group.method} did nothing at first`,
    evidence: [
      ...laterEvidence(theCase, group),
      ...(elsewhere === undefined
        ? []
        : evidence(conversation.calls.get(Call.ResponseFrame, elsewhere), 'the client goes on')),
    ],
    fix: stepsOf(theCase, group, known),
    filter: 'dcerpc.pkt_type == 2',
  }
}

function atFaultOf(theCase: Examination, { call, user, status, method }: FaultGroup): AtFault {
  if (SERVER_COULD_NOT.has(status)) return { party: 'server', text: `the service that offers ${method}` }
  if (!DENIED.has(status))
    return { party: 'client', text: `what the client asked ${method} for, or the state of the service` }
  return isNameless(theCase, call)
    ? { party: 'client', text: 'the client, which did not log on' }
    : { party: 'account', text: `the rights of ${user}` }
}

function severityOf(theCase: Examination, group: FaultGroup, goesOn: boolean): Description['severity'] {
  if (group.later !== undefined) return 'note'
  if (DENIED.has(group.status) || SERVER_COULD_NOT.has(group.status)) return 'error'
  const { calls } = theCase.conversation
  const uuid = theCase.interfaceOf(group.call)!
  const opnum = calls.get(Call.Opnum, group.call)
  if (isReachedState(theCase.names, uuid, opnum, group.status)) return 'note'
  const last = group.calls.at(-1)!
  // Who went on after the same answer before expects it.
  const expects = goesOn || (group.calls.length > 1 && wentOn(theCase, group.calls[0]!))
  if (isOrdinaryAnswer(theCase.names, uuid, opnum, group.status))
    return expects || callsLater(theCase, last) || workedLater(theCase, last) !== undefined ? 'note' : 'warning'
  return CHANGES.test(group.method) && !goesOn ? 'error' : 'warning'
}

/** True if the same client was answered on the same interface later, on whatever connection. */
function callsLater(theCase: Examination, call: number): boolean {
  const { client, server } = theCase.connectionOf(call)
  return (
    (theCase.answered.last(client.text, server.text, theCase.conversation.calls.get(Call.Interface, call)) ?? -1) > call
  )
}

function titleOf(theCase: Examination, { method, later, status, call }: FaultGroup, known: StatusName): string {
  if (!DENIED.has(status)) return `${firstMethod(method)} returned ${known.symbol}`
  if (later !== undefined) return `${firstMethod(method)} was denied at first and allowed later`
  if (isNameless(theCase, call)) return `${firstMethod(method)} was denied to a caller without a logon`
  return `${firstMethod(method)} was denied: the ${isUnseen(theCase, call) ? 'caller' : 'account'} has no right to it`
}

/** True if the capture does not show who called: perhaps the anonymous user. */
function isUnseen(theCase: Examination, call: number): boolean {
  const { pipe, smbLogon } = theCase.connectionOf(call)
  if (theCase.isLogonHidden(call)) return true
  const isNamed = smbLogon?.user !== undefined || smbLogon?.mechanism === 'kerberos'
  return pipe !== undefined && !isNamed && theCase.securityOf(call) === undefined
}

/** True if a call was made without a logon, or by the anonymous user. */
function isNameless(theCase: Examination, call: number): boolean {
  const security = theCase.securityOf(call)
  if (security !== undefined) return security.anonymous === true
  const { pipe, smbLogon } = theCase.connectionOf(call)
  return pipe === undefined ? !theCase.isLogonHidden(call) : smbLogon?.anonymous === true
}

/** What a denied call asked for, as a sentence; '' where the request does not show it. */
function rightsText(theCase: Examination, { call, status }: FaultGroup): string {
  if (!DENIED.has(status)) return ''
  const asked = askedRights(theCase, call)
  if (asked)
    return `The request (frame ${frameNumber(theCase.frameOf(call))}) asks for ${list(asked.rights)} on ${openedText(asked)} (access mask ${asked.mask})${asked.rights.length === 1 ? '' : '; at least one of these rights is missing'}. `
  const needed = neededOf(theCase, call)
  return needed === undefined
    ? ''
    : `The method needs ${needed}: the account must have this right, and the handle must have been opened with it. `
}

function neededOf(theCase: Examination, call: number): string | undefined {
  return neededRight(theCase.interfaceOf(call) ?? '', theCase.conversation.calls.get(Call.Opnum, call))
}

/** Rights for a sentence: `SERVICE_START`, `these rights: A and B`. */
function rightsOrNeed(theCase: Examination, { call, method }: FaultGroup): string {
  const asked = askedRights(theCase, call)
  if (asked) return `${asked.rights.length === 1 ? '' : 'these rights: '}${list(asked.rights)} on ${openedText(asked)}`
  return neededOf(theCase, call) ?? `the right that ${method} needs`
}

/** `the service Spooler`. */
function openedText({ object, target }: CallRights): string {
  return target === undefined ? object : `${object} ${target}`
}

function stepsOf(theCase: Examination, group: FaultGroup, known: StatusName): FixStep[] {
  if (!DENIED.has(group.status)) {
    const step = STEPS[group.status]
    return [
      {
        text:
          step ??
          `Look at what ${group.method} was asked for in frame ${group.frame}, and in the service’s log on the server at that time: the service itself returned ${known.symbol}.`,
      },
    ]
  }
  const uuid = theCase.interfaceOf(group.call)
  const asked = askedRights(theCase, group.call)
  return [
    {
      text: isNameless(theCase, group.call)
        ? 'Let the client log on with an account that has the right.'
        : `Give ${group.user} ${rightsOrNeed(theCase, group)}, or run the program as an account that has what is needed.`,
    },
    ...(uuid === SAMR
      ? [
          {
            text: 'For SAMR see the policy "Network access: Restrict clients allowed to make remote calls to SAM" (RestrictRemoteSAM) on the server.',
          },
        ]
      : []),
    ...(asked || uuid === SAMR || uuid === LSARPC
      ? [
          {
            text: 'If the program is your own, ask for less in the desired access of the request: maximum or full access is more than most calls need.',
          },
        ]
      : []),
  ]
}
