// NTLMv2 against the worked example of MS-NLMP 4.2.4: User, Domain, Password, Server.
import { expect, test } from 'vitest'
import { concatenate, fromHex, toHex, utf16 } from '../../bytes'
import { hmacMd5 } from '../crypto/md5'
import { Rc4 } from '../crypto/rc4'
import { serverPairs } from './av-pairs'
import {
  authenticateMessage,
  challengeMessage,
  fileTime,
  negotiateMessage,
  ntlmV2Key,
  ntlmV2Response,
  offeredFlags,
  answeredFlags,
} from './ntlm'
import { NtlmSession } from './ntlm-session'

const account = { domain: 'Domain', user: 'User', password: 'Password', workstation: 'COMPUTER' }
const serverChallenge = fromHex('0123456789abcdef')
const clientChallenge = fromHex('aaaaaaaaaaaaaaaa')
const randomKey = fromHex('55555555555555555555555555555555')
// 02000c00 "Domain", 01000c00 "Server", end of list
const pairs = fromHex('02000c0044006f006d00610069006e00 01000c005300650072007600650072 00 00000000')

const { ntResponse, sessionBaseKey } = ntlmV2Response({
  key: ntlmV2Key(account),
  serverChallenge,
  clientChallenge,
  fileTime: 0n,
  pairs,
})

test('NTOWFv2', () => {
  expect(toHex(ntlmV2Key(account))).toBe('0c868a403bfd7a93a3001ef22ef02e3f')
})

test('NTProofStr, session base key, and the blob that the proof covers', () => {
  expect(toHex(ntResponse.slice(0, 16))).toBe('68cd0ab851e51c96aabc927bebef6a1c')
  expect(toHex(sessionBaseKey)).toBe('8de40ccadbc14a82f15cb0ad0de95ca3')
  const blob = `0101000000000000 0000000000000000 aaaaaaaaaaaaaaaa 00000000 ${toHex(pairs)} 00000000`
  expect(toHex(ntResponse.slice(16))).toBe(toHex(fromHex(blob)))
})

test('the session key as it is sent', () => {
  expect(toHex(new Rc4(sessionBaseKey).apply(randomKey))).toBe('c5dad2544fc9799094ce1ce90bc9d03e')
})

test('sealing and signing', () => {
  const flags = 0xe28a8233
  const session = new NtlmSession(randomKey, flags)
  const plain = utf16('Plaintext')
  expect(toHex(session.seal('client', plain))).toBe('54e50165bf1936dc996020c1811b0f06fb5f')
  expect(toHex(session.sign('client', plain))).toBe('010000007fb38ec5c55d497600000000')
})

test('each direction has its own keys and counts for itself', () => {
  const session = new NtlmSession(randomKey, offeredFlags('seal'))
  const message = utf16('Plaintext')
  const first = session.sign('client', message)
  const second = session.sign('client', message)
  expect(toHex(second.slice(12))).toBe('01000000')
  const other = session.sign('server', message)
  expect(toHex(other.slice(12))).toBe('00000000')
  expect(toHex(other.slice(4, 12))).not.toBe(toHex(first.slice(4, 12)))
})

test('the MIC covers all three messages', () => {
  const negotiate = negotiateMessage(offeredFlags('seal'))
  const names = { netbiosComputer: 'Server', netbiosDomain: 'Domain', dnsComputer: 'server', dnsDomain: 'domain' }
  const flags = answeredFlags(offeredFlags('seal'), true)
  const challenge = { flags, serverChallenge, targetName: 'Domain', pairs: serverPairs(names, 0n) }
  const challengeBytes = challengeMessage(challenge)
  const machineId = new Uint8Array(32)
  const input = {
    account,
    negotiate,
    challenge,
    challengeBytes,
    clientChallenge,
    fileTime: 0n,
    machineId,
    targetName: 'x',
    randomKey,
  }
  const { message } = authenticateMessage(input)
  const blank = message.slice().fill(0, 72, 88)
  expect(toHex(message.slice(72, 88))).toBe(toHex(hmacMd5(randomKey, concatenate(negotiate, challengeBytes, blank))))
})

test('a FILETIME counts from 1601', () => {
  expect(fileTime(0)).toBe(116444736000000000n)
})
