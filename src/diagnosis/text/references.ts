// Documents that findings point to. One entry each, so that a title is spelt once.
import type { Reference } from '../finding'
import { UPDATES } from './sources'

const learn = (path: string) => `https://learn.microsoft.com/${path}`

/** A section of an open specification of Microsoft, with the document that holds it. */
const spec = (title: string): Reference & { url: string } => ({
  title,
  url: learn(`openspecs/windows_protocols/${title.split(/[ :]/)[0]!.toLowerCase()}`),
})

export const references = {
  drsrPrivacy: spec('MS-DRSR 2.2.3.3: packet privacy'),
  bkrpPrivacy: spec('MS-BKRP 2.1: packet privacy'),
  stringBinding: spec('MS-DCOM 2.2.19.3: STRINGBINDING'),
  comVersion: spec('MS-DCOM 2.2.11: COMVERSION'),
  orphanedCalls: spec('MS-RPCE 3.3.1.5.10: cancelled and orphaned calls'),
  statusCodes: {
    title: 'C706 appendix E: reject and fault status codes',
    url: 'https://pubs.opengroup.org/onlinepubs/9629399/apdxe.htm',
  },
  c706: { title: 'C706, DCE 1.1: Remote Procedure Call', url: 'https://pubs.opengroup.org/onlinepubs/9629399/' },
  rpceBindNak: spec('MS-RPCE 2.2.2.5: bind_nak and its reasons'),
  rpceSecurityContexts: spec('MS-RPCE 3.3.1.5.4: several security contexts on one connection'),
  rpceBindTime: spec('MS-RPCE 2.2.2.14: bind-time feature negotiation'),
  rpceInProgress: spec('MS-RPCE 3.3.2.7.1: calls in progress when a connection fails'),
  rpcOverHttp: spec('MS-RPCH 2.1.2.1: the channels and what a proxy answers'),
  rpceBadStub: spec('MS-RPCE: status 0x6F7 where the stub cannot be unmarshalled'),
  caseStudy: { title: 'Case Study: Debug distributed application using packet analyzer' },
  kb967622: UPDATES.KB967622,
  kb974893: UPDATES.KB974893,
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
  hardening: UPDATES.KB5004442,
  printHardening: UPDATES.KB4599464,
  comRemoteAccess: UPDATES.KB3182294,
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
  services1783: UPDATES.KB2028588,
  pktmon: { title: 'pktmon start', url: learn('windows-server/administration/windows-commands/pktmon-start') },
  dcomActivation: spec('MS-DCOM 3.1.2.5.2.3: activation'),
  dcomPings: spec('MS-DCOM 3.1.1.6: pings and rundown'),
  nlmp: spec('MS-NLMP 2.2.1.3: AUTHENTICATE_MESSAGE'),
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
  smb2: spec('MS-SMB2 3.3.5: what a server answers and why'),
  netlogon: spec('MS-NRPC 3.5.4.4.2: NetrServerAuthenticate'),
  ntlmVersion1: UPDATES.KB5066470,
  kerberosRc4: UPDATES.KB5073381,
  kerberosPac: UPDATES.KB5008380,
  kerberosPacValidation: UPDATES.KB5037754,
  netlogonAnonymous: UPDATES.KB5066014,
  netlogonSealing: UPDATES.KB5021130,
  netlogonZerologon: UPDATES.KB4557222,
  machineIds: UPDATES.KB5068222,
  certificateMapping: UPDATES.KB5014754,
  kerberosSignatures: UPDATES.KB5020805,
  callbacks: UPDATES.KB875605,
  refusedUnderLoad: UPDATES.KB960007,
  headerTooLong: UPDATES.KB2020943,
  ntlmPerformance: UPDATES.KB2688798,
  blackHoles: UPDATES.KB314825,
  uac: UPDATES.KB951016,
} satisfies Record<string, Reference>
