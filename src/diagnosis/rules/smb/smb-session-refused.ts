// The SMB session, or the connection to IPC$, was refused: RPC over pipes never begins. MS-SMB2 3.3.5.5, 3.3.5.7.
import { endpointText, hex32 } from '../../../capture/text'
import type { Examination } from '../../examination'
import { smbRefusals } from '../../signs/smb-rejections'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import type { SmbLogon } from '../../../conversation/model'
import { evidence, frameNumber, streamEnds } from '../../text/wording'
import { who } from '../../text/identities'

const LOGON_FAILURE = 0xc000006d

const REASONS: Record<number, string> = {
  0xc000006d: 'Wrong user name or password.',
  0xc000006a: 'The password is wrong.',
  0xc0000064: 'The user does not exist.',
  0xc0000071: 'The password has expired.',
  0xc0000072: 'The account is disabled.',
  0xc0000193: 'The account has expired.',
  0xc0000234: 'The account is locked out.',
  0xc000015b: 'The user may not log on over the network ("Access this computer from the network").',
  0xc0000133: 'The clocks of client and server are too far apart.',
  0xc0000224: 'The password must be changed first.',
  0xc0000022: 'Access is denied: permissions of the share, or signing that one side demands.',
  0xc00000cc: 'The share does not exist.',
  0xc0000418: 'NTLM is blocked by policy.',
  0xc00000bb: 'Not supported: NTLM may be blocked, or no dialect is in common.',
}

/** What servers answer to a ticket that they cannot read or do not take. */
const KERBEROS_REFUSALS = new Set([0xc000006d, 0xc0000022, 0xc000006a])
const KERBEROS_ADVICE = [
  'Look which account has the SPN ("setspn -Q"; on Samba "samba-tool spn list"): it must be the one that the server runs under, and only that one.',
  'Check that the name leads to the host that is meant (stale DNS, an alias), that its machine password is in step with the domain, and both clocks.',
]

/** Bytes of an NTLMv1 response. */
const VERSION_1_BYTES = 24
const VERSION_1 =
  'Wrong user name or password; or the server takes NTLMv2 only: the client answered with NTLMv1 (24 bytes), which gets the same refusal. Let it use NTLMv2 (LmCompatibilityLevel 3 or higher; "client ntlmv2 auth" of Samba tools).'
/** For a null session. */
const NOBODY =
  'The client had logged on as nobody, and the server lets nobody in ("Restrict anonymous access to Named Pipes and Shares"; Samba: "restrict anonymous"). Give the client credentials.'

/** What to do, where more can be said than what is wrong. */
const ADVICE: Record<number, string> = {
  0xc000006d: 'Check user name, password and domain; services, tasks and the credential manager keep old passwords.',
  0xc000006a: 'Correct the password; services, tasks and the credential manager keep old ones.',
  0xc0000064: 'Check the user name and the domain that it is looked for in.',
  0xc0000071: 'Set a new password for the account.',
  0xc0000072: 'Enable the account, or use another one.',
  0xc0000193: 'Extend the account, or use another one.',
  0xc0000234: 'Unlock the account, and find what locks it: event 4740 on the domain controller names the host.',
  0xc000015b:
    'User Rights Assignment on the server: give the account "Access this computer from the network" and take it out of "Deny access to this computer from the network".',
  0xc0000133: 'Set both clocks by the domain’s time source ("w32tm /resync").',
  0xc0000224: 'Log on at the console once and set a new password, or clear "User must change password at next logon".',
  0xc0000418:
    'See "Network security: Restrict NTLM" on client and server, and make Kerberos work (full DNS name, SPN).',
  0xc00000bb: 'See "Network security: Restrict NTLM", the SMB dialects that both sides allow, and Protected Users.',
}

export const smbSessionRefused: Rule = {
  id: 'smb-session-refused',
  title: 'SMB refused the session that RPC over pipes needs',
  meaning:
    'RPC over named pipes needs an SMB session and the share IPC$ first. The server refused one of them, so no pipe was opened and no RPC took place. When the same client succeeds on the same connection afterwards it is told as a note.',
  covers: ['R61', 'R11'],
  *find(theCase) {
    const logons = logonsByEnd(theCase)
    for (const { frame, stream, command, status } of smbRefusals(theCase)) {
      if (command !== 'session setup' && command !== 'tree connect') continue
      const later = theCase.connectionsOn(stream).some(({ firstFrame }) => firstFrame > frame)
      const { client, server, port } = streamEnds(theCase, stream)
      const own = logons.get(stream) ?? []
      const logon = command === 'tree connect' ? goodBefore(own, frame) : endingAt(own, frame)
      const kerberos = command === 'session setup' && logon?.mechanism === 'kerberos' && KERBEROS_REFUSALS.has(status)
      const isNobody = command === 'tree connect' && logon?.anonymous === true
      const reason = kerberos
        ? kerberosReason(logon)
        : isNobody
          ? NOBODY
          : isVersion1(logon, status)
            ? VERSION_1
            : REASONS[status]
      const user = logon?.anonymous || logon?.user ? who(logon) : undefined
      const known = theCase.names.returnName(status, 'ntstatus')
      const text = known ? `${hex32(status)} (${known.symbol})` : hex32(status)
      yield {
        severity: later ? 'note' : 'warning',
        confidence: 'high',
        title: `${endpointText(server, port)} refused the SMB ${command} of ${user === undefined ? client : `${user} from ${client}`}: ${text}`,
        explanation: `In frame ${frameNumber(frame)} the server answered the SMB ${command} with ${text}. ${reason ?? known?.message ?? ''}${later ? ' RPC over this SMB connection succeeded afterwards.' : ' Nothing that needs this session, RPC over pipes among it, can follow.'}`,
        layers: [
          {
            layer: 'wire (SMB)',
            code: hex32(status),
            text: known ? `${known.symbol}: ${known.message}` : 'an NTSTATUS without a public name',
          },
        ],
        evidence: [
          ...evidence(logon?.firstFrame, user === undefined ? 'the logon begins' : `${user} logs on`),
          ...evidence(frame, `SMB ${command}: ${text}`),
        ],
        ...(user !== undefined && { identities: [{ role: 'refused', name: user }] }),
        advice: kerberos
          ? KERBEROS_ADVICE
          : [
              ADVICE[status] ?? reason ?? 'See event 4625 in the Security log of the server at that time.',
              ...(command === 'session setup' && reason !== undefined
                ? ['The Security log of the server (event 4625; Samba: its log at auth_audit:3) says more.']
                : []),
            ],
        references: [references.smb2],
        streams: [stream],
        filter: `smb2.nt_status == ${hex32(status)}`,
        fold: `${client}|${server}|${status}|${command}|${user ?? ''}`,
      }
    }
  },
}

function isVersion1(logon: SmbLogon | undefined, status: number): boolean {
  return status === LOGON_FAILURE && logon?.ntResponseLength === VERSION_1_BYTES
}

/** Logons of each stream, in order of their last frames. */
function logonsByEnd(theCase: Examination): Map<number, SmbLogon[]> {
  const byStream = new Map<number, SmbLogon[]>()
  for (const logon of theCase.conversation.smbLogons) {
    const known = byStream.get(logon.stream)
    if (known) known.push(logon)
    else byStream.set(logon.stream, [logon])
  }
  for (const logons of byStream.values()) logons.sort((a, b) => a.lastFrame - b.lastFrame)
  return byStream
}

/** The logon that was answered in a frame, by halving: a flood of refusals has as many logons. */
function endingAt(logons: readonly SmbLogon[], frame: number): SmbLogon | undefined {
  const at = firstFrom(logons, frame)
  return logons[at]?.lastFrame === frame ? logons[at] : undefined
}

/** The last logon before a frame, where it went well. */
function goodBefore(logons: readonly SmbLogon[], frame: number): SmbLogon | undefined {
  const last = logons[firstFrom(logons, frame) - 1]
  return last?.status === 0 ? last : undefined
}

/** Index of the first logon whose last frame is not before a frame. */
function firstFrom(logons: readonly SmbLogon[], frame: number): number {
  let [from, to] = [0, logons.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if (logons[middle]!.lastFrame < frame) from = middle + 1
    else to = middle
  }
  return from
}

/** A ticket has no password that could be wrong. */
function kerberosReason({ target }: SmbLogon): string {
  return `The client came with a Kerberos ticket${target?.spn === undefined ? '' : ` for ${target.spn}`}, not with a password: the server could not decrypt it or did not take it. Usually the ticket is made for another account than the one the server runs under.`
}
