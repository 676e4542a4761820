// Documents that findings point to. One entry each, so that a title is spelt once.
import type { Reference } from '../finding'

const learn = (path: string) => `https://learn.microsoft.com/${path}`

export const references = {
  c706: { title: 'C706, DCE 1.1: Remote Procedure Call', url: 'https://pubs.opengroup.org/onlinepubs/9629399/' },
  rpceBindNak: { title: 'MS-RPCE 2.2.2.5: bind_nak and its reasons' },
  rpceSecurityContexts: { title: 'MS-RPCE 3.3.1.5.4: several security contexts on one connection' },
  rpceBindTime: { title: 'MS-RPCE 2.2.2.14: bind-time feature negotiation' },
  rpceInProgress: { title: 'MS-RPCE 3.3.2.7.1: calls in progress when a connection fails' },
  rpceBadStub: { title: 'MS-RPCE: status 0x6F7 where the stub cannot be unmarshalled' },
  caseStudy: { title: 'Case Study: Debug distributed application using packet analyzer' },
  kb967622: { title: 'KB967622: WMI .NET asks for IManagedObject without the security blanket' },
  kb974893: { title: 'KB974893: the same fix for .NET Framework 3.5 SP1' },
  blanket: { title: 'CoSetProxyBlanket', url: learn('windows/win32/api/combaseapi/nf-combaseapi-cosetproxyblanket') },
  connectivity: {
    title: 'Dealing with Loss of Connectivity (RPC)',
    url: learn('windows/win32/rpc/dealing-with-loss-of-connectivity'),
  },
  rpcErrors: {
    title: 'RPC error troubleshooting',
    url: learn('troubleshoot/windows-client/networking/rpc-errors-troubleshooting'),
  },
  eerrLocations: {
    title: 'Extended Error Information Detection Locations',
    url: learn('windows/win32/rpc/extended-error-information-detection-locations'),
  },
  hardening: {
    title: 'KB5004442: Windows DCOM Server Security Feature Bypass (CVE-2021-26414)',
    url: 'https://support.microsoft.com/help/5004442',
  },
  printHardening: { title: 'KB4599464: print RPC at packet privacy (CVE-2021-1678)' },
  comRemoteAccess: { title: 'KB3182294: 0x80004027 when COM+ remote access is off' },
  restrictRemote: {
    title: 'RPC interface restriction (RestrictRemoteClients)',
    url: learn('windows-server/security/rpc-interface-restrict'),
  },
  wmiAccess: {
    title: 'Scenario guide: WMI connectivity and access issues',
    url: learn(
      'troubleshoot/windows-server/system-management-components/scenario-guide-troubleshoot-wmi-connectivity-access-issues',
    ),
  },
  replication1753: {
    title: 'AD replication error 1753: no more endpoints available from the endpoint mapper',
    url: learn('troubleshoot/windows-server/active-directory/replication-error-1753'),
  },
  replication1722: {
    title: 'AD replication error 1722: the RPC server is unavailable',
    url: learn('troubleshoot/windows-server/active-directory/replication-error-1722-rpc-server-unavailable'),
  },
  services1783: { title: 'KB2028588: error 1783 with more than 256 KB of services' },
  pktmon: { title: 'pktmon start', url: learn('windows-server/administration/windows-commands/pktmon-start') },
  dcomActivation: { title: 'MS-DCOM 3.1.2.5.2.3: activation' },
  dcomPings: { title: 'MS-DCOM 3.1.1.6: pings and rundown' },
  nlmp: { title: 'MS-NLMP 2.2.1.3: AUTHENTICATE_MESSAGE' },
  rfc4120: { title: 'RFC 4120 7.5.9: Kerberos error codes', url: 'https://www.rfc-editor.org/rfc/rfc4120' },
  rfc4178: { title: 'RFC 4178 4.2.2: negotiation states of SPNEGO', url: 'https://www.rfc-editor.org/rfc/rfc4178' },
  smb1: {
    title: 'SMBv1 is not installed by default in Windows',
    url: learn('windows-server/storage/file-server/troubleshoot/smbv1-not-installed-by-default-in-windows'),
  },
  smbGuest: {
    title: 'Guest access in SMB2 is disabled by default in Windows',
    url: learn('troubleshoot/windows-server/networking/guest-access-in-smb2-is-disabled-by-default'),
  },
  smb2: { title: 'MS-SMB2 3.3.5: what a server answers and why' },
  netlogon: { title: 'MS-NRPC 3.5.4.4.2: NetrServerAuthenticate' },
  ntlmVersion1: {
    title: 'KB5066470: NTLMv1 in Windows 11 24H2 and Windows Server 2025',
    url: 'https://support.microsoft.com/help/5066470',
  },
  kerberosRc4: {
    title: 'KB5073381: RC4 service tickets and CVE-2026-20833',
    url: 'https://support.microsoft.com/help/5073381',
  },
  kerberosPac: {
    title: 'KB5008380: Kerberos authentication updates (CVE-2021-42287)',
    url: 'https://support.microsoft.com/help/5008380',
  },
  kerberosPacValidation: {
    title: 'KB5037754: PAC validation (CVE-2024-26248, CVE-2024-29056)',
    url: 'https://support.microsoft.com/help/5037754',
  },
  netlogonAnonymous: {
    title: 'KB5066014: Netlogon RPC hardening (CVE-2025-49716)',
    url: 'https://support.microsoft.com/help/5066014',
  },
  netlogonSealing: {
    title: 'KB5021130: Netlogon secure channel sealing (CVE-2022-38023)',
    url: 'https://support.microsoft.com/help/5021130',
  },
  netlogonZerologon: {
    title: 'KB4557222: Netlogon secure channel connections (CVE-2020-1472)',
    url: 'https://support.microsoft.com/help/4557222',
  },
  machineIds: {
    title: 'KB5068222: machine identity, cloned computers and event 6167',
    url: 'https://support.microsoft.com/help/5068222',
  },
  certificateMapping: {
    title: 'KB5014754: certificate-based authentication changes on Windows domain controllers',
    url: 'https://support.microsoft.com/help/5014754',
  },
  uac: {
    title: 'KB951016: User Account Control and remote restrictions (LocalAccountTokenFilterPolicy)',
    url: learn('troubleshoot/windows-server/windows-security/user-account-control-and-remote-restriction'),
  },
} satisfies Record<string, Reference>
