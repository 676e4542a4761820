// What the arguments of a call say, for the methods that people ask about most: which service, key, account, share, task,
// query. Only what stands in clear can be read.
import { LSA, lsa, SAM, sam } from './interface/samr'
import { DISPATCH, dispatch } from './com/oaut'
import { LOGON, logon } from './interface/netlogon'
import { Ndr } from './ndr'
import { orpcThat, orpcThis } from './com/orpc'
import type { Arguments, Methods } from './parameter'
import { ASYNCHRONOUS_PRINTING, asynchronousPrinting, PRINTING, printing } from './interface/spoolss'
import type { Reader } from './reader'
import { REGISTRY, registry } from './interface/winreg'
import { REPLICATION, replication } from './interface/drsuapi'
import { SERVICES, services } from './interface/svcctl'
import { SHARES, shares, WORKSTATION, workstation } from './interface/srvsvc'
import { AT, AT_SECURITY, at, atSecurity, TASKS, tasks } from './interface/tsch'
import {
  WBEM_CLIENT,
  WBEM_CLIENT_EX,
  WBEM_ENUMERATION,
  WBEM_LOGIN,
  WBEM_SERVICES,
  WBEM_SMART_ENUMERATION,
  wbemClient,
  wbemClientEx,
  wbemEnumeration,
  wbemLogin,
  wbemServices,
  wbemSmartEnumeration,
} from './com/wmi'

export type { Arguments } from './parameter'

/** Interfaces whose calls are COM's: a header stands before the arguments. */
const COM: Readonly<Record<string, Methods>> = {
  [DISPATCH]: dispatch,
  [WBEM_LOGIN]: wbemLogin,
  [WBEM_SERVICES]: wbemServices,
  [WBEM_CLIENT]: wbemClient,
  [WBEM_CLIENT_EX]: wbemClientEx,
  [WBEM_ENUMERATION]: wbemEnumeration,
  [WBEM_SMART_ENUMERATION]: wbemSmartEnumeration,
}

const PLAIN: Readonly<Record<string, Methods>> = {
  [SERVICES]: services,
  [REGISTRY]: registry,
  [SAM]: sam,
  [LSA]: lsa,
  [LOGON]: logon,
  [SHARES]: shares,
  [WORKSTATION]: workstation,
  [TASKS]: tasks,
  [AT]: at,
  [AT_SECURITY]: atSecurity,
  [PRINTING]: printing,
  [ASYNCHRONOUS_PRINTING]: asynchronousPrinting,
  [REPLICATION]: replication,
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
}

/** Reads a stub from its first byte. Undefined, and nothing read, when the method is not described here. */
export function stubArguments(
  from: Reader,
  { interface: uuid, opnum, answer, wide }: StubMethod,
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
      const found: Arguments = new Map()
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
