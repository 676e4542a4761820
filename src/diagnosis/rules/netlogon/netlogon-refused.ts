// Netlogon refuses a computer's secure channel, or callers without a logon. MS-NRPC 3.5.4.4; KB5021130, KB5066014.
import {
  ACCESS_DENIED,
  STATUS_ACCESS_DENIED,
  STATUS_ACCOUNT_DISABLED,
  STATUS_DOWNGRADE_DETECTED,
  STATUS_NO_SUCH_USER,
  STATUS_NO_TRUST_SAM_ACCOUNT,
} from '../../../names/statuses'
import { Frame } from '../../../../asm/layout'
import { Call } from '../../../conversation/model'
import { NETLOGON } from '../../../names/well-known'
import { describeFaults } from '../../signs/call/fault'
import { type Authentication, authentications } from '../../signs/logon/netlogon-calls'
import { eventLayer, win32Symptom } from '../../text/layers'
import { references } from '../../text/references'
import type { Examination } from '../../examination'
import type { Party, FixStep } from '../../finding'
import type { Occurrence, Outlined, Rule } from '../../rule'
import { callEvidence, evidence, frameNumber, plural, statusText } from '../../text/wording'

const REFUSALS = new Set([
  STATUS_ACCESS_DENIED,
  STATUS_DOWNGRADE_DETECTED,
  STATUS_NO_TRUST_SAM_ACCOUNT,
  STATUS_NO_SUCH_USER,
  STATUS_ACCOUNT_DISABLED,
])
/** Methods that locate domain controllers: DsrGetDcName and its like. MS-NRPC 3.5.4.3. */
const LOCATORS = new Set([11, 13, 20, 27, 28, 33, 34, 36, 37, 38, 40, 43])
/** Windows Server 2025 denies them without a logon since 13 May 2025, earlier versions since 8 July 2025. */
const ANONYMOUS_DENIED = Date.UTC(2025, 4, 13) / 1000

export const netlogonRefused: Rule = {
  id: 'netlogon-refused',
  title: 'Netlogon refuses a computer or an anonymous caller',
  meaning:
    'A domain controller refused the secure channel of a computer (its password differs, its account is missing, or it offers RC4), or a call to locate domain controllers that was made without a logon, as since the updates of 2025. ' +
    'An error when the same computer did not get its channel afterwards; a note when it did.',
  *find(theCase) {
    yield* channels(theCase)
    yield* anonymous(theCase)
  },
}

interface Cause {
  title: string
  text: string
  party: Party
  at: string
  fix: FixStep[]
  isLikely: boolean
}

function causeOf({ status, hasAes, isDes }: Authentication): Cause {
  const refused = isDes ? 'DES' : hasAes === false ? 'RC4' : 'what the computer offers'
  if (status === STATUS_DOWNGRADE_DETECTED || (status === STATUS_ACCESS_DENIED && hasAes === false))
    return {
      title: `The domain controller ${status === STATUS_DOWNGRADE_DETECTED ? '' : 'likely '}refused ${refused} for the Netlogon channel`,
      text:
        hasAes === false
          ? `The computer does not offer AES for its secure channel${isDes ? ' but DES' : ''}. Domain controllers with the updates of 2023 (KB5021130) refuse RC4 by default (RejectMd5Clients); they have refused DES for longer.`
          : 'The domain controller found the negotiation of the secure channel weaker than it requires.',
      party: 'client',
      at:
        hasAes === false
          ? 'the computer, which does not offer AES for its secure channel'
          : 'the computer, whose offer for the secure channel is too weak',
      fix: [
        {
          text: 'Update the system of the computer (Samba 4.15.13, 4.16.8, 4.17.4 or later; firmware of a NAS), and let it use AES.',
          copy: 'reject md5 servers = yes',
        },
        { text: 'Events 5840 and 5841 of Netlogon in the System log of the domain controller name such computers.' },
      ],
      isLikely: status !== STATUS_DOWNGRADE_DETECTED,
    }
  if (status === STATUS_NO_TRUST_SAM_ACCOUNT || status === STATUS_NO_SUCH_USER)
    return {
      title: 'The domain has no usable account for this computer',
      text: 'The domain controller does not accept the computer account: it was deleted or renamed, it is disabled or of another kind, or replication lags.',
      party: 'configuration',
      at: 'the computer account in the domain',
      fix: [
        {
          text: 'Look for the account, and enable it if it is disabled; join the computer again if it is gone.',
          copy: 'Get-ADComputer NAME',
        },
      ],
      isLikely: false,
    }
  if (status === STATUS_ACCOUNT_DISABLED)
    return {
      title: 'The account of this computer is disabled',
      text: 'The computer account is disabled in the domain.',
      party: 'account',
      at: 'the computer account',
      fix: [{ text: 'Enable it.', copy: 'Enable-ADAccount -Identity "NAME$"' }],
      isLikely: false,
    }
  return {
    title: 'The computer’s domain password likely differs from the domain’s',
    text: 'The proof that the computer made from its password was not accepted: the passwords differ, most often after a restored snapshot or a second computer of the same name.',
    party: 'configuration',
    at: 'the password of the computer account',
    fix: [
      {
        text: 'Repair the secure channel on the computer.',
        copy: 'Test-ComputerSecureChannel -Repair -Credential (Get-Credential)',
      },
      { text: 'Look for a second computer with the same name.' },
    ],
    isLikely: true,
  }
}

function* channels(theCase: Examination): Generator<Occurrence> {
  const groups = new Map<string, Authentication[]>()
  for (const one of authentications(theCase)) {
    if (theCase.explainedBy(one.call) !== undefined) continue
    const { client } = theCase.connectionOf(one.call)
    const key = `${client.text}|${(one.account ?? '').toLowerCase()}`
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  for (const group of groups.values()) {
    const refused = group.filter(({ status }) => status !== undefined && REFUSALS.has(status))
    if (refused.length === 0) continue
    const last = refused.at(-1)!
    const later = group.find(({ call, status }) => call > last.call && status === 0)
    yield tellChannel(theCase, refused, later)
  }
}

function tellChannel(theCase: Examination, refused: Authentication[], later: Authentication | undefined): Occurrence {
  const { calls } = theCase.conversation
  const last = refused.at(-1)!
  const cause = causeOf(last)
  const { client, server, stream } = theCase.connectionOf(last.call)
  const text = statusText(theCase, last.status!)
  const laterFrame = later && calls.get(Call.ResponseFrame, later.call)
  return {
    severity: later ? 'note' : 'error',
    confidence: cause.isLikely ? 'medium' : 'high',
    title: later ? 'Netlogon refused a computer at first, and then accepted it' : cause.title,
    symptom: `${win32Symptom(theCase.names, 1789)} Samba’s log has NT_STATUS_ACCESS_DENIED.`,
    atFault: { party: cause.party, text: cause.at },
    effect: later
      ? 'None that lasted.'
      : 'The computer has no secure channel: users of the domain cannot log on to it with NTLM.',
    explanation: [
      `${last.computer ?? client.text} (${client.text}) proved itself to Netlogon on ${server.text}${last.account ? ` as ${last.account}` : ''}, and got ${text} in frame ${frameNumber(calls.get(Call.ResponseFrame, last.call))}.`,
      cause.text,
      refused.length > 1 ? `The domain controller refused ${plural(refused.length, 'attempt')}.` : '',
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
    layers: [eventLayer('5722, 5805', 'Netlogon, System log of the domain controller; 3210 or 5719 on the computer')],
    evidence: [
      ...refused.slice(0, 3).flatMap(({ call, status }) => callEvidence(theCase, call, statusText(theCase, status!))),
      ...evidence(laterFrame, 'the computer is accepted'),
    ],
    fix: cause.fix,
    references: [references.netlogon, references.netlogonSealing],
    streams: [...new Set(refused.map(({ call }) => theCase.connectionOf(call).stream))],
    count: refused.length,
    filter: `rpc_netlogon || tcp.stream == ${stream}`,
    explains: { calls: refused.map(({ call }) => call) },
  }
}

function* anonymous(theCase: Examination): Generator<Outlined> {
  const { calls } = theCase.conversation
  const isAnonymous = (call: number) => {
    const security = theCase.securityOf(call)
    const { smbLogon } = theCase.connectionOf(call)
    if (theCase.isLogonHidden(call)) return false
    return security ? security.anonymous === true : smbLogon === undefined || smbLogon.anonymous === true
  }
  yield* describeFaults(
    theCase,
    (status, call) =>
      ACCESS_DENIED.has(status) &&
      theCase.interfaceOf(call) === NETLOGON &&
      LOCATORS.has(calls.get(Call.Opnum, call)) &&
      isAnonymous(call) &&
      theCase.capture.frames.get(Frame.Seconds, theCase.frameOf(call)) >= ANONYMOUS_DENIED,
    (fault) => ({
      severity: 'error',
      confidence: 'medium',
      title: 'The domain controller likely refuses anonymous Netlogon calls since 2025',
      symptom: win32Symptom(theCase.names, 5),
      atFault: { party: 'client', text: 'the client: it locates domain controllers without a logon' },
      effect: `${fault.method} did not run; the client may find no domain controller.`,
      method: fault.method,
      explanation: `${fault.method} on ${fault.server} was called without a logon and refused with ${fault.statusText} in frame ${fault.frame}. Domain controllers with the updates of July 2025 (Windows Server 2025: May 2025) deny such calls (CVE-2025-49716).`,
      fix: [
        { text: 'Update the client; Samba: 4.22.3, 4.21.7 or later.', url: references.netlogonAnonymous.url },
        {
          text: 'While it cannot be updated: the updates of August 2025 let the domain controller audit instead of deny; KB5066014 names the registry value.',
          url: references.netlogonAnonymous.url,
        },
      ],
      references: [references.netlogonAnonymous],
    }),
  )
}
