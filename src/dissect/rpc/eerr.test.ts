import { expect, test } from 'vitest'
import type { FieldLine } from '../../capture/field'
import { extendedError } from './eerr'
import { Reader } from '../reader'
import { bytesOf, survives } from '../testing'

// Stub of a fault 0x721 of a Windows Server 2008, whose client had sent a request with a bad signature.
const ONE_RECORD = bytesOf(`
  01 10 0800 cccccccc 68000000 00000000  // type serialization 1, little-endian, 104 bytes
  00000200 03000000                      // pointer to the record; conformance: 3 parameters
  00000000                               // Next: none
  0100 0100 0900 0000 04000200           // computer name: present, 9 characters, pointer
  3c020000 00000000                      // process 572; padding
  4c545c7f6012c901                       // 2008-09-09 09:43:21
  03000000 21070000 8200 0000            // security provider; 0x721; location 130; flags
  0300 0000                              // 3 parameters
  0300 0300 0f030980                     // long: SEC_E_MESSAGE_ALTERED
  0300 0300 09000000                     // long: SPNEGO
  0300 0300 05000000                     // long: packet integrity
  09000000                               // 9 characters: w2k8-211
  7700 3200 6b00 3800 2d00 3200 3100 3100 0000 0000
`)

// Made by the rules of MS-EERR: a server's record (with its name) upon the root cause (with three kinds of strings).
const TWO_RECORDS = bytesOf(`
  01 10 0800 cccccccc ca000000 00000000
  00000200 00000000                      // pointer; no parameters
  04000200                               // Next: the second record
  0100 0100 0300 0000 08000200           // computer name: present, 3 characters
  01000000 00000000                      // process 1
  0000000000000000                       // no time
  02000000 05000000 2800 0200            // runtime; 5; location 40; later records missing
  0000 0000                              // 0 parameters
  04000000 00000000                      // second record: conformance 4; padding to 8
  00000000                               // Next: none
  0200 0200                              // no computer name; the union's arm is empty
  02000000                               // process 2
  00000000                               // padding to 8
  00803ed5deb19d01                       // 1970-01-01
  01000000 05000000 0000 0000            // application; 5; location 0
  0400 0000                              // 4 parameters
  0200 0200 0300 0000 0c000200 00000000  // Unicode string, padding to 8
  0100 0100 0300 0000 10000200 00000000  // ANSI string
  0500 0500 00000000 0807060504030201    // 64 bits
  0700 0700 0200 0000 14000200           // binary
  03000000 6800 6900 0000 0000           // hi
  03000000 616200 00                     // ab
  02000000 beef 0000                     // two bytes
  03000000 7300 3100 0000                // the first record's computer name: s1
`)

test('a server says why a signature failed', () => {
  const lines: FieldLine[] = []
  const reader = new Reader(ONE_RECORD, lines)
  expect(extendedError(reader)).toEqual([
    {
      computer: 'w2k8-211',
      processId: 572,
      time: expect.closeTo(Date.UTC(2008, 8, 9, 9, 43, 21) / 1000 + 0.969, 2),
      component: 3,
      status: 0x721,
      detectionLocation: 130,
      flags: 0,
      parameters: [
        { kind: 'number', value: 0x8009030f },
        { kind: 'number', value: 9 },
        { kind: 'number', value: 5 },
      ],
    },
  ])
  expect(reader.note).toBeUndefined()
  expect(lines[0]).toMatchObject({
    label: 'Extended error information',
    value: 'w2k8-211, 0x00000721, verifying or unsealing a message failed',
    at: 0,
    length: ONE_RECORD.length,
  })
  expect(lines.find(({ label }) => label === 'Computer name')).toMatchObject({ value: 'w2k8-211', at: 100, length: 18 })
})

test('a chain: fixed parts first, strings from the root cause back', () => {
  const reader = new Reader(TWO_RECORDS)
  const [first, second] = extendedError(reader)
  expect(reader.note).toBeUndefined()
  expect(first).toMatchObject({ computer: 's1', processId: 1, time: undefined, detectionLocation: 40, flags: 2 })
  expect(second).toEqual({
    processId: 2,
    time: 0,
    component: 1,
    status: 5,
    detectionLocation: 0,
    flags: 0,
    parameters: [
      { kind: 'text', value: 'hi' },
      { kind: 'text', value: 'ab' },
      { kind: 'long', value: 0x0102030405060708n },
      { kind: 'bytes', value: Uint8Array.of(0xbe, 0xef) },
    ],
  })
})

test('other stubs are none', () => {
  const reader = new Reader(new Uint8Array(16))
  expect(extendedError(reader)).toEqual([])
  expect(reader.note).toBe('not extended error information')
})

test('cut at every length: the records so far, and a note', () => {
  for (const whole of [ONE_RECORD, TWO_RECORDS]) {
    for (let length = 0; length < whole.length - 4; length++) {
      const reader = new Reader(whole.subarray(0, length), [])
      expect(extendedError(reader).length).toBeLessThanOrEqual(2)
      expect(reader.note, `${length} bytes`).toBeDefined()
    }
  }
})

survives(extendedError, ONE_RECORD, TWO_RECORDS)

test('a stub that is one long chain is read in one go', () => {
  const records = 1100
  const fixed = bytesOf(`
    00000000 00000000 04000200 0200 0200 00000000 00000000  // conformance, padding, Next, no computer name, process
    0000000000000000 01000000 05000000 0000 0000 0000 0000
  `)
  const stub = new Uint8Array(16 + fixed.length * records)
  // The first record is where its pointer takes the place of the padding.
  for (let i = 0; i < records; i++) stub.set(fixed, 16 + fixed.length * i)
  stub.set(bytesOf('01 10 0800 cccccccc 00000000 00000000 00000200'))
  new DataView(stub.buffer).setUint32(8, stub.length - 16, true)
  expect(extendedError(new Reader(stub))).toHaveLength(records)
})
