// Interfaces that scenarios bind to, as abstract syntaxes.
import type { Syntax } from '../rpc/pdu'
import {
  IID_ENUM_WBEM_CLASS_OBJECT,
  IID_WBEM_FETCH_SMART_ENUM,
  IID_WBEM_LEVEL1_LOGIN,
  IID_WBEM_SERVICES,
  IID_WBEM_WCO_SMART_ENUM,
} from './wmi'

export const I_OBJECT_EXPORTER = com('99fcfec4-5260-101b-bbcb-00aa0021347a')
export const I_SYSTEM_ACTIVATOR = com('000001a0-0000-0000-c000-000000000046')
export const I_REM_UNKNOWN2 = com('00000143-0000-0000-c000-000000000046')
export const I_WBEM_LEVEL1_LOGIN = com(IID_WBEM_LEVEL1_LOGIN)
export const I_WBEM_SERVICES = com(IID_WBEM_SERVICES)
export const I_ENUM_WBEM_CLASS_OBJECT = com(IID_ENUM_WBEM_CLASS_OBJECT)
export const I_WBEM_FETCH_SMART_ENUM = com(IID_WBEM_FETCH_SMART_ENUM)
export const I_WBEM_WCO_SMART_ENUM = com(IID_WBEM_WCO_SMART_ENUM)

/** Asked for by .NET of every COM object that it wraps. */
export const IID_MANAGED_OBJECT = 'c3fcc19e-a970-11d2-8b5a-00a0c9b7c9c4'
export const IID_PROVIDE_CLASS_INFO = 'b196b283-bab4-101a-b69c-00aa00341d07'

function com(uuid: string): Syntax {
  return { uuid, version: '0.0' }
}
