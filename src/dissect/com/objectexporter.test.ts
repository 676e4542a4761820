import { describe, expect, test } from 'vitest'
import {
  complexPingRequest,
  complexPingResponse,
  resolveRequest,
  resolveResponse,
  serverAlive2Response,
  simplePingRequest,
  statusResponse,
} from './objectexporter'
import { Reader } from '../reader'
import { bytesOf, survives, utf16Of } from '../testing'

// Two names, of which the second is an address, and two providers.
const STRINGS = `0700 ${utf16Of('WS6\0')} 0700 ${utf16Of('10.0.0.6\0')} 0000 0900 ffff 0000 1000 ffff ${utf16Of('HOST/WS6\0')} 0000`
const words = bytesOf(STRINGS).length / 2
const COUNT = words.toString(16).padStart(2, '0')
const DUAL = `${COUNT}000000 ${COUNT}00 1000 ${STRINGS} ${words % 2 ? '0000' : ''}`

const ALIVE = bytesOf(`0500 0700 00000200 ${DUAL} 00000000 00000000`)
const RESOLVED = bytesOf(`00000200 ${DUAL} ${'ab'.repeat(16)} 05000000 0500 0700 00000000`)
const LOST = bytesOf(`00000000 ${'00'.repeat(16)} 00000000 0000 0000 76070000`)
const PING = bytesOf(`
  8877665544332211 0200 0100 0100 // set, sequence 2, one to add, one to delete
  0000 00000200 01000000 0100000000000000
  00000200 01000000 0200000000000000`)

test('ServerAlive2 returns the names and providers of a host', () => {
  const from = new Reader(ALIVE)
  expect(serverAlive2Response(from)).toEqual({
    version: '5.7',
    bindings: {
      bindings: [
        { tower: 7, address: 'WS6', host: 'WS6', endpoint: undefined },
        { tower: 7, address: '10.0.0.6', host: '10.0.0.6', endpoint: undefined },
      ],
      security: [{ service: 9 }, { service: 16, principal: 'HOST/WS6' }],
    },
    status: 0,
  })
  expect(from.left).toBe(0)
})

describe('ResolveOxid2', () => {
  test('asks', () =>
    expect(resolveRequest(new Reader(bytesOf('8877665544332211 0100 0000 01000000 0700')))).toEqual({
      oxid: '0x1122334455667788',
      protocols: [7],
    }))
  test('answers', () =>
    expect(resolveResponse(new Reader(RESOLVED), true)).toMatchObject({
      ipid: 'abababab-abab-abab-abab-abababababab',
      authenticationHint: 5,
      version: '5.7',
      status: 0,
    }))
  test('does not know the OXID', () =>
    expect(resolveResponse(new Reader(LOST), true)).toMatchObject({ bindings: undefined, status: 1910 }))
})

test('pings', () => {
  expect(simplePingRequest(new Reader(PING))).toEqual({ set: '0x1122334455667788', added: [], deleted: [] })
  expect(complexPingRequest(new Reader(PING))).toEqual({
    set: '0x1122334455667788',
    sequence: 2,
    added: ['0x0000000000000001'],
    deleted: ['0x0000000000000002'],
  })
  expect(complexPingResponse(new Reader(bytesOf('8877665544332211 0000 0000 00000000')))).toEqual({
    set: '0x1122334455667788',
    status: 0,
  })
  expect(statusResponse(new Reader(bytesOf('77070000')))).toEqual({ status: 1911 })
})

describe('bad ServerAlive2', () => survives(serverAlive2Response, ALIVE))
describe('bad ResolveOxid2', () => survives((from) => resolveResponse(from, true), RESOLVED, LOST))
describe('bad pings', () => survives(complexPingRequest, PING))
