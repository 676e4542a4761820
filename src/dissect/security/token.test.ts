import { describe, expect, test } from 'vitest'
import { Reader } from '../reader'
import { asciiOf, bytesOf, derOf, survives, treeOf } from '../testing'
import { token } from './token'

const MECHANISMS = `
  a030 302e // four mechanisms
  0609 2a864882f712010202 // Kerberos as Microsoft misspelt it
  0609 2a864886f712010202 // Kerberos
  060a 2b06010401823702021e // NegoEx
  060a 2b06010401823702020a // NTLM`

// A client that knows no service principal: user-to-user Kerberos, with NTLM to fall back on.
const USER_TO_USER = bytesOf(`
  608181 06062b0601050502 a077 3075 ${MECHANISMS}
  a241 043f
  603d 060a 2a864886f71201020203 0400 // GSS framing, user-to-user, TGT-REQ
  302d a003020105 a103020110
  a215 3013 a003020101 a10c 300a 1b08 7067757374617666 // a client principal
  a30a 1b08 5448455348495245`)

// The server chooses NTLM instead and asks for a signature over the list.
const CHOICE = bytesOf('a115 3013 a003 0a0103 a10c 060a 2b06010401823702020a')

const NTLM_NEGOTIATE = `
  4e544c4d53535000 01000000 97b218e2 0800 0800 34000000 0c00 0c00 28000000 0a00 ba47 000000 0f
  574f524b53544154494f4e35 5448455348495245`
const NTLM_INSIDE = bytesOf(`a147 3045 a003 0a0101 a23e 043c ${NTLM_NEGOTIATE}`)

const LAST = bytesOf('a11b 3019 a003 0a0100 a312 0410 0100000061c22bab50c68fa900000000')

// Kerberos without SPNEGO: AP-REQ for HOST/S1, encrypted parts cut down to a byte.
const encrypted = derOf('30', derOf('a0', '020112'), derOf('a2', '0401ff'))
const service = derOf('30', derOf('1b', asciiOf('HOST')), derOf('1b', asciiOf('S1')))
const AP_REQ = derOf(
  '6e', // APPLICATION 14
  derOf(
    '30',
    derOf('a0', '020105'), // version 5
    derOf('a1', '02010e'),
    derOf('a2', '030500 20000000'), // options: mutual required
    derOf(
      'a3',
      derOf(
        '61', // ticket
        derOf(
          '30',
          derOf('a0', '020105'),
          derOf('a1', derOf('1b', asciiOf('REALM.A'))),
          derOf('a2', derOf('30', derOf('a0', '020102'), derOf('a1', service))),
          derOf('a3', encrypted),
        ),
      ),
    ),
    derOf('a4', encrypted),
  ),
)
const GSS_AP_REQ = bytesOf(derOf('60', '0609 2a864886f712010202 0100', AP_REQ))

const NETLOGON = bytesOf(`
  00000000 17000000 // negotiate: NetBIOS names, DNS domain, NetBIOS name once more
  424c41434b00 574b5300
  05626c61636b056c6f63616c00 03574b5300`)

// IAKERB: its header names the realm; a KRB-ERROR 24 follows.
const IAKERB_ERROR = bytesOf(
  '0501' +
    derOf('30', derOf('a1', derOf('0c', asciiOf('REALM.A')))) +
    derOf('7e', derOf('30', derOf('a0', '020105'), derOf('a1', '02011e'), derOf('a6', '020118'))),
)

test('raw NTLM', () => {
  const found = token(new Reader(bytesOf(NTLM_NEGOTIATE)))
  expect(found).toMatchObject({ mechanism: 'ntlm', ntlm: { type: 1, domain: 'THESHIRE', workstation: 'WORKSTATION5' } })
  expect(found.spnego).toBeUndefined()
})

describe('SPNEGO', () => {
  test('offers mechanisms, best first, with a token of the first', () => {
    const from = new Reader(USER_TO_USER)
    expect(token(from)).toMatchObject({
      mechanism: 'kerberos',
      spnego: {
        kind: 'init',
        mechanisms: ['1.2.840.48018.1.2.2', '1.2.840.113554.1.2.2', '1.3.6.1.4.1.311.2.2.30', '1.3.6.1.4.1.311.2.2.10'],
      },
      kerberos: { type: 16, service: 'pgustavf', realm: 'THESHIRE' },
    })
    expect(from.note).toBeUndefined()
  })
  test('a choice without a token', () =>
    expect(token(new Reader(CHOICE))).toMatchObject({
      mechanism: 'ntlm',
      spnego: { kind: 'response', state: 3, chosen: '1.3.6.1.4.1.311.2.2.10' },
    }))
  test('NTLM inside', () => {
    expect(token(new Reader(NTLM_INSIDE))).toMatchObject({ mechanism: 'ntlm', spnego: { state: 1 }, ntlm: { type: 1 } })
    expect(treeOf(token, NTLM_INSIDE).slice(0, 4)).toEqual([
      'SPNEGO: NegTokenResp',
      '  State: accept-incomplete (1)',
      '  NTLM: NEGOTIATE',
      '    Signature: NTLMSSP\0',
    ])
  })
  test('the end: a signature and no token', () =>
    expect(token(new Reader(LAST))).toEqual({
      mechanism: undefined,
      spnego: {
        kind: 'response',
        mechanisms: [],
        state: 0,
        chosen: undefined,
        token: undefined,
        mic: bytesOf('0100000061c22bab50c68fa900000000'),
      },
    }))
})

test('Kerberos in GSS framing', () => {
  const from = new Reader(GSS_AP_REQ)
  expect(token(from)).toMatchObject({
    mechanism: 'kerberos',
    kerberos: {
      type: 14,
      realm: 'REALM.A',
      service: 'HOST/S1',
      options: 0x20000000,
      ticket: { realm: 'REALM.A', service: 'HOST/S1', etype: 18 },
    },
  })
  expect(from.note).toBeUndefined()
})

test('user-to-user Kerberos answers with the ticket of the other side', () => {
  const ticket = derOf('61', derOf('30', derOf('a1', derOf('1b', asciiOf('THESHIRE.LOCAL')))))
  const reply = derOf('30', derOf('a0', '020105'), derOf('a1', '020111'), derOf('a2', ticket))
  const framed = bytesOf(derOf('60', '060a 2a864886f71201020203 0401', reply))
  expect(token(new Reader(framed))).toMatchObject({
    mechanism: 'kerberos',
    kerberos: { type: 17, realm: 'THESHIRE.LOCAL' },
  })
})

test('Kerberos as it is in the third leg', () =>
  expect(token(new Reader(bytesOf('6f0e 300c a003020105 a10302010f a200')))).toMatchObject({
    mechanism: 'kerberos',
    kerberos: { type: 15 },
  }))

test('Netlogon', () =>
  expect(token(new Reader(NETLOGON))).toEqual({
    mechanism: 'netlogon',
    netlogon: { type: 0, netbiosDomain: 'BLACK', netbiosComputer: 'WKS', dnsDomain: 'black.local' },
  }))

test('what is no token says nothing', () => expect(token(new Reader(bytesOf('01020304')))).toEqual({}))

// Readers hold on to what they read of: equal or not is a question of what they would give.
const comparable = (from: Reader) => {
  const { spnego, ...rest } = token(from)
  return { ...rest, spnego: spnego && { ...spnego, token: spnego.token?.bytes } }
}
survives(comparable, USER_TO_USER, CHOICE, NTLM_INSIDE, LAST, GSS_AP_REQ, NETLOGON, IAKERB_ERROR)

describe('IAKERB', () => {
  test('shows the message that the server passes on', () => {
    const from = new Reader(IAKERB_ERROR)
    expect(token(from)).toMatchObject({
      mechanism: 'kerberos',
      isRelayed: true,
      kerberos: { type: 30, errorCode: 24 },
    })
  })

  test('in GSS framing, as the first one is', () => {
    const framed = derOf('60', '0606 2b0601050205', Buffer.from(IAKERB_ERROR).toString('hex'))
    expect(token(new Reader(bytesOf(framed)))).toMatchObject({ isRelayed: true, kerberos: { errorCode: 24 } })
  })
})
