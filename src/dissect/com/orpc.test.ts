import { describe, expect, test } from 'vitest'
import { Ndr } from '../ndr'
import { orpcThat, orpcThis } from './orpc'
import { Reader } from '../reader'
import { bytesOf, littleOf, survives, treeOf, utf16Of } from '../testing'

const CAUSALITY = '1561adf05d19dc4d9d6c7cc30db8c76d'
const text = (value: string) => {
  const size = littleOf(value.length + 1, 4)
  return `ffffffff ${size} 00000000 ${size} ${utf16Of(value + '\0')} ${value.length % 2 ? '' : '0000'}`
}
const ERROR_OBJECT = `
  4d454f57 04000000 ${'ee'.repeat(16)} 1b03000000000000c000000000000046 00000000 00000000 // OBJREF, custom
  00000000 00000000 ${'ee'.repeat(16)} // version, help context, IID
  ${text('SWbem')} ${text('Not found')} 00000000`
const errorBytes = bytesOf(ERROR_OBJECT)
const room = littleOf(Math.ceil(errorBytes.length / 8) * 8, 4)

const THAT_WITH_ERROR = bytesOf(`
  01000000 00000200 // flags, pointer to the extensions
  01000000 00000000 04000200 // one extension, pointer to the array
  02000000 08000200 00000000 // two pointers, the second null
  ${room} 1c03000000000000c000000000000046 ${littleOf(errorBytes.length, 4)}
  ${ERROR_OBJECT} ${'00'.repeat((8 - (errorBytes.length % 8)) % 8)}
  02000480`)
const THIS_WITH_CONTEXT = bytesOf(`
  0500 0600 01000000 00000000 ${CAUSALITY} 00000200
  01000000 00000000 04000200 02000000 08000200 00000000
  08000000 3403000000000000c000000000000046 04000000 0102030400000000
  efbeadde`)

const readThis = (from: Reader) => orpcThis(new Ndr(from))
const readThat = (from: Reader) => orpcThat(new Ndr(from))

describe('ORPCTHIS', () => {
  test('leaves the reader at the first argument, behind the extensions', () => {
    const from = new Reader(THIS_WITH_CONTEXT)
    expect(readThis(from)).toEqual({
      version: '5.6',
      flags: 1,
      causality: 'f0ad6115-195d-4ddc-9d6c-7cc30db8c76d',
      extensions: ['00000334-0000-0000-c000-000000000046'],
    })
    expect(from.u32()).toBe(0xdeadbeef)
  })
  test('is 32 bytes without extensions, 40 in NDR64', () => {
    const from = new Reader(bytesOf(`0500 0700 ${'00'.repeat(40)}`))
    orpcThis(new Ndr(from))
    expect(from.at).toBe(32)
    const wide = new Reader(from.bytes)
    orpcThis(new Ndr(wide, true))
    expect(wide.at).toBe(40)
  })
})

describe('ORPCTHAT', () => {
  test('carries what the server says of an error', () => {
    const from = new Reader(THAT_WITH_ERROR)
    expect(readThat(from)).toEqual({
      flags: 1,
      extensions: ['0000031c-0000-0000-c000-000000000046'],
      error: {
        iid: 'eeeeeeee-eeee-eeee-eeee-eeeeeeeeeeee',
        source: 'SWbem',
        description: 'Not found',
        helpFile: undefined,
      },
    })
    expect(from.u32()).toBe(0x80040002)
    expect(treeOf(readThat, THAT_WITH_ERROR)).toContain('        Description: Not found')
  })
  test('is 8 bytes without extensions', () => {
    const from = new Reader(new Uint8Array(12))
    expect(readThat(from)).toEqual({ flags: 0, extensions: [] })
    expect(from.at).toBe(8)
  })
})

describe('bad ORPCTHIS', () => survives(readThis, THIS_WITH_CONTEXT))
describe('bad ORPCTHAT', () => survives(readThat, THAT_WITH_ERROR))
