// The interfaces that rules know by heart, and what is special about them.
import type { Examination } from '../examination'

export { EPM } from '../../dissect/rpc/epm'
export const ISYSTEM_ACTIVATOR = '000001a0-0000-0000-c000-000000000046'
export const IACTIVATION = '4d9f4ab8-7d1c-11cf-861e-0020af6e7c57'
export const IOBJECT_EXPORTER = '99fcfec4-5260-101b-bbcb-00aa0021347a'
export const IREM_UNKNOWN = '00000131-0000-0000-c000-000000000046'
export const IREM_UNKNOWN2 = '00000143-0000-0000-c000-000000000046'
export const NETLOGON = '12345678-1234-abcd-ef00-01234567cffb'
export const SAMR = '12345778-1234-abcd-ef00-0123456789ac'
export const LSARPC = '12345778-1234-abcd-ef00-0123456789ab'
export const WINSPOOL = '76f03f96-cdfd-44fc-a22c-64950a001209'
export const DRSUAPI = 'e3514235-4b06-11d1-ab04-00c04fc2dcd2'

/** Whether a call asks a server to create or find an object: ISystemActivator or IActivation. */
export function isActivation(theCase: Examination, call: number): boolean {
  const uuid = theCase.interfaceOf(call)
  return uuid === ISYSTEM_ACTIVATOR || uuid === IACTIVATION
}
