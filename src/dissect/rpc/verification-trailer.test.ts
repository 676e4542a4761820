import { describe, expect, test } from 'vitest'
import { Reader } from '../reader'
import { bytesOf, survives, treeOf } from '../testing'
import { verificationTrailer } from './verification-trailer'

// A Windows client's, behind four bytes of arguments.
const STUB = bytesOf(`
  05000000
  8ae3137102f43671
  0100 0400 01000000 // bitmask
  0200 2800 4301000000000000c000000000000046 00000000 045d888aeb1cc9119fe808002b104860 02000000
  0340 1000 00000000 10000000 09000000 0100 0300 // header; the last command`)

test('is found behind the arguments', () => {
  const from = new Reader(STUB)
  expect(verificationTrailer(from)).toEqual({
    at: 4,
    bitmask: 1,
    interface: '00000143-0000-0000-c000-000000000046',
    transfer: '8a885d04-1ceb-11c9-9fe8-08002b104860',
    callId: 9,
    contextId: 1,
    opnum: 3,
  })
  expect(from.note).toBeUndefined()
  expect(treeOf(verificationTrailer, STUB)).toContain('  Command: header (0x4003)')
})

test('there is none', () => {
  expect(verificationTrailer(new Reader(new Uint8Array(40)))).toBeUndefined()
  expect(verificationTrailer(new Reader(new Uint8Array(0)))).toBeUndefined()
})

test('the last signature counts: arguments may hold one', () =>
  expect(verificationTrailer(new Reader(bytesOf('8ae3137102f43671 8ae3137102f43671 0140 0400 00000000')))).toEqual({
    at: 8,
    bitmask: 0,
  }))

describe('bad trailers', () => survives(verificationTrailer, STUB))
