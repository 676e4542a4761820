// Words for small numbers: those of the dissectors, and those that no dissector needs.
export {
  AUTH_LEVELS,
  AUTH_TYPES,
  BIND_TIME_FEATURES,
  CONTEXT_RESULTS,
  NAK_REASONS,
  PDU_TYPES,
  PROVIDER_REASONS,
  TRANSFER_SYNTAXES,
} from '../dissect/enums'

/** IEEE 802 numbers that a capture of RPC is likely to hold. */
export const ETHER_TYPES: Readonly<Record<number, string>> = {
  0x0800: 'IPv4',
  0x0806: 'ARP',
  0x8035: 'RARP',
  0x8100: '802.1Q VLAN',
  0x86dd: 'IPv6',
  0x8847: 'MPLS',
  0x8848: 'MPLS multicast',
  0x8863: 'PPPoE discovery',
  0x8864: 'PPPoE session',
  0x888e: '802.1X',
  0x8892: 'PROFINET',
  0x88a8: '802.1ad VLAN',
  0x88cc: 'LLDP',
  0x9100: 'VLAN (old QinQ)',
}

/** IANA protocol numbers. */
export const IP_PROTOCOLS: Readonly<Record<number, string>> = {
  0: 'IPv6 hop-by-hop options',
  1: 'ICMP',
  2: 'IGMP',
  4: 'IPv4 in IP',
  6: 'TCP',
  17: 'UDP',
  41: 'IPv6 in IP',
  43: 'IPv6 routing header',
  44: 'IPv6 fragment header',
  47: 'GRE',
  50: 'ESP',
  51: 'AH',
  58: 'ICMPv6',
  59: 'IPv6 no next header',
  60: 'IPv6 destination options',
  89: 'OSPF',
  103: 'PIM',
  112: 'VRRP',
  132: 'SCTP',
}

/** Methods that may wait for minutes by design, as `uuid opnum`: they wait for an event, or ask for changes. */
const LONG_POLLS = new Set([
  // spoolss: RpcWaitForPrinterChange; IRemoteWinspool: RpcAsyncGetRemoteNotifications
  '12345678-1234-abcd-ef00-0123456789ab 28',
  '76f03f96-cdfd-44fc-a22c-64950a001209 61',
  // IRPCAsyncNotify: GetNewChannel, GetNotificationSendResponse, GetNotification
  '0b6edbfa-4a24-4fc6-8a23-942b1eca65d1 3',
  '0b6edbfa-4a24-4fc6-8a23-942b1eca65d1 4',
  '0b6edbfa-4a24-4fc6-8a23-942b1eca65d1 5',
  // TermSrvNotification: RpcWaitForSessionState, RpcWaitAsyncNotification
  '11899a43-2b68-4a76-92e3-a3d6ad8c26ce 0',
  '11899a43-2b68-4a76-92e3-a3d6ad8c26ce 2',
  // IcaApi: RpcWinStationWaitSystemEvent, RpcWinStationWaitForConnect
  '5ca4a760-ebb1-11cf-8611-00a0245420ed 16',
  '5ca4a760-ebb1-11cf-8611-00a0245420ed 31',
  // winreg: BaseRegNotifyChangeKeyValue; svcctl: RGetNotifyResults
  '338cd001-2244-31f1-aaaa-900038001003 14',
  '367abb81-9844-35f1-ad32-98f038001003 48',
  // FrsTransport: AsyncPoll; AsyncEMSMDB: EcDoAsyncWaitEx
  '897e2e5f-93f3-4376-9c9c-fd2277495c27 5',
  '5261574a-4572-206e-b268-6b199213b4e4 0',
  // clusapi: ApiGetNotify, ApiGetNotifyV2, ApiGetNotifyAsync
  'b97db8b2-4c63-11cf-bff6-08002be23f2f 65',
  'b97db8b2-4c63-11cf-bff6-08002be23f2f 139',
  'b97db8b2-4c63-11cf-bff6-08002be23f2f 147',
  // Witness: WitnessrAsyncNotify
  'ccd8c074-d0e5-4a40-92b4-d074faa6ba28 3',
  // IEventService: EvtRpcRemoteSubscriptionNextAsync, ...Next, ...WaitAsync
  'f6beaff7-1e19-4fbb-9f8f-b89e2018337c 1',
  'f6beaff7-1e19-4fbb-9f8f-b89e2018337c 2',
  'f6beaff7-1e19-4fbb-9f8f-b89e2018337c 3',
  // IEnumWbemClassObject: Next; IWbemWCOSmartEnum: Next (with WBEM_INFINITE they wait for the provider or an event)
  '027947e1-d731-11ce-a357-000000000001 4',
  '423ec01e-2e35-11d2-b604-00104b703efd 3',
  // ssdpsrv: GetNotificationRpc
  '4b112204-0e19-11d3-b42b-0000f81feb9f 14',
])

/** Whether a call of this method may stay unanswered for long with nothing wrong. */
export function isLongPoll(uuid: string | undefined, opnum: number): boolean {
  return LONG_POLLS.has(`${uuid} ${opnum}`)
}
