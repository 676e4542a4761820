import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SVCCTL } from '../names/well-known'
import { MADE, RECORDED } from './argument-samples'
import { argumentsText, stubArguments } from './arguments'
import { Reader } from './reader'
import { bytesOf, survives, treeOf } from './testing'

for (const { name, method, stub, says } of [...RECORDED, ...MADE])
  test(name, () => {
    const reader = new Reader(stub)
    expect(Object.fromEntries(stubArguments(reader, method) ?? [])).toEqual(says)
    expect(reader.note).toBeUndefined()
  })

test('the field tree has a summary', () => {
  const { stub, method } = RECORDED[0]!
  expect(treeOf((from) => stubArguments(from, method), stub)).toEqual([
    'Arguments: Machine DUMMY, Database ServicesActive, Access 0x0000003f',
    '  Machine: DUMMY',
    '  Database: ServicesActive',
    '  Access: 0x0000003f',
  ])
})

test('long arguments are shortened where they share a line', () => {
  expect(argumentsText(new Map([['XML', 'x'.repeat(500)]]))).toBe(`XML ${'x'.repeat(120)}…`)
})

test('big-endian', () => {
  const stub = bytesOf('00000001 00000003 00000000 00000003 0053 0031 0000 0000 00000000 00000001')
  const reader = new Reader(stub)
  reader.little = false
  const method = { interface: SVCCTL, opnum: 15, answer: false, wide: false }
  expect(argumentsText(stubArguments(reader, method)!)).toBe('Machine S1, Access 0x00000001')
})

test('a method that is not described: nothing is read', () => {
  const reader = new Reader(new Uint8Array(8))
  expect(stubArguments(reader, { interface: SVCCTL, opnum: 99, answer: false, wide: false })).toBeUndefined()
  expect(reader.at).toBe(0)
})

describe('bad stubs', () => {
  for (const { name, method, stub } of [...RECORDED, ...MADE])
    describe(name, () => survives((from) => stubArguments(from, method), stub))

  const UUIDS = [...new Set([...RECORDED, ...MADE].map(({ method }) => method.interface))]
  test('of any method', () => {
    const anyMethod = fc.record({
      interface: fc.constantFrom(...UUIDS),
      opnum: fc.integer({ min: 0, max: 100 }),
      answer: fc.boolean(),
      wide: fc.boolean(),
    })
    fc.assert(
      fc.property(anyMethod, fc.uint8Array({ maxLength: 400 }), (method, bytes) => {
        const reader = new Reader(bytes, [])
        stubArguments(reader, method)
        expect(reader.at).toBeLessThanOrEqual(bytes.length)
      }),
      { numRuns: 2000 },
    )
  })
})
