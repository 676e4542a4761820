// What the arguments of a call say, for the methods that people ask about most: which service, key, account, share, task,
// query. Only what is in the clear can be read.
import {
  ATSVC,
  DRSUAPI,
  IDISPATCH,
  IENUM_WBEM_CLASS_OBJECT,
  IREMOTE_WINSPOOL,
  IWBEM_CALL_RESULT,
  IWBEM_FETCH_SMART_ENUM,
  IWBEM_LEVEL1_LOGIN,
  IWBEM_LOGIN_CLIENT_ID,
  IWBEM_LOGIN_CLIENT_ID_EX,
  IWBEM_OBJECT_SINK,
  IWBEM_REFRESHING_SERVICES,
  IWBEM_REMOTE_REFRESHER,
  IWBEM_SERVICES,
  IWBEM_WCO_SMART_ENUM,
  LSARPC,
  NETLOGON,
  SAMR,
  SASEC,
  SPOOLSS,
  SRVSVC,
  SVCCTL,
  TASK_SCHEDULER_SERVICE,
  WINREG,
  WKSSVC,
} from '../names/well-known'
import { lsa, sam } from './interface/samr'
import { dispatch } from './com/oaut'
import { logon } from './interface/netlogon'
import { Ndr } from './ndr'
import { orpcThat, orpcThis } from './com/orpc'
import type { Arguments, Methods } from './parameter'
import { asynchronousPrinting, printing } from './interface/spoolss'
import type { KnownClasses } from '../wmio/object-array'
import type { Reader } from './reader'
import { registry } from './interface/winreg'
import { replication } from './interface/drsuapi'
import { services } from './interface/svcctl'
import { shares, workstation } from './interface/srvsvc'
import { at, atSecurity, tasks } from './interface/tsch'
import {
  wbemCallResult,
  wbemClient,
  wbemClientEx,
  wbemEnumeration,
  wbemFetchSmartEnumeration,
  wbemLogin,
  wbemServices,
  wbemSink,
  wbemSmartEnumeration,
} from './com/wmi'
import { wbemRefreshingServices, wbemRemoteRefresher } from './com/wmi-refresher'

export type { Arguments } from './parameter'

/** Interfaces whose calls are COM's: a header precedes the arguments. */
const COM: Readonly<Record<string, Methods>> = {
  [IDISPATCH]: dispatch,
  [IWBEM_LEVEL1_LOGIN]: wbemLogin,
  [IWBEM_SERVICES]: wbemServices,
  [IWBEM_CALL_RESULT]: wbemCallResult,
  [IWBEM_LOGIN_CLIENT_ID]: wbemClient,
  [IWBEM_LOGIN_CLIENT_ID_EX]: wbemClientEx,
  [IENUM_WBEM_CLASS_OBJECT]: wbemEnumeration,
  [IWBEM_FETCH_SMART_ENUM]: wbemFetchSmartEnumeration,
  [IWBEM_OBJECT_SINK]: wbemSink,
  [IWBEM_REFRESHING_SERVICES]: wbemRefreshingServices,
  [IWBEM_REMOTE_REFRESHER]: wbemRemoteRefresher,
  [IWBEM_WCO_SMART_ENUM]: wbemSmartEnumeration,
}

const PLAIN: Readonly<Record<string, Methods>> = {
  [SVCCTL]: services,
  [WINREG]: registry,
  [SAMR]: sam,
  [LSARPC]: lsa,
  [NETLOGON]: logon,
  [SRVSVC]: shares,
  [WKSSVC]: workstation,
  [TASK_SCHEDULER_SERVICE]: tasks,
  [ATSVC]: at,
  [SASEC]: atSecurity,
  [SPOOLSS]: printing,
  [IREMOTE_WINSPOOL]: asynchronousPrinting,
  [DRSUAPI]: replication,
}

/** Values longer than this are shortened where arguments are put into a line. */
const MOST_LETTERS = 120

/** Which method a stub belongs to. */
export interface StubMethod {
  /** UUID text. */
  interface: string
  opnum: number
  answer: boolean
  /** Transfer syntax NDR64. */
  wide: boolean
  /** WMI classes that earlier answers brought. */
  classes?: KnownClasses | undefined
}

/** Reads a stub from its first byte. Undefined, and nothing read, when the method is not described here. */
export function stubArguments(
  from: Reader,
  { interface: uuid, opnum, answer, wide, classes }: StubMethod,
): Arguments | undefined {
  const com = COM[uuid]?.[opnum]
  const method = com ?? PLAIN[uuid]?.[opnum]
  const parameters = answer ? method?.response : method?.request
  if (!parameters) return undefined
  const ndr = new Ndr(from, wide)
  if (com) (answer ? orpcThat : orpcThis)(ndr)
  return from.group(
    'Arguments',
    () => {
      const found: Arguments = new Map<string, string>()
      if (classes) found.classes = classes
      for (const parameter of parameters) {
        if (from.note !== undefined) break
        parameter(ndr, found)
      }
      return found
    },
    argumentsText,
  )
}

/** Arguments in a line: `Service PSEXESVC, Access 0x000f01ff`. */
export function argumentsText(found: Arguments): string {
  return Array.from(found, ([label, value]) => `${label} ${shortened(value)}`).join(', ')
}

function shortened(value: string): string {
  return value.length > MOST_LETTERS ? `${value.slice(0, MOST_LETTERS)}…` : value
}
