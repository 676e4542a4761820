import { describe, expect, test } from 'vitest'
import { isNtlmssp, ntlmssp } from './ntlmssp'
import { Reader } from '../reader'
import { bytesOf, survives, treeOf, utf16Of } from '../testing'

const NEGOTIATE = bytesOf(`
  4e544c4d53535000 01000000 // signature, NEGOTIATE
  978208e2 // flags
  0000 0000 00000000 // domain
  0000 0000 00000000 // workstation
  0a00 ba47 000000 0f // 10.0.18362`)

// A Windows 10 host in the domain THESHIRE.
const CHALLENGE = bytesOf(`
  4e544c4d53535000 02000000
  1000 1000 38000000 // target name: 16 bytes at 56
  158289e2 // flags
  2232a6459cfe49bf 0000000000000000 // server challenge, reserved
  4a00 4a00 48000000 // target info: 74 bytes at 72
  0a00 ba47 000000 0f
  ${utf16Of('THESHIRE')}
  0200 1000 ${utf16Of('THESHIRE')} // NetBIOS domain
  0100 1800 ${utf16Of('WORKSTATION6')}
  0400 0600 ${utf16Of('a.b')} // DNS domain
  0700 0800 ff7716f5ed8dd601 // time
  0000 0000`)

// NTLMv1 with extended session security: 24 bytes of response, the LM response holds the client's challenge.
const AUTHENTICATE_V1 = bytesOf(`
  4e544c4d53535000 03000000
  1800 1800 90000000 // LM response: 24 bytes at 144
  1800 1800 a8000000 // NT response: 24 bytes at 168
  1000 1000 58000000 // domain: 16 bytes at 88
  1000 1000 68000000 // user: 16 bytes at 104
  1800 1800 78000000 // workstation: 24 bytes at 120
  1000 1000 c0000000 // session key: 16 bytes at 192
  158288e2 0a00 ba47 000000 0f
  34a8713259be0b7ee926954a4c7b2b8a // MIC
  ${utf16Of('THESHIRE')} ${utf16Of('pgustavo')} ${utf16Of('WORKSTATION5')}
  119227731bb96e36 00000000000000000000000000000000
  fcf9fe38db1171936a854b852b1f44397b272bf06cf6db25
  de15f90bb65daf7cda559a8e433b3d17`)

const AUTHENTICATE_V2 = bytesOf(`
  4e544c4d53535000 03000000
  0000 0000 58000000
  5a00 5a00 62000000 // NT response: 90 bytes at 98
  0200 0200 58000000 // domain: 2 bytes at 88
  0400 0400 5a000000 // user
  0400 0400 5e000000 // workstation
  0000 0000 62000000
  158288e2 0601 b11d 000000 0f
  00000000000000000000000000000000 // room for a MIC, but none
  ${utf16Of('D')} ${utf16Of('me')} ${utf16Of('PC')}
  000102030405060708090a0b0c0d0e0f // proof
  0101 000000000000
  004074ccf6bbca01 // time: 2010-03-05
  1122334455667788 00000000 // client challenge
  0100 0400 ${utf16Of('S1')}
  0600 0400 02000000 // flags: MIC present
  0900 1200 ${utf16Of('RPCSS/S1!')}
  0000 0000 00000000`)

const ANONYMOUS = bytesOf(`
  4e544c4d53535000 03000000
  0100 0100 40000000 // LM response: one byte of zero
  0000 0000 41000000
  0000 0000 40000000 0000 0000 40000000 0000 0000 40000000 0000 0000 41000000
  15820862 00`)

test('knows its own', () => {
  expect(isNtlmssp(NEGOTIATE)).toBe(true)
  expect(isNtlmssp(NEGOTIATE.subarray(0, 7))).toBe(false)
  expect(isNtlmssp(bytesOf('6082'))).toBe(false)
})

test('NEGOTIATE', () => {
  const from = new Reader(NEGOTIATE)
  expect(ntlmssp(from)).toMatchObject({ type: 1, flags: 0xe2088297, version: '10.0.18362', domain: '' })
  expect(from.note).toBeUndefined()
})

test('CHALLENGE: what the server says of itself', () => {
  const from = new Reader(CHALLENGE)
  expect(ntlmssp(from)).toMatchObject({
    type: 2,
    targetName: 'THESHIRE',
    serverChallenge: bytesOf('2232a6459cfe49bf'),
    version: '10.0.18362',
    target: {
      netbiosDomain: 'THESHIRE',
      netbiosComputer: 'WORKSTATION6',
      dnsDomain: 'a.b',
      serverTime: 1600455621.2664318,
    },
  })
  expect(from.note).toBeUndefined()
})

describe('AUTHENTICATE', () => {
  test('NTLMv1', () => {
    const from = new Reader(AUTHENTICATE_V1)
    expect(ntlmssp(from)).toMatchObject({
      type: 3,
      domain: 'THESHIRE',
      user: 'pgustavo',
      workstation: 'WORKSTATION5',
      response: 'NTLMv1',
      anonymous: false,
      mic: bytesOf('34a8713259be0b7ee926954a4c7b2b8a'),
      encryptedSessionKey: bytesOf('de15f90bb65daf7cda559a8e433b3d17'),
    })
    expect(from.note).toBeUndefined()
  })

  test('NTLMv2: the blob repeats the server and names the SPN', () => {
    const message = ntlmssp(new Reader(AUTHENTICATE_V2))
    expect(message).toMatchObject({
      response: 'NTLMv2',
      clientTime: 1267747200,
      target: { netbiosComputer: 'S1', flags: 2, spn: 'RPCSS/S1!' },
    })
    expect(message).not.toHaveProperty('mic')
  })

  test('the tree says the same', () => {
    const tree = treeOf(ntlmssp, AUTHENTICATE_V2)
    expect(tree).toContain('  User name: me')
    expect(tree).toContain('    Time: 2010-03-05 00:00:00 UTC')
    expect(tree).toContain('    Target name (SPN): RPCSS/S1!')
  })

  test('anonymous: no user and no response', () =>
    expect(ntlmssp(new Reader(ANONYMOUS))).toMatchObject({ anonymous: true, user: '', flags: 0x62088215 }))

  test('names in the OEM character set', () => {
    const oem = bytesOf(`
      4e544c4d53535000 03000000
      0000 0000 40000000 0000 0000 40000000
      0300 0300 40000000 0200 0200 43000000 0100 0100 45000000 0000 0000 46000000
      02020000 // flags: OEM, NTLM
      444f4d 6d65 50`)
    expect(ntlmssp(new Reader(oem))).toMatchObject({ domain: 'DOM', user: 'me', workstation: 'P' })
  })

  test('an item that lies outside is left out and said', () => {
    const from = new Reader(AUTHENTICATE_V1.subarray(0, 110))
    expect(ntlmssp(from)).toMatchObject({ domain: 'THESHIRE', user: undefined })
    expect(from.note).toBe('the bytes end before: User name')
  })
})

survives(ntlmssp, NEGOTIATE, CHALLENGE, AUTHENTICATE_V1, AUTHENTICATE_V2, ANONYMOUS)
