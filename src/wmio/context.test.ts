// IWbemContextBuffer: the values that MS-WMI 2.2.13 names, every type, every cut and every changed byte.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteWriter, utf16 } from '../testing/bytes'
import { contextValues } from './context'

const text = (value: string) => new ByteWriter().u32(value.length).bytes(utf16(value)).take()
const property = (name: string, type: number, value: Uint8Array) =>
  new ByteWriter().bytes(text(name)).u32(0).u16(type).bytes(value).take()
const eight = (...bytes: number[]) => Uint8Array.from({ length: 8 }, (_, i) => bytes[i] ?? 0)

function buffer(...properties: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new ByteWriter().u32(1).bytes(new Uint8Array(16)).u32(properties.length)
  for (const one of properties) all.bytes(one)
  return all.take()
}

const WHOLE = buffer(
  property('__ProviderArchitecture', 3, eight(64)),
  property('__RequiredArchitecture', 11, eight(0xff, 0xff)),
  property('__CorrelationId', 8, text('{1}')),
  property('Nothing', 1, new Uint8Array(0)),
  property('Small', 16, eight(0xfe)),
  property('Half', 5, new Uint8Array(new Float64Array([0.5]).buffer)),
  property('Texts', 0x2008, new ByteWriter().u32(2).u32(8).bytes(text('a')).bytes(text('"')).take()),
  property('Words', 0x2002, new ByteWriter().u32(2).u32(2).u16(1).u16(0xffff).take()),
)

test('values of each type, as MOF writes them', () => {
  const { value, note } = contextValues(WHOLE)
  expect(note).toBeUndefined()
  expect(value!.map(({ name, value: said }) => `${name} = ${said}`)).toEqual([
    '__ProviderArchitecture = 64',
    '__RequiredArchitecture = TRUE',
    '__CorrelationId = "{1}"',
    'Nothing = NULL',
    'Small = -2',
    'Half = 0.5',
    'Texts = {"a", "\\""}',
    'Words = {1, -1}',
  ])
  expect(value!.at(-1)!.at + value!.at(-1)!.length).toBe(WHOLE.length)
})

test('every cut ends in a note, every changed byte in values or a note', () => {
  for (let end = 0; end < WHOLE.length; end++) expect(contextValues(WHOLE.subarray(0, end)).note).toBeDefined()
  fc.assert(
    fc.property(fc.nat(WHOLE.length - 1), fc.nat(255), (at, value) => {
      const changed = WHOLE.slice()
      changed[at] = value
      expect(contextValues(changed).value!.length).toBeLessThanOrEqual(10_000)
    }),
    { numRuns: 2000 },
  )
})
