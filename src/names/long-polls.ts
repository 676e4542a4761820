// Methods that wait by design.
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

/** Methods that may wait for minutes by design, as `uuid opnum`: they wait for an event, or ask for changes. */
export const LONG_POLLS: ReadonlySet<string> = new Set<string>([
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

/** True if a call of this method may stay unanswered for long with nothing wrong. */
export function isLongPoll(uuid: string | undefined, opnum: number): boolean {
  return LONG_POLLS.has(`${uuid} ${opnum}`)
}
