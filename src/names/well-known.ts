// Every well-known UUID that code decides by, once. Names for all others: names.ts.

/** No object; also an empty UUID. */
export const NULL_UUID = '00000000-0000-0000-0000-000000000000'
/** Transfer syntax. C706 14. */
export const NDR = '8a885d04-1ceb-11c9-9fe8-08002b104860'
/** Transfer syntax. MS-RPCE 2.2.5. */
export const NDR64 = '71710533-beba-4937-8319-b5dbef9ccc36'
/** Endpoint mapper. C706 appendix O. */
export const EPM = 'e1af8308-5d1f-11c9-91a4-08002b14a0fa'
/** Remote management, which each server has. C706 appendix Q. */
export const MANAGEMENT = 'afa8bd80-7d8a-11c9-bef4-08002b102989'
/** Extended error information in a bind_nak. MS-RPCE 2.2.2.9. */
export const EXTENDED_ERROR = '90740320-fad0-11d3-82d7-009027b130ab'
/** MS-DCOM 3.1.2.5.2. */
export const ISYSTEM_ACTIVATOR = '000001a0-0000-0000-c000-000000000046'
/** MS-DCOM 3.1.2.5.2.3. */
export const IACTIVATION = '4d9f4ab8-7d1c-11cf-861e-0020af6e7c57'
/** OXID resolver. MS-DCOM 3.1.2.5.1. */
export const IOBJECT_EXPORTER = '99fcfec4-5260-101b-bbcb-00aa0021347a'
/** MS-DCOM 3.1.1.5.6. */
export const IREM_UNKNOWN = '00000131-0000-0000-c000-000000000046'
/** MS-DCOM 3.1.1.5.7. */
export const IREM_UNKNOWN2 = '00000143-0000-0000-c000-000000000046'
/** MS-OAUT 3.1.4. */
export const IDISPATCH = '00020400-0000-0000-c000-000000000046'
/** Activation property. MS-DCOM 2.2.22.2. */
export const INSTANTIATION_INFO = '000001ab-0000-0000-c000-000000000046'
/** Activation property. MS-DCOM 2.2.22.2. */
export const SPECIAL_SYSTEM_PROPERTIES = '000001b9-0000-0000-c000-000000000046'
/** Activation property. MS-DCOM 2.2.22.2. */
export const SECURITY_INFO = '000001a6-0000-0000-c000-000000000046'
/** Activation property. MS-DCOM 2.2.22.2. */
export const INSTANCE_INFO = '000001ad-0000-0000-c000-000000000046'
/** Activation property. MS-DCOM 2.2.22.2. */
export const SCM_REQUEST_INFO = '000001aa-0000-0000-c000-000000000046'
/** Activation property. MS-DCOM 2.2.22.2. */
export const SCM_REPLY_INFO = '000001b6-0000-0000-c000-000000000046'
/** Activation property. MS-DCOM 2.2.22.2. */
export const PROPERTIES_OUTPUT = '00000339-0000-0000-c000-000000000046'
/** ORPC extension. MS-DCOM 2.2.21.2. */
export const ERROR_INFORMATION = '0000031c-0000-0000-c000-000000000046'
/** Class whose unmarshaler reads error information. MS-DCOM 2.2.21.2. */
export const ERROR_OBJECT = '0000031b-0000-0000-c000-000000000046'
/** ORPC extension. MS-DCOM 2.2.21.4. */
export const CONTEXT_EXTENSION = '00000334-0000-0000-c000-000000000046'
/** ORPC extension. MS-DCOM 1.9. */
export const DEBUGGING_EXTENSION = 'f1f19680-4d2a-11ce-a66a-0020af6e72f4'
/** ORPC extension. MS-DCOM 1.9. */
export const EXTENDED_ERROR_EXTENSION = 'f1f19681-4d2a-11ce-a66a-0020af6e72f4'
/** MS-WMI 3.1.4.1. */
export const IWBEM_LEVEL1_LOGIN = 'f309ad18-d86a-11d0-a075-00c04fb68820'
/** MS-WMI 3.1.4.3. */
export const IWBEM_SERVICES = '9556dc99-828c-11cf-a37e-00aa003240c7'
/** MS-WMI 3.1.4.4. */
export const IENUM_WBEM_CLASS_OBJECT = '027947e1-d731-11ce-a357-000000000001'
/** Gives IWbemWCOSmartEnum. MS-WMI 3.1.4.6. */
export const IWBEM_FETCH_SMART_ENUM = '1c1c45ee-4395-11d2-b60b-00104b703efd'
/** What an asynchronous call found: the server calls the client. MS-WMI 3.1.4.2. */
export const IWBEM_OBJECT_SINK = '7c857801-7381-11cf-884d-00aa004b2e24'
/** The result of a semisynchronous call. MS-WMI 3.1.4.5. */
export const IWBEM_CALL_RESULT = '44aca675-e8fc-11d0-a07c-00c04fb68820'
/** Keeps many instances up to date. MS-WMI 3.1.4.12. */
export const IWBEM_REFRESHING_SERVICES = '2c9273e0-1dc3-11d3-b364-00105a1f8177'
/** Gives their values again. MS-WMI 3.1.4.13. */
export const IWBEM_REMOTE_REFRESHER = 'f1e9c5b2-f59b-11d2-b362-00105a1f8177'
/** Class whose unmarshaler reads what a client says beside its arguments. MS-WMI 2.2.13. */
export const WBEM_CONTEXT = '674b6698-ee92-11d0-ad71-00c04fd8fdff'
/** Class whose unmarshaler reads WMI objects. MS-WMI 1.9. */
export const WBEM_CLASS_OBJECT = '4590f812-1d3a-11d0-891f-00aa004b2e24'
/** What Windows uses in place of IEnumWbemClassObject. MS-WMI 3.1.4.7. */
export const IWBEM_WCO_SMART_ENUM = '423ec01e-2e35-11d2-b604-00104b703efd'
/** Machine and process of a client. MS-WMI 3.1.4.5. */
export const IWBEM_LOGIN_CLIENT_ID = 'd4781cd6-e5d3-44df-ad94-930efe48a887'
/** MS-WMI 3.1.4.6. */
export const IWBEM_LOGIN_CLIENT_ID_EX = '9f6c78ef-fce5-42fa-abea-3e7df91921dc'
/** Accounts. MS-SAMR. */
export const SAMR = '12345778-1234-abcd-ef00-0123456789ac'
/** Policy and name translation. MS-LSAD, MS-LSAT. */
export const LSARPC = '12345778-1234-abcd-ef00-0123456789ab'
/** Event logs of the old kind. MS-EVEN. */
export const EVENTLOG = '82273fdc-e32a-18c3-3f78-827929dc23ea'
/** Central access policies. MS-CAPR. */
export const LSACAP = 'afc07e2e-311c-4435-808c-c483ffeec7c9'
/** MS-NRPC. */
export const NETLOGON = '12345678-1234-abcd-ef00-01234567cffb'
/** Directory replication. MS-DRSR. */
export const DRSUAPI = 'e3514235-4b06-11d1-ab04-00c04fc2dcd2'
/** Services. MS-SCMR. */
export const SVCCTL = '367abb81-9844-35f1-ad32-98f038001003'
/** Registry. MS-RRP. */
export const WINREG = '338cd001-2244-31f1-aaaa-900038001003'
/** Shares and sessions. MS-SRVS. */
export const SRVSVC = '4b324fc8-1670-01d3-1278-5a47bf6ee188'
/** Workstation. MS-WKST. */
export const WKSSVC = '6bffd098-a112-3610-9833-012892020162'
/** Printing. MS-RPRN. */
export const SPOOLSS = '12345678-1234-abcd-ef00-0123456789ab'
/** Printing, asynchronous. MS-PAR. */
export const IREMOTE_WINSPOOL = '76f03f96-cdfd-44fc-a22c-64950a001209'
/** Print notifications. MS-PAN. */
export const IRPC_ASYNC_NOTIFY = '0b6edbfa-4a24-4fc6-8a23-942b1eca65d1'
/** Tasks. MS-TSCH. */
export const TASK_SCHEDULER_SERVICE = '86d35949-83c9-4044-b424-db363231fd0c'
/** Tasks, oldest interface. MS-TSCH. */
export const ATSVC = '1ff70682-0a51-30e8-076d-740be8cee98b'
/** Accounts of tasks. MS-TSCH. */
export const SASEC = '378e52b0-c0a9-11cf-822d-00aa0051e40f'
/** Protected keys. MS-BKRP. */
export const BACKUP_KEY = '3dde7c30-165d-11d1-ab8f-00805f14db40'
/** MS-TSTS. */
export const TERM_SRV_NOTIFICATION = '11899a43-2b68-4a76-92e3-a3d6ad8c26ce'
/** MS-TSTS. */
export const ICA_API = '5ca4a760-ebb1-11cf-8611-00a0245420ed'
/** MS-FRS2. */
export const FRS_TRANSPORT = '897e2e5f-93f3-4376-9c9c-fd2277495c27'
/** MS-OXCRPC. */
export const ASYNC_EMSMDB = '5261574a-4572-206e-b268-6b199213b4e4'
/** Cluster management. MS-CMRP. */
export const CLUSAPI = 'b97db8b2-4c63-11cf-bff6-08002be23f2f'
/** MS-SWN. */
export const WITNESS = 'ccd8c074-d0e5-4a40-92b4-d074faa6ba28'
/** MS-EVEN6. */
export const EVENT_SERVICE = 'f6beaff7-1e19-4fbb-9f8f-b89e2018337c'
/** Device discovery of Windows. */
export const SSDPSRV = '4b112204-0e19-11d3-b42b-0000f81feb9f'

/** Namespaces of DFS. MS-DFSNM. */
export const NETDFS = '4fc742e0-4a10-11cf-8273-00aa004ae673'

/** Address book of Exchange and Active Directory. MS-NSPI. */
export const NSPI = 'f5cc5a18-4264-101a-8c59-08002b2f8426'
/** Device, controller, supervisor and parameter server of PROFINET IO. IEC 61158-6-10. */
const PROFINET = /^dea0000[1-4]-6c97-11d1-8271-00a02442df7d$/

/** True if an interface is one of PROFINET IO, whose answers begin with their status. */
export function isProfinet(uuid: string): boolean {
  return PROFINET.test(uuid)
}
