import { expect, test } from 'vitest'
import { allNames } from '../../../testing/diagnose'
import { isOrdinaryAnswer, ordinaryAnswers, returnMeaning } from './answers'

const names = await allNames()
const UUIDS: Record<string, string> = {
  svcctl: '367abb81-9844-35f1-ad32-98f038001003',
  winreg: '338cd001-2244-31f1-aaaa-900038001003',
  samr: '12345778-1234-abcd-ef00-0123456789ac',
  lsarpc: '12345778-1234-abcd-ef00-0123456789ab',
  netlogon: '12345678-1234-abcd-ef00-01234567cffb',
  srvsvc: '4b324fc8-1670-01d3-1278-5a47bf6ee188',
  spoolss: '12345678-1234-abcd-ef00-0123456789ab',
  IRemoteWinspool: '76f03f96-cdfd-44fc-a22c-64950a001209',
  netdfs: '4fc742e0-4a10-11cf-8273-00aa004ae673',
  ITaskSchedulerService: '86d35949-83c9-4044-b424-db363231fd0c',
  clusapi: 'b97db8b2-4c63-11cf-bff6-08002be23f2f',
  clusapi2: 'b97db8b2-4c63-11cf-bff6-08002be23f2f',
  DnsServer: '50abc2a4-574d-40b3-9d66-ee4fd5fba076',
  nspi: 'f5cc5a18-4264-101a-8c59-08002b2f8426',
  eventlog: '82273fdc-e32a-18c3-3f78-827929dc23ea',
  FrsTransport: '897e2e5f-93f3-4376-9c9c-fd2277495c27',
}

test('each ordinary answer is one of a method that exists, and its code has a name', () => {
  for (const { interface: name, method, statuses } of ordinaryAnswers()) {
    const uuid = UUIDS[name]!
    const version = name === 'clusapi2' ? '2.0' : undefined
    expect(names.interfaceName(uuid, version), name).toBe(name)
    const methods = Array.from({ length: 260 }, (_, opnum) => names.method(uuid, opnum) ?? '')
    const fits = (one: string) =>
      method.endsWith('*') ? one !== '' && one.startsWith(method.slice(0, -1)) : one === method
    expect(methods.some(fits), `${name}::${method}`).toBe(true)
    for (const status of statuses) expect(returnMeaning(names, uuid, status), `${name} ${status}`).toBeDefined()
  }
})

test('the same code is an answer of one method and a failure of another', () => {
  const OPEN_SERVICE = 16
  const CHANGE_CONFIG = 11
  expect(isOrdinaryAnswer(names, UUIDS.svcctl!, OPEN_SERVICE, 1060)).toBe(true)
  expect(isOrdinaryAnswer(names, UUIDS.svcctl!, CHANGE_CONFIG, 1060)).toBe(false)
  expect(isOrdinaryAnswer(names, UUIDS.svcctl!, OPEN_SERVICE, 5)).toBe(false)
})

test('codes are named by who returns them', () => {
  expect(returnMeaning(names, UUIDS.nspi!, 0x80040111)?.symbol).toBe('MAPI_E_LOGON_FAILED')
  expect(returnMeaning(names, UUIDS.FrsTransport!, 0x2344)?.symbol).toBe('FRS_ERROR_CONTENTSET_NOT_FOUND')
  expect(returnMeaning(names, UUIDS.svcctl!, 1060)?.symbol).toBe('ERROR_SERVICE_DOES_NOT_EXIST')
  // Not the names that COM and DNS have for the same numbers.
  expect(names.returnName(0x80040111, 'win32')?.symbol).toBe('CLASS_E_CLASSNOTAVAILABLE')
})
