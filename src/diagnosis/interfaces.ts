// The interfaces that rules know by heart, and what is special about them.
import type { Examination } from './examination'

export const EPM = 'e1af8308-5d1f-11c9-91a4-08002b14a0fa'
export const ISYSTEM_ACTIVATOR = '000001a0-0000-0000-c000-000000000046'
export const IACTIVATION = '4d9f4ab8-7d1c-11cf-861e-0020af6e7c57'
export const IOBJECT_EXPORTER = '99fcfec4-5260-101b-bbcb-00aa0021347a'
export const IREM_UNKNOWN = '00000131-0000-0000-c000-000000000046'
export const IREM_UNKNOWN2 = '00000143-0000-0000-c000-000000000046'
export const NETLOGON = '12345678-1234-abcd-ef00-01234567cffb'
export const WINSPOOL = '76f03f96-cdfd-44fc-a22c-64950a001209'
export const DRSUAPI = 'e3514235-4b06-11d1-ab04-00c04fc2dcd2'

/** Whether a call asks a server to create or find an object: ISystemActivator or IActivation. */
export function isActivation(theCase: Examination, call: number): boolean {
  const uuid = theCase.interfaceOf(call)
  return uuid === ISYSTEM_ACTIVATOR || uuid === IACTIVATION
}

/** Methods whose answer may come after minutes or hours: they wait for something to happen. */
const LONG_POLLS: readonly [uuid: string, opnums: readonly number[]][] = [
  // AsyncEMSMDB EcDoAsyncWaitEx
  ['5261574a-4572-206e-b268-6b199213b4e4', [0]],
  // FrsTransport AsyncPoll
  ['897e2e5f-93f3-4376-9c9c-fd2277495c27', [4]],
  // clusapi3 ApiGetNotify, ApiGetNotifyAsync
  ['b97db8b2-4c63-11cf-bff6-08002be23f2f', [68, 150]],
  // IRemoteWinspool RpcAsyncGetRemoteNotifications, IRPCAsyncNotify
  [WINSPOOL, [61]],
  ['0b6edbfa-4a24-4fc6-8a23-942b1eca65d1', [3, 4]],
  // IEnumWbemClassObject Next, NextAsync; IWbemWCOSmartEnum Next
  ['027947e1-d731-11ce-a357-000000000001', [4, 5]],
  ['423ec01e-2e35-11d2-b604-00104b703efd', [3]],
  // even6 EvtRpcRemoteSubscriptionNextAsync, EvtRpcRemoteSubscriptionWaitAsync
  ['f6beaff7-1e19-4fbb-9f8f-b89e2018337c', [2, 3]],
]

/** Whether a call is of a kind that waits for something to happen. */
export function isLongPoll(uuid: string | undefined, opnum: number): boolean {
  return LONG_POLLS.some(([known, opnums]) => known === uuid && opnums.includes(opnum))
}
