// What a return value means depends on the interface that returns it: some have codes of their own, and for many methods "no" is
// an ordinary answer to a question. Methods are named as names/data/interfaces.tsv names them.
import type { Names, StatusName } from '../../../names/names'

/** Methods by name, or by how their names begin (`Lsar*`), and the codes with which they answer a question. */
type Answers = Record<string, readonly number[]>

const NOT_FOUND = 2
const NO_MORE = 0x103
const EXISTS = 183

/** Ordinary answers by interface: what was asked for is not there, is there already, or is in that state already. */
const ORDINARY: Record<string, Answers> = {
  // MS-SCMR 3.1.4: 1060 does not exist, 1056 runs already, 1062 does not run, 1072 marked for deletion, 1073 and 1078 exist.
  svcctl: {
    'ROpenService*': [1060],
    'RGetService*': [1060],
    'RStartService*': [1056],
    RControlService: [1062],
    RDeleteService: [1072],
    'RCreateService*': [1073, 1078],
  },
  winreg: {
    BaseRegOpenKey: [NOT_FOUND],
    'BaseRegQuery*': [NOT_FOUND],
    'BaseRegDelete*': [NOT_FOUND],
    'BaseRegEnum*': [NO_MORE],
  },
  // MS-EVEN 3.1.4.7: the end of the log.
  eventlog: { 'ElfrRead*': [0xc0000011] },
  // MS-SAMR 3.1.5: none mapped; no such domain, user, group, alias; user, group, alias exists; is or is not a member.
  samr: {
    'SamrLookup*': [0xc0000073, 0xc00000df],
    'SamrOpen*': [0xc0000064, 0xc0000066, 0xc0000151, 0xc00000df],
    'SamrCreate*': [0xc0000063, 0xc0000065, 0xc0000154],
    'SamrAddMember*': [0xc0000067, 0xc0000153],
    'SamrRemoveMember*': [0xc0000068, 0xc0000152],
  },
  // MS-LSAD 3.1.4, MS-LSAT 3.1.4: none mapped; object name not found.
  lsarpc: {
    'LsarLookup*': [0xc0000073],
    'LsarOpen*': [0xc0000034],
    'LsarQuery*': [0xc0000034],
    'LsarEnumerate*': [0xc0000034, 0x8000001a],
  },
  // MS-NRPC 3.5.4.3: 1355 no such domain, 1919 no site.
  netlogon: { 'Dsr*': [1355, 1919] },
  // MS-SRVS 3.1.4: 2310 no such share, 2312 no such session, 2314 no such file, 2118 the share exists, 2311 no such device.
  srvsvc: {
    NetrShareGetInfo: [2310],
    'NetrShareDel*': [2310],
    NetrShareAdd: [2118],
    NetrShareCheck: [2311],
    NetrSessionEnum: [2312],
    NetrSessionDel: [2312],
    NetrFileGetInfo: [2314],
  },
  // MS-RPRN 3.1.4: 1797 no such driver, 1798 no such print processor; a value that is not set.
  spoolss: {
    'RpcGetPrinterData*': [NOT_FOUND],
    'RpcEnumPrinterData*': [NOT_FOUND, NO_MORE],
    'RpcEnumPrinterKey*': [NOT_FOUND],
    'RpcGetPrinterDriver*': [1797],
    'RpcEnumPrintProcessor*': [1798],
  },
  IRemoteWinspool: {
    'RpcAsyncGetPrinterData*': [NOT_FOUND],
    'RpcAsyncEnumPrinterData*': [NOT_FOUND, NO_MORE],
    'RpcAsyncEnumPrinterKey*': [NOT_FOUND],
    'RpcAsyncGetPrinterDriver*': [1797],
    'RpcAsyncEnumPrintProcessor*': [1798],
  },
  // MS-DNSP 3.1.4: 9711 the record exists, 9714 the name does not, 9609 the zone exists.
  DnsServer: {
    'R_DnssrvUpdateRecord*': [9711],
    'R_DnssrvEnumRecords*': [9714],
    'R_DnssrvOperation*': [9609],
  },
  // MS-DFSNM 3.1.4: 2662 no such namespace, 1168 not found.
  netdfs: { 'NetrDfsGet*': [2662, 1168], 'NetrDfsEnum*': [1168, NO_MORE] },
  // MS-TSCH 3.2.5.4: no such task or folder; it exists.
  ITaskSchedulerService: {
    'SchRpcRetrieve*': [0x80070002, 0x80070003],
    'SchRpcGet*': [0x80070002, 0x80070003],
    'SchRpcEnum*': [0x80070002, 0x80070003],
    SchRpcDelete: [0x80070002, 0x80070003],
    SchRpcRegisterTask: [0x800700b7],
    SchRpcCreateFolder: [0x800700b7],
  },
  // MS-CMRP 3.1.4: 5007 no such resource, 5013 no such group, 5042 no such node, 5045 no such network; a key or value not set.
  clusapi: {
    ApiOpenResource: [5007],
    ApiOpenGroup: [5013],
    ApiOpenNode: [5042],
    ApiOpenNetwork: [5045],
    'ApiOpenKey*': [NOT_FOUND],
    'ApiQueryValue*': [NOT_FOUND],
    'ApiEnum*': [NO_MORE],
    'ApiGetNotify*': [NO_MORE],
    'ApiCreate*': [EXISTS],
  },
  // MS-NSPI 3.1.4: no such row or name.
  nspi: { 'NspiSeek*': [0x8004010f], 'NspiGetMatches*': [0x8004010f], 'NspiGetProps*': [0x8004010f] },
  // MS-FRS2 3.2.4.1: the file is not there any longer, or its contents are not yet; the partner asks again.
  FrsTransport: {
    '*': [0x2345, 0x2363, 0x2457, 0x235b],
  },
}
ORDINARY.clusapi2 = ORDINARY.clusapi!

/** Answers that say that what was asked for holds already: the service runs, the account is a member or is none. */
const REACHED: Record<string, Answers> = {
  svcctl: { 'RStartService*': [1056] },
  samr: { 'SamrAddMember*': [0xc0000067, 0xc0000153], 'SamrRemoveMember*': [0xc0000068, 0xc0000152] },
}

/** True if a status says that the state that the call should have brought about was there before it. */
export function isReachedState(names: Names, uuid: string, opnum: number, status: number): boolean {
  return isAmong(REACHED, names, uuid, opnum, status)
}

/** True if a status is an ordinary "no" of a method: an answer to what was asked, rather than a failure to answer it. */
export function isOrdinaryAnswer(names: Names, uuid: string, opnum: number, status: number): boolean {
  return isAmong(ORDINARY, names, uuid, opnum, status)
}

function isAmong(table: Record<string, Answers>, names: Names, uuid: string, opnum: number, status: number): boolean {
  const answers = table[names.interfaceName(uuid) ?? '']
  const method = names.method(uuid, opnum)
  if (answers === undefined || method === undefined) return false
  return Object.entries(answers).some(
    ([name, statuses]) =>
      statuses.includes(status) && (name.endsWith('*') ? method.startsWith(name.slice(0, -1)) : method === name),
  )
}

/** Interfaces, methods and codes of the table, for a test that every one of them has a name. */
export function ordinaryAnswers(): { interface: string; method: string; statuses: readonly number[] }[] {
  return Object.entries(ORDINARY).flatMap(([name, answers]) =>
    Object.entries(answers).map(([method, statuses]) => ({ interface: name, method, statuses })),
  )
}

type Codes = Record<number, readonly [symbol: string, message: string]>

/** Codes of NSPI. MS-NSPI 2.2.2, MS-OXCDATA 2.4. */
const MAPI: Codes = {
  0x80004005: ['MAPI_E_CALL_FAILED', 'The operation failed for an unspecified reason.'],
  0x80040102: ['MAPI_E_NO_SUPPORT', 'The server does not support this.'],
  0x80040108: ['MAPI_E_INVALID_OBJECT', 'The object is not valid.'],
  0x8004010e: ['MAPI_E_NOT_ENOUGH_RESOURCES', 'The server is out of resources.'],
  0x8004010f: ['MAPI_E_NOT_FOUND', 'What was asked for was not found.'],
  0x80040111: ['MAPI_E_LOGON_FAILED', 'The logon to the address book failed.'],
  0x80040117: ['MAPI_E_TOO_COMPLEX', 'The request is too complex.'],
  0x8004011e: ['MAPI_E_UNKNOWN_CPID', 'The server does not know the code page.'],
  0x8004011f: ['MAPI_E_UNKNOWN_LCID', 'The server does not know the locale.'],
  0x80040305: ['MAPI_E_TOO_BIG', 'The value is too big.'],
  0x80040403: ['MAPI_E_TABLE_TOO_BIG', 'The table has too many rows.'],
  0x80040405: ['MAPI_E_INVALID_BOOKMARK', 'The bookmark is not valid.'],
  0x80040700: ['MAPI_E_AMBIGUOUS_RECIP', 'More than one entry has this name.'],
}

/** Codes of the Exchange store. MS-OXCRPC 3.1.4.1, MS-OXCDATA 2.4. */
const EXCHANGE: Codes = {
  0x3eb: ['ecUnknownUser', 'The server does not know the mailbox.'],
  0x3f2: ['ecLoginPerm', 'The user has no permission to log on to the mailbox.'],
  0x4df: ['ecClientVerDisallowed', 'The server does not accept this version of the client.'],
  0x4e0: ['ecRpcHttpDisallowed', 'The mailbox may not be used over HTTP.'],
  0x4e1: ['ecCachedModeRequired', 'The server accepts clients in cached mode only.'],
  0x7d8: ['ecProtocolDisabled', 'MAPI is disabled for the mailbox.'],
  0x970: ['ecNotEncrypted', 'The server accepts encrypted calls only.'],
  0x80040110: ['ecVersionMismatch', 'Client and server do not fit each other.'],
  0x80040111: ['ecLoginFailure', 'The logon to the mailbox failed.'],
  0x80070005: ['ecAccessDenied', 'Access to the mailbox is denied.'],
}

/** Codes of DFS Replication, which Win32 has other names for. MS-FRS2 2.2.1.1 and 3.2.4.1. */
const DFSR: Codes = {
  0x2329: ['FRS_ERROR_CONTENTSET_GUID_NOT_FOUND', 'The replicated folder is not known.'],
  0x2340: ['FRS_ERROR_FILE_INFORMATION_IS_STALE', 'The file’s metadata do not fit the file system.'],
  0x2342: ['FRS_ERROR_CONNECTION_INVALID', 'The replication connection is not known.'],
  0x2344: ['FRS_ERROR_CONTENTSET_NOT_FOUND', 'The replicated folder was not found.'],
  0x2345: ['FRS_ERROR_FILE_HAS_CHANGED', 'The file has changed.'],
  0x2348: ['FRS_ERROR_CONNECTION_SHUTDOWN', 'The replication connection is shutting down.'],
  0x234b: ['FRS_ERROR_RDC_GENERIC', 'Remote differential compression failed.'],
  0x234c: ['FRS_ERROR_IN_BACKUP_RESTORE', 'Replication is paused for backup or restore.'],
  0x2356: ['FRS_ERROR_NO_RDC', 'Remote differential compression is not used.'],
  0x2358: ['FRS_ERROR_XPRESS_INVALID_DATA', 'The compressed data are not valid.'],
  0x235a: ['FRS_ERROR_INCOMPATIBLE_VERSION', 'The partners’ protocol versions do not fit.'],
  0x235b: ['FRS_ERROR_CONTENTSET_NOT_READY', 'The replicated folder is not ready.'],
  0x2360: ['FRS_ERROR_MEMBER_INVALID', 'The member is not known.'],
  0x2363: ['FRS_ERROR_UPDATE_NOT_EXISTS', 'The partner does not have this update.'],
  0x2375: ['FRS_ERROR_CONTENTSET_READ_ONLY', 'The replicated folder is read-only.'],
  0x2457: ['FRS_ERROR_RESOURCE_IS_GHOSTED', 'The partner does not hold the whole file.'],
  0x24fe: ['FRS_ERROR_CSMAN_OFFLINE', 'The replicated folder is offline at the partner.'],
}

const OWN_CODES: Record<string, Codes | undefined> = { nspi: MAPI, exchange_mapi: EXCHANGE, FrsTransport: DFSR }

/** What a return value is called and means where this interface, or this method of it, returns it. */
export function returnMeaning(names: Names, uuid: string, status: number, opnum?: number): StatusName | undefined {
  const own = OWN_CODES[names.interfaceName(uuid) ?? '']?.[status]
  if (own) return { kind: names.interfaceName(uuid)!, symbol: own[0], message: own[1] }
  return names.returnName(status, names.returnKind(uuid, opnum))
}
