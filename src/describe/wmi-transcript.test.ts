import { expect, test } from 'vitest'
import { GrowingTable, NONE } from '../capture/table'
import { Call, type Conversation, Outcome } from '../conversation/model'
import type { WmiCall, WmiMessage, WmiSummary } from '../conversation/wmi'
import { IENUM_WBEM_CLASS_OBJECT, IWBEM_FETCH_SMART_ENUM, IWBEM_OBJECT_SINK, IWBEM_SERVICES } from '../names/well-known'
import { allNames } from '../testing/diagnose'
import { wmiTranscript } from './wmi-transcript'

const names = await allNames()

/** The line for one call that ended so. */
function lineOf(call: Partial<WmiCall>, outcome = Outcome.Response, status = 0): string | undefined {
  const calls = new GrowingTable(Call.COLUMNS)
  calls.add()
  calls.set(Call.Outcome, 0, outcome)
  calls.set(Call.Status, 0, status)
  const whole = { call: 0, interface: IWBEM_SERVICES, opnum: 0, ...call }
  return wmiTranscript({ calls } as Conversation, names, [whole])[0]?.text
}

const message = (entries: Record<string, string> = {}, ...objects: WmiSummary[]): WmiMessage => ({
  pdu: 0,
  frame: 0,
  arguments: new Map(Object.entries(entries)),
  objects,
  isWhole: true,
})
const object = (text: string, properties: Record<string, string> = {}): WmiSummary => ({
  label: 'Object',
  text,
  className: text,
  isClass: text.startsWith('class '),
  properties: Object.entries(properties).map(([name, value]) => ({ name, value })),
})

test('objects that are got, put and deleted', () => {
  const namespace = '\\\\.\\root\\cimv2'
  const get = { opnum: 6, namespace, request: message({ Object: 'Win32_Service' }) }
  expect(lineOf({ ...get, answer: message({}, object('class Win32_Service', { Name: 'NULL' })) })).toBe(
    'Get Win32_Service in root\\cimv2: class Win32_Service',
  )
  expect(lineOf(get, Outcome.Response, 0x80041002)).toBe(
    'Get Win32_Service in root\\cimv2 → WBEM_E_NOT_FOUND (0x80041002)',
  )
  expect(lineOf({ opnum: 14, request: message({}, object('Job', { Id: '1', Note: 'NULL' })) })).toBe(
    'Put Job with Id = 1',
  )
  expect(lineOf({ opnum: 16, request: message({ Object: 'Job.Id=1' }) }, Outcome.Fault, 5)).toBe(
    'Delete Job.Id=1 → fault nca_s_fault_access_denied (0x00000005)',
  )
})

test('methods: arguments, return value, other results', () => {
  const request = message({ Object: 'Win32_Process.Handle="4"', Method: 'GetOwner' })
  expect(lineOf({ opnum: 24, request, answer: message({}, object('__PARAMETERS', { ReturnValue: '2' })) })).toBe(
    'Win32_Process.Handle="4"::GetOwner() returned 2',
  )
  expect(lineOf({ opnum: 24, request, answer: message({}, object('__PARAMETERS', { User: '"SYSTEM"' })) })).toBe(
    'Win32_Process.Handle="4"::GetOwner() gave User = "SYSTEM"',
  )
  expect(lineOf({ opnum: 24, request }, Outcome.Open, NONE)).toBe('Win32_Process.Handle="4"::GetOwner() → no answer')
})

test('many objects: the first five', () => {
  const objects = Array.from({ length: 7 }, (_, i) => object(`Job (Id = ${i})`))
  expect(lineOf({ interface: IENUM_WBEM_CLASS_OBJECT, opnum: 4, answer: message({}, ...objects) })).toBe(
    '7 objects: Job (Id = 0), Job (Id = 1), Job (Id = 2), Job (Id = 3), Job (Id = 4) and 2 more',
  )
  expect(lineOf({ interface: IWBEM_OBJECT_SINK, opnum: 3, request: message({}, object('Event')) })).toBe(
    '1 object: Event',
  )
})

test('long values are cut, and stay in one line', () => {
  const query = `SELECT *\nFROM ${'A'.repeat(200)}`
  const line = lineOf({ interface: IENUM_WBEM_CLASS_OBJECT, opnum: 4, query, answer: message() })!
  expect(line).toMatch(/^No objects for SELECT \* FROM A+…$/)
  expect(line.length).toBeLessThan(150)
})

test('a call that says nothing, or is sealed, has a line where it failed', () => {
  const call = { interface: IWBEM_FETCH_SMART_ENUM, opnum: 3, query: 'instances of Job' }
  expect(lineOf(call)).toBeUndefined()
  expect(lineOf(call, Outcome.Fault, 0x721)).toBe(
    'GetSmartEnum for instances of Job → fault nca_s_fault_sec_pkg_error (0x00000721)',
  )
  expect(lineOf({ opnum: 6 }, Outcome.Open, NONE)).toBe('GetObject → no answer')
})

test('what is sealed, or known to say nothing, has no line', () => {
  expect(lineOf({ opnum: 6 }, Outcome.Response, NONE)).toBeUndefined()
  expect(lineOf({ opnum: 24, request: message() })).toBeUndefined()
  expect(lineOf({ interface: IENUM_WBEM_CLASS_OBJECT, opnum: 6, answer: message() })).toBeUndefined()
})
