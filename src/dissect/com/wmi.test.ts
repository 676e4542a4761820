import { describe, expect, test } from 'vitest'
import { toHex } from '../../testing/bytes'
import {
  EXEC_METHOD,
  EXEC_QUERY,
  execMethod,
  execMethodResult,
  execQuery,
  GET_OBJECT,
  getObjectResult,
  indicate,
  NEXT,
  nextResult,
  objectByValue,
  PUT_INSTANCE,
  putInstance,
  SMART_ENUM_NEXT,
  smartEnumResult,
} from '../../testing/captures/com/wmi'
import {
  classBlock,
  type ClassSource,
  encodingUnit,
  instanceBlock,
  instanceBlockWithoutClass,
  objectArray,
} from '../../testing/captures/com/wmio'
import type { KnownClasses } from '../../wmio/object-array'
import { stubArguments } from '../arguments'
import { Reader } from '../reader'
import { stub } from '../stub'
import { bytesOf, survives, treeOf } from '../testing'
import {
  IENUM_WBEM_CLASS_OBJECT,
  IWBEM_OBJECT_SINK,
  IWBEM_SERVICES,
  IWBEM_WCO_SMART_ENUM,
} from '../../names/well-known'

const CAUSALITY = '9062cf0f-9945-4d33-9c11-e2de501b35f6'
const process: ClassSource = {
  name: 'Win32_Process',
  superclasses: ['CIM_Process'],
  properties: [
    { name: 'Handle', type: 'string', qualifiers: [{ name: 'key' }] },
    { name: 'Name', type: 'string' },
    { name: 'ThreadCount', type: 'uint32', default: 1 },
  ],
  methods: [{ name: 'Terminate' }],
}
const origin = { server: 'SERVER', namespace: 'ROOT\\cimv2' }
const one = objectByValue(encodingUnit(instanceBlock(process, { Handle: '4', Name: 'System' }, origin)))
const two = objectByValue(encodingUnit(instanceBlock(process, { Handle: '8', Name: 'calc' })))
const definition = objectByValue(encodingUnit(classBlock(process)))
const parameters = (name: string, type: 'string' | 'uint32', value: string | number) =>
  objectByValue(encodingUnit(instanceBlock({ name: '__PARAMETERS', properties: [{ name, type }] }, { [name]: value })))

const read =
  (uuid: string, opnum: number, answer = false, classes?: KnownClasses) =>
  (from: Reader) =>
    stubArguments(from, { interface: uuid, opnum, answer, wide: false, classes })
const said = (bytes: Uint8Array, ...method: Parameters<typeof read>) => {
  const from = new Reader(bytes)
  const found = read(...method)(from)
  expect(from.note).toBeUndefined()
  expect(from.left).toBe(0)
  return Object.fromEntries(found!)
}

describe('the objects of', () => {
  test('ExecQuery: none, but the query', () => {
    expect(said(execQuery(CAUSALITY, 'SELECT * FROM Win32_Process'), IWBEM_SERVICES, EXEC_QUERY)).toEqual({
      Language: 'WQL',
      Query: 'SELECT * FROM Win32_Process',
      Flags: '0x00000030 return immediately forward only',
    })
  })

  test('GetObject', () => {
    expect(said(getObjectResult(definition), IWBEM_SERVICES, GET_OBJECT, true)).toEqual({
      Object: 'class Win32_Process',
    })
  })

  test('PutInstance', () => {
    expect(said(putInstance(CAUSALITY, one), IWBEM_SERVICES, PUT_INSTANCE)).toMatchObject({
      Instance: 'Win32_Process (Handle = "4")',
    })
  })

  test('ExecMethod and its answer', () => {
    const input = parameters('CommandLine', 'string', 'calc.exe')
    expect(said(execMethod(CAUSALITY, 'Win32_Process', 'Create', input), IWBEM_SERVICES, EXEC_METHOD)).toMatchObject({
      Object: 'Win32_Process',
      Method: 'Create',
      Input: '__PARAMETERS',
    })
    expect(said(execMethod(CAUSALITY, 'Win32_Process.Handle="4"', 'Terminate'), IWBEM_SERVICES, EXEC_METHOD)).toEqual({
      Object: 'Win32_Process.Handle="4"',
      Method: 'Terminate',
      Flags: '0x00000000',
    })
    const from = new Reader(execMethodResult(parameters('ReturnValue', 'uint32', 9)))
    const found = read(IWBEM_SERVICES, EXEC_METHOD, true)(from)
    expect(found?.objects).toMatchObject([{ label: 'Output', object: { instance: { properties: [{ value: 9 }] } } }])
    expect(said(execMethodResult(undefined, 0x80041003), IWBEM_SERVICES, EXEC_METHOD, true)).toEqual({})
  })

  test('IEnumWbemClassObject::Next', () => {
    expect(said(nextResult([one, two], 2), IENUM_WBEM_CLASS_OBJECT, NEXT, true)).toEqual({
      Object: 'Win32_Process (Handle = "4"), Win32_Process (Handle = "8")',
      Returned: '2',
    })
    expect(said(nextResult([], 10, 1), IENUM_WBEM_CLASS_OBJECT, NEXT, true)).toEqual({ Returned: '0' })
  })

  test('IWbemWCOSmartEnum::Next, the later ones without their class', () => {
    const id = new Uint8Array(16).fill(3)
    const block = instanceBlock(process, { Handle: '4' })
    const first = objectArray([{ kind: 'instance', id, block }])
    const later = objectArray([
      { kind: 'instance without class', id, block: instanceBlockWithoutClass(process, { Handle: '8' }) },
    ])
    const classes: KnownClasses = new Map()
    const method = [IWBEM_WCO_SMART_ENUM, SMART_ENUM_NEXT, true] as const
    expect(said(smartEnumResult(1, first), ...method, classes)).toMatchObject({
      Object: 'Win32_Process (Handle = "4")',
    })
    expect(said(smartEnumResult(1, later), ...method, classes)).toMatchObject({
      Object: 'Win32_Process (Handle = "8")',
    })
    const from = new Reader(smartEnumResult(1, later))
    read(...method)(from)
    expect(from.note).toMatch('a class that the capture does not show')
  })

  test('IWbemObjectSink::Indicate', () => {
    expect(said(indicate(CAUSALITY, [one, two]), IWBEM_OBJECT_SINK, 3)).toMatchObject({
      Object: 'Win32_Process (Handle = "4"), Win32_Process (Handle = "8")',
    })
  })
})

test('an object in the field tree: a table, then MOF', () => {
  const facts = { interface: IWBEM_SERVICES, opnum: GET_OBJECT, answer: true, wide: false, com: true }
  const tree = treeOf((from) => stub(from, facts), getObjectResult(one)).map((text) => text.trim())
  expect(tree.slice(tree.indexOf('WMI object: Win32_Process (Handle = "4")'))).toEqual([
    'WMI object: Win32_Process (Handle = "4")',
    'Class: Win32_Process',
    'Superclasses: CIM_Process',
    'Namespace: ROOT\\cimv2',
    'Server: SERVER',
    'Properties: 3',
    'Handle: "4" (string)',
    'Name: "System" (string)',
    'ThreadCount: 1 (uint32, default)',
    'MOF: 13 lines',
    '// @namespace "ROOT\\cimv2"',
    '// @servername "SERVER"',
    'class Win32_Process : CIM_Process {',
    '[key]',
    'string Handle;',
    'string Name;',
    'uint32 ThreadCount = 1;',
    '};',
    'instance of Win32_Process {',
    'Handle = "4";',
    'Name = "System";',
    'ThreadCount = 1;',
    '};',
    'HRESULT: 0x00000000',
  ])
  const classTree = treeOf((from) => stub(from, facts), getObjectResult(definition)).map((text) => text.trim())
  expect(classTree).toContain('Terminate: void Terminate()')
})

describe('an answer with objects, NDR64', () => {
  // What GetObject answers, with 8 bytes for pointers and counts. MS-RPCE 2.2.5.
  const bytes = bytesOf(`00000000 00000000 0000000000000000 // ORPCTHAT
    0000020000000000 0400020000000000 ${size(8)} ${size(4)} ${toHex(one)} ${'00'.repeat(-(one.length + 4) & 7)}
    0000000000000000 00000000`)

  test('is read', () => {
    const from = new Reader(bytes)
    const found = stubArguments(from, { interface: IWBEM_SERVICES, opnum: GET_OBJECT, answer: true, wide: true })
    expect(found?.get('Object')).toBe('Win32_Process (Handle = "4")')
    expect(from.note).toBeUndefined()
  })

  function size(bytes: number): string {
    return toHex(new Uint8Array(new BigUint64Array([BigInt(one.length)]).buffer).subarray(0, bytes))
  }
})

describe('Next', () => survives(read(IENUM_WBEM_CLASS_OBJECT, NEXT, true), nextResult([one, two], 2)))
describe('GetObject', () => survives(read(IWBEM_SERVICES, GET_OBJECT, true), getObjectResult(definition)))
