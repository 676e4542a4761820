// The SMB session, or the connection to IPC$, was rejected: RPC over pipes never begins. MS-SMB2 3.3.5.5, 3.3.5.7; MS-CIFS 3.3.5.
import {
  STATUS_ACCESS_DENIED,
  STATUS_ACCOUNT_LOCKED_OUT,
  STATUS_BAD_NETWORK_NAME,
  STATUS_DUPLICATE_NAME,
  STATUS_LOGON_FAILURE,
  STATUS_WRONG_PASSWORD,
  WRONG_CREDENTIALS,
} from '../../../names/statuses'
import { hex32 } from '../../../capture/text'
import type { Examination } from '../../examination'
import { LOGON_STATUSES } from '../../text/logon-statuses'
import { isSprayed } from '../../signs/logon/rejected-logons'
import { win32Layer, win32Symptom } from '../../text/layers'
import { logonEvidence, shortName } from '../../text/identities'
import { references } from '../../text/references'
import { accountOf } from '../../signs/call/afterwards'
import type { Evidence, Party, Severity } from '../../finding'
import type { Occurrence, Rule } from '../../rule'
import { type SessionRejection, type RejectedSession, rejectedSessions } from '../../signs/logon/rejected-sessions'
import { evidence, frameNumber, plural, statusText } from '../../text/wording'

/** What servers answer to a ticket that they cannot read or do not accept. */
const KERBEROS_REJECTIONS = new Set([STATUS_LOGON_FAILURE, STATUS_ACCESS_DENIED, STATUS_WRONG_PASSWORD])
/** Bytes of an NTLMv1 response. */
const VERSION_1_BYTES = 24
/** Wrong passwords that lock an account, as the usual policies have it, at least. */
const FEWEST_WRONG = 3
/** How many rejections of a group show their frames. */
const SHOWN = 3

export const smbSessionRefused: Rule = {
  id: 'smb-session-refused',
  title: 'SMB refused the session that RPC over pipes needs',
  meaning:
    'RPC over named pipes needs an SMB session and the share IPC$ first. An error when the server rejected one of them and the client did not get in ' +
    'afterwards; a note when it did (the same user, other credentials, another package), and for shares that hold data, which RPC does not need.',
  *find(theCase) {
    for (const group of rejectedSessions(theCase)) {
      if (group.overcome === undefined && isSprayed(theCase, group.client, group.user)) continue
      yield describe(theCase, group)
    }
  },
}

/** What a group of rejections comes to. */
interface Verdict {
  headline: string
  cause: string
  atFault: Party
  at: string
  /** What a Windows program shows. */
  win32: number
  fix: string[]
  /** The bytes allow another reading. */
  isLikely?: boolean | undefined
}

function describe(theCase: Examination, group: RejectedSession): Occurrence {
  const { client, server, command, name, all, overcome } = group
  const first = all[0]!
  const last = all.at(-1)!
  const isData = command === 'tree connect' && isDataShare(last.share)
  const verdict = isData ? dataShare(last) : verdictOf(theCase, group, last)
  const text = statusText(theCase, last.status)
  const whose = name ?? client
  const ticket = toldByKerberos(last)
  return {
    severity: severityOf(group, isData),
    confidence: verdict.isLikely ? 'medium' : 'high',
    title: overcome && !isData ? overcomeTitle(group, verdict.headline) : verdict.headline,
    explanation: [
      `${whose} asked ${server} for an SMB ${command}${last.share ? ` to ${last.share}` : ''}, and the server answered with ${text} in frame ${frameNumber(last.frame)}.`,
      verdict.cause,
      all.length > 1
        ? `The server rejected ${plural(all.length, 'attempt')}, the first in frame ${frameNumber(first.frame)}.`
        : '',
      overcome
        ? `In frame ${frameNumber(overcome.frame)} the client got in${'name' in overcome && overcome.name !== name ? ` as ${overcome.name}` : ''}.`
        : isData
          ? 'RPC over named pipes does not need this share.'
          : 'No call over a named pipe can follow.',
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
    symptom: win32Symptom(theCase.names, verdict.win32),
    atFault: { party: verdict.atFault, text: verdict.at },
    effect: overcome
      ? 'None that lasted: the client got in.'
      : isData
        ? 'The share was not reached; RPC does not need it.'
        : 'No named pipe was opened, so no call was made.',
    layers: [layerOf(theCase, last), win32Layer(theCase.names, verdict.win32)],
    evidence: [...evidenceOf(theCase, group), ...evidence(overcome?.frame, 'the client gets in')],
    ...(name !== undefined && { identities: [{ role: 'rejected', name }] }),
    fix: verdict.fix.map((text) => ({ text })),
    references: [references.smb2],
    streams: [...new Set(all.map(({ stream }) => stream))],
    count: all.length,
    ...(all.length > 1 && { moment: [first.frame, last.frame] as [number, number] }),
    filter: filterOf(group),
    ...(ticket && !overcome && { mutedBy: ticket }),
  }
}

/** A headline with how the client got in: by the same name, or by another one. */
function overcomeTitle({ name, user, overcome }: RejectedSession, headline: string): string {
  const isOther = 'name' in overcome! && overcome.user !== undefined && accountOf(overcome.user) !== accountOf(user)
  if (!isOther || name === undefined) return `${headline}; later accepted`
  return `The server refused ${shortName(name)}; the client then got in as ${shortName(overcome.name)}`
}

/** What is asked for as guest, or of a share that is not named, may be a probe that the client can do without. */
function severityOf({ overcome, command, user, all }: RejectedSession, isData: boolean): Severity {
  if (overcome || isData) return 'note'
  if (accountOf(user) === 'guest') return 'warning'
  const last = all.at(-1)!
  if (command !== 'tree connect' || last.share !== undefined) return 'error'
  // IPC$ is always there: what has no such name is likely a share for files.
  return last.status === STATUS_BAD_NETWORK_NAME ? 'note' : 'warning'
}

/** A Kerberos error in the answer is the matter of the rules about Kerberos. */
function toldByKerberos({ logon }: SessionRejection): string | undefined {
  switch (logon?.kerberosError) {
    case 37:
      return 'clock-skew'
    case 31:
    case 35:
    case 41:
      return 'kerberos-wrong-server'
    default:
      return undefined
  }
}

function layerOf(theCase: Examination, { status, version }: SessionRejection) {
  const known = theCase.names.returnName(status, 'ntstatus')
  return {
    layer: version === 1 ? 'wire (SMB 1)' : 'wire (SMB)',
    code: hex32(status),
    text: known ? `${known.symbol}: ${known.message}` : 'an NTSTATUS without a public name',
  }
}

function evidenceOf(theCase: Examination, { all, command, name }: RejectedSession): Evidence[] {
  const shown = all.length > SHOWN ? [...all.slice(0, SHOWN - 1), all.at(-1)!] : all
  return shown.flatMap(({ logon, frame, requestFrame, status, share }) => [
    ...evidence(
      command === 'tree connect' ? requestFrame : logon?.firstFrame,
      command === 'tree connect'
        ? `the client asks for ${share ?? 'a share'}`
        : name === undefined
          ? 'the logon begins'
          : `${name} logs on`,
    ),
    ...logonEvidence(logon),
    ...evidence(frame, `SMB ${command}: ${statusText(theCase, status)}`),
  ])
}

/** The connections of the first attempts, and what has the same statuses (SMB 1 has no such field here). */
function filterOf({ all }: RejectedSession): string {
  const streams = [...new Set(all.slice(0, SHOWN).map(({ stream }) => `tcp.stream == ${stream}`))]
  const statuses = [...new Set(all.filter(({ version }) => version === 2).map(({ status }) => hex32(status)))]
  return [...streams, ...statuses.map((status) => `smb2.nt_status == ${status}`)].join(' || ')
}

function isDataShare(share: string | undefined): boolean {
  return share !== undefined && !/(^|\\)ipc\$$/i.test(share)
}

function dataShare({ share, status }: SessionRejection): Verdict {
  const name = share!.slice(share!.lastIndexOf('\\') + 1)
  return {
    headline:
      status === STATUS_BAD_NETWORK_NAME
        ? `There is no share ${name} on the server`
        : `The server refused the share ${name}`,
    cause:
      status === STATUS_BAD_NETWORK_NAME
        ? 'The server has no share of this name.'
        : 'The share holds files or printers.',
    atFault: 'configuration',
    at: 'the name or the permissions of the share',
    win32: status === STATUS_BAD_NETWORK_NAME ? 67 : 5,
    fix: ['Check the name of the share ("net view \\\\SERVER /all") and its permissions.'],
  }
}

function verdictOf(theCase: Examination, group: RejectedSession, last: SessionRejection): Verdict {
  const user = group.name ?? 'the client'
  if (group.command === 'tree connect') return ipcVerdict(theCase, group, last)
  const { logon, status } = last
  if (logon?.mechanism === 'kerberos' && KERBEROS_REJECTIONS.has(status)) return ticketVerdict(last)
  const wrong = group.all.filter((one) => WRONG_CREDENTIALS.has(one.status)).length
  // A lock after fewer wrong passwords than this began before the capture, or elsewhere.
  if (status === STATUS_ACCOUNT_LOCKED_OUT && wrong >= FEWEST_WRONG) {
    const known = LOGON_STATUSES.get(STATUS_ACCOUNT_LOCKED_OUT)!
    return {
      ...known,
      headline: `${group.name ?? 'The client'} is locked out after ${plural(wrong, 'wrong password')}`,
      cause: `${known.cause} Before that, the server rejected ${plural(wrong, 'attempt')} with a wrong user name or password.`,
    }
  }
  if (status === STATUS_LOGON_FAILURE && logon?.ntResponseLength === VERSION_1_BYTES)
    return {
      headline: `The server rejected ${user}: wrong password, or NTLMv1 is refused`,
      cause:
        'The user name or the password is wrong; or the server accepts NTLMv2 only: the client sent an NTLMv1 response (24 bytes), and a server that refuses it gives the same answer.',
      atFault: 'client',
      at: 'the password, or the NTLM version of the client',
      win32: 1326,
      fix: [
        'Let the client use NTLMv2: LmCompatibilityLevel 3 or higher under HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa; Samba tools: "client ntlmv2 auth = yes". Windows 11 24H2 and Windows Server 2025 no longer have NTLMv1.',
        ...LOGON_STATUSES.get(STATUS_LOGON_FAILURE)!.fix,
      ],
      isLikely: true,
    }
  const known = LOGON_STATUSES.get(status)
  if (known) return { ...known, headline: known.headline(user) }
  if (status === STATUS_ACCESS_DENIED)
    return {
      headline: group.anonymous
        ? 'The server does not admit anonymous callers'
        : `The server denied ${user} an SMB session`,
      cause: group.anonymous
        ? 'The client logged on without a name, and the server does not allow that.'
        : 'User name and password may be right: the server checks more, for example the name by which it was addressed (SPN target name validation) or its encryption policy.',
      atFault: group.anonymous ? 'client' : 'configuration',
      at: group.anonymous ? 'the client, which sent no credentials' : 'what the server checks beyond the password',
      win32: 5,
      fix: group.anonymous
        ? ANONYMOUS_FIX
        : [
            'Look for event 4625 and 5168 (SPN check failed) in the Security log of the server, and in Microsoft-Windows-SMBServer/Security.',
            'Compare "Get-SmbServerConfiguration" (EncryptData, RejectUnencryptedAccess) and the policy "Microsoft network server: Server SPN target name validation level" with what the client sends.',
          ],
    }
  return {
    headline: `The server refused the SMB session with ${symbolOf(theCase, status)}`,
    cause: theCase.names.returnName(status, 'ntstatus')?.message ?? '',
    atFault: 'server',
    at: 'what the status names',
    win32: 5,
    fix: [
      'Look at event 4625 in the Security log of the server and at Microsoft-Windows-SMBServer/Operational for the time of the frame.',
    ],
  }
}

const ANONYMOUS_FIX = [
  'Give the client credentials: run it under a domain account, or pass user name and password.',
  'Do not loosen the server; what restricts it is "Network access: Restrict anonymous access to Named Pipes and Shares" (Samba: "restrict anonymous").',
]

function symbolOf(theCase: Examination, status: number): string {
  return theCase.names.returnName(status, 'ntstatus')?.symbol ?? hex32(status)
}

function ticketVerdict({ logon }: SessionRejection): Verdict {
  const spn = logon?.target?.spn
  return {
    headline: `The server likely cannot decrypt the Kerberos ticket${spn ? ` for ${spn}` : ''}`,
    cause: `The client showed a Kerberos ticket${spn ? ` for ${spn}` : ''}. A server that cannot decrypt it (the SPN belongs to another account, or the machine password has changed) or that does not map its user answers like this.`,
    atFault: 'configuration',
    at: 'the SPN, the name that leads to another host, or the machine password of the server',
    win32: 1326,
    fix: [
      `Find the account that has the SPN: "setspn -Q ${spn ?? 'SERVICE/HOST'}" (Samba: "samba-tool spn list"). It must be the account that the server runs as, and only that one.`,
      'Check that the name leads to the intended host (stale DNS record, alias, HOSTS file), and run "klist purge" on the client.',
      'If the machine password is out of step: "Test-ComputerSecureChannel -Repair" on the server.',
    ],
    isLikely: true,
  }
}

function ipcVerdict(theCase: Examination, { name, anonymous }: RejectedSession, last: SessionRejection): Verdict {
  const user = name ?? 'the client'
  if (last.isUnsigned && last.status === STATUS_ACCESS_DENIED && !anonymous)
    return {
      headline: 'The server requires SMB signing, and the client does not sign',
      cause:
        'The logon worked. The server signs its answers, so the session requires signatures, but the next request of the client carries none.',
      atFault: 'client',
      at: 'the client, which does not sign its messages',
      win32: 5,
      fix: [
        'Switch signing on in the client: "Set-SmbClientConfiguration -EnableSecuritySignature $true -RequireSecuritySignature $true"; Samba tools: "client signing = required"; libraries: enable signing.',
        'Windows 11 24H2 and Windows Server 2025 require signing by default; do not switch it off on the server.',
      ],
    }
  if (last.status === STATUS_DUPLICATE_NAME) {
    const known = LOGON_STATUSES.get(STATUS_DUPLICATE_NAME)!
    return { ...known, headline: known.headline(user) }
  }
  const share = last.share === undefined ? 'a share' : 'IPC$'
  if (last.status === STATUS_BAD_NETWORK_NAME && last.share === undefined)
    return {
      headline: 'The server has no share of that name',
      cause: 'The request is not in the capture, so the name of the share is not known; most likely it holds files.',
      atFault: 'client',
      at: 'the name of the share',
      win32: 67,
      fix: ['Check the name of the share ("net view \\\\SERVER /all").'],
    }
  if (last.status === STATUS_BAD_NETWORK_NAME)
    return {
      headline: 'The server has no IPC$ share under this name',
      cause:
        'IPC$ is missing: the server service is stopping, the name belongs to a cluster resource that is offline, or the server is not a Windows or Samba server.',
      atFault: 'server',
      at: 'the Server service, or the cluster name',
      win32: 67,
      fix: [
        'Check the Server service ("sc query lanmanserver") and, in a cluster, whether the network name is online on this node.',
      ],
    }
  if (last.status === STATUS_ACCESS_DENIED)
    return anonymous
      ? {
          headline: `The server does not let anonymous callers connect to ${share}`,
          cause: 'The client had logged on without a name, and the server does not allow such callers.',
          atFault: 'client',
          at: 'the client, which sent no credentials',
          win32: 5,
          fix: ANONYMOUS_FIX,
        }
      : {
          headline: `The server denied ${user} access to ${share}`,
          cause:
            'The logon worked, and the share was refused: by its permissions, by a demand for signing or encryption, by a host restriction, or because the signature of the request was wrong (servers answer a wrong signature in the same way, and then every request of the session).',
          atFault: 'configuration',
          at: 'signing, encryption or host restrictions of the server',
          win32: 5,
          fix: [
            'Check "Get-SmbServerConfiguration" (RequireSecuritySignature, EncryptData, RejectUnencryptedAccess) against what the client can do; Samba: "hosts allow", "server signing", "smb encrypt".',
            'Look at Microsoft-Windows-SMBServer/Security on the server for the time of the frame.',
          ],
        }
  return {
    headline: `The server refused ${share} with ${symbolOf(theCase, last.status)}`,
    cause: theCase.names.returnName(last.status, 'ntstatus')?.message ?? '',
    atFault: 'server',
    at: 'what the status names',
    win32: 5,
    fix: ['Look at Microsoft-Windows-SMBServer/Operational on the server for the time of the frame.'],
  }
}
