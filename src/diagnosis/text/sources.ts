// Where the numbers and names in findings come from: updates (KB), event ids, registry values and policies, each with a document
// to read. sources.test.ts holds it against every text of the rules, in both directions.
import type { Reference } from '../finding'

const learn = (path: string) => `https://learn.microsoft.com/${path}`

/** An update's article: what changed for whom, since when, and by what it was replaced. */
export interface Update extends Reference {
  url: string
  replacedBy?: string
}

const update = (number: number, about: string, replacedBy?: string): Update => ({
  title: `KB${number}: ${about}`,
  url: `https://support.microsoft.com/help/${number}`,
  ...(replacedBy !== undefined && { replacedBy }),
})

/** By the name that texts use. */
export const UPDATES = {
  KB314825: update(314825, 'Path MTU black hole routers (Windows 2000 and later)'),
  KB875605: update(875605, 'Asynchronous WMI callbacks through Windows Firewall (Windows XP SP2 and later)'),
  KB951016: update(
    951016,
    'User Account Control remote restrictions: LocalAccountTokenFilterPolicy (Windows Vista and later)',
  ),
  KB960007: update(960007, 'RPC connections refused under load (Windows Server 2003, 2008)'),
  KB967622: update(
    967622,
    'WMI through .NET asks for IManagedObject without the security blanket (.NET Framework 2.0)',
    '.NET Framework 4.0',
  ),
  KB974893: update(974893, 'The same fix for .NET Framework 3.5 SP1', '.NET Framework 4.0'),
  KB2020943: update(2020943, 'HTTP 400 where the request header is too long for a Kerberos token (IIS, HTTP.sys)'),
  KB2028588: update(2028588, 'Error 1783 with more than 256 KB of services (Windows Server 2008 and earlier)'),
  KB2688798: update(
    2688798,
    'Performance tuning for NTLM authentication: MaxConcurrentApi (Windows Server 2003 and later)',
  ),
  KB3182294: update(3182294, '0x80004027 where COM+ remote access is off (Windows Server 2016 and later)'),
  KB4557222: update(4557222, 'Netlogon secure channel, CVE-2020-1472: enforced since February 2021'),
  KB4599464: update(4599464, 'Print RPC at packet privacy, CVE-2021-1678: enforced since September 2021'),
  KB5004442: update(
    5004442,
    'DCOM hardening, CVE-2021-26414: can be switched on since June 2021, on by default since June 2022, no way back since March 2023',
  ),
  KB5008380: update(5008380, 'Kerberos PAC requestor, CVE-2021-42287: enforced since October 2022'),
  KB5014754: update(
    5014754,
    'Certificate mapping, CVE-2022-26931: enforced since February 2025, no compatibility mode since September 2025',
  ),
  KB5020805: update(5020805, 'Kerberos PAC signatures, CVE-2022-37967: enforced since October 2023'),
  KB5021130: update(5021130, 'Netlogon RPC sealing, CVE-2022-38023: enforced since July 2023'),
  KB5037754: update(
    5037754,
    'Kerberos PAC validation, CVE-2024-26248 and CVE-2024-29056: on by default since January 2025, no way back since April 2025',
  ),
  KB5066014: update(
    5066014,
    'Netlogon without a logon, CVE-2025-49716: denied since July 2025 (Windows Server 2025: May 2025); audit mode since August 2025',
  ),
  KB5066470: update(
    5066470,
    'NTLMv1 in Windows 11 24H2 and Windows Server 2025: BlockNtlmv1SSO, on by default from October 2026',
  ),
  KB5068222: update(
    5068222,
    'Machine identity in Kerberos and NTLM (updates of August 2025 and later): cloned computers, event 6167',
  ),
  KB5073381: update(
    5073381,
    'RC4 service tickets, CVE-2026-20833: audited since January 2026, AES by default since April 2026, no way back since July 2026',
  ),
} satisfies Record<string, Update>

/** An event of Windows: its log, its meaning, and the document where there is one of its own. */
export interface EventSource {
  log: string
  meaning: string
  url?: string
}

/** By id. Of ranges the first and the last. */
export const EVENTS: Readonly<Record<number, EventSource>> = {
  2: { log: 'Microsoft-Windows-RPC', meaning: 'the RPC runtime refused a call (RPC filter)' },
  3: {
    log: 'Security-Kerberos, System',
    meaning: 'a Kerberos error that a client received, where Kerberos logging is on',
  },
  4: { log: 'Security-Kerberos, System', meaning: 'KRB_AP_ERR_MODIFIED' },
  7: { log: 'Microsoft-Windows-RPC', meaning: 'a call ended (RPC runtime)' },
  11: { log: 'Kerberos-Key-Distribution-Center, System', meaning: 'duplicate service names' },
  35: {
    log: 'Kerberos-Key-Distribution-Center, System',
    meaning: 'a ticket-granting ticket of another domain controller without PAC attributes',
    url: 'https://support.microsoft.com/help/5008380',
  },
  36: {
    log: 'Kerberos-Key-Distribution-Center, System',
    meaning: 'a ticket without a PAC',
    url: 'https://support.microsoft.com/help/5008380',
  },
  37: {
    log: 'Kerberos-Key-Distribution-Center, System',
    meaning: 'a ticket whose PAC does not name who requested it',
    url: 'https://support.microsoft.com/help/5008380',
  },
  39: {
    log: 'Kerberos-Key-Distribution-Center, System',
    meaning: 'a certificate without a strong mapping',
    url: 'https://support.microsoft.com/help/5014754',
  },
  40: {
    log: 'Kerberos-Key-Distribution-Center, System',
    meaning: 'a certificate older than its account',
    url: 'https://support.microsoft.com/help/5014754',
  },
  41: {
    log: 'Kerberos-Key-Distribution-Center, System',
    meaning: 'a certificate of another SID',
    url: 'https://support.microsoft.com/help/5014754',
  },
  201: {
    log: 'Kdcsvc, System',
    meaning: 'RC4: the first of nine audit events',
    url: 'https://support.microsoft.com/help/5073381',
  },
  209: {
    log: 'Kdcsvc, System',
    meaning: 'RC4: the last of nine audit events',
    url: 'https://support.microsoft.com/help/5073381',
  },
  243: { log: 'Win32k, System', meaning: 'a desktop heap allocation failed' },
  1000: { log: 'Application Error, Application', meaning: 'a process crashed' },
  1026: { log: '.NET Runtime, Application', meaning: 'a process ended by an unhandled exception' },
  1074: { log: 'User32, System', meaning: 'a process started a shutdown' },
  1753: {
    log: 'several logs',
    meaning: 'the error code of a program that logs it: no more endpoints',
    url: learn('troubleshoot/windows-server/active-directory/replication-error-1753'),
  },
  3210: { log: 'Netlogon, System', meaning: 'a computer failed to authenticate to a domain controller' },
  4001: { log: 'NTLM, Operational', meaning: 'outgoing NTLM is blocked or would be' },
  4002: { log: 'NTLM, Operational', meaning: 'incoming NTLM is blocked' },
  4004: { log: 'NTLM, Operational', meaning: 'NTLM in the domain is blocked' },
  4024: {
    log: 'NTLM, Operational',
    meaning: 'credentials derived from NTLMv1 were used (audit)',
    url: 'https://support.microsoft.com/help/5066470',
  },
  4025: {
    log: 'NTLM, Operational',
    meaning: 'credentials derived from NTLMv1 were blocked',
    url: 'https://support.microsoft.com/help/5066470',
  },
  4199: { log: 'Tcpip, System', meaning: 'another computer has the same IP address' },
  4624: {
    log: 'Security',
    meaning: 'a logon succeeded',
    url: learn('previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-4624'),
  },
  4625: {
    log: 'Security',
    meaning: 'a logon failed',
    url: learn('previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-4625'),
  },
  4740: {
    log: 'Security',
    meaning: 'an account was locked out',
    url: learn('previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-4740'),
  },
  4768: {
    log: 'Security',
    meaning: 'a ticket-granting ticket was requested',
    url: learn('previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-4768'),
  },
  4769: {
    log: 'Security',
    meaning: 'a service ticket was requested',
    url: learn('previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-4769'),
  },
  4771: {
    log: 'Security',
    meaning: 'Kerberos pre-authentication failed',
    url: learn('previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-4771'),
  },
  5168: {
    log: 'Security',
    meaning: 'the SPN check of SMB failed',
    url: learn('previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-5168'),
  },
  5612: { log: 'WinMgmt, Application', meaning: 'a WMI provider exceeded a quota' },
  5719: { log: 'Netlogon, System', meaning: 'no secure channel to a domain controller' },
  5722: { log: 'Netlogon, System', meaning: 'a computer account failed to authenticate' },
  5805: { log: 'Netlogon, System', meaning: 'a computer was denied its secure channel' },
  5827: {
    log: 'Netlogon, System',
    meaning: 'a vulnerable secure channel of a computer was denied',
    url: 'https://support.microsoft.com/help/4557222',
  },
  5831: {
    log: 'Netlogon, System',
    meaning: 'a vulnerable secure channel of a trust was allowed by policy',
    url: 'https://support.microsoft.com/help/4557222',
  },
  5840: {
    log: 'Netlogon, System',
    meaning: 'a secure channel uses RC4',
    url: 'https://support.microsoft.com/help/5021130',
  },
  5841: {
    log: 'Netlogon, System',
    meaning: 'a secure channel was denied because of RC4',
    url: 'https://support.microsoft.com/help/5021130',
  },
  5858: { log: 'WMI-Activity, Operational', meaning: 'a WMI operation failed' },
  6008: { log: 'EventLog, System', meaning: 'the shutdown before was unexpected' },
  6167: {
    log: 'LsaSrv, System',
    meaning: 'the machine identity of a ticket is that of another computer',
    url: 'https://support.microsoft.com/help/5068222',
  },
  7031: { log: 'Service Control Manager, System', meaning: 'a service ended unexpectedly (with an action)' },
  7034: { log: 'Service Control Manager, System', meaning: 'a service ended unexpectedly' },
  8001: { log: 'NTLM, Operational', meaning: 'outgoing NTLM (audit)' },
  8004: { log: 'NTLM, Operational', meaning: 'NTLM in the domain (audit)' },
  10004: { log: 'DistributedCOM, System', meaning: 'the run-as account of a COM class cannot log on' },
  10009: { log: 'DistributedCOM, System', meaning: 'a computer could not be reached (before Windows 8)' },
  10010: { log: 'DistributedCOM, System', meaning: 'a COM server did not register in time' },
  10014: {
    log: 'DistributedCOM, System',
    meaning: 'an activation failed because remote activations of COM+ are disabled',
  },
  10015: {
    log: 'DistributedCOM, System',
    meaning: 'the machine-wide limits do not grant launch or activation',
    url: learn('troubleshoot/windows-client/application-management/event-10016-logged-when-accessing-dcom'),
  },
  10016: {
    log: 'DistributedCOM, System',
    meaning: 'a DCOM permission is missing',
    url: learn('troubleshoot/windows-client/application-management/event-10016-logged-when-accessing-dcom'),
  },
  10019: {
    log: 'DistributedCOM, System',
    meaning: 'the machine-wide limits do not grant access to a COM server',
    url: learn('troubleshoot/windows-client/application-management/event-10016-logged-when-accessing-dcom'),
  },
  10028: { log: 'DistributedCOM, System', meaning: 'a computer could not be reached' },
  10036: {
    log: 'DistributedCOM, System',
    meaning: 'the server refused a low activation level',
    url: 'https://support.microsoft.com/help/5004442',
  },
  10037: {
    log: 'DistributedCOM, System',
    meaning: 'the client asks for a low activation level, set by the program',
    url: 'https://support.microsoft.com/help/5004442',
  },
  10038: {
    log: 'DistributedCOM, System',
    meaning: 'the client asks for a low activation level, by default',
    url: 'https://support.microsoft.com/help/5004442',
  },
}

/** A registry value of Windows: its key, and the document. */
export interface RegistryValue {
  key: string
  url: string
}

const NETLOGON = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Netlogon\\Parameters'
const LANMAN_SERVER = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters'
const TCPIP = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters'
const LSA = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa'
const PRINT_RPC = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Printers\\RPC'
const SECURITY_SETTING =
  'previous-versions/windows/it-pro/windows-10/security/threat-protection/security-policy-settings/'

/** By name. */
export const REGISTRY_VALUES: Readonly<Record<string, RegistryValue>> = {
  BackConnectionHostNames: { key: `${LSA}\\MSV1_0`, url: 'https://support.microsoft.com/help/926642' },
  BlockNtlmv1SSO: { key: `${LSA}\\MSV1_0`, url: 'https://support.microsoft.com/help/5066470' },
  DisableStrictNameChecking: { key: LANMAN_SERVER, url: 'https://support.microsoft.com/help/281308' },
  DumpType: {
    key: 'HKLM\\SOFTWARE\\Microsoft\\Windows\\Windows Error Reporting\\LocalDumps',
    url: learn('windows/win32/wer/collecting-user-mode-dumps'),
  },
  EnablePMTUDiscovery: { key: TCPIP, url: 'https://support.microsoft.com/help/314825' },
  KeepAliveTime: { key: TCPIP, url: learn('windows/win32/rpc/dealing-with-loss-of-connectivity') },
  LmCompatibilityLevel: {
    key: LSA,
    url: learn(`${SECURITY_SETTING}network-security-lan-manager-authentication-level`),
  },
  LocalAccountTokenFilterPolicy: {
    key: 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System',
    url: 'https://support.microsoft.com/help/951016',
  },
  MaxConcurrentApi: { key: NETLOGON, url: 'https://support.microsoft.com/help/2688798' },
  NullSessionPipes: {
    key: LANMAN_SERVER,
    url: learn(`${SECURITY_SETTING}network-access-named-pipes-that-can-be-accessed-anonymously`),
  },
  Ports: {
    key: 'HKLM\\Software\\Microsoft\\Rpc\\Internet',
    url: learn('troubleshoot/windows-server/networking/configure-rpc-dynamic-port-allocation-with-firewalls'),
  },
  RC4DefaultDisablementPhase: {
    key: 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\Kerberos\\Parameters',
    url: 'https://support.microsoft.com/help/5073381',
  },
  RaiseActivationAuthenticationLevel: {
    key: 'HKLM\\SOFTWARE\\Microsoft\\Ole\\AppCompat',
    url: 'https://support.microsoft.com/help/5004442',
  },
  RejectMd5Clients: { key: NETLOGON, url: 'https://support.microsoft.com/help/5021130' },
  RemoteAccessEnabled: { key: 'HKLM\\SOFTWARE\\Microsoft\\COM3', url: 'https://support.microsoft.com/help/3182294' },
  RestrictNullSessAccess: {
    key: LANMAN_SERVER,
    url: learn(`${SECURITY_SETTING}network-access-restrict-anonymous-access-to-named-pipes-and-shares`),
  },
  RestrictRemoteClients: {
    key: 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Rpc',
    url: learn('windows-server/security/rpc-interface-restrict'),
  },
  RestrictRemoteSAM: {
    key: LSA,
    url: learn(`${SECURITY_SETTING}network-access-restrict-clients-allowed-to-make-remote-sam-calls`),
  },
  RpcAuthnLevelPrivacyEnabled: {
    key: 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Print',
    url: 'https://support.microsoft.com/help/4599464',
  },
  RpcProtocols: {
    key: PRINT_RPC,
    url: learn('troubleshoot/windows-client/printing/windows-11-rpc-connection-updates-for-print'),
  },
  RpcUseNamedPipeProtocol: {
    key: PRINT_RPC,
    url: learn('troubleshoot/windows-client/printing/windows-11-rpc-connection-updates-for-print'),
  },
  MaxFieldLength: {
    key: 'HKLM\\System\\CurrentControlSet\\Services\\HTTP\\Parameters',
    url: learn('troubleshoot/developer/webapps/iis/www-administration-management/http-bad-request-response-kerberos'),
  },
  MaxRequestBytes: {
    key: 'HKLM\\System\\CurrentControlSet\\Services\\HTTP\\Parameters',
    url: learn('troubleshoot/developer/webapps/iis/www-administration-management/http-bad-request-response-kerberos'),
  },
  ValidPorts: {
    key: 'HKLM\\Software\\Microsoft\\Rpc\\RpcProxy',
    url: learn('windows/win32/rpc/rpc-over-http-security'),
  },
}

/** Policies by the name that Windows shows, each with its document. */
export const POLICIES: Readonly<Record<string, string>> = {
  'Network security: Restrict NTLM': learn(`${SECURITY_SETTING}network-security-restrict-ntlm-incoming-ntlm-traffic`),
  'Network security: Restrict NTLM: Outgoing NTLM traffic to remote servers': learn(
    `${SECURITY_SETTING}network-security-restrict-ntlm-outgoing-ntlm-traffic-to-remote-servers`,
  ),
  'Network security: Configure encryption types allowed for Kerberos': learn(
    `${SECURITY_SETTING}network-security-configure-encryption-types-allowed-for-kerberos`,
  ),
  'Deny access to this computer from the network': learn(
    `${SECURITY_SETTING}deny-access-to-this-computer-from-the-network`,
  ),
  'Limit local account use of blank passwords to console logon only': learn(
    `${SECURITY_SETTING}accounts-limit-local-account-use-of-blank-passwords-to-console-logon-only`,
  ),
  'Network access: Named Pipes that can be accessed anonymously': learn(
    `${SECURITY_SETTING}network-access-named-pipes-that-can-be-accessed-anonymously`,
  ),
  'Microsoft network server: Server SPN target name validation level': learn(
    `${SECURITY_SETTING}microsoft-network-server-server-spn-target-name-validation-level`,
  ),
  'Network access: Restrict anonymous access to Named Pipes and Shares': learn(
    `${SECURITY_SETTING}network-access-restrict-anonymous-access-to-named-pipes-and-shares`,
  ),
  'Network access: Restrict clients allowed to make remote calls to SAM': learn(
    `${SECURITY_SETTING}network-access-restrict-clients-allowed-to-make-remote-sam-calls`,
  ),
  'Propagation of extended error information': learn('windows/client-management/mdm/policy-csp-admx-rpc'),
  'Restrict Unauthenticated RPC clients': learn('windows/client-management/mdm/policy-csp-remoteprocedurecall'),
  'Configure RPC listener settings': learn('windows/client-management/mdm/policy-csp-printers'),
  'Configure RPC connection settings': learn('windows/client-management/mdm/policy-csp-printers'),
}
