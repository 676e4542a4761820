// Layouts of events that explain why a call fails, for traces without a schema: unmerged files. Sources: the manifests of
// Windows 10 1511 to 11 26H1 as dumped by fox-it/dissect.etl, jdu2600/Windows10EtwEvents and airbus-cert/etl-parser, and
// the schemas in real traces. A field is its name, then a letter for its type (TYPES); b*NAME is binary of that length, b*6 of six bytes.
import type { Property, Schema } from './schema'
import { PropertyFlag } from './schema'
import { InType, OutType } from './values'

const TYPES: Readonly<Record<string, readonly [inType: number, outType: number]>> = {
  s: [InType.UnicodeString, 0],
  a: [InType.AnsiString, 0],
  g: [InType.Guid, 0],
  u1: [InType.Uint8, 0],
  u2: [InType.Uint16, 0],
  u4: [InType.Uint32, 0],
  i4: [InType.Int32, 0],
  u8: [InType.Uint64, 0],
  p: [InType.Pointer, 0],
  t: [InType.SystemTime, 0],
  f: [InType.Filetime, 0],
  d: [InType.Sid, 0],
  o: [InType.Uint8, OutType.Boolean],
  4: [InType.Uint32, OutType.Ipv4],
  b: [InType.Binary, 0],
  k: [InType.Binary, OutType.SocketAddress],
  6: [InType.Binary, OutType.Ipv6],
}

/** Two socket addresses with their lengths, as TCPIP's events have them. */
const ENDS =
  'LocalAddressLength u4, LocalAddress k*LocalAddressLength, RemoteAddressLength u4, RemoteAddress k*RemoteAddressLength'
const CONNECTION = `${ENDS}, Status u4, ProcessId u4, Compartment u4, Tcb p`
const TCB_STATE = `Tcb p, ${ENDS}, NewState u4, RexmitCount u4`
const CALL =
  'InterfaceUuid g, ProcNum u4, Protocol u4, NetworkAddress s, Endpoint s, Options s, AuthenticationLevel u4, AuthenticationService u4, ImpersonationLevel u4'
const STATUS = 'Status u4'
const WFP_HEAD =
  'Timestamp u8, LocalAddressLength u4, LocalAddress k*LocalAddressLength, RemoteAddressLength u4, RemoteAddress k*RemoteAddressLength, ScopeId u4, AppId s, UserSID d'
const WFP_DROP = `${WFP_HEAD}, ReauthReason u4, OriginalProfile u4, CurrentProfile u4, PacketDirection u4, Loopback u1, FilterId u8, LayerId u2`
const WFP_SWITCH = `${WFP_DROP}, vSwitchId s, SourcevSwitchPort u4, DestinationvSwitchPort u4`
const NTLM_CLIENT =
  'TargetName s, UserName s, DomainName s, CallerPID u4, ProcessName s, ClientLUID u8, ClientUserName s, ClientDomainName s, MechanismOID s'
const NTLM_SERVER = 'CallerPID u4, ProcessName s, ClientLUID u8, ClientUserName s, ClientDomainName s, MechanismOID s'
const NTLM_DOMAIN =
  'UserName s, DomainName s, Workstation s, CallerPID u4, ProcessName s, LogonType u4, InProc o, MechanismOID s'
const NTLM_SECURITY = 'CallerPID u4, ProcessName s, NegotiatedSecurity u4, RequiredSecurity u4'
const NETLOGON = 'SChannelName s, UserName s, DomainName s, WorkstationName s, SChannelType u4'
const WAN = 'RoutingDomainID s, RRASUserName s, FragmentSize u4'
const PKTMON_PACKET =
  'PktGroupId u8, PktNumber u2, AppearanceCount u2, DirTag u2, PacketType u2, ComponentId u2, EdgeId u2, FilterId u2, DropReason u4, DropLocation u4'
const PKTMON = `${PKTMON_PACKET}, OriginalPayloadSize u2, LoggedPayloadSize u2`
/** A packet of which only its headers were kept; addresses are IPv4 (4) or IPv6 (6*16). */
const headersOf = (address: string) =>
  `DestinationMAC b*6, SourceMAC b*6, EtherType u2, VlanId u2, DestinationIP ${address}, SourceIP ${address}, Protocol u1, DestinationPort u2, SourcePort u2, TCPFlags u1, ${PKTMON_PACKET}`
const pktmonFilter = (address: string) =>
  `FilterId u2, FilterName s, MacAddress1 b*6, MacAddress2 b*6, EtherType u2, VlanId u2, IpAddress1 ${address}, IpAddress2 ${address}, Protocol u1, Port1 u2, Port2 u2, TCPFlags u1`
const PKTMON_OFFLOAD = `${PKTMON_PACKET}, TcpIpChecksum p, TcpLargeSend p, Ieee8021Q p, HashInfo p, HashValue p, VirtualSubnetInfo p, TcpRecvSegCoalesceInfo p, NrtNameResolutionId p, TcpSendOffloadsSupplementalInfo p, SwitchForwardingDetail u8, GftOffloadInfo u8, GftFlowEntryId u8`
const PROPERTY = 'ComponentId u2, Type u2'
const QUERY = 'QueryName s, QueryType u4'

function texts(count: number): string {
  return Array.from({ length: count }, (_, index) => `param${index + 1} s`).join(', ')
}

/** Name, then layouts of the event's versions, the newest first: the first that ends where the data ends is it. */
type Known = readonly [name: string, ...layouts: string[]]

const KNOWN: Readonly<Record<string, Readonly<Record<number, Known>>>> = {
  'Microsoft-Windows-RPC': {
    1: [
      'Extended error information',
      'ImageName s, ComputerName s, ProcessID u4, TimeStamp t, GeneratingComponent u4, Status u4, DetectionLocation u2, Flags u2, NumberOfParameters u2, Params [NumberOfParameters ParameterType i4, AnsiValue a, UnicodeValue s, LValue u4, PValue u8]',
    ],
    2: ['Call blocked by an RPC filter', 'ImageName s, InterfaceUuid g, FilterKey g'],
    3: ['Internal error', 'ImageName s, DetectionLocation u2, Status u4, AdditionalData1 u4, AdditionalData2 u4'],
    5: ['Client call start', CALL],
    6: ['Server call start', CALL],
    7: ['Client call stop', STATUS],
    8: ['Server call stop', STATUS],
    9: ['Exception raised', STATUS],
    10: ['PDU received', 'SubjectPointer u8, FragmentSize u4, Fragment b*FragmentSize'],
    11: ['PDU sent', 'SubjectPointer u8, FragmentSize u4, Fragment b*FragmentSize'],
    14: ['Interface registered', 'InterfaceUuid g, TypeMgrUuid g, Flags u4, MaxCalls u4, SDSize u4, SD b*SDSize'],
    15: ['Interface unregistered', 'InterfaceUuid g, TypeMgrUuid g, Flags u4, MaxCalls u4'],
    16: [
      'Endpoint bound',
      'Protocol s, Endpoint s, NetworkAddress s, PendingQueueSize u4, EndpointFlags u4, NicFlags u4',
    ],
  },
  'Microsoft-Windows-RPC-Events': {
    2: ['RPC call', 'ApplicationName s, ProcessId u4, RPCProtocolSequence s, InterfaceGUID g'],
    3: ['RPC call', 'ApplicationName s, ProcessId u4, RPCProtocolSequence s, InterfaceGUID g'],
    4: ['RPC call', 'ApplicationName s, ProcessId u4'],
    5: ['RPC call', 'ApplicationName s, ProcessId u4, RPCProtocolSequence s, InterfaceGUID g'],
    6: ['RPC call', 'ApplicationName s, ProcessId u4, RPCProtocolSequence s'],
    7: ['RPC call', 'ApplicationName s, ProcessId u4, RPCProtocolSequence s, InterfaceGUID g'],
    8: [
      'RPC call failed',
      'ApplicationName s, ProcessId u4, RPCProtocolSequence s, RPCEndpoint s, InterfaceGUID g, RPCStatus u4',
    ],
  },
  'Microsoft-Windows-RPCSS': {
    1: ['Error', 'DetectionLocation u2, Status u4, AdditionalData1 u4, AdditionalData2 u4'],
    2: ['Endpoint registered', 'InterfaceUUID g, ObjectUUID g, Protocol a, EndPoint a'],
    3: ['Endpoint unregistered', 'InterfaceUUID g, ObjectUUID g, Protocol a, EndPoint a'],
  },
  'Microsoft-Windows-WMI-Activity': {
    11: [
      'Operation start',
      'CorrelationId s, GroupOperationId u4, OperationId u4, Operation s, ClientMachine s, ClientMachineFQDN s, User s, ClientProcessId u4, ClientProcessCreationTime u8, NamespaceName s, IsLocal o',
      'CorrelationId s, GroupOperationId u4, OperationId u4, Operation s, ClientMachine s, User s, ClientProcessId u4, NamespaceName s',
    ],
    12: ['Provider start', 'GroupOperationId u4, Operation s, HostId u4, ProviderName s, ProviderGuid s, Path s'],
    13: ['Operation stop', 'OperationId u4, ResultCode u4'],
    14: ['Message', 'OperationId u4, Operation s, Channel u4, Message s'],
    15: ['Error', 'OperationId u4, Operation s, ErrorId s, ErrorCategory u4, Message s, TargetName s'],
    16: ['Error', 'OperationId u4, Operation s, ErrorId u4, Message s'],
    17: ['Protocol', 'CorrelationId s, ProcessId u4, Protocol s, Operation s, User s, Namespace s'],
    18: ['Consumer', 'ConsumerType s, PossibleCause s'],
    19: [
      'Operation',
      'OperationID u4, Operation s, ClientProcessId u4, ClientMachineFQDN s, ClientProcessCreationTime u8, IsLocal o',
      'OperationID u4, Operation s',
    ],
    20: [
      'Operation',
      'OperationID u4, Operation s, Flags u4, ClientProcessId u4, ClientMachineFQDN s, ClientProcessCreationTime u8, IsLocal o',
      'OperationID u4, Operation s, Flags u4',
    ],
    21: ['Consumer', 'ConsumerType s, PossibleCause s'],
    22: [
      'Method call',
      'CorrelationId s, GroupOperationId u4, OperationId u4, ClassName s, MethodName s, ImplementationClass s, ClientMachine s, ClientMachineFQDN s, User s, ClientProcessId u4, ClientProcessCreationTime u8, NamespaceName s, IsLocal o',
    ],
    23: [
      'Process created',
      'CorrelationId s, GroupOperationId u4, OperationId u4, Commandline s, CreatedProcessId u4, CreatedProcessCreationTime u8, ClientMachine s, ClientMachineFQDN s, User s, ClientProcessId u4, ClientProcessCreationTime u8, IsLocal o',
    ],
    100: ['Component', 'ComponentName s, MessageDetail s, FileName s'],
    101: ['Component error', 'ComponentName s, ErrorId u4, ErrorDetail s, FileName s'],
    5857: ['Provider loaded', 'ProviderName s, Code u4, HostProcess s, ProcessID u4, ProviderPath s'],
    5858: [
      'Operation failed',
      'Id s, ClientMachine s, User s, ClientProcessId u4, Component s, Operation s, ResultCode u4, PossibleCause s',
    ],
    5859: [
      'Subscription',
      'NamespaceName s, Query s, User s, processid u4, providerName s, queryid u4, PossibleCause s',
    ],
    5860: ['Temporary subscription', 'NamespaceName s, Query s, User s, processid u4, MachineName s, PossibleCause s'],
    5861: ['Permanent subscription', 'Namespace s, ESS s, CONSUMER s, PossibleCause s'],
  },
  'Microsoft-Windows-DistributedCOM': {
    10000: ['Server did not start', texts(3)],
    10005: ['Service did not start', texts(4)],
    10009: ['Computer not reached', 'param1 s, __binLength u4, binary b*__binLength', texts(1)],
    10010: ['Server did not register in time', texts(1)],
    10016: ['Launch or activation denied', texts(11)],
    10028: [
      'Computer not reached',
      'param1 s, param2 s, param3 s, param4 s, __binLength u4, binary b*__binLength',
      'param1 s, param2 s, param3 s, __binLength u4, binary b*__binLength',
      texts(4),
      texts(3),
    ],
    10036: ['Authentication level too low', texts(4)],
    10037: ['Authentication level too low at the client', texts(5)],
    10038: ['Authentication level too low at the client', texts(5)],
  },
  'Microsoft-Windows-COMRuntime': {
    1: ['Blocked', 'Flags u4, BlockTimeMs u4, TotalTimeMs u4'],
    2: [
      'Slow call',
      'Flags u4, CallTimeMs u4, CallResult u4, TargetThreadId u4, TargetProcessId u4, TargetMethod u4, TargetInterface g',
    ],
    7: ['Call', 'IID g, Method u4, IPID g, CallType u4'],
  },
  'Microsoft-Windows-COM': { 1: ['Class not registered', 'CLSID g', 'CLSID s'] },
  'Microsoft-Windows-TCPIP': {
    1002: ['Connection requested', TCB_STATE, CONNECTION],
    1017: ['Accepted', CONNECTION],
    1031: ['Connection attempt', CONNECTION],
    1033: ['Connected', CONNECTION],
    1034: ['Connection failed', CONNECTION],
    1038: ['Close', CONNECTION],
    1039: ['Abort', CONNECTION],
    1040: ['Abort complete', CONNECTION],
    1043: ['Disconnected', CONNECTION],
    1044: ['Shutdown', CONNECTION],
    1045: ['Connection timed out', TCB_STATE, CONNECTION],
    1046: ['Retransmission timed out', TCB_STATE],
    1051: ['State changed', 'OldState u4, NewState u4, SndNxt u4, Tcb p'],
    1184: ['RST received', TCB_STATE],
    1186: ['SYN sent again', TCB_STATE],
    1214: [
      'Dropped at the transport',
      'IPTransportProtocol u4, AddressFamily u4, LocalSockAddrLength u4, LocalSockAddr k*LocalSockAddrLength, RemoteSockAddrLength u4, RemoteSockAddr k*RemoteSockAddrLength, Reason u4, PacketCount u4',
    ],
    1215: [
      'Dropped at the network layer',
      'IPTransportProtocol u4, AddressFamily u4, SourceIPv4Address 4, DestIPv4Address 4, IPv6SourceIpAddrLength u4, IPv6SourceAddress 6*IPv6SourceIpAddrLength, IPv6DestIpAddrLength u4, IPv6DestAddress 6*IPv6DestIpAddrLength, Reason u4, PacketCount u4, IPProtocol u4',
      'IPTransportProtocol u4, AddressFamily u4, SourceIPv4Address 4, DestIPv4Address 4, IPv6SourceIpAddrLength u4, IPv6SourceAddress 6*IPv6SourceIpAddrLength, IPv6DestIpAddrLength u4, IPv6DestAddress 6*IPv6DestIpAddrLength, Reason u4, PacketCount u4',
    ],
    1300: ['Connection that exists', `Tcb p, ${ENDS}, State u4, Pid u4`],
  },
  'Microsoft-Windows-Winsock-AFD': {
    1000: [
      'Socket',
      'EnterExit u4, Location u4, Process p, Endpoint p, AddressFamily u4, SocketType u4, Protocol u4, ProcessId p, Status u4',
    ],
    1032: ['Aborted', 'EnterExit u4, Location u4, Process p, Endpoint p, Reason u4'],
  },
  'Microsoft-Windows-DNS-Client': {
    3006: [
      'Query',
      `${QUERY}, QueryOptions u8, ServerList s, IsNetworkQuery u4, NetworkQueryIndex u4, InterfaceIndex u4, IsAsyncQuery u4`,
    ],
    3008: ['Query complete', `${QUERY}, QueryOptions u8, QueryStatus u4, QueryResults s`],
    3010: ['Query sent', `${QUERY}, DnsServerIpAddress s`],
    3011: ['Response', `${QUERY}, DnsServerIpAddress s, ResponseStatus u4`],
    3018: ['Cache look-up', `${QUERY}, QueryOptions u8, Status u4, QueryResults s`],
    3020: ['Query response', `${QUERY}, NetworkIndex u4, InterfaceIndex u4, Status u4, QueryResults s`],
  },
  'Microsoft-Windows-NTLM': {
    100: ['Logon refused', 'AccountName s, DeviceName s, Status u4'],
    101: ['Logon refused by policy', 'AccountName s, DeviceName s, Status u4, SiloName s, PolicyName s'],
    4001: ['Outgoing NTLM blocked', NTLM_CLIENT],
    4002: ['Incoming NTLM blocked', NTLM_SERVER],
    4003: ['NTLM blocked in the domain', NTLM_DOMAIN],
    4010: ['Client security too low', NTLM_SECURITY],
    4011: ['Server security too low', NTLM_SECURITY],
    4013: ['Outgoing NTLM blocked', NTLM_CLIENT],
    8001: ['Outgoing NTLM audited', NTLM_CLIENT],
    8002: ['Incoming NTLM audited', NTLM_SERVER],
    8003: ['NTLM in the domain audited', NTLM_DOMAIN],
  },
  'Microsoft-Windows-Security-Kerberos': {
    3: [
      'Kerberos error',
      'LogonSession s, ClientTime s, ServerTime s, ErrorCode s, ErrorMessage s, ExtendedError s, ClientRealm s, ClientName s, ServerRealm s, ServerName s, TargetName s, ErrorText s, File s, Line s, __binLength u4, binary b*__binLength',
    ],
    4: [
      'Ticket for another key',
      'Server s, TargetRealm s, Targetname s, ClientRealm s, __binLength u4, binary b*__binLength',
    ],
    100: ['SPN not found', 'SPN s, ErrorCode u4'],
    101: ['SPN refused', 'SPN s, ErrorCode u4'],
    102: ['Domain controller', 'DomainController s, ErrorCode u4'],
    103: ['Client', 'ClientUpn s, ErrorCode u4'],
    104: ['Domain', 'TargetDomain s, ErrorCode u4'],
    106: ['Error', 'ErrorCode u4'],
    107: ['Domain', 'ExpectedDomainName s, ErrorCode u4'],
  },
  LsaSrv: {
    40960: ['Authentication error', 'Target s, Protocol s, Error s'],
    40961: ['No secure connection', 'Target s'],
    40962: ['Authentication', 'Target s, Protocol s'],
  },
  'Microsoft-Windows-Security-Netlogon': {
    4004: ['NTLM blocked', NETLOGON],
    4005: ['NTLM blocked', NETLOGON],
    4006: ['NTLM blocked', NETLOGON],
    8004: ['NTLM audited', NETLOGON],
    8005: ['NTLM audited', NETLOGON],
    8006: ['NTLM audited', NETLOGON],
    9000: ['Logon refused', 'AccountName s, AccountDomain s, Status u4'],
  },
  'Microsoft-Windows-WFP': {
    1001: [
      'Packet dropped by a filter',
      `${WFP_SWITCH}, EnterpriseId s, PolicyFlags u8, EffectiveName s`,
      WFP_SWITCH,
      WFP_DROP,
    ],
    1003: ['IPsec dropped a packet', `${WFP_HEAD}, FailureStatus u4, Direction u4, SPI u4, FilterId u8, LayerId u2`],
  },
  'Microsoft-Windows-NDIS-PacketCapture': {
    1001: ['Frame', 'MiniportIfIndex u4, LowerIfIndex u4, FragmentSize u4'],
  },
  'Microsoft-Windows-Ras-NdisWanPacketCapture': { 5001: ['Frame', WAN], 5002: ['Frame', WAN] },
  'Microsoft-Windows-PktMon': {
    10: ['Error', STATUS],
    20: ['Component', 'Id u2, Type u2, Name s, Description s'],
    30: ['Property', `${PROPERTY}, Value u4`],
    40: ['Property', `${PROPERTY}, Value g`],
    50: ['Property', `${PROPERTY}, Value u4`],
    60: ['Property', `${PROPERTY}, Value u2`],
    65: ['Property', `${PROPERTY}, IpAddress 4`],
    70: ['Property', `${PROPERTY}, Size u4, Value b*Size`],
    73: ['Property', `${PROPERTY}, Value s`],
    75: ['Property', `${PROPERTY}, EtherType u2`],
    80: [
      'Drop counters',
      'ComponentId u2, DirTagIn u2, PacketsIn u8, BytesIn u8, DirTagOut u2, PacketsOut u8, BytesOut u8',
    ],
    90: [
      'Flow counters',
      'ComponentId u2, EdgeName s, EdgeId u2, DirTagIn u2, PacketsIn u8, BytesIn u8, DirTagOut u2, PacketsOut u8, BytesOut u8',
    ],
    100: ['Filter', pktmonFilter('4')],
    110: ['Filter', pktmonFilter('6*16')],
    120: ['Packet headers', headersOf('4')],
    130: ['Packet headers', headersOf('6*16')],
    140: ['Headers of a dropped packet', headersOf('4')],
    150: ['Headers of a dropped packet', headersOf('6*16')],
    160: ['Frame', PKTMON],
    170: ['Dropped frame', PKTMON],
    180: ['Offload of a packet', PKTMON_OFFLOAD],
    190: ['Offload of a dropped packet', PKTMON_OFFLOAD],
  },
}

/** Layouts of an event that is known, the newest first; empty for one that is not. */
export function knownLayouts(providerName: string, guid: string, id: number, version: number): Schema[] {
  const [name, ...layouts] = KNOWN[providerName]?.[id] ?? ['']
  return layouts.map((layout) => {
    const properties = propertiesOf(layout)
    const topLevel = properties.findIndex(({ isMember }) => isMember)
    return {
      provider: guid,
      providerName,
      id,
      version,
      name,
      message: '',
      properties,
      topLevel: topLevel < 0 ? properties.length : topLevel,
    }
  })
}

/** Properties of a layout; members of a structure stand behind those of the event. */
function propertiesOf(layout: string): (Property & { isMember: boolean })[] {
  const list = /^(.*), (\w+) \[(\w+) (.*)\]$/.exec(layout)
  if (!list) return layout.split(', ').map((field, _, all) => property(field, all, false))
  const own = list[1]!.split(', ')
  const members = list[4]!.split(', ')
  return [
    ...own.map((field) => property(field, own, false)),
    {
      flags: PropertyFlag.Struct | PropertyFlag.CountProperty,
      name: list[2]!,
      inType: own.length + 1,
      outType: members.length,
      map: '',
      count: own.findIndex((field) => field.startsWith(`${list[3]!} `)),
      length: 0,
      isMember: false,
    },
    ...members.map((field) => property(field, members, true)),
  ]
}

function property(field: string, all: string[], isMember: boolean): Property & { isMember: boolean } {
  const [name, type] = field.split(' ') as [string, string]
  const [letter, lengthOf] = type.split('*') as [string, string | undefined]
  const [inType, outType] = TYPES[letter]!
  const fixed = Number(lengthOf ?? 0)
  const isNamed = Number.isNaN(fixed)
  const length = isNamed ? all.findIndex((other) => other.startsWith(`${lengthOf} `)) : fixed
  const flags = isNamed ? PropertyFlag.LengthProperty : 0
  return { flags, name, inType, outType, map: '', count: 1, length, isMember }
}
