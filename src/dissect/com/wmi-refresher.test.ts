// Refreshers, and the context of a WMI call: what they say, cut and changed.
import { describe, expect, test } from 'vitest'
import { ByteWriter, utf16 } from '../../testing/bytes'
import { bindings, customObject, interfacePointer, standardObject } from '../../testing/captures/com/objref'
import { orpcThat, orpcThis } from '../../testing/captures/com/orpc'
import { objectByValue } from '../../testing/captures/com/wmi'
import { encodingUnit, instanceBlock } from '../../testing/captures/com/wmio'
import { IWBEM_REFRESHING_SERVICES, IWBEM_REMOTE_REFRESHER, IWBEM_SERVICES, WBEM_CONTEXT } from '../../names/well-known'
import { stubArguments } from '../arguments'
import { Reader } from '../reader'
import { survives, treeOf } from '../testing'

const CAUSALITY = '9062cf0f-9945-4d33-9c11-e2de501b35f6'
const GUID = '11111111-2222-3333-4444-555555555555'
const IID_CONTEXT = '44aca674-e8fc-11d0-a07c-00c04fb68820'
const POINTER = 0x00020000

const read =
  (uuid: string, opnum: number, answer = false) =>
  (from: Reader) =>
    stubArguments(from, { interface: uuid, opnum, answer, wide: false })
const said = (bytes: Uint8Array, ...method: Parameters<typeof read>) => {
  const from = new Reader(bytes)
  const found = read(...method)(from)
  expect(from.note).toBeUndefined()
  expect(from.left).toBe(0)
  return Object.fromEntries(found!)
}

const characters = (text: string) => new ByteWriter().u32(text.length).bytes(utf16(text)).take()
/** __ProviderArchitecture = 32 (VT_I4) and __RequiredArchitecture = true (VT_BOOL). */
const values = new ByteWriter()
  .u32(1)
  .bytes(new Uint8Array(16))
  .u32(2)
  .bytes(characters('__ProviderArchitecture'))
  .u32(0)
  .u16(3)
  .bytes(Uint8Array.of(32, 0, 0, 0, 0, 0, 0, 0))
  .bytes(characters('__RequiredArchitecture'))
  .u32(0)
  .u16(11)
  .bytes(Uint8Array.of(0xff, 0xff, 0, 0, 0, 0, 0, 0))
  .take()
const CONTEXT = customObject(IID_CONTEXT, WBEM_CONTEXT, values)

/** DeleteClass: a BSTR, flags, the context, no room for a call result. */
const withContext = interfacePointer(
  orpcThis(CAUSALITY)
    .u32(POINTER)
    .u32(2)
    .u32(4)
    .u32(2)
    .bytes(utf16('C1'))
    .align(4)
    .u32(0x10)
    .u32(POINTER + 4),
  CONTEXT,
)
  .align(4)
  .u32(0)
  .take()

test('IWbemContext: its values, in the arguments and as lines', () => {
  const context = '__ProviderArchitecture = 32, __RequiredArchitecture = TRUE'
  expect(said(withContext, IWBEM_SERVICES, 10)).toMatchObject({ Class: 'C1', Context: context })
  const tree = treeOf(read(IWBEM_SERVICES, 10), withContext).map((line) => line.trim())
  expect(tree).toContain('__ProviderArchitecture: 32')
})

function identity(stub: ByteWriter): ByteWriter {
  stub.u32(POINTER).u32(4711).uuid(GUID).u32(5).u32(0).u32(5)
  return stub.ascii('PC-1\0')
}

const added = identity(orpcThis(CAUSALITY))
  .align(4)
  .u32(4)
  .u32(0)
  .u32(4)
  .bytes(utf16('C12\0'))
  .align(4)
  .u32(0)
  .u32(0)
  .u32(2)
  .take()
const template = objectByValue(
  encodingUnit(instanceBlock({ name: 'Win32_Perf', properties: [{ name: 'Name', type: 'string' }] }, { Name: 'cpu' })),
)
const reference = { oxid: 1n, oid: 2n, ipid: '0000080c-1111-2222-3333-444444444444' }
const remote = standardObject(IWBEM_REMOTE_REFRESHER, reference, bindings(['10.0.0.1']))
const information = (() => {
  const stub = orpcThat()
    .u32(3)
    .u32(3)
    .u32(POINTER)
    .u32(POINTER + 4)
    .uuid(GUID)
    .u32(77)
  interfacePointer(stub, remote)
  return interfacePointer(stub, template).align(4).u32(2).u32(0).take()
})()

test('AddEnumToRefresher: the class, who refreshes, and the template that comes back', () => {
  expect(said(added, IWBEM_REFRESHING_SERVICES, 5)).toMatchObject({ Class: 'C12', Client: 'PC-1' })
  const answer = read(IWBEM_REFRESHING_SERVICES, 5, true)(new Reader(information))!
  expect(answer.objects).toMatchObject([{ object: { instance: { className: 'Win32_Perf' } } }])
  expect(answer.references).toMatchObject([{ label: 'Refresher' }])
})

const refreshed = orpcThat()
  .u32(1)
  .u32(POINTER)
  .u32(1)
  .u32(77)
  .u32(4)
  .u32(12)
  .u32(POINTER + 4)
  .u32(12)
  .u32(1)
  .u32(9)
  .u32(0)
  .u32(0)
  .take()

test('RemoteRefresh: how many objects and instances come back', () => {
  expect(said(refreshed, IWBEM_REMOTE_REFRESHER, 3, true)).toEqual({ 'Refreshed objects': '1', Instances: '9' })
})

describe('DeleteClass with a context', () => survives(read(IWBEM_SERVICES, 10), withContext))
describe('AddEnumToRefresher', () => survives(read(IWBEM_REFRESHING_SERVICES, 5), added))
describe('its answer', () => survives(read(IWBEM_REFRESHING_SERVICES, 5, true), information))
describe('RemoteRefresh', () => survives(read(IWBEM_REMOTE_REFRESHER, 3, true), refreshed))
