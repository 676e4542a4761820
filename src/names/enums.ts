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

import {
  ASYNC_EMSMDB,
  CLUSAPI,
  EVENT_SERVICE,
  FRS_TRANSPORT,
  ICA_API,
  IENUM_WBEM_CLASS_OBJECT,
  IREMOTE_WINSPOOL,
  IRPC_ASYNC_NOTIFY,
  IWBEM_WCO_SMART_ENUM,
  SPOOLSS,
  SSDPSRV,
  SVCCTL,
  TERM_SRV_NOTIFICATION,
  WINREG,
  WITNESS,
} from './well-known'
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
  `${SPOOLSS} 28`,
  `${IREMOTE_WINSPOOL} 61`,
  // IRPCAsyncNotify: GetNewChannel, GetNotificationSendResponse, GetNotification
  `${IRPC_ASYNC_NOTIFY} 3`,
  `${IRPC_ASYNC_NOTIFY} 4`,
  `${IRPC_ASYNC_NOTIFY} 5`,
  // TermSrvNotification: RpcWaitForSessionState, RpcWaitAsyncNotification
  `${TERM_SRV_NOTIFICATION} 0`,
  `${TERM_SRV_NOTIFICATION} 2`,
  // IcaApi: RpcWinStationWaitSystemEvent, RpcWinStationWaitForConnect
  `${ICA_API} 16`,
  `${ICA_API} 31`,
  // winreg: BaseRegNotifyChangeKeyValue; svcctl: RGetNotifyResults
  `${WINREG} 14`,
  `${SVCCTL} 48`,
  // FrsTransport: AsyncPoll; AsyncEMSMDB: EcDoAsyncWaitEx
  `${FRS_TRANSPORT} 5`,
  `${ASYNC_EMSMDB} 0`,
  // clusapi: ApiGetNotify, ApiGetNotifyV2, ApiGetNotifyAsync
  `${CLUSAPI} 65`,
  `${CLUSAPI} 139`,
  `${CLUSAPI} 147`,
  // Witness: WitnessrAsyncNotify
  `${WITNESS} 3`,
  // IEventService: EvtRpcRemoteSubscriptionNextAsync, ...Next, ...WaitAsync
  `${EVENT_SERVICE} 1`,
  `${EVENT_SERVICE} 2`,
  `${EVENT_SERVICE} 3`,
  // IEnumWbemClassObject: Next; IWbemWCOSmartEnum: Next (with WBEM_INFINITE they wait for the provider or an event)
  `${IENUM_WBEM_CLASS_OBJECT} 4`,
  `${IWBEM_WCO_SMART_ENUM} 3`,
  // ssdpsrv: GetNotificationRpc
  `${SSDPSRV} 14`,
])

/** Whether a call of this method may stay unanswered for long with nothing wrong. */
export function isLongPoll(uuid: string | undefined, opnum: number): boolean {
  return LONG_POLLS.has(`${uuid} ${opnum}`)
}
