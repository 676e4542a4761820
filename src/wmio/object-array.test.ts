import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type ArrayEntry,
  classBlock,
  type ClassSource,
  instanceBlock,
  instanceBlockWithoutClass,
  objectArray as arrayOf,
} from '../testing/captures/com/wmio'
import { type KnownClasses, objectArray } from './object-array'

const service: ClassSource = {
  name: 'Win32_Service',
  properties: [
    { name: 'Name', type: 'string', qualifiers: [{ name: 'key' }] },
    { name: 'State', type: 'string', default: 'Stopped' },
  ],
}
const id = new Uint8Array(16).fill(7)
const entries: ArrayEntry[] = [
  { kind: 'instance', id, block: instanceBlock(service, { Name: 'BITS', State: 'Running' }) },
  { kind: 'instance without class', id, block: instanceBlockWithoutClass(service, { Name: 'Spooler' }) },
  { kind: 'class', block: classBlock(service) },
]
const summary = (bytes: Uint8Array, known?: KnownClasses) =>
  objectArray(bytes, known).value?.map(
    ({ class: cim, instance }) => `${cim.name} ${instance?.properties.map(({ value }) => value).join() ?? 'class'}`,
  )

test('a class is sent once; later instances refer to it', () => {
  expect(objectArray(arrayOf(entries)).note).toBeUndefined()
  expect(summary(arrayOf(entries))).toEqual([
    'Win32_Service BITS,Running',
    'Win32_Service Spooler,Stopped',
    'Win32_Service class',
  ])
})

test('a later packet of the same enumeration needs the classes of the earlier ones', () => {
  const known: KnownClasses = new Map()
  const later = arrayOf(entries.slice(1, 2))
  expect(objectArray(later, known)).toEqual({
    value: [],
    note: 'an instance refers to a class that the capture does not show',
  })
  objectArray(arrayOf(entries), known)
  expect(summary(later, known)).toEqual(['Win32_Service Spooler,Stopped'])
})

test('headers that are longer than they need be are skipped', () => {
  const bytes = arrayOf(entries)
  // The header of 26 bytes gets 4 more behind it.
  const longer = new Uint8Array(bytes.length + 4)
  longer.set(bytes.subarray(0, 26))
  longer.set(bytes.subarray(26), 30)
  longer[12] = 30
  expect(summary(longer)).toEqual(summary(bytes))
})

test('bad bytes give a note, never an exception', () => {
  const bytes = arrayOf(entries)
  for (let length = 0; length < bytes.length; length++)
    expect(objectArray(bytes.subarray(0, length)).note, `cut at ${length}`).toBeDefined()
  for (let at = 0; at < bytes.length; at++)
    for (const byte of [0, 0x7f, 0xff]) {
      const changed = bytes.slice()
      changed[at] = byte
      objectArray(changed)
    }
  const head = bytes.subarray(0, 26)
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (tail) => void objectArray(Uint8Array.of(...head, ...tail))))
})
