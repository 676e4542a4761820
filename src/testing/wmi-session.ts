// A WMI session as a monitoring program has it: log in, query, walk the result, call a method that works and one that fails.
import {
  EXEC_METHOD,
  EXEC_QUERY,
  execMethod,
  execMethodResult,
  execQuery,
  failedWith,
  GET_SMART_ENUM,
  IID_ENUM_WBEM_CLASS_OBJECT,
  IID_WBEM_FETCH_SMART_ENUM,
  IID_WBEM_SERVICES,
  IID_WBEM_WCO_SMART_ENUM,
  interfaceResult,
  NTLM_LOGIN,
  ntlmLogin,
  objectByValue,
  SMART_ENUM_NEXT,
  smartEnumNext,
  smartEnumResult,
  withoutParameters,
} from './captures/com/wmi'
import {
  type ClassSource,
  encodingUnit,
  instanceBlock,
  instanceBlockWithoutClass,
  objectArray,
  type PropertySource,
  type Value,
} from './captures/com/wmio'
import type { Level } from './captures/security/context'
import {
  bindings,
  I_REM_UNKNOWN2,
  I_WBEM_FETCH_SMART_ENUM,
  I_WBEM_LEVEL1_LOGIN,
  I_WBEM_SERVICES,
  I_WBEM_WCO_SMART_ENUM,
  REM_QUERY_INTERFACE,
  remQueryInterface,
  remQueryInterfaceResult,
  type Scenario,
} from './scenario'

/** A class with some properties that an instance has by default. */
const PROCESS: ClassSource = {
  name: 'Win32_Process',
  superclasses: ['CIM_Process', 'CIM_LogicalElement', 'CIM_ManagedSystemElement'],
  qualifiers: [{ name: 'dynamic' }, { name: 'provider', value: 'CIMWin32' }],
  properties: [
    { name: 'Caption', type: 'string', origin: 0 },
    { name: 'Handle', type: 'string', origin: 2, qualifiers: [{ name: 'key' }, { name: 'MaxLen', value: 256 }] },
    { name: 'ProcessId', type: 'uint32' },
    ...Array.from({ length: 12 }, (_, i): PropertySource => ({ name: `Counter${i}`, type: 'uint64', default: 0n })),
  ],
}
const ORIGIN = { server: 'SERVER1', namespace: 'ROOT\\cimv2' }
export const QUERY = 'SELECT * FROM Win32_Process'

/** Password of the account that logs on. */
export const PASSWORD = 'Grüße aus 東京'

/** Plays the session; answers with objects take several fragments of `maxFragment` bytes. */
export function wmiSession(play: Scenario, { level = 'integrity' as Level, maxFragment = 1024 } = {}): void {
  const { causality } = play
  const object = () => ({ oxid: play.object.oxid, oid: play.random.u64(), ipid: play.random.uuid() })
  const [login, services, enumerator, fetch, smart] = [object(), object(), object(), object(), object()]
  const resolver = bindings(['SERVER1[49157]'])
  const session = play.rpc({ port: 49157, maxFragment })
  const logon = play.logon('CORP\\admin', level, { password: PASSWORD })

  const atLogin = session.bind(I_WBEM_LEVEL1_LOGIN, { logon })
  const credentials = ntlmLogin(causality, '//SERVER1/root/cimv2', 'en-US,en')
  session.call(
    atLogin,
    { opnum: NTLM_LOGIN, stub: credentials, object: login.ipid },
    interfaceResult(IID_WBEM_SERVICES, services, resolver),
  )

  const atServices = { ...atLogin, contextId: session.bind(I_WBEM_SERVICES).contextId }
  session.call(
    atServices,
    { opnum: EXEC_QUERY, stub: execQuery(causality, QUERY), object: services.ipid },
    interfaceResult(IID_ENUM_WBEM_CLASS_OBJECT, enumerator, resolver),
  )

  const atRemUnknown = { ...atLogin, contextId: session.bind(I_REM_UNKNOWN2).contextId }
  session.call(
    atRemUnknown,
    {
      opnum: REM_QUERY_INTERFACE,
      stub: remQueryInterface(causality, enumerator.ipid, [IID_WBEM_FETCH_SMART_ENUM]),
      object: play.remUnknown,
    },
    remQueryInterfaceResult([{ hresult: 0, reference: fetch }]),
  )

  const atFetch = { ...atLogin, contextId: session.bind(I_WBEM_FETCH_SMART_ENUM).contextId }
  session.call(
    atFetch,
    { opnum: GET_SMART_ENUM, stub: withoutParameters(causality), object: fetch.ipid },
    interfaceResult(IID_WBEM_WCO_SMART_ENUM, smart, resolver),
  )

  const atSmart = { ...atLogin, contextId: session.bind(I_WBEM_WCO_SMART_ENUM).contextId }
  const next = { opnum: SMART_ENUM_NEXT, stub: smartEnumNext(causality, play.random.uuid()), object: smart.ipid }
  const id = new Uint8Array(16).fill(7)
  const named = (name: string, pid: number) => ({ Caption: name, Handle: String(pid), ProcessId: pid })
  const first = objectArray([
    { kind: 'instance', id, block: instanceBlock(PROCESS, named('System', 4), ORIGIN) },
    { kind: 'instance without class', id, block: instanceBlockWithoutClass(PROCESS, named('smss.exe', 300)) },
  ])
  const second = objectArray([
    { kind: 'instance without class', id, block: instanceBlockWithoutClass(PROCESS, named('lsass.exe', 640)) },
  ])
  session.call(atSmart, next, smartEnumResult(2, first))
  session.call(atSmart, next, smartEnumResult(1, second))
  session.call(atSmart, next, smartEnumResult(0, new Uint8Array(0), 1))

  const created = execMethodResult(parameters({ ProcessId: ['uint32', 4711], ReturnValue: ['uint32', 0] }))
  const create = execMethod(causality, 'Win32_Process', 'Create', parameters({ CommandLine: ['string', 'calc.exe'] }))
  session.call(atServices, { opnum: EXEC_METHOD, stub: create, object: services.ipid }, created)

  const wrongQuery = execQuery(causality, 'SELECT * FROM Win32_Proces')
  session.call(
    atServices,
    { opnum: EXEC_QUERY, stub: wrongQuery, object: services.ipid },
    failedWith(extendedStatus(0x80041010), 0x80041010),
  )
}

/** An instance of __PARAMETERS. */
function parameters(values: Record<string, [type: PropertySource['type'], value: Value]>): Uint8Array {
  const properties = Object.entries(values).map(([name, [type]]): PropertySource => ({ name, type }))
  const given = Object.fromEntries(Object.entries(values).map(([name, [, value]]) => [name, value]))
  return objectByValue(encodingUnit(instanceBlock({ name: '__PARAMETERS', properties }, given)))
}

/** What WMI reports of a failure. */
function extendedStatus(status: number): Uint8Array {
  const properties: PropertySource[] = [
    { name: 'StatusCode', type: 'uint32' },
    { name: 'Operation', type: 'string' },
  ]
  const cim = { name: '__ExtendedStatus', superclasses: ['__NotifyStatus'], properties }
  return objectByValue(encodingUnit(instanceBlock(cim, { StatusCode: status, Operation: 'ExecQuery' })))
}
