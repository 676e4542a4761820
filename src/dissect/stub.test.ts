import { describe, expect, test } from 'vitest'
import { Reader } from './reader'
import { stub, type StubFacts } from './stub'
import { bytesOf, survives, treeOf } from './testing'

const REM_UNKNOWN2 = '00000143-0000-0000-c000-000000000046'
const WBEM_SERVICES = '9556dc99-828c-11cf-a37e-00aa003240c7'
const facts = (some: Partial<StubFacts>): StubFacts => ({
  interface: WBEM_SERVICES,
  opnum: 99,
  answer: false,
  wide: false,
  com: true,
  ...some,
})
const tree = (some: Partial<StubFacts>, bytes: Uint8Array) => treeOf((from) => stub(from, facts(some)), bytes)

const THIS = `0500 0700 00000000 00000000 ${'11'.repeat(16)} 00000000`
const TRAILER = '8ae3137102f43671 0140 0400 01000000'
const QUERY = bytesOf(`${THIS} ${'22'.repeat(16)} 05000000 0100 0000 01000000 ${'33'.repeat(16)} ${TRAILER}`)

test('a known method is read by its dissector, its trailer as well', () => {
  const known = { interface: REM_UNKNOWN2, opnum: 3 }
  expect(stub(new Reader(QUERY), facts(known))).toMatchObject({
    refs: 5,
    iids: ['33333333-3333-3333-3333-333333333333'],
  })
  const lines = tree(known, QUERY)
  expect(lines).toContain('IID: 33333333-3333-3333-3333-333333333333')
  expect(lines.slice(-3)).toEqual([
    'Verification trailer',
    '  Command: bitmask (0x4001)',
    '  Bitmask: 0x00000001 client supports header signing',
  ])
})

describe('an unknown method', () => {
  test('of COM has its header', () => expect(tree({}, QUERY)[0]).toBe('ORPCTHIS'))
  test('answers with a value in the last four bytes', () => {
    expect(tree({ answer: true }, bytesOf('00000000 00000000 0a0b0c0d 03100480'))).toEqual([
      'ORPCTHAT',
      '  Flags: 0x00000000',
      'Last four bytes (the value returned): 0x80041003',
    ])
    expect(tree({ answer: true, com: false }, bytesOf('05000000'))).toEqual([
      'Last four bytes (the value returned): 0x00000005',
    ])
  })
  test('gives no result', () => expect(stub(new Reader(QUERY), facts({}))).toBeUndefined())
})

describe('bad stubs', () => survives((from) => void stub(from, facts({ interface: REM_UNKNOWN2, opnum: 3 })), QUERY))
