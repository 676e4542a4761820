import { describe, expect, test } from 'vitest'
import { isKerberos, kerberos } from './kerberos'
import { Reader } from '../reader'
import { asciiOf, bytesOf, derOf, survives, treeOf } from '../testing'

const text = (value: string) => derOf('1b', asciiOf(value))
const member = (number: number, ...contents: string[]) => derOf((0xa0 + number).toString(16), ...contents)
const principal = (type: string, ...names: string[]) =>
  derOf('30', member(0, `0201${type}`), member(1, derOf('30', ...names.map(text))))
const at = (time: string) => derOf('18', asciiOf(time))

const AS_REQ = bytesOf(
  derOf(
    '6a', // APPLICATION 10
    derOf(
      '30',
      member(1, '020105'),
      member(2, '02010a'),
      member(3, derOf('30', derOf('30', member(1, '02020080'), member(2, '0407 3005a0030101ff')))), // PA-PAC-REQUEST
      member(
        4,
        derOf(
          '30',
          member(0, '030500 40810010'),
          member(1, principal('01', 'jiangyue')),
          member(2, text('REDMOND')),
          member(3, principal('02', 'krbtgt', 'REDMOND')),
          member(5, at('20370913024805Z')),
          member(7, '020412345678'),
          member(8, derOf('30', '020112', '020117', '0202ff7b')), // AES-256, RC4, -133
        ),
      ),
    ),
  ),
)

const ERROR = bytesOf(
  derOf(
    '7e', // APPLICATION 30
    derOf(
      '30',
      member(0, '020105'),
      member(1, '02011e'),
      member(4, at('20200918190021Z')),
      member(5, '0203040506'),
      member(6, '020107'), // server principal unknown
      member(9, text('REDMOND')),
      member(10, principal('02', 'HOST', '10.177.17.6')),
      member(11, text('no such service')),
      member(12, derOf('04', derOf('30', member(1, '020103'), member(2, '040c 6d0000c0 00000000 01000000')))),
    ),
  ),
)

const PREAUTH_REQUIRED = bytesOf(
  derOf(
    '7e',
    derOf(
      '30',
      member(6, '020119'),
      member(
        12,
        derOf('04', derOf('30', derOf('30', member(1, '020113'), member(2, '0400')), derOf('30', member(1, '020102')))),
      ),
    ),
  ),
)

test('knows its own', () => {
  expect(isKerberos(AS_REQ)).toBe(true)
  expect(isKerberos(bytesOf('60'))).toBe(false)
  expect(kerberos(new Reader(bytesOf('0102')))).toBeUndefined()
})

describe('AS-REQ', () => {
  test('who asks whom for what', () => {
    const from = new Reader(AS_REQ)
    expect(kerberos(from)).toMatchObject({
      type: 10,
      client: 'jiangyue',
      realm: 'REDMOND',
      service: 'krbtgt/REDMOND',
      etypes: [18, 23, -133],
      padata: [128],
      options: 0x40810010,
      till: 2136422885,
    })
    expect(from.note).toBeUndefined()
  })
  test('over TCP a length precedes it', () => {
    const record = new Uint8Array(4 + AS_REQ.length)
    record[3] = AS_REQ.length
    record.set(AS_REQ, 4)
    expect(kerberos(new Reader(record))).toMatchObject({ type: 10, client: 'jiangyue' })
  })
  test('the tree', () =>
    expect(treeOf(kerberos, AS_REQ)).toEqual([
      'Kerberos: AS-REQ',
      '  Pre-authentication data: PA-PAC-REQUEST (128)',
      '  KDC options: 0x40810010',
      '  Client: jiangyue (NT-PRINCIPAL)',
      '  Realm: REDMOND',
      '  Service: krbtgt/REDMOND (NT-SRV-INST)',
      '  Till: 2037-09-13 02:48:05 UTC',
      '  Encryption types: aes256-cts-hmac-sha1-96 (18), arcfour-hmac-md5 (23), -133',
    ]))
})

describe('KRB-ERROR', () => {
  test('code, service, clock and what Windows adds', () => {
    const from = new Reader(ERROR)
    expect(kerberos(from)).toMatchObject({
      type: 30,
      errorCode: 7,
      realm: 'REDMOND',
      service: 'HOST/10.177.17.6',
      serverTime: 1600455621,
      errorText: 'no such service',
      ntStatus: 0xc000006d,
    })
    expect(from.note).toBeUndefined()
  })
  test('a list of what pre-authentication would do', () =>
    expect(kerberos(new Reader(PREAUTH_REQUIRED))).toMatchObject({ errorCode: 25, padata: [19, 2] }))
})

test('a name that is cut off is no name', () => {
  const { length } = ERROR
  const names = Array.from({ length }, (_, kept) => kerberos(new Reader(ERROR.subarray(0, kept)))?.service)
  expect(new Set(names)).toEqual(new Set([undefined, 'HOST/10.177.17.6']))
})

survives(kerberos, AS_REQ, ERROR, PREAUTH_REQUIRED)
