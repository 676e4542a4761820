import { describe, expect, test } from 'vitest'
import { bind, bindAck, bindNak } from './bind'
import { verifier } from '../pdu'
import { Reader } from '../reader'
import { bytesOf, survives, treeOf } from '../testing'

const NDR = '045d888aeb1cc9119fe808002b104860 02000000'
const NDR64 = '33057171babe37498319b5dbef9ccc36 01000000'
const SAMR = '785734123412cdabef000123456789ac 01000000'

const BIND = bytesOf(`
  05000b03 10000000 a400 2800 03000000 // bind, little-endian, 164 bytes, 40 of them the token, call 3
  d016 d016 00000000 // 5840, 5840, no association group
  02 000000
  0000 01 00 ${SAMR} ${NDR}
  0100 01 00 ${SAMR} 2c1cb76c12984045 0300000000000000 01000000 // bind-time features 1 and 2
  0a 02 00 00 07000000 // NTLM, connect, context 7
  ${'00'.repeat(40)}`)

const BIND_ACK = bytesOf(`
  05000c03 10000000 5c00 0000 03000000
  d016 d016 74470000
  0400 31333500 0000 // "135", padded to four
  03 000000
  0200 0200 ${'00'.repeat(20)} // provider rejection: transfer syntaxes
  0000 0000 ${NDR64}
  0300 0300 ${'00'.repeat(20)} // negotiate ack, both features`)

const BIND_NAK_BIG = bytesOf('05000d03 00000000 0015 0000 00000009 0004 01 0500 0000')
const BIND_BIG = bytesOf(`
  05000b03 00000000 0048 0000 00000001
  16d0 16d0 00000000 01 000000
  0000 01 00 12345778 1234 abcd ef000123456789ac 00010000 // version 0.1
  8a885d04 1ceb 11c9 9fe808002b104860 00000002`)

test('a bind offers contexts and features', () => {
  const from = new Reader(BIND)
  expect(bind(from)).toEqual({
    maxTransmit: 5840,
    maxReceive: 5840,
    associationGroup: 0,
    contexts: [
      {
        id: 0,
        interface: '12345778-1234-abcd-ef00-0123456789ac',
        version: '1.0',
        transfer: ['8a885d04-1ceb-11c9-9fe8-08002b104860'],
      },
      {
        id: 1,
        interface: '12345778-1234-abcd-ef00-0123456789ac',
        version: '1.0',
        transfer: ['6cb71c2c-9812-4540-0300-000000000000'],
        features: 3,
      },
    ],
  })
  expect(from.note).toBeUndefined()
})

test('its verifier', () =>
  expect(verifier(BIND)).toEqual({
    type: 10,
    level: 2,
    padLength: 0,
    contextId: 7,
    token: new Uint8Array(40),
    tokenAt: 124,
  }))

test('a bind_ack answers in the order of the offer', () => {
  const from = new Reader(BIND_ACK)
  expect(bindAck(from)).toMatchObject({
    associationGroup: 0x4774,
    secondaryAddress: '135',
    results: [
      { result: 2, reason: 2, transfer: '00000000-0000-0000-0000-000000000000' },
      { result: 0, reason: 0, transfer: '71710533-beba-4937-8319-b5dbef9ccc36' },
      { result: 3, reason: 3 },
    ],
  })
  expect(from.note).toBeUndefined()
  expect(treeOf(bindAck, BIND_ACK)).toContain(
    '  Bind-time features: 0x0003 security context multiplexing keep connection on orphan',
  )
})

describe('big-endian', () => {
  test('bind', () =>
    expect(bind(new Reader(BIND_BIG))).toMatchObject({
      maxTransmit: 5840,
      contexts: [
        {
          interface: '12345778-1234-abcd-ef00-0123456789ac',
          version: '0.1',
          transfer: ['8a885d04-1ceb-11c9-9fe8-08002b104860'],
        },
      ],
    }))
  test('bind_nak', () => expect(bindNak(new Reader(BIND_NAK_BIG))).toEqual({ reason: 4, versions: ['5.0'] }))
})

describe('bind_nak', () => {
  const head = '05000d03 10000000 0000 0000 01000000'
  test('with the reason alone', () => {
    const from = new Reader(bytesOf(`${head} 0800`))
    expect(bindNak(from)).toEqual({ reason: 8, versions: [] })
    expect(from.note).toBeUndefined()
  })
  test('with extended error information', () => {
    const signature = '20037490 d0fa d311 82d7009027b130ab'
    const nak = bytesOf(`${head} 0000 01 0500 000000 ${signature} 01100800`)
    expect(bindNak(new Reader(nak))).toEqual({ reason: 0, versions: ['5.0'], extendedErrorAt: 40 })
  })
})

test('what is no PDU has no body', () => {
  const text = new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n')
  expect(bind(new Reader(text))).toBeUndefined()
  expect(verifier(text)).toBeUndefined()
})

describe('bad binds', () => survives(bind, BIND, BIND_BIG))
describe('bad bind_acks', () => survives(bindAck, BIND_ACK))
describe('bad bind_naks', () => survives(bindNak, BIND_NAK_BIG))
describe('bad verifiers', () => survives((from) => verifier(from.bytes), BIND))
