import { describe, expect, test } from 'vitest'
import {
  EXEC_METHOD,
  EXEC_QUERY,
  execMethod,
  execMethodResult,
  execQuery,
  failedWith,
  objectByValue,
} from '../../../testing/captures/com/wmi'
import { type ClassSource, encodingUnit, instanceBlock } from '../../../testing/captures/com/wmio'
import { diagnose, found, returning, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { IWBEM_CALL_RESULT, IWBEM_OBJECT_SINK } from '../../../names/well-known'
import { I_WBEM_LEVEL1_LOGIN, I_WBEM_SERVICES, orpcThat, orpcThis } from '../../../testing/scenario'

const shows: Play = (play) => {
  const { session, binding } = working(play, { abstract: I_WBEM_LEVEL1_LOGIN })
  session.call(binding, { opnum: 6, stub: new Uint8Array(80) }, returning(0x8004100e))
}

test('WBEM_E_INVALID_NAMESPACE is reported with what to do', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'wmi-error')
  expect(finding).toMatchObject({ severity: 'error' })
  expect(finding!.symptom).toContain('0x8004100e')
})

test('the end of an enumeration is none', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play, { abstract: I_WBEM_LEVEL1_LOGIN })
    session.call(binding, { opnum: 6, stub: new Uint8Array(80) }, returning(1))
  })
  expect(found(findings, 'wmi-error')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('an operation that failed later, which the client learns from GetCallStatus', async () => {
  const callResult = { uuid: IWBEM_CALL_RESULT, version: '0.0' }
  const answer = (status: number) => orpcThat().u32(status).u32(0).take()
  const after = (status: number) =>
    diagnose((play) => {
      const { session, binding } = working(play, { abstract: callResult })
      const stub = orpcThis(play.causality).u32(0xffffffff).take()
      session.call(binding, { opnum: 6, stub }, answer(status))
    })
  expect(found(await after(0x80041003), 'wmi-error')?.title).toBe(
    'WMI denied the account access to the namespace or the operation',
  )
  expect(wrong(await after(0))).toEqual([])
})

test('an asynchronous operation that failed, which SetStatus reports in a call back', async () => {
  const sink = { uuid: IWBEM_OBJECT_SINK, version: '0.0' }
  const after = (type: number, status: number) =>
    diagnose((play) => {
      const { session, binding } = working(play, { abstract: sink })
      const stub = orpcThis(play.causality).u32(type).u32(status).u32(0).u32(0).take()
      session.call(binding, { opnum: 4, stub }, orpcThat().u32(0).take())
    })
  const finding = found(await after(0, 0x80041010), 'wmi-error')
  expect(finding?.title).toBe('The WMI class does not exist in this namespace')
  expect(finding?.explanation).toMatch(
    /called back with IWbemObjectSink::SetStatus.*asynchronous operation.*0x80041010/,
  )
  expect(found(await after(0, 0x8004106b), 'wmi-error')?.title).toMatch('An asynchronous WMI operation failed with')
  // Progress reports are no failure, and neither is success.
  expect(wrong(await after(2, 0x80041010))).toEqual([])
  expect(wrong(await after(0, 0))).toEqual([])
})

describe('what the provider reports', () => {
  const extended: ClassSource = {
    name: '__ExtendedStatus',
    superclasses: ['__NotifyStatus', '__IndicationRelated', '__SystemClass'],
    properties: [
      { name: 'StatusCode', type: 'uint32', origin: 2 },
      { name: 'Description', type: 'string' },
      { name: 'Operation', type: 'string' },
      { name: 'ParameterInfo', type: 'string' },
      { name: 'ProviderName', type: 'string' },
    ],
  }
  const object = objectByValue(
    encodingUnit(
      instanceBlock(extended, {
        StatusCode: 0x80041010,
        Operation: 'ExecQuery',
        ParameterInfo: 'SELECT * FROM Win32_Proces',
        ProviderName: 'WinMgmt',
        Description: 'no such class',
      }),
    ),
  )
  const account =
    /WinMgmt reports during ExecQuery, about "SELECT \* FROM Win32_Proces": 0x80041010 \(WBEM_E_INVALID_CLASS\), "no such class"/
  const query = {
    opnum: EXEC_QUERY,
    stub: execQuery('00000000-0000-0000-0000-000000000001', 'SELECT * FROM Win32_Proces'),
  }

  test('beside the answer, as error information', async () => {
    const findings = await diagnose((play) => {
      const { session, binding } = working(play, { abstract: I_WBEM_SERVICES })
      session.call(binding, query, failedWith(object, 0x80041010))
    })
    expect(found(findings, 'wmi-error')?.explanation).toMatch(account)
    expect(found(findings, 'wmi-error')?.layers.map(({ code }) => code)).toContain('0x80041010')
  })

  test('in the answer, as the object returned', async () => {
    const findings = await diagnose((play) => {
      const { session, binding } = working(play, { abstract: I_WBEM_SERVICES })
      const call = { opnum: EXEC_METHOD, stub: execMethod('00000000-0000-0000-0000-000000000001', 'X', 'Y') }
      session.call(binding, call, execMethodResult(object, 0x80041001))
    })
    expect(found(findings, 'wmi-error')?.explanation).toMatch(account)
  })

  test('sealed: nothing', async () => {
    const findings = await diagnose((play) => {
      const { session, binding } = working(play, { abstract: I_WBEM_SERVICES, level: 'privacy' })
      session.call(binding, query, failedWith(object, 0x80041010))
    })
    expect(found(findings, 'wmi-error')).toBeUndefined()
  })
})

// The scenario writes its stubs in little-endian order.
inOtherClothes('wmi-error', shows, { except: ['by big-endian peers'] })
