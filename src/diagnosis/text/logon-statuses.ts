// What an NTSTATUS says about a logon: the answer of an SMB server, the detail of a KDC's error, the return value of Netlogon.
// MS-ERREF 2.3.1; MS-SMB2 3.3.5.5; MS-KILE 2.2.2.

import type { Party } from '../finding'

export interface LogonStatus {
  /** The cause in at most twelve words; `user` is `DOMAIN\name` or words for a caller without a name. */
  headline: (user: string) => string
  /** The cause in a sentence for a reader who does not know the code. */
  cause: string
  atFault: Party
  /** What exactly is at fault, to complete "at fault: ". */
  at: string
  /** What a Windows program shows. */
  win32: number
  /** Steps that can be followed. */
  fix: string[]
}

const OLD_PASSWORDS =
  'Look for old copies of the password: services, scheduled tasks, DCOM "run as" identities, Credential Manager ("cmdkey /list").'
const RESET_CHANNEL =
  'On the server run "Test-ComputerSecureChannel -Repair -Credential DOMAIN\\administrator", or leave the domain and join it again.'
const NTLM_POLICY =
  'Find the policy that blocks it: event 4001 (client) or 4002 to 4004 in Microsoft-Windows-NTLM/Operational, and "Network security: Restrict NTLM".'
const USE_KERBEROS =
  'Make Kerberos work: address the server by its full DNS name, check its SPN ("setspn -L HOST"), and let the client reach a domain controller on port 88.'

const status = (
  atFault: Party,
  at: string,
  win32: number,
  headline: LogonStatus['headline'],
  cause: string,
  ...fix: string[]
): LogonStatus => ({ atFault, at, win32, headline: (user) => wellFormed(headline(user)), cause, fix })

/** A headline about a user who is not named: "the account of the client", and a capital at the beginning. */
function wellFormed(headline: string): string {
  const text = headline.replace(/\b(account|user) the /i, '$1 of the ')
  return text.startsWith('the ') ? `T${text.slice(1)}` : text
}

/** By NTSTATUS. */
export const LOGON_STATUSES: ReadonlyMap<number, LogonStatus> = new Map([
  [
    0xc000006d,
    status(
      'account',
      'user name or password',
      1326,
      (user) => `The server rejected the user name or password of ${user}`,
      'The user name or the password is wrong. Servers give this answer for both, so that an attacker cannot tell them apart.',
      'Check user name, password and domain; event 4625 on the server (Samba: "log level = auth_audit:3") says which is wrong.',
      OLD_PASSWORDS,
    ),
  ],
  [
    0xc000006a,
    status(
      'account',
      'the password',
      1326,
      (user) => `The password of ${user} is wrong`,
      'The user exists, and the password is wrong.',
      'Enter the right password.',
      OLD_PASSWORDS,
    ),
  ],
  [
    0xc0000064,
    status(
      'account',
      'the user name or its domain',
      1326,
      (user) => `The user ${user} does not exist`,
      'The server, or the domain that it asked, has no user of this name.',
      'Check the spelling and the domain: a name without a domain is looked up on the server first.',
    ),
  ],
  [
    0xc0000071,
    status(
      'account',
      'the age of the password',
      1330,
      (user) => `The password of ${user} has expired`,
      'The password is older than the domain allows.',
      'Set a new password; for a service account consider a group managed service account.',
    ),
  ],
  [
    0xc0000224,
    status(
      'account',
      'the mark "must change password"',
      1907,
      (user) => `${user} must change the password first`,
      'The account is marked "User must change password at next logon", which a network logon cannot do.',
      'Log on interactively once and set a new password, or clear the mark in Active Directory Users and Computers.',
    ),
  ],
  [
    0xc0000072,
    status(
      'account',
      'the account, which is disabled',
      1331,
      (user) => `The account ${user} is disabled`,
      'The account is disabled; the password was not the problem.',
      'Enable the account ("Enable-ADAccount"), or use another one.',
    ),
  ],
  [
    0xc0000193,
    status(
      'account',
      'the expiry date of the account',
      1793,
      (user) => `The account ${user} has expired`,
      'The account has an expiry date, and it is past.',
      'Extend the account ("Set-ADAccountExpiration"), or use another one.',
    ),
  ],
  [
    0xc0000234,
    status(
      'account',
      'the program that sent the wrong passwords before',
      1909,
      (user) => `The account ${user} is locked out`,
      'Too many wrong passwords locked the account; even the right password is rejected until it is unlocked.',
      'Find what locks it: event 4740 on the domain controller with the PDC emulator role names the computer.',
      'Correct the password there, then unlock the account ("Unlock-ADAccount").',
    ),
  ],
  [
    0xc000015b,
    status(
      'configuration',
      'the user rights of the server',
      1385,
      (user) => `${user} may not log on to this server over the network`,
      'The account is good, but the server does not grant it a network logon.',
      'In Local Security Policy of the server, User Rights Assignment: grant "Access this computer from the network" and check "Deny access to this computer from the network".',
    ),
  ],
  [
    0xc0000133,
    status(
      'configuration',
      'the clock of client or server',
      1398,
      () => 'The clocks of client and server are too far apart',
      'The time in the logon differs too much from the time of the server.',
      'Compare both clocks with the domain’s time source ("w32tm /query /status"), then "w32tm /resync".',
    ),
  ],
  [
    0xc000006e,
    status(
      'account',
      'a restriction of the account',
      1327,
      (user) => `A restriction of the account ${user} forbids the logon`,
      'User name and password are good, but a restriction of the account forbids this logon: an empty password over the network, Protected Users, or an authentication policy.',
      'Check the policy "Limit local account use of blank passwords to console logon only", Protected Users and authentication policies of the account.',
      'The sub-status in event 4625 on the server names the restriction.',
    ),
  ],
  [
    0xc000006f,
    status(
      'account',
      'the logon hours of the account',
      1328,
      (user) => `${user} may not log on at this time of day`,
      'The logon hours of the account exclude this time.',
      'Change "Logon Hours" of the account in Active Directory Users and Computers, tab Account.',
    ),
  ],
  [
    0xc0000070,
    status(
      'account',
      'the computers that the account may be used on',
      1329,
      (user) => `${user} may not log on from this computer`,
      'The account may be used on certain computers only, and this client is not one of them.',
      'Add the client under "Log On To ..." of the account in Active Directory Users and Computers, tab Account.',
    ),
  ],
  [
    0xc0000413,
    status(
      'configuration',
      'the trust with selective authentication',
      1935,
      (user) => `Selective authentication of the trust keeps ${user} out`,
      'The user comes from a trusted domain, and the trust lets in only users with the right "Allowed to Authenticate" on the server.',
      'Grant the user "Allowed to Authenticate" on the computer object of the server, or set the trust to domain-wide authentication.',
    ),
  ],
  [
    0xc000018a,
    status(
      'server',
      'the secure channel of the server to its domain',
      1786,
      () => 'The server has lost its own domain password',
      'The server has no secret for its domain (STATUS_NO_TRUST_LSA_SECRET), so it cannot ask a domain controller about the user.',
      RESET_CHANNEL,
    ),
  ],
  [
    0xc000018b,
    status(
      'configuration',
      'the computer account of the server',
      1787,
      () => 'The domain has no computer account for the server',
      'The domain controller does not know the computer account of the server (STATUS_NO_TRUST_SAM_ACCOUNT): it was deleted, renamed or replaced.',
      'Check that the computer account exists and has the right name and SPNs.',
      RESET_CHANNEL,
    ),
  ],
  [
    0xc000018c,
    status(
      'configuration',
      'the trust between the domains',
      1788,
      () => 'The trust between the two domains is broken',
      'The domain of the server does not get an answer from the domain of the user (STATUS_TRUSTED_DOMAIN_FAILURE).',
      'Verify the trust: "netdom trust TRUSTING /domain:TRUSTED /verify" or Active Directory Domains and Trusts, and reset it where that fails.',
    ),
  ],
  [
    0xc000018d,
    status(
      'configuration',
      'the secure channel of the server to its domain',
      1789,
      () => 'The trust between the server and its domain is broken',
      'The password of the computer account differs between the server and the domain (STATUS_TRUSTED_RELATIONSHIP_FAILURE), most often after a restored snapshot.',
      RESET_CHANNEL,
    ),
  ],
  [
    0xc000005e,
    status(
      'network',
      'the way from the server to its domain controllers',
      1311,
      () => 'The server found no domain controller to check the logon',
      'The server must ask a domain controller about the user and reached none (STATUS_NO_LOGON_SERVERS).',
      'On the server run "nltest /sc_query:DOMAIN" and "nltest /dsgetdc:DOMAIN"; check its DNS servers and the ports to the domain controllers.',
    ),
  ],
  [
    0xc00000bd,
    status(
      'configuration',
      'the alias, which the server does not know',
      52,
      () => 'The server rejects the name by which it was addressed',
      'The client used a name that the server does not have (an alias or a CNAME), and the server checks names strictly (STATUS_DUPLICATE_NAME).',
      'Address the server by its own name, or give it the alias: "netdom computername SERVER /add:ALIAS.DOMAIN".',
      'Systems before Windows Server 2016 may need DisableStrictNameChecking = 1 under HKLM\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters.',
    ),
  ],
  [
    0xc0000418,
    status(
      'configuration',
      'the NTLM policy, or the missing Kerberos ticket',
      1937,
      () => 'NTLM is blocked, and the client had no Kerberos ticket',
      'The server accepts no NTLM logon (STATUS_NTLM_BLOCKED).',
      USE_KERBEROS,
      NTLM_POLICY,
    ),
  ],
  [
    0xc00000bb,
    status(
      'configuration',
      'likely the NTLM policy of the server',
      50,
      () => 'The server does not support this logon; NTLM is likely blocked',
      'The server answered "not supported" (STATUS_NOT_SUPPORTED) to the logon. Servers where NTLM is switched off give this answer.',
      USE_KERBEROS,
      NTLM_POLICY,
    ),
  ],
  [
    0xc00000d0,
    status(
      'server',
      'the session limit of the server',
      71,
      () => 'The server accepts no more SMB sessions',
      'The server has reached its number of sessions (STATUS_REQUEST_NOT_ACCEPTED): client editions of Windows allow 20.',
      'End sessions that are not used ("Get-SmbSession"), or use a server edition.',
    ),
  ],
  [
    0xc000009a,
    status(
      'server',
      'the resources of the server',
      1450,
      () => 'The server is out of resources for another SMB session',
      'The server has not enough memory or handles for another session (STATUS_INSUFFICIENT_RESOURCES).',
      'Look at nonpaged pool, handles and sessions of the server.',
    ),
  ],
  [
    0xc0000192,
    status(
      'server',
      'the Netlogon service of the server',
      1792,
      () => 'The server cannot check logons: its Netlogon service does not run',
      'For an account of the domain the server asks a domain controller through its Netlogon service, which is not started (STATUS_NETLOGON_NOT_STARTED).',
      'On the server, start the service Netlogon ("Start-Service Netlogon") and see in the System log why it had ended.',
    ),
  ],
  [
    0xc0000199,
    status(
      'client',
      'the account that the client uses',
      1808,
      (user) => `${user} is a computer’s account and may not log on here`,
      'The account belongs to a computer (STATUS_NOLOGON_WORKSTATION_TRUST_ACCOUNT); over NTLM this server accepts accounts of users only.',
      'Let the program use the account of a user or of a managed service, or make Kerberos work for the computer account.',
    ),
  ],
  [
    0xc0000205,
    status(
      'server',
      'the resources of the server',
      1130,
      () => 'The server is out of memory for another SMB session',
      'The server has not enough storage to process the request (STATUS_INSUFF_SERVER_RESOURCES).',
      'Look at nonpaged pool, handles and sessions of the server, and at filter drivers of security software on it.',
    ),
  ],
  [
    0xc0000388,
    status(
      'network',
      'the way from the server to a domain controller',
      1265,
      () => 'The server suspects a downgrade; it likely reaches no domain controller',
      'The server found that the logon may have been weakened on its way (STATUS_DOWNGRADE_DETECTED). Mostly it could not ask a domain controller.',
      'On the server, test the way to its domain controllers: "nltest /sc_verify:DOMAIN", port 88 over TCP and UDP.',
    ),
  ],
])
